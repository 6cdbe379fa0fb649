-- The page on privacy that came with the shop said nothing of the cookie that browsers are given where a replica is read
-- (DATABASE_REPLICA_URL). Whoever has written their own keeps it; who has not is shown what is so.

insert into page_versions (slug, version, title, description, place, body)
select came.slug, 4, came.title, came.description, came.place, replace(came.body,
    '- one carries the answer of a form to the next page',
    '- one may say, for some seconds, that you have just changed something, so that you see it at once;
- one carries the answer of a form to the next page')
from page_versions came join pages shown using (slug, version)
where came.slug = 'privacy' and came.version = 3 and came.saved_by is null
on conflict do nothing;

update pages p set version = 4
where p.slug = 'privacy' and p.version = 3
    and exists (select from page_versions v where v.slug = p.slug and v.version = 4 and v.saved_by is null);

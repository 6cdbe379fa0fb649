-- Triggers are heard again, indexes are there again, and the planner knows what there is, as it would by autovacuum.

set session_replication_role = origin;

do $$
declare
    definition text;
begin
    for definition in select i.definition from indexes i loop
        execute definition;
    end loop;
end $$;

drop table bounds, things, materials, indexes, made, ordered, lately, described, told, faceted, paired;
reset work_mem;
reset maintenance_work_mem;
reset synchronous_commit;
reset jit;
reset random_page_cost;
reset client_min_messages;

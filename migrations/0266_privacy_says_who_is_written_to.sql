-- The page on privacy that came with the shop said nothing of reviews and of the letter that asks for one (0240, 0241), nor of the
-- products that a browser keeps in mind, nor of the cookie that names the orders whose links it keeps. Whoever has written their own
-- keeps it; who has not is shown what is so.

insert into page_versions (slug, version, title, description, place, body)
select came.slug, 3, came.title, came.description, came.place, '## What we keep

Your name, your e-mail address and, once you order, the address it goes to and what you bought. Your password is kept only as a hash from which it cannot be read. A review that you write is shown under the name that you give it.

## Letters

We write to you about what you order and about your account. Some time after an order was sent we may ask you once by mail what you think of it. You can object to that at any time, at no cost: by the link in each such letter, or by writing to the address in the [imprint](/pages/imprint). Nobody is sent anything else that they did not ask for.

## Cookies

We use none but what the shop needs to work, so nobody asks you about them:

- one remembers your session: that you are signed in, and which cart is yours. It ends two weeks after you were last here, and after 90 days at the latest; a guest''s after a day;
- one is set when you sign in, and stays for a year: it knows this device again, so that nobody else can lock you out by guessing your password;
- the link of a mail waits in one while you use it, at most for a day, so that it stands in no address; another names the orders whose links wait, so that signing out takes them along;
- one carries the answer of a form to the next page, and is gone after that.

Your browser keeps in mind which products you looked at, to show them again. We are not told; a button beside them forgets it. Nothing is measured across pages, and nobody else is told about your visit.

## How long

A guest''s cart is forgotten after a day on which nobody came back, and with it the address and the e-mail address that stand in it for your next order in the same browser; one of which something was ordered, after thirty days. Orders are kept as long as the law asks for. Reviews are kept as long as your account, or until you ask for them to be deleted.

## Your rights

See and download what {shop} keeps about you, or delete your account, on [your own pages](/account/privacy). Without an account, write to the address in the [imprint](/pages/imprint) to see, correct or delete it.'
from page_versions came join pages shown using (slug, version)
where came.slug = 'privacy' and came.version = 2 and came.saved_by is null
on conflict do nothing;

update pages p set version = 3
where p.slug = 'privacy' and p.version = 2
    and exists (select from page_versions v where v.slug = p.slug and v.version = 3 and v.saved_by is null);

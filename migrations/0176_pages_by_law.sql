-- Two more pages that the law wants: how to reach the shop, and how a consumer withdraws (articles 6, 9 and 11 of Directive
-- 2011/83/EU, with the form of its annex I). A shop that has pages of these names keeps its own.

insert into page_versions (slug, version, title, description, place, body) values
('withdrawal', 1, 'Withdrawal form', 'How a consumer withdraws from an order.', 'footer', '## You may withdraw

Whoever buys as a consumer may withdraw from the contract within 14 days without giving any reason. They begin on the day on which you, or somebody you named who is not the carrier, have the goods; the last of them, where they come in several parcels. What {shop} promises beyond the law stands in [Returns](/pages/returns).

## How

Tell us clearly that you withdraw. The quickest way is the page of your order, which cancels what has not been sent and takes back what has arrived; the link is in every mail about the order, and [Track an order](/track) sends it again. Or write to {contact}, with the form below if you like. It is enough to send it before the 14 days are over.

## What follows

We pay back all that you have paid, the least expensive usual delivery included, within 14 days of hearing from you, and by the way in which you paid. We may wait until the goods are back, or until you have shown that you sent them. Send them within 14 days. You bear the cost of sending them back, and a loss in their value only if you handled them more than it takes to see what they are.

## The form

Fill it in and send it only if you wish to withdraw.

- To {shop}, {contact}:
- I/We hereby give notice that I/we withdraw from my/our contract of sale of the following goods:
- Ordered on / received on:
- Number of the order:
- Name of consumer(s):
- Address of consumer(s):
- Signature of consumer(s), only if this form is sent on paper:
- Date:'),
('contact', 1, 'Contact', 'How to reach us.', 'footer', '## Write to us

Write to {contact}. Who runs {shop}, and where, stands in the [imprint](/pages/imprint).

## About an order

Its number helps us to find it. It stands in every mail about the order, with the way to its page, where it can be cancelled until it is sent and returned after that. Without the mail, [Track an order](/track) sends you the way again.')
on conflict do nothing;

insert into pages (slug, version, position)
select new.slug, 1, (select coalesce(max(position), 0) from pages) + new.place
from (values ('withdrawal', 1), ('contact', 2)) as new (slug, place)
on conflict do nothing;

-- Pages of text: terms, privacy, whatever the shop has to say. No version is ever changed or taken away: orders say under
-- which of the terms they were placed.

create table page_versions (
    slug text not null,
    version bigint not null,
    title text not null,
    description text not null,
    -- Markdown. {shop}, {payment}, {returns} and {contact} stand for what the shop is set to.
    body text not null,
    place text not null,
    -- Who. No reference: people go, what they wrote stays. None: it came with the shop.
    saved_by uuid,
    saved_at timestamptz not null default now(),
    primary key (slug, version),
    constraint page_versions_counted_from_one check (version >= 1),
    constraint page_versions_place_known check (place in ('footer', 'unlinked', 'hidden')),
    constraint page_versions_body_fits check (octet_length(body) <= 102400)
);

create table pages (
    slug text primary key,
    -- The one that is shown.
    version bigint not null,
    -- Where it stands among the links at the foot.
    position integer not null,
    constraint pages_slug_is_one check (slug ~ '^[a-z0-9]([a-z0-9-]*[a-z0-9])?$' and length(slug) <= 100),
    constraint pages_show_a_version foreign key (slug, version) references page_versions (slug, version)
);

insert into page_versions (slug, version, title, description, place, body) values
('shipping', 1, 'Shipping', 'What sending costs, and how long it takes.', 'footer', 'The cart says what shipping costs to your country before you order, and how long it takes.

## How it is sent

We pack paid orders within two working days and write to you when they leave. Where the carrier tracks parcels, that mail has the way to follow yours.

## If something does not arrive

Write to us. If something cannot be delivered, you get your money back.'),
('returns', 1, 'Returns', '{returns} to change your mind.', 'footer', '## Before it is sent

An order that has not been sent can be cancelled on its own page, paid or not. What was paid is paid back. The way to that page is in every mail about the order; without an account, [Track an order](/track) sends it again.

## After it has arrived

You have {returns} to send things back, unused and in their wrapping. Write to us first; we tell you where to and pay you back within a week of its arrival.

## Broken on the way

It happens with glass and clay. Send us a picture within a week, and {shop} replaces it or pays you back, as you like.'),
('terms', 1, 'Terms', 'What you and we can rely on when you order.', 'footer', '## The order

When you place an order, {shop} sets your items aside. You then have {payment} to pay; after that the order is cancelled and nothing is owed. With your payment the order is binding for both of us.

## Prices

The price is the one on the review page. It contains taxes and shipping. If a price changes while something is in your cart, the cart tells you before you order.

## Delivery

We pack paid orders within two working days and write to you when they leave. If something cannot be delivered, you get your money back.

## This installation

Unless its owner has connected a payment provider, this shop runs in a sandbox: no money moves and nothing is sent.'),
('privacy', 1, 'Privacy', 'What we keep about you, why, and for how long.', 'footer', '## What we keep

Your name, your e-mail address and, once you order, the address it goes to and what you bought. Your password is kept only as a hash from which it cannot be read.

## Cookies

One cookie remembers your session: that you are signed in and which cart is yours. Another carries the answer of a form to the next page and is gone after that. There are no others, nothing is measured across pages, and nobody else is told about your visit.

## How long

A guest''s cart is forgotten after it has not been touched for thirty days, and with it the address and the e-mail address that stand in it for your next order in the same browser. Orders are kept as long as the law asks for.

## Your rights

Write to the address in the [imprint](/pages/imprint) to see, correct or delete what {shop} keeps about you.'),
('imprint', 1, 'Imprint', 'Who runs this shop.', 'footer', '## This shop

{shop} is a sample shop. It shows a catalogue of things that do not exist, in pictures that were rendered for it.

## For whoever runs it

Before you sell anything, put your name, your address, your e-mail address and your registration here, and read the [terms](/pages/terms) once more.');

insert into pages (slug, version, position) values
('shipping', 1, 1), ('returns', 1, 2), ('terms', 1, 3), ('privacy', 1, 4), ('imprint', 1, 5);

-- Which variants a picture is to show, of those that a file of products named: it is their picture as soon as it is made, unless
-- somebody has given them another by then.

alter table import_pictures add column variants uuid[] not null default '{}';

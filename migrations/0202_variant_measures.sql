-- How much a variant holds, from which pages tell what a kilogram, a litre or a metre of it costs (Directive 98/6/EC, article 3).
-- Null: nobody has said. Checked for what is written from here on; what is there says nothing.
alter table product_variants add column measure text;

alter table product_variants add constraint product_variants_measure_is_one
    check (measure ~ '^[0-9]{1,6}([.][0-9]{1,3})? (g|kg|ml|cl|l|cm|m|m²)$') not valid;

-- What a product's variants have (0255), each with the product's category before it and a group separator between: by category and
-- option together products are found in one look. Each by itself names many times as many, and which of them both name is asked of
-- each. Of the category the product stands in alone: what is above that is asked for as all that stand below it.
create function facets_in_category(category text, facets text[]) returns text[] language sql immutable parallel safe as $$
    select array_agg($1 || E'\x1d' || f.facet) from unnest($2) f(facet)
$$;

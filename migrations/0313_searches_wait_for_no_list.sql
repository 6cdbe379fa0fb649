-- What is new to such an index stands in a list at first, which every search reads from end to end: 4 MB of it, of a few thousand
-- products that were written since somebody tidied up, made each search of a word 6 ms dearer, twice to five times on a page. In a
-- shop of a million products autovacuum comes after a hundred thousand. A quarter of a megabyte costs next to nothing, neither whoever
-- searches nor whoever imports. Those of 0310 to 0312 have it from the beginning.
alter index products_by_words set (gin_pending_list_limit = 256);
alter index products_by_facets set (gin_pending_list_limit = 256);
alter index products_by_facet_pairs set (gin_pending_list_limit = 256);
alter index products_by_tags set (gin_pending_list_limit = 256);
alter index product_variants_by_facets set (gin_pending_list_limit = 256);
alter index search_words_by_cuts set (gin_pending_list_limit = 256);
alter index search_words_alike set (gin_pending_list_limit = 256);

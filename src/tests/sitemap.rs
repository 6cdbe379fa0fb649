//! What search engines are told of: all that is for sale, once, in parts.

use std::collections::BTreeSet;

use shop::domain::ProductId;
use shop::usecase::SitemapPlace;

use crate::harness::{TestShop, product};

/// A part, and in how many pieces it was read.
async fn part(shop: &TestShop, from: ProductId, left: u32) -> (Vec<String>, u32) {
    let (mut slugs, mut pieces, mut next) = (Vec::new(), 0, Some(SitemapPlace { from, left }));
    while let Some(place) = next {
        let piece = shop.shop.sitemap_piece(place).await.unwrap();
        slugs.extend(piece.slugs.iter().map(ToString::to_string));
        (pieces, next) = (pieces + 1, piece.next);
    }
    (slugs, pieces)
}

#[tokio::test]
async fn everything_for_sale_stands_in_one_part_of_the_sitemap_and_nothing_else_in_any() {
    let shop = TestShop::open().await;
    assert!(shop.shop.sitemap_starts(2).await.unwrap().is_empty());
    assert!(shop.shop.sitemap_categories().await.unwrap().is_empty());
    let shelf = ["MUG", "CUP", "BOWL", "JUG", "VASE", "DRAFT", "GONE"].map(|sku| product(sku, "5.00", 0));
    shop.load(shelf.into()).await;
    shop.execute(
        "update products set status = 'draft' where slug = 'draft';
         update product_variants set retired_at = now() where sku = 'GONE'",
    )
    .await;
    let starts = shop.shop.sitemap_starts(2).await.unwrap();
    assert_eq!(starts.len(), 3);
    let mut seen = Vec::new();
    for (start, length) in starts.iter().zip([2, 2, 1]) {
        let (slugs, _) = part(&shop, *start, 2).await;
        assert_eq!(slugs.len(), length);
        seen.extend(slugs);
    }
    let once: BTreeSet<_> = seen.iter().map(String::as_str).collect();
    assert_eq!(once, BTreeSet::from(["bowl", "cup", "jug", "mug", "vase"]));
    assert_eq!(seen.len(), 5, "each once");
    assert_eq!(shop.shop.sitemap_starts(5).await.unwrap(), starts[..1], "a part that is full needs no other");
    let categories = shop.shop.sitemap_categories().await.unwrap();
    assert_eq!(categories.iter().map(ToString::to_string).collect::<Vec<_>>(), ["tableware"], "glass is empty");
    shop.done().await;
}

#[tokio::test]
async fn a_long_part_of_the_sitemap_is_read_in_pieces_and_ends_where_the_next_begins() {
    let shop = TestShop::open().await;
    shop.execute(
        "insert into products (id, slug, name, choices)
         select ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, 'p-' || n, 'Product', 1
         from generate_series(1, 2300) n",
    )
    .await;
    let starts = shop.shop.sitemap_starts(2_100).await.unwrap();
    assert_eq!(starts.len(), 2);
    let (first, pieces) = part(&shop, starts[0], 2_100).await;
    assert_eq!((first.len(), pieces), (2_100, 3));
    assert_eq!((first[0].as_str(), first[2_099].as_str()), ("p-1", "p-2100"));
    let (second, pieces) = part(&shop, starts[1], 2_100).await;
    assert_eq!((second.len(), pieces, second[0].as_str()), (200, 1, "p-2101"));
    shop.done().await;
}

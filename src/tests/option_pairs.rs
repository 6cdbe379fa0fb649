//! Who asks for several options finds what has all of them in one variant.

use crate::facets::{choosing, listing, with_options};
use crate::harness::TestShop;

/// Each two of them stand together in a variant, and all three in none.
#[tokio::test]
async fn three_options_are_those_of_one_variant() {
    let shop = TestShop::open().await;
    let lamp: [(&[&str], &str, u32); 3] = [
        (&["Sand", "S", "Oak"], "20.00", 1),
        (&["Sand", "M", "Ash"], "20.00", 1),
        (&["Slate", "S", "Ash"], "20.00", 1),
    ];
    shop.load(vec![with_options("LAMP", &["Colour", "Size", "Foot"], &lamp)]).await;
    let cases: [(&[(&str, &str)], u32); 6] = [
        (&[("Colour", "Sand"), ("Size", "S")], 1),
        (&[("Foot", "Ash"), ("Size", "S")], 1),
        (&[("Colour", "Sand"), ("Foot", "Ash")], 1),
        (&[("Colour", "Slate"), ("Foot", "Oak")], 0),
        (&[("Colour", "Sand"), ("Foot", "Ash"), ("Size", "S")], 0),
        (&[("Colour", "Sand"), ("Foot", "Ash"), ("Foot", "Oak"), ("Size", "S")], 1),
    ];
    for (options, expected) in cases {
        assert_eq!(listing(&shop, &choosing(options)).await.total, expected, "{options:?}");
    }
    shop.done().await;
}

//! What a listing's address asks for. Lenient: a value that makes no sense is as good as absent.

use shop::domain::{Money, Slug, Sort};
use shop::dto::ListingQuery;

/// Reads the query string of `/products`; of fields named twice the last counts.
pub fn listing_query(search: &str) -> ListingQuery {
    let mut query = ListingQuery { page: 1, ..ListingQuery::default() };
    for (name, value) in form_urlencoded::parse(search.trim_start_matches('?').as_bytes()) {
        let value = value.trim();
        if let Some(option) = ListingQuery::option_of(&name) {
            // What is no value, or more than is looked at, is left out.
            let _ = query.options.add(option, value);
            continue;
        }
        match name.as_ref() {
            "q" => query.q = words(value),
            "exact" => query.exact = is_on(value),
            "category" => query.category = Slug::parse(value).ok().map(|s| s.to_string()),
            "min_price" => query.min_price = amount(value),
            "max_price" => query.max_price = amount(value),
            "in_stock" => query.in_stock = is_on(value),
            "rating" => query.rating = value.parse().ok(),
            // As with options.
            "tag" => _ = query.tags.add(value),
            "sort" => query.sort = value.parse::<Sort>().unwrap_or_default(),
            "after" => query.after = cursor(value),
            "before" => query.before = cursor(value),
            "page" => query.page = value.parse().unwrap_or(1).clamp(1, 10_000),
            _ => {}
        }
    }
    query
}

fn is_on(value: &str) -> bool {
    matches!(value, "true" | "1" | "on")
}

fn words(text: &str) -> Option<String> {
    let plain = text.chars().filter(|c| !c.is_control()).take(100).collect::<String>();
    let plain = plain.trim();
    (!plain.is_empty()).then(|| plain.to_owned())
}

/// A cursor as it was brought, cut where it is longer than any: whether it is one, the core knows.
fn cursor(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.chars().take(300).collect())
}

/// An amount as it was typed, if it is one in some currency; the shop knows its own.
fn amount(text: &str) -> Option<String> {
    Money::is_amount(text).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_and_written_alike() {
        for href in [
            "/products",
            "/products?q=tea%20%26%20%C3%B6&category=glass&min_price=5&in_stock=true&page=3",
            "/products?q=mgu&exact=true",
            "/products?sort=price_up&after=abc_-9",
            "/products?category=glass&before=abc",
            "/products?in_stock=true&rating=4&tag=made%20to%20last&tag=new&option.Colour=Sand&sort=best_rated",
            "/products?category=glass&in_stock=true&option.Colour=Sand&option.Colour=Slate&option.Shoe%20size=41%C2%BD&sort=best_selling",
        ] {
            let search = href.split_once('?').map_or("", |(_, search)| search);
            assert_eq!(listing_query(search).href(), href);
        }
    }

    #[test]
    fn what_makes_no_sense_is_absent() {
        let odd = "q=%00%20&category=../etc&min_price=1e3&max_price=-1&in_stock=maybe&sort=best&page=-4&x=1&page=";
        assert_eq!(listing_query(odd), ListingQuery { page: 1, ..ListingQuery::default() });
        let odd = "option.=x&option.Colour=&option.Colour=%00&option=Red&option.Size%00=M&options.Size=M";
        assert_eq!(listing_query(odd), ListingQuery { page: 1, ..ListingQuery::default() });
        let odd = "rating=5&tag=&tag=%00&tags=new&tag%5B%5D=new";
        assert_eq!(listing_query(odd), ListingQuery { page: 1, ..ListingQuery::default() });
        for odd in ["0", "4.5", "-1", "four", "4%20", "%00", ""] {
            let read = listing_query(&format!("rating={odd}")).rating;
            assert_eq!(read.map(|floor| floor.stars()), (odd == "4%20").then_some(4), "{odd:?}");
        }
        let many: String = (0..50).map(|n| format!("&tag=t{n}")).collect();
        assert_eq!(listing_query(&many).tags.count(), 20);
        let many: String = (0..50).map(|n| format!("&option.o{n}=a&option.o{n}=b&option.o0={n}")).collect();
        let read = listing_query(&many).options;
        assert_eq!((read.iter().count(), read.count()), (6, 20));
        assert_eq!(listing_query("page=99999999999999999999").page, 1);
        assert_eq!(listing_query("page=20000").page, 10_000);
        assert_eq!(listing_query("after=&before=%20"), ListingQuery { page: 1, ..ListingQuery::default() });
        assert_eq!(listing_query(&format!("after={}", "x".repeat(10_000))).after.map(|a| a.len()), Some(300));
        assert_eq!(listing_query("?q=a+b%2B%2541").q.as_deref(), Some("a b+%41"));
        assert_eq!(listing_query(&format!("q={}", "ä".repeat(300))).q.map(|q| q.chars().count()), Some(100));
    }
}

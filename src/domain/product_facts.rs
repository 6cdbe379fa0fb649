//! Plain facts of a product: its tags, who makes it, and what search engines are told. As long as Shopify lets them be, so that what
//! comes from there fits.

use super::{Problem, clean_line};

pub const MAX_VENDOR: u32 = 255;
pub const MAX_SEO_TITLE: u32 = 255;
pub const MAX_SEO_DESCRIPTION: u32 = 1_000;
/// The longest tag, in characters.
pub(super) const MAX_TAG: u32 = 255;
const MAX_TAGS: u32 = 250;

/// Tags with commas between them, each once, whatever letters it is written in.
///
/// # Errors
/// `TooLong`, `BadCharacters`, `TooMany`.
pub fn parse_tags(typed: &str) -> Result<Vec<String>, Problem> {
    let mut tags = Vec::<String>::new();
    for tag in typed.split(',') {
        let tag = clean_line(tag, MAX_TAG)?;
        let is_known = tags.iter().any(|known| known.to_lowercase() == tag.to_lowercase());
        tags.extend((!tag.is_empty() && !is_known).then_some(tag));
    }
    if tags.len() > MAX_TAGS as usize { Err(Problem::TooMany { max: MAX_TAGS }) } else { Ok(tags) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_stand_between_commas_and_are_there_once() {
        assert_eq!(parse_tags(" Küche,  new \t in ,küche,,").unwrap(), ["Küche", "new in"]);
        assert_eq!(parse_tags("").unwrap(), Vec::<String>::new());
        assert_eq!(parse_tags("a\0"), Err(Problem::BadCharacters));
        assert_eq!(parse_tags(&"x".repeat(256)), Err(Problem::TooLong { max: 255 }));
        assert_eq!(parse_tags(&"x".repeat(255)).unwrap(), ["x".repeat(255)]);
        let many: Vec<String> = (0..251).map(|n| n.to_string()).collect();
        assert_eq!(parse_tags(&many.join(",")), Err(Problem::TooMany { max: 250 }));
        assert_eq!(parse_tags(&many[1..].join(",")).unwrap(), many[1..]);
    }
}

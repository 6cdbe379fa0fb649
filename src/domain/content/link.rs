//! Addresses that staff may put on pages: into the shop, to other sites, to a mailbox; nothing that runs.

use serde::{Deserialize, Serialize};

use super::super::Problem;

/// A link at the foot of every page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FooterLink {
    pub words: String,
    pub to: String,
}

/// The longest address.
const MAX: u32 = 500;

/// An address that a link may lead to: `/products`, `https://…`, `http://…`, `mailto:…`, `tel:…`.
///
/// # Errors
/// `Required`, `TooLong`, `BadCharacters` or `NotALink`.
pub fn parse_link(text: &str) -> Result<String, Problem> {
    let link = super::super::clean_line(text, MAX)?;
    if link.is_empty() {
        return Err(Problem::Required);
    }
    let odd = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>' | '\\' | '`');
    let kind = |scheme: &str| link.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
    let leads_out = ["https://", "http://", "mailto:", "tel:"].into_iter().any(|s| kind(s) && link.len() > s.len());
    let leads_in = link.starts_with('/') && !link.starts_with("//");
    if link.chars().any(odd) || !(leads_in || leads_out) { Err(Problem::NotALink) } else { Ok(link) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_lead_into_the_shop_or_to_what_a_browser_opens() {
        for link in [
            "/",
            "/pages/terms",
            "/products?category=glass#top",
            "https://example.org/a?b=c",
            "HTTPS://EXAMPLE.ORG",
            "mailto:shop@example.org",
            "tel:+49301234567",
        ] {
            assert_eq!(parse_link(&format!(" {link} ")).as_deref(), Ok(link));
        }
    }

    #[test]
    fn nothing_that_runs_or_pretends_is_a_link() {
        for link in [
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "java\tscript:alert(1)",
            "data:text/html,<script>",
            "vbscript:x",
            "file:///etc/passwd",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "https://",
            "mailto:",
            "products",
            "https://a b",
            "https://a\"onclick=x",
            "ä",
        ] {
            assert_eq!(parse_link(link), Err(Problem::NotALink), "{link}");
        }
        assert_eq!(parse_link(" "), Err(Problem::Required));
        assert_eq!(parse_link("/\u{0}"), Err(Problem::BadCharacters));
        let long = |letters| format!("/{}", "x".repeat(letters));
        assert_eq!(parse_link(&long(499)), Ok(long(499)));
        assert_eq!(parse_link(&long(500)), Err(Problem::TooLong { max: 500 }));
    }
}

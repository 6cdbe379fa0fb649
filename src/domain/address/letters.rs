//! Which letters a text is written in.

/// Whether all letters are Latin ones, accents included.
pub(super) fn is_latin(text: &str) -> bool {
    text.chars().all(|c| !c.is_alphabetic() || c < '\u{250}' || ('\u{1e00}'..'\u{1f00}').contains(&c))
}

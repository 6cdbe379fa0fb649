//! Addresses of the back office's lists: what is asked for stands in them, and what is left out narrows nothing.

use std::collections::BTreeMap;

use time::Date;
use time::macros::format_description;

use super::super::percent::encoded;

/// The fields of an address's query; of several of one name the last. `search` with or without its question mark.
pub(super) fn fields(search: &str) -> BTreeMap<String, String> {
    let search = search.trim_start_matches('?');
    let mut fields = BTreeMap::new();
    for pair in search.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let value: String = decoded(value).chars().filter(|c| !c.is_control()).take(100).collect();
        fields.insert(decoded(name), value.trim().to_owned());
    }
    fields.retain(|_, value| !value.is_empty());
    fields
}

/// Which of these a field names by its word; none: there is no such field, or no such word.
pub(super) fn one_of<T: Copy, const N: usize>(
    fields: &mut BTreeMap<String, String>,
    name: &str,
    all: [T; N],
    word: impl Fn(T) -> &'static str,
) -> Option<T> {
    let text = fields.remove(name)?;
    all.into_iter().find(|one| word(*one) == text)
}

/// A day as a date field sends it; one that no shop has seen is none.
pub(super) fn day(text: &str) -> Option<Date> {
    let day = Date::parse(text, format_description!("[year]-[month]-[day]")).ok();
    day.filter(|day| (1900..=9000).contains(&day.year()))
}

/// A day as it stands in an address.
pub(super) fn day_text(day: Option<Date>) -> String {
    day.map(|day| day.to_string()).unwrap_or_default()
}

/// `path?a=b`, without what is empty.
pub(super) fn href(path: &str, fields: &[(&str, String)]) -> String {
    let pairs: Vec<_> = fields
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("{name}={}", encoded(value)))
        .collect();
    if pairs.is_empty() { path.to_owned() } else { format!("{path}?{}", pairs.join("&")) }
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let hex = |b: Option<u8>| b.and_then(|b| char::from(b).to_digit(16)).and_then(|d| u8::try_from(d).ok());
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => match (hex(rest.next()), hex(rest.next())) {
                (Some(high), Some(low)) => high * 16 + low,
                _ => b'?',
            },
            other => other,
        });
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_into_an_address_is_read_from_it() {
        let asked = [("q", "ö & ü+%".to_owned()), ("status", String::new())];
        let address = href("/admin/orders", &asked);
        assert_eq!(address, "/admin/orders?q=%C3%B6%20%26%20%C3%BC%2B%25");
        let read = fields(address.split_once('?').unwrap().1);
        assert_eq!(read.into_iter().collect::<Vec<_>>(), [("q".to_owned(), "ö & ü+%".to_owned())]);
    }

    #[test]
    fn a_word_is_one_of_those_that_are_known_or_none() {
        let asked = |address| one_of(&mut fields(address), "size", ["small", "large"], |size| size);
        assert_eq!(asked("size=large&colour=small"), Some("large"));
        assert_eq!((asked("size=Large"), asked("size="), asked("colour=small")), (None, None, None));
    }

    #[test]
    fn garbled_addresses_are_read_as_far_as_they_can_be() {
        assert_eq!(fields("?a=1&a=2&b&c=%zz&d=%00x")["a"], "2");
        assert_eq!(fields("q=+a%20b+")["q"], "a b");
        assert_eq!(fields("d=%00x")["d"], "x");
        assert!(fields("").is_empty() && fields("b=").is_empty());
    }
}

//! What strangers typed, as letters say it: whoever orders or registers gives an address of mail that need not be theirs, and of what
//! they typed besides no mail program makes a link.

use crate::domain::ShippingAddress;

/// A name that mail programs could make a link of is not said: somebody may have typed it to have it mailed to others.
pub(super) fn greeted(name: &str) -> Option<&str> {
    let is_like_a_link = name.contains(['/', '@', ':']) || name != unlinked(name);
    (!is_like_a_link).then_some(name)
}

/// The lines of an address, which may well have slashes and full stops in them: behind each of these stands a space, as one writes
/// them anyway.
pub(super) fn address_lines(address: &ShippingAddress) -> Vec<String> {
    address.lines().iter().map(|line| unlinked(line)).collect()
}

fn unlinked(line: &str) -> String {
    let mut text = String::with_capacity(line.len());
    let mut letters = line.chars().peekable();
    while let Some(c) = letters.next() {
        text.push(c);
        let joins = letters.peek().is_some_and(|next| match c {
            '.' | '\u{3002}' | '\u{ff0e}' | '\u{ff61}' => next.is_alphanumeric(),
            ':' => *next == '/',
            _ => false,
        });
        if joins {
            text.push(' ');
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_could_be_a_link_is_not_said() {
        for name in ["Ada", "Dr. Ada Lovelace", "Ada King, Countess of L.", "Ödön"] {
            assert_eq!(greeted(name), Some(name));
        }
        for name in
            ["Win at evil.example", "https://evil", "a@b", "evil.example/x", "ünlü.örnek", "evil\u{3002}example"]
        {
            assert_eq!(greeted(name), None, "{name}");
        }
    }

    #[test]
    fn no_line_of_an_address_is_a_link() {
        for line in ["12/3 Main St.", "Flat 3, 1 Main Street", "c/o Ada Lovelace", "St. Peter Str. 5", "Postfach 10 20"]
        {
            assert_eq!(unlinked(line), line);
        }
        for (line, said) in [
            ("St.Peter Str.5", "St. Peter Str. 5"),
            ("see https://evil.example/win", "see https: //evil. example/win"),
            ("www.evil.example", "www. evil. example"),
            ("me@evil.example", "me@evil. example"),
            ("evil\u{ff0e}example", "evil\u{ff0e} example"),
        ] {
            assert_eq!(unlinked(line), said);
        }
    }
}

//! Two people who edit the same thing at once: what the second typed, what the first changed, and what becomes of both.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Currency, Money};

/// The fields of an edit, as typed, by their names.
pub type Fields = BTreeMap<String, String>;

/// An edit that was overtaken, brought together with what overtook it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Merged {
    /// What stands in the fields: one's own changes, else what is there now.
    pub fields: Fields,
    /// Fields that somebody else changed and one did not.
    pub theirs: Vec<String>,
    /// Fields that both changed, and what is there now.
    pub both: Vec<(String, String)>,
}

/// Fields as they are compared and saved: what a browser makes of lines, and how somebody writes an amount, is no change.
#[must_use]
pub fn settled(fields: &Fields, currency: Currency) -> Fields {
    let one = |(name, text): (&String, &String)| {
        let text = text.replace("\r\n", "\n").replace('\r', "\n").trim().to_owned();
        let of_variant = name.rsplit_once('-').map_or(name.as_str(), |(_, part)| part);
        let same = match of_variant {
            "name" => text.split_whitespace().collect::<Vec<_>>().join(" "),
            "price" | "compare_at_price" => {
                Money::parse(&text, currency).map_or(text, |money| money.amount().to_string())
            }
            "weight_grams" if text.is_empty() => "0".to_owned(),
            "weight_grams" => text.parse::<u32>().map_or(text, |grams| grams.to_string()),
            "sku" => text.to_ascii_uppercase(),
            _ => text,
        };
        (name.clone(), same)
    };
    fields.iter().map(one).collect()
}

/// `base` is what was read, `typed` what was made of it, `now` what is there. Nothing that was typed is lost, and nothing
/// that somebody else changed is undone without being seen.
pub fn merge(base: &Fields, typed: &Fields, now: &Fields) -> Merged {
    let mut merged = Merged { fields: typed.clone(), ..Merged::default() };
    for (name, there) in now {
        let Some(mine) = typed.get(name) else {
            // Of something that came after the form was read.
            merged.fields.insert(name.clone(), there.clone());
            merged.theirs.push(name.clone());
            continue;
        };
        let read = base.get(name).unwrap_or(mine);
        if read == there || mine == there {
            continue;
        }
        if mine == read {
            merged.fields.insert(name.clone(), there.clone());
            merged.theirs.push(name.clone());
        } else {
            merged.both.push((name.clone(), there.clone()));
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(fields: &[(&str, &str)]) -> Fields {
        fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn what_a_browser_makes_of_lines_and_people_of_amounts_is_no_change() {
        let usd = Currency::USD;
        let typed = fields(&[
            ("description", " First.\r\n\r\nSecond.\r\n"),
            ("name", "Tea  Towel "),
            ("v1-price", "49"),
            ("v1-compare_at_price", ""),
            ("v1-sku", "tea-s"),
            ("v1-weight_grams", "0100"),
            ("v2-price", "dear"),
        ]);
        let there = fields(&[
            ("description", "First.\n\nSecond."),
            ("name", "Tea Towel"),
            ("v1-price", "49.00"),
            ("v1-compare_at_price", ""),
            ("v1-sku", "TEA-S"),
            ("v1-weight_grams", "100"),
            ("v2-price", "dear"),
        ]);
        assert_eq!(settled(&typed, usd), there);
        assert_eq!(settled(&there, usd), there);
    }

    /// read, typed, there now; what stands in the field, and whose change it is.
    #[test]
    fn every_case_of_two_edits_is_decided() {
        for (read, typed, now, stands, theirs, both) in [
            ("a", "a", "a", "a", false, false),
            ("a", "b", "a", "b", false, false),
            ("a", "a", "c", "c", true, false),
            ("a", "b", "c", "b", false, true),
            ("a", "b", "b", "b", false, false),
        ] {
            let merged = merge(&fields(&[("name", read)]), &fields(&[("name", typed)]), &fields(&[("name", now)]));
            assert_eq!(merged.fields["name"], stands, "{read} {typed} {now}");
            assert_eq!((merged.theirs.len() == 1, merged.both.len() == 1), (theirs, both), "{read} {typed} {now}");
        }
    }

    #[test]
    fn what_came_since_is_shown_and_what_was_typed_of_what_is_gone_stays() {
        let merged = merge(&fields(&[("a", "1")]), &fields(&[("a", "2")]), &fields(&[("b", "3")]));
        assert_eq!(merged.fields, fields(&[("a", "2"), ("b", "3")]));
        assert_eq!(merged.theirs, ["b"]);
    }
}

//! Two people who edit the same thing at once: what the second typed, what the first changed, and what becomes of both.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Currency, Measure, Money};

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
            "price" | "compare_at_price" | "cost" => {
                Money::parse(&text, currency).map_or(text, |money| money.amount().to_string())
            }
            "weight_grams" if text.is_empty() => "0".to_owned(),
            "weight_grams" => text.parse::<u32>().map_or(text, |grams| grams.to_string()),
            "measure" => Measure::parse(&text).map_or(text, |measure| measure.to_string()),
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

/// The fields that are not the same in both.
pub fn differing(before: &Fields, after: &Fields) -> (Fields, Fields) {
    let changed = |from: &Fields, other: &Fields| {
        from.iter()
            .filter(|(name, value)| other.get(*name) != Some(value))
            .map(|(n, v)| (n.clone(), v.clone()))
            .collect()
    };
    (changed(before, after), changed(after, before))
}

/// As `merge`, for forms whose rows come and go, each under a key of its own: what is not there is an empty field.
pub fn merge_rows(base: &Fields, typed: &Fields, now: &Fields) -> Merged {
    let names: BTreeSet<_> = base.keys().chain(typed.keys()).chain(now.keys()).collect();
    let all = |fields: &Fields| -> Fields {
        let of = |name: &String| fields.get(name).map(|text| text.replace("\r\n", "\n").trim().to_owned());
        names.iter().map(|name| ((*name).clone(), of(name).unwrap_or_default())).collect()
    };
    let mut merged = merge(&all(base), &all(typed), &all(now));
    merged.fields.retain(|name, text| !text.is_empty() || typed.contains_key(name));
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
            ("v1-measure", "0.50KG"),
            ("v2-price", "dear"),
            ("v2-weight_grams", " "),
        ]);
        let there = fields(&[
            ("description", "First.\n\nSecond."),
            ("name", "Tea Towel"),
            ("v1-price", "49.00"),
            ("v1-compare_at_price", ""),
            ("v1-sku", "TEA-S"),
            ("v1-weight_grams", "100"),
            ("v1-measure", "0.5 kg"),
            ("v2-price", "dear"),
            ("v2-weight_grams", "0"),
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
        let (before, after) =
            (fields(&[("a", "1"), ("b", "2"), ("c", "4")]), fields(&[("b", "3"), ("c", "4"), ("d", "5")]));
        let changed = (fields(&[("a", "1"), ("b", "2")]), fields(&[("b", "3"), ("d", "5")]));
        assert_eq!(differing(&before, &after), changed);
    }

    #[test]
    fn rows_that_somebody_took_away_or_added_are_merged_like_any_other_field() {
        let base = fields(&[("a-rate", "5"), ("b-rate", "7"), ("c-rate", "9")]);
        // One took `b` away, added `d` and changed `c`; somebody else took `a` away, added `e` and changed `c`, too.
        let typed = fields(&[("a-rate", "5"), ("c-rate", "10"), ("d-rate", "1\r\n")]);
        let now = fields(&[("b-rate", "7"), ("c-rate", "11"), ("e-rate", "2")]);
        let merged = merge_rows(&base, &typed, &now);
        assert_eq!(merged.fields, fields(&[("a-rate", ""), ("c-rate", "10"), ("d-rate", "1"), ("e-rate", "2")]));
        assert_eq!(merged.theirs, ["a-rate", "e-rate"]);
        assert_eq!(merged.both, [("c-rate".to_owned(), "11".to_owned())]);
        assert_eq!(merge_rows(&base, &base, &base), Merged { fields: base, ..Merged::default() });
    }
}

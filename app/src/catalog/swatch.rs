//! What a colour looks like, about: a dot beside its name, for common words of colours. Of other words there is none; the name
//! stands beside it always.

use leptos::prelude::*;

/// Words of colours as shops use them, in English spelling, and a colour that most would call so.
const COLOURS: [(&str, &str); 58] = [
    ("amber", "#c8862c"),
    ("apricot", "#f0b183"),
    ("aqua", "#6fc3c8"),
    ("ash", "#b4b2ab"),
    ("beige", "#d9c9ad"),
    ("black", "#1c1b1a"),
    ("blue", "#3a5f95"),
    ("bone", "#e6dfd0"),
    ("brass", "#b5924c"),
    ("brown", "#6d4c33"),
    ("burgundy", "#6b2232"),
    ("chalk", "#f1eee6"),
    ("charcoal", "#3b3c3d"),
    ("clay", "#b0674a"),
    ("copper", "#b06f49"),
    ("coral", "#e8806b"),
    ("cream", "#f4ead2"),
    ("forest", "#2f4a38"),
    ("gold", "#c79a3b"),
    ("gray", "#8c8c8a"),
    ("green", "#4d7a4f"),
    ("grey", "#8c8c8a"),
    ("indigo", "#37407a"),
    ("ink", "#26304a"),
    ("ivory", "#f5efdf"),
    ("juniper", "#3f5d57"),
    ("lavender", "#b3a3cf"),
    ("lilac", "#bda2c4"),
    ("linen", "#e5dac4"),
    ("mint", "#a9d3bb"),
    ("moss", "#6b7445"),
    ("mustard", "#c99a2e"),
    ("natural", "#d8c6a5"),
    ("navy", "#24304f"),
    ("oat", "#d9cbb2"),
    ("ochre", "#c2862f"),
    ("olive", "#70703d"),
    ("orange", "#dd7f33"),
    ("peach", "#f2bd9a"),
    ("pink", "#e3a1ad"),
    ("plum", "#6c3a56"),
    ("purple", "#6b4a86"),
    ("red", "#b2352f"),
    ("rose", "#d58d92"),
    ("rust", "#a4512c"),
    ("sage", "#9aa88a"),
    ("sand", "#d6c19a"),
    ("silver", "#c0c1c2"),
    ("sky", "#93b9d6"),
    ("slate", "#5c6670"),
    ("smoke", "#8f9193"),
    ("stone", "#b9b1a3"),
    ("tan", "#c19a6b"),
    ("teal", "#2f6f73"),
    ("terracotta", "#b8643f"),
    ("turquoise", "#45a8a4"),
    ("white", "#fdfdfb"),
    ("yellow", "#e6c341"),
];

/// What options of colours are called.
const OPTIONS: [&str; 5] = ["colour", "color", "glaze", "finish", "shade"];

/// A dot of the colour, if the option is one of colours and the value names one that is known.
#[component]
pub fn Swatch(option: String, value: String) -> impl IntoView {
    let is_colour = OPTIONS.contains(&option.trim().to_lowercase().as_str());
    is_colour.then(|| colour_of(&value)).flatten().map(|colour| {
        view! {
            <svg class="swatch" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
                <circle cx="8" cy="8" r="7" fill=colour></circle>
            </svg>
        }
    })
}

/// By the last of its words that names a colour: "midnight blue" is blue.
fn colour_of(value: &str) -> Option<&'static str> {
    let lower = value.to_lowercase();
    let mut words = lower.split(|c: char| !c.is_alphabetic());
    let known = |word: &str| COLOURS.iter().find(|(name, _)| *name == word).map(|(_, colour)| *colour);
    words.by_ref().filter_map(known).last()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_words_have_a_colour_and_others_none() {
        for (value, colour) in [
            ("Sand", Some("#d6c19a")),
            ("Midnight blue", Some("#3a5f95")),
            ("BLUE CHECKED", Some("#3a5f95")),
            ("Clear", None),
            ("Redwood", None),
            ("", None),
        ] {
            assert_eq!(colour_of(value), colour, "{value}");
        }
    }

    #[test]
    fn each_word_stands_once_and_is_a_colour_of_six_digits() {
        assert!(COLOURS.windows(2).all(|pair| pair[0].0 < pair[1].0), "in order, each once");
        for (word, colour) in COLOURS {
            let digits = colour.strip_prefix('#').unwrap_or_default();
            assert!(digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_hexdigit()), "{word}");
        }
    }
}

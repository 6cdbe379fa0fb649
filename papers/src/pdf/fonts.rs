//! The fonts on a paper (`papers/fonts`, SIL OFL 1.1), and what of a text they can show. Other scripts than Latin have
//! one weight; a letter that no font has is shown as U+FFFD, and the file carries the true one for whoever searches,
//! copies or listens.

use std::sync::Arc;

use parley::fontique::{Blob, CharmapIndex, Collection, CollectionOptions, FontInfoOverride, SourceCache};
use parley::{FontContext, FontWeight};

const FILES: [(&str, f32, &[u8]); 6] = [
    ("Noto Sans", 400.0, include_bytes!("../../fonts/NotoSans-Regular.ttf")),
    ("Noto Sans", 600.0, include_bytes!("../../fonts/NotoSans-SemiBold.ttf")),
    ("Newsreader", 400.0, include_bytes!("../../fonts/Newsreader-Display.ttf")),
    ("Noto Sans Arabic", 400.0, include_bytes!("../../fonts/NotoSansArabic-Regular.ttf")),
    ("Noto Sans Hebrew", 400.0, include_bytes!("../../fonts/NotoSansHebrew-Regular.ttf")),
    ("Noto Sans Thai", 400.0, include_bytes!("../../fonts/NotoSansThai-Regular.ttf")),
];

const MISSING: char = '\u{fffd}';

pub struct Fonts {
    pub context: FontContext,
    /// Which letters there are.
    letters: Vec<(CharmapIndex, &'static [u8])>,
}

impl Fonts {
    pub fn new() -> Self {
        let mut collection = Collection::new(CollectionOptions { shared: false, system_fonts: false });
        let mut letters = Vec::new();
        for (family, weight, file) in FILES {
            let family = FontInfoOverride {
                family_name: Some(family),
                weight: Some(FontWeight::new(weight)),
                ..FontInfoOverride::default()
            };
            let found = collection.register_fonts(Blob::new(Arc::new(file)), Some(family));
            letters.extend(found.iter().flat_map(|(_, fonts)| fonts).map(|font| (font.charmap_index(), file)));
        }
        Self { context: FontContext { collection, source_cache: SourceCache::default() }, letters }
    }

    /// What is shown of a text.
    pub fn shown(&self, text: &str) -> String {
        plain(text).chars().map(|letter| if self.has(letter) { letter } else { MISSING }).collect()
    }

    fn has(&self, letter: char) -> bool {
        letter == ' '
            || self.letters.iter().any(|(index, file)| {
                index.charmap(file).and_then(|letters| letters.map(letter)).is_some_and(|glyph| glyph != 0)
            })
    }
}

/// A text on one line, without letters that only steer others: controls, and marks that turn the direction of what follows.
pub fn plain(text: &str) -> String {
    let text: String = text
        .chars()
        .filter(|letter| !steers(*letter))
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect();
    let mut words = text.split([' ', '\u{2028}', '\u{2029}']).filter(|word| !word.is_empty());
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |line, word| line + " " + word)
}

fn steers(letter: char) -> bool {
    matches!(letter, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff0}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}' | '\u{e0000}'..='\u{e0fff}')
}

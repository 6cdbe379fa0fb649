//! What people type: controls, very long words, scripts from right to left, letters that no font has.

use papers::Paper;

use crate::cases::{Draft, german, person};

/// All of it at once.
pub fn strange() -> Paper {
    let mut draft = Draft::new("EUR", 2, true, &[("MwSt.", "19", papers::TaxCategory::Standard)])
        .line(&"Donaudampfschifffahrtsgesellschaft".repeat(20), 1, "10.00", 0)
        .line("a\u{0}b\u{7}c\td\ne\u{feff}f\u{202e}g\u{fffe}", 1, "10.00", 0)
        .line("مقلاة من الحديد الزهر 24 cm, מחבת, กระทะ", 1, "10.00", 0)
        .line("鉄のフライパン 🍳 \u{e000} \u{f0000} e\u{301}\u{e31} \u{1f468}\u{200d}\u{1f469}", 1, "10.00", 0)
        .line(&"W".repeat(5_000), 1, "10.00", 0)
        .line("\u{301}\u{e31}", 1, "10.00", 0);
    let mut buyer = person("שרה לוי and محمد عبد الله", german().address);
    buyer.address.lines = vec!["\u{202e}12 teertS".into(), "北京市".into(), "x".repeat(400), "Germany".into()];
    draft.paper.buyer = buyer;
    draft.paper.notes = vec!["&lt;b&gt; <b> ]]> &amp; \"quoted\" \u{1}".into(), String::new(), "\u{200b}".into()];
    draft.paper()
}

#[test]
fn what_no_font_has_is_shown_as_missing_and_kept_for_who_copies() {
    let text = crate::reading::text_of(&papers::pdf(&strange()).unwrap(), "strange-text");
    assert!(text.contains("鉄のフライパン"), "ActualText carries what is not shown:\n{text}");
    assert!(text.contains('…'), "a name of 5,000 letters is cut");
    assert!(!text.contains('\u{202e}'), "nothing turns the direction of what follows");
}

#[test]
fn any_letter_at_all_gives_a_paper() {
    // Every assigned plane in steps, in names of forty letters.
    let letters: Vec<char> = (0..=0x3ffff_u32).step_by(7).chain(0xe0000..0xe0200).filter_map(char::from_u32).collect();
    let mut draft = Draft::new("EUR", 2, true, &[("MwSt.", "19", papers::TaxCategory::Standard)]);
    for name in letters.chunks(400) {
        draft = draft.line(&format!("x{}", name.iter().collect::<String>()), 1, "1.00", 0);
    }
    let file = papers::pdf(&draft.paper()).unwrap();
    assert!(file.starts_with(b"%PDF-1.7"));
}

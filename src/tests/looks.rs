//! What the shop looks like, as far as files tell: its fonts lie in the clone under the hash of what is in them, with their
//! licences, and are few bytes.

use std::fs;

use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha256};

use crate::architecture::root;

/// What a page loads of them where it is written in English.
const FIRST: usize = 40 << 10;
/// All of them, Latin with all of its letters.
const ALL: usize = 64 << 10;

#[test]
fn each_font_of_the_style_sheet_is_there_under_the_hash_of_its_content() {
    let sheet = fs::read_to_string(root().join("style/fonts.css")).unwrap();
    let named: Vec<_> = sheet.split("url(\"").skip(1).filter_map(|rest| Some(rest.split_once('"')?.0)).collect();
    let (mut first, mut all) = (0, 0);
    for address in &named {
        let font = fs::read(root().join("public").join(address.trim_start_matches('/'))).expect(address);
        let hash = HEXLOWER.encode(&Sha256::digest(&font));
        assert!(address.ends_with(&format!(".{}.woff2", &hash[..12])), "{address} holds {hash}");
        first += if address.contains("-latin.") { font.len() } else { 0 };
        all += font.len();
    }
    assert_eq!(named.len(), 6, "{named:?}");
    assert!(first <= FIRST && all <= ALL, "{first} of {all} bytes");
    let there = fs::read_dir(root().join("public/fonts")).unwrap().count();
    assert_eq!(there, named.len() + 2, "nothing else lies there but two licences");
    for family in ["newsreader", "figtree"] {
        let licence = fs::read_to_string(root().join(format!("public/fonts/{family}.OFL.txt"))).unwrap();
        assert!(licence.contains("SIL Open Font License, Version 1.1"), "{family}");
    }
}

#[test]
fn no_font_moves_what_is_read_before_it_is_there() {
    let sheet = fs::read_to_string(root().join("style/fonts.css")).unwrap();
    let faces: Vec<_> = sheet.split("@font-face").skip(1).collect();
    let (ours, stand_ins): (Vec<&str>, Vec<&str>) = faces.into_iter().partition(|face| face.contains("url("));
    assert!(ours.iter().all(|face| face.contains("font-display: optional;")), "{ours:?}");
    for part in ["size-adjust:", "ascent-override:", "descent-override:", "line-gap-override:"] {
        assert!(stand_ins.len() == 5 && stand_ins.iter().all(|face| face.contains(part)), "{part}");
    }
    let tokens = fs::read_to_string(root().join("style/tokens.css")).unwrap();
    for face in stand_ins {
        let family = face.split('"').nth(1).unwrap();
        assert!(tokens.contains(&format!("\"{family}\"")), "{family} stands in for nothing");
    }
}

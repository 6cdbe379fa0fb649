//! What the validators of the field say: Mustang of Factur-X and EN 16931, veraPDF of PDF/A and PDF/UA. Each starts once.

use std::path::Path;

use crate::cases;
use crate::java::{jar, java};
use crate::reading::folder;

fn write(folder: &Path, name: &str, file: &[u8]) {
    std::fs::write(folder.join(format!("{name}.pdf")), file).unwrap();
}

#[test]
fn mustang_finds_factur_x_with_valid_en_16931() {
    let folder = folder("mustang");
    for (name, paper) in cases::electronic() {
        write(&folder, name, &papers::pdf(&paper).unwrap());
    }
    let arguments = ["--disable-file-logging", "--action", "validateExpectValid", "-d"];
    let (said, content) = java(&jar("Mustang-CLI"), "org.mustangproject.commandline.Main", &arguments, &folder);
    assert!(content, "{said}");
}

#[test]
fn verapdf_finds_pdf_a_3a_and_pdf_ua_1() {
    let folder = folder("verapdf");
    let all: Vec<_> = cases::electronic().into_iter().chain([("dinar", cases::dinar())]).collect();
    for (name, paper) in &all {
        write(&folder, name, &papers::pdf(paper).unwrap());
    }
    let jar = jar("greenfield-apps");
    let (said, content) = java(&jar, "org.verapdf.apps.GreenfieldCliWrapper", &["--format", "text", "-v"], &folder);
    assert!(content, "{said}");
    for flavour in ["3a", "ua1"] {
        let passed = said.lines().filter(|line| line.starts_with("PASS") && line.ends_with(flavour)).count();
        assert_eq!(passed, all.len(), "{flavour}: {said}");
    }
}

//! What the validators of the field say: Mustang of Factur-X and EN 16931, veraPDF of PDF/A and PDF/UA. Each starts once.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cases;
use crate::reading::folder;

fn jar(name: &str) -> PathBuf {
    let home = || format!("{}/.cache/small-ecommerce/paper-validators", std::env::var("HOME").unwrap_or_default());
    let folder = std::env::var("PAPER_VALIDATORS").unwrap_or_else(|_| home());
    let found = std::fs::read_dir(&folder).ok().into_iter().flatten().filter_map(Result::ok).map(|entry| entry.path());
    let is_it = |path: &PathBuf| path.file_name().is_some_and(|file| file.to_string_lossy().starts_with(name));
    found.into_iter().find(is_it).unwrap_or_else(|| panic!("no {name} in {folder}: scripts/setup papers"))
}

/// What it prints, and whether it is content.
fn java(jar: &Path, class: &str, arguments: &[&str], files: &Path) -> (String, bool) {
    let mut command = Command::new("java");
    command
        .args(["-Xshare:auto", "-XX:TieredStopAtLevel=1", "-Djava.awt.headless=true", "-cp"])
        .arg(jar)
        .arg(class)
        .args(arguments)
        .arg(files);
    let said = command.current_dir(files).output().expect("Java 17: scripts/setup papers");
    let text = String::from_utf8_lossy(&said.stdout).into_owned() + &String::from_utf8_lossy(&said.stderr);
    (text, said.status.success())
}

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

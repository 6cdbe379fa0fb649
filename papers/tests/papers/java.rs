//! Calls the validators of the field, which are written in Java.

use std::path::{Path, PathBuf};
use std::process::Command;

pub fn jar(name: &str) -> PathBuf {
    let home = || format!("{}/.cache/small-ecommerce/paper-validators", std::env::var("HOME").unwrap_or_default());
    let folder = std::env::var("PAPER_VALIDATORS").unwrap_or_else(|_| home());
    let found = std::fs::read_dir(&folder).ok().into_iter().flatten().filter_map(Result::ok).map(|entry| entry.path());
    let is_it = |path: &PathBuf| path.file_name().is_some_and(|file| file.to_string_lossy().starts_with(name));
    found.into_iter().find(is_it).unwrap_or_else(|| panic!("no {name} in {folder}: scripts/setup papers"))
}

/// What it prints, and whether it is content.
pub fn java(jar: &Path, class: &str, arguments: &[&str], files: &Path) -> (String, bool) {
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

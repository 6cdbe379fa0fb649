//! The house rules that a compiler does not check: who may mention whom, how long a file is, how many cfg lines there are.

use std::fs;
use std::path::{Path, PathBuf};

/// A folder, and the words that must not stand in its code.
const NEVER: [(&str, &[&str]); 11] = [
    (
        "src/domain",
        &[
            "crate::dto",
            "crate::usecase",
            "crate::infrastructure",
            "sqlx",
            "tokio",
            "rdkafka",
            "leptos",
            "axum",
            "now_utc",
            "now_v7",
            "rand::",
        ],
    ),
    ("src/dto", &["crate::usecase", "crate::infrastructure", "sqlx", "tokio", "rdkafka", "leptos", "axum"]),
    (
        "src/usecase",
        &[
            "sqlx",
            "rdkafka",
            "axum",
            "leptos",
            "tower_sessions",
            "lettre",
            "argon2",
            "crate::infrastructure",
            "now_utc",
            "now_v7",
        ],
    ),
    ("src/infrastructure/postgres", &["rdkafka", "lettre", "argon2", "leptos", "axum::"]),
    ("src/infrastructure/kafka", &["sqlx", "lettre", "argon2", "leptos", "axum::", "tower_sessions"]),
    ("src/infrastructure/mail", &["sqlx", "rdkafka", "argon2", "leptos", "axum::"]),
    ("src/infrastructure/password.rs", &["sqlx", "rdkafka", "lettre", "leptos", "axum::"]),
    ("app/session/src", &["sqlx", "rdkafka", "argon2", "lettre", "leptos", "utoipa", "app::", "server::", "select "]),
    ("app/src", &["sqlx", "rdkafka", "argon2::", "lettre", "\"select ", "insert into"]),
    ("server/src", &["sqlx::query", "insert into"]),
    ("papers/src", &["shop::", "sqlx", "tokio", "leptos", "axum", "now_utc", "SystemTime"]),
];

pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The Rust files below a path, with their text.
pub fn sources(below: &str) -> Vec<(PathBuf, String)> {
    fn walk(path: &Path, found: &mut Vec<(PathBuf, String)>) {
        if path.is_dir() {
            for entry in fs::read_dir(path).unwrap() {
                walk(&entry.unwrap().path(), found);
            }
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push((path.to_owned(), fs::read_to_string(path).unwrap()));
        }
    }
    let mut found = Vec::new();
    walk(&root().join(below), &mut found);
    assert!(!found.is_empty(), "{below} has no sources");
    found
}

/// The code without comments.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().map(|(n, line)| (n + 1, line)).filter(|(_, line)| !line.trim_start().starts_with("//"))
}

#[test]
fn nobody_mentions_what_lies_further_out() {
    let mut breaches = Vec::new();
    for (place, words) in NEVER {
        for (path, text) in sources(place) {
            for (n, line) in code(&text) {
                for word in words.iter().filter(|w| line.contains(**w)) {
                    breaches.push(format!("{}:{n} mentions {word:?}", path.display()));
                }
            }
        }
    }
    assert!(breaches.is_empty(), "{}", breaches.join("\n"));
}

/// Providers of payments come and go: what is true, what crosses the wire and what is shown names none.
#[test]
fn no_providers_name_stands_in_the_domain_in_dtos_or_in_pages() {
    let mut breaches = Vec::new();
    for place in ["src/domain", "src/dto", "app/src"] {
        for (path, text) in sources(place) {
            let names = |line: &str| ["stripe", "sandbox"].iter().any(|name| line.to_lowercase().contains(name));
            let named = text.lines().enumerate().filter(|(_, line)| names(line));
            breaches.extend(named.map(|(n, line)| format!("{}:{} {line}", path.display(), n + 1)));
        }
    }
    assert!(breaches.is_empty(), "{}", breaches.join("\n"));
}

#[test]
fn only_server_code_of_the_app_reaches_beyond_dto() {
    let mut breaches = Vec::new();
    for (path, text) in sources("app/src") {
        let server_only = path.components().any(|c| c.as_os_str() == "ssr");
        let mut inside_server_function = false;
        for (n, line) in code(&text) {
            if line.starts_with("#[server") {
                inside_server_function = true;
            } else if line == "}" {
                inside_server_function = false;
            }
            if line.contains("shop::infrastructure") && !line.contains("LiveShop") {
                breaches.push(format!("{}:{n} names an adapter", path.display()));
            }
            let beyond = line.contains("shop::usecase") || line.contains("shop::infrastructure");
            if beyond && !server_only && !inside_server_function {
                breaches.push(format!("{}:{n} reaches beyond dto", path.display()));
            }
        }
    }
    assert!(breaches.is_empty(), "{}", breaches.join("\n"));
}

/// Who asks is known below pages and API; which adapter stands behind the shop is not.
#[test]
fn the_session_names_no_adapter() {
    let mut breaches = Vec::new();
    for (path, text) in sources("app/session/src") {
        for (n, line) in code(&text).filter(|(_, line)| line.contains("infrastructure")) {
            if !line.contains("shop::infrastructure::Live") && !line.contains("shop::infrastructure::{Live") {
                breaches.push(format!("{}:{n} names an adapter", path.display()));
            }
        }
    }
    assert!(breaches.is_empty(), "{}", breaches.join("\n"));
}

/// Every other folder of the app is a noun, or knows nouns.
#[test]
fn parts_of_pages_know_no_noun() {
    let folders = fs::read_dir(root().join("app/src")).unwrap().map(|entry| entry.unwrap());
    let folders = folders.filter(|entry| entry.path().is_dir() && entry.file_name() != "ui");
    let nouns: Vec<_> = folders.map(|entry| format!("crate::{}", entry.file_name().to_string_lossy())).collect();
    assert!(nouns.contains(&"crate::cart".to_owned()), "{nouns:?}");
    let mut breaches = Vec::new();
    for (path, text) in sources("app/src/ui") {
        for (n, line) in code(&text) {
            for noun in nouns.iter().filter(|noun| line.contains(*noun)) {
                breaches.push(format!("{}:{n} mentions {noun}", path.display()));
            }
        }
    }
    assert!(breaches.is_empty(), "{}", breaches.join("\n"));
}

/// What a stranger greps for is the field's term (ARCHITECTURE.md, "Words"). These are nobody's, as a whole name.
const NO_TERMS: [&str; 17] = [
    "keep_promises",
    "bury",
    "tell",
    "tells",
    "told",
    "hear",
    "ring",
    "door",
    "knock",
    "stranger",
    "farewell",
    "bear",
    "goods",
    "meant",
    "natural",
    "known",
    "follow",
];
/// Nor does a name end with what says nothing of a thing's purpose.
const NO_ENDINGS: [&str; 6] = ["manager", "helper", "helpers", "util", "utils", "common"];

/// What a line defines, in small letters with `_` between its words.
fn defined(line: &str) -> Option<String> {
    let words: Vec<_> = line.split_whitespace().collect();
    let is_kind = |word: &str| ["fn", "struct", "enum", "trait", "type", "mod"].contains(&word);
    let name = words.windows(2).find(|pair| is_kind(pair[0])).map(|pair| pair[1])?;
    let mut spelt = String::new();
    for letter in name.chars().take_while(|c| c.is_alphanumeric() || *c == '_') {
        if letter.is_uppercase() && spelt.chars().last().is_some_and(char::is_lowercase) {
            spelt.push('_');
        }
        spelt.extend(letter.to_lowercase());
    }
    Some(spelt)
}

#[test]
fn names_are_terms_of_the_field() {
    assert_eq!(defined("    pub(super) fn known<T>() {").as_deref(), Some("known"));
    assert_eq!(defined("pub struct MailHelper;").as_deref(), Some("mail_helper"));
    let mut breaches = Vec::new();
    for place in ["src", "app", "server/src", "bench/src", "papers/src"] {
        for (path, text) in sources(place).into_iter().filter(|(path, _)| !path.starts_with(root().join("src/tests"))) {
            for (n, line) in code(&text) {
                let ends = |name: &str| NO_ENDINGS.iter().any(|end| name.rsplit('_').next() == Some(*end));
                let name = defined(line).filter(|name| NO_TERMS.contains(&name.as_str()) || ends(name));
                breaches.extend(name.map(|name| format!("{}:{n} defines {name}", path.display())));
            }
        }
    }
    assert!(breaches.is_empty(), "{}", breaches.join("\n"));
}

#[test]
fn four_cfg_lines_are_enough() {
    let mut lines = Vec::new();
    for place in ["src", "app", "server/src"] {
        for (path, text) in sources(place) {
            if path.ends_with("architecture.rs") {
                continue;
            }
            let found =
                code(&text).filter(|(_, l)| (l.contains("cfg(") || l.contains("cfg_attr(")) && l.contains("feature"));
            lines.extend(found.map(|(n, _)| format!("{}:{n}", path.display())));
        }
    }
    assert!(lines.len() <= 4, "{}", lines.join("\n"));
}

/// Browsers run islands alone. What else there is of a folder is compiled for the server, and said to be in one place.
#[test]
fn each_folder_of_the_app_says_once_what_only_the_server_renders() {
    let mut breaches = Vec::new();
    for (path, text) in sources("app/src") {
        let found = code(&text).filter(|(_, line)| line.contains("cfg_select!")).count();
        let is_of_server = text.contains("\ncfg_select! {\n    feature = \"ssr\" => {\n        mod ");
        let may_say_so = ["lib.rs", "mod.rs"].iter().any(|name| path.ends_with(name));
        if found > 0 && !(found == 1 && is_of_server && may_say_so) {
            breaches.push(format!("{} chooses in another way", path.display()));
        }
    }
    assert!(breaches.is_empty(), "{}", breaches.join("\n"));
}

#[test]
fn files_are_short_and_say_what_they_are() {
    let mut breaches = Vec::new();
    for place in ["src", "app", "server", "bench", "papers"] {
        for (path, text) in sources(place) {
            let lines = text.lines().count();
            if lines > 400 {
                breaches.push(format!("{} has {lines} lines", path.display()));
            }
            if !text.starts_with("//!") {
                breaches.push(format!("{} does not say what it is", path.display()));
            }
        }
    }
    assert!(breaches.is_empty(), "{}", breaches.join("\n"));
}

/// No crate has doctests (`doctest = false`), so nobody would run one.
#[test]
fn no_example_stands_where_nobody_runs_it() {
    for place in ["src", "app", "server", "papers"] {
        for (path, text) in sources(place) {
            let mut comments =
                text.lines().filter(|line| ["///", "//!"].iter().any(|c| line.trim_start().starts_with(c)));
            assert!(!comments.any(|line| line.contains("```")), "{} has an example in a comment", path.display());
        }
    }
}

#[test]
fn nothing_is_ignored_or_left_to_do() {
    let marks = ["#[ig", "nore", "todo!", "unimplemented!", "FIX", "ME"];
    let marks = [marks[0].to_owned() + marks[1], marks[2].into(), marks[3].into(), marks[4].to_owned() + marks[5]];
    for place in ["src", "app", "server", "bench", "papers"] {
        for (path, text) in sources(place) {
            if path.ends_with("architecture.rs") {
                continue;
            }
            for mark in &marks {
                assert!(!text.contains(mark), "{} has {mark}", path.display());
            }
        }
    }
}

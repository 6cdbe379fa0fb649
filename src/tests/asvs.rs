//! The table of ASVS 5.0 in `docs/security.md`: none of the requirements of levels 1 and 2 is left out, each says how it
//! stands, and the tests that it names exist.

use std::collections::BTreeMap;
use std::path::Path;

const DOCUMENT: &str = include_str!("../../docs/security.md");

/// How many requirements of levels 1 and 2 each chapter of ASVS 5.0.0 has: 253.
const CHAPTERS: [(u32, usize); 17] = [
    (1, 27),
    (2, 11),
    (3, 19),
    (4, 10),
    (5, 9),
    (6, 35),
    (7, 18),
    (8, 7),
    (9, 7),
    (10, 29),
    (11, 14),
    (12, 9),
    (13, 13),
    (14, 9),
    (15, 13),
    (16, 16),
    (17, 7),
];

struct Row {
    requirement: &'static str,
    stands: &'static str,
    how: &'static str,
}

fn rows() -> Vec<Row> {
    let lines = DOCUMENT.lines().filter(|line| line.starts_with("| V"));
    let cells = lines.map(|line| line.trim_matches('|').split('|').map(str::trim).collect::<Vec<_>>());
    let row = |cells: Vec<&'static str>| match cells[..] {
        [requirement, _, _, stands, how] => Row { requirement, stands, how },
        _ => panic!("five cells are wanted: {cells:?}"),
    };
    cells.map(row).collect()
}

/// `V4.3.1` is itself, `V4.3.1–2` that and the next.
fn requirements(written: &str) -> Vec<[u32; 3]> {
    let (from, to) = written.trim_start_matches('V').split_once('–').unwrap_or((written.trim_start_matches('V'), ""));
    let parts: Vec<u32> = from.split('.').map(|part| part.parse().unwrap()).collect();
    let [chapter, section, first] = parts[..] else { panic!("{written} is no requirement") };
    let last = if to.is_empty() { first } else { to.parse().unwrap() };
    (first..=last).map(|number| [chapter, section, number]).collect()
}

#[test]
fn no_requirement_is_left_out_or_told_twice() {
    let mut all: Vec<_> = rows().iter().flat_map(|row| requirements(row.requirement)).collect();
    let told = all.len();
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), told, "a requirement is there twice");
    let mut counted = BTreeMap::new();
    for [chapter, ..] in all {
        *counted.entry(chapter).or_insert(0_usize) += 1;
    }
    assert_eq!(counted, BTreeMap::from(CHAPTERS));
    assert_eq!(told, 253);
}

#[test]
fn each_says_how_it_stands_and_names_tests_that_exist() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for Row { requirement, stands, how } in rows() {
        assert!(["met", "n/a"].contains(&stands), "{requirement} is {stands}: what is missing?");
        assert!(!how.is_empty(), "{requirement} says nothing");
        for named in how.split('`').skip(1).step_by(2) {
            let file = match named.split_once('/') {
                Some(("tests", name)) => format!("src/tests/{name}.rs"),
                Some(("http" | "api" | "chaos" | "processes" | "worker", _)) => format!("server/tests/{named}.rs"),
                Some(("src" | "server" | "app" | "scripts", _)) => named.to_owned(),
                _ => continue,
            };
            assert!(root.join(&file).exists(), "{requirement} names {file}, which is not there");
        }
    }
}

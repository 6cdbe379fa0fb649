//! What `deploy` and Docker Compose hand on to the program: variables that it knows, the same to one process as to several.

use std::collections::BTreeSet;
use std::fs;

use crate::architecture::root;

fn read(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap_or_else(|cause| panic!("{name}: {cause}"))
}

/// The name of a variable that a line gives a value, or hands on.
fn variable(line: &str, sign: char) -> Option<&str> {
    let (name, _) = line.trim_start_matches([' ', '#']).split_once(sign)?;
    let is_of_name = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    (!name.is_empty() && name.chars().all(is_of_name)).then_some(name)
}

/// Those of a part of a file of Docker Compose.
fn handed_on<'a>(file: &'a str, part: &str) -> BTreeSet<&'a str> {
    let (_, rest) = file.split_once(part).unwrap_or_else(|| panic!("no {part}"));
    let (part, _) = rest.split_once("\nservices:\n").unwrap();
    let lines = part.lines().filter(|line| !line.trim_start().starts_with('#'));
    lines.filter_map(|line| variable(line, ':')).collect()
}

#[test]
fn variables_that_are_handed_on_are_known_and_the_same_for_one_process_and_for_several() {
    let (one, several) = (read("docker-compose.yml"), read("deploy/compose.scale.yml"));
    let (cluster, machine) = (read("deploy/kubernetes/settings.env"), read("deploy/systemd/environment.example"));
    let (one, several) = (handed_on(&one, "\nx-shop: &shop\n"), handed_on(&several, "\nx-settings: &settings\n"));
    assert!(one.len() > 30 && one.contains("SECRET_KEY"), "{one:?}");
    assert_eq!(one, several);
    let set = cluster.lines().chain(machine.lines()).filter_map(|line| variable(line, '='));
    let all: BTreeSet<_> = set.chain(one.iter().copied()).collect();
    assert!(all.contains("KAFKA_REPLICATION") && all.contains("STRIPE_WEBHOOK_SECRET"), "{all:?}");
    let known = read("server/src/config/environment.rs");
    let unknown: Vec<_> =
        all.iter().filter(|name| !known.contains(&format!("pub {}: ", name.to_lowercase()))).collect();
    assert!(unknown.is_empty(), "nobody reads {unknown:?}");
}

//! No module needs one that needs it back, and no folder: the `use` lines and paths of each crate are read, re-exports
//! are followed to where a thing is defined, and what is left must be free of circles.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::architecture::{root, sources};

/// The design's own knot: each noun's file has its port, and its verbs on the shop that has every port. The list of the
/// ports and the shop that is put together from them are where they meet.
const PORTS: [&str; 2] = ["usecase::ports", "usecase::shop"];

/// A module by its path within the crate; the root is empty.
type Module = Vec<String>;

/// Which modules a module needs.
type Needs = BTreeMap<Module, BTreeSet<Module>>;

struct Crate {
    /// The code of each module that is a file.
    files: BTreeMap<Module, String>,
    /// What each module hands on under a name of its own: where the name leads.
    handed_on: BTreeMap<(Module, String), (Module, Vec<String>)>,
}

#[test]
fn no_module_needs_one_that_needs_it_back() {
    for place in ["src", "app/src", "app/session/src", "server/src", "bench/src", "papers/src"] {
        let files = sources(place).into_iter().filter(|(path, _)| !path.starts_with(root().join("src/tests")));
        let files = files.map(|(path, text)| (module_of(path.strip_prefix(root().join(place)).unwrap()), text));
        let needs = Crate::read(files).needs();
        for (what, needs) in [("modules", &needs), ("folders", &of_folders(&needs))] {
            let circles = circles(needs);
            assert!(circles.is_empty(), "{place} has circles of {what}:\n{}", circles.join("\n"));
        }
    }
}

#[test]
fn circles_of_folders_are_found_where_no_module_has_one() {
    let folders = |files: &[(&str, &str)]| {
        let files = files.iter().map(|(path, text)| (module_of(Path::new(path)), (*text).to_owned()));
        let needs = Crate::read(files).needs();
        assert!(circles(&needs).is_empty());
        circles(&of_folders(&needs))
    };
    let api = ("cart/api.rs", "use crate::ssr::page;");
    let choice = ("ssr/choice.rs", "use crate::cart::address::path;");
    let rest = [("cart/address.rs", ""), ("cart/mod.rs", "mod api;"), ("ssr/mod.rs", "pub use page::page;")];
    assert_eq!(folders(&[api, choice, rest[0], rest[1], rest[2], ("ssr/page.rs", "")]), ["cart, ssr"]);
    assert!(folders(&[api, rest[0], rest[1], rest[2], ("ssr/page.rs", "")]).is_empty());
    // What only tests need is no need.
    let fixtures = [
        ("a/mod.rs", "#[cfg(test)]\nmod tests;"),
        ("a/tests.rs", "use crate::b::B;"),
        ("b/mod.rs", "use crate::a::A;"),
    ];
    assert!(folders(&fixtures).is_empty());
    // A folder and what lies in it are not two.
    assert!(folders(&[("a/mod.rs", "mod b;\npub use b::B;"), ("a/b.rs", "use crate::c;"), ("c.rs", "")]).is_empty());
}

#[test]
fn circles_are_found_and_re_exports_are_not_mistaken_for_them() {
    let read = |files: &[(&str, &str)]| {
        let files = files.iter().map(|(path, text)| (module_of(Path::new(path)), (*text).to_owned()));
        circles(&Crate::read(files).needs())
    };
    let lines = ("cart/lines.rs", "use super::line::Line;");
    assert_eq!(
        read(&[
            ("lib.rs", "mod cart;"),
            ("cart/mod.rs", ""),
            lines,
            ("cart/line.rs", "use super::lines::{Desk, Wish};")
        ]),
        ["cart::line, cart::lines"]
    );
    assert!(read(&[("cart/mod.rs", "pub use line::Line;"), ("cart/line.rs", ""), lines]).is_empty());
    // A neighbour by way of what the folder hands on is a neighbour all the same.
    assert_eq!(
        read(&[
            ("a/mod.rs", "mod one;\npub use one::One;"),
            ("a/one.rs", "fn f() { crate::b::two() }"),
            ("b.rs", "use crate::a::{self, One};")
        ]),
        ["a::one, b"]
    );
    // A folder that needs its own part, which needs what the folder defines.
    assert_eq!(read(&[("a/mod.rs", "fn f() { part::g(); }"), ("a/part.rs", "use super::State;")]), ["a, a::part"]);
    assert!(
        read(&[
            ("a.rs", "#[cfg(test)]\nmod tests {\n    use super::*;\n    use crate::b::x;\n}"),
            ("b.rs", "use crate::a::y;")
        ])
        .is_empty()
    );
}

fn module_of(path: &Path) -> Module {
    let mut names: Module = path.with_extension("").iter().map(|n| n.to_string_lossy().into_owned()).collect();
    if names.last().is_some_and(|last| ["mod", "lib", "main"].contains(&last.as_str())) {
        names.pop();
    }
    names
}

impl Crate {
    fn read(files: impl Iterator<Item = (Module, String)>) -> Self {
        // `main.rs` stands beside `lib.rs` and names it by the crate's name: nothing in the crate can need it.
        let files: BTreeMap<Module, String> = files.collect();
        let tests: Vec<Module> = files.iter().flat_map(|(module, text)| tests_of(module, text)).collect();
        let is_test = |module: &Module| tests.iter().any(|test| module.starts_with(test));
        let files = files.into_iter().filter(|(module, _)| !is_test(module));
        let files: BTreeMap<Module, String> = files.map(|(module, text)| (module, without_tests(&text))).collect();
        let mut found = Self { files, handed_on: BTreeMap::new() };
        let mut handed_on = BTreeMap::new();
        for (module, text) in &found.files {
            for used in statements(text).into_iter().filter(|s| s.starts_with("pub")) {
                for (path, name) in expanded(after_use(&used)) {
                    if let Some((start, rest)) = found.start(module, &path) {
                        handed_on.insert((module.clone(), name), (start, rest));
                    }
                }
            }
        }
        found.handed_on = handed_on;
        found
    }

    fn needs(&self) -> Needs {
        let mut needs = Needs::new();
        for (module, text) in &self.files {
            let uses = statements(text);
            let used = uses.iter().filter(|s| !s.starts_with("pub")).flat_map(|s| expanded(after_use(s)));
            let named = paths(&uses.iter().fold(text.clone(), |text, s| text.replace(s.as_str(), "")));
            for path in used.map(|(path, _)| path).chain(named) {
                let target = self.start(module, &path).map(|(start, rest)| self.resolve(start, &rest, 0));
                if let Some(target) =
                    target.filter(|target| target != module && !PORTS.contains(&module.join("::").as_str()))
                {
                    needs.entry(module.clone()).or_default().insert(target);
                }
            }
        }
        needs
    }

    /// Where a path begins in this crate, and what is left of it; nowhere if it leads into another crate.
    fn start(&self, from: &Module, path: &[String]) -> Option<(Module, Vec<String>)> {
        let mut at = from.clone();
        match path.first()?.as_str() {
            "crate" => return Some((Module::new(), path[1..].to_vec())),
            "self" => return Some((at, path[1..].to_vec())),
            "super" => {}
            child => {
                at.push(child.to_owned());
                return self.files.contains_key(&at).then(|| (at, path[1..].to_vec()));
            }
        }
        let ups = path.iter().take_while(|p| *p == "super").count();
        at.truncate(at.len().checked_sub(ups)?);
        Some((at, path[ups..].to_vec()))
    }

    /// The module in which a thing is defined.
    fn resolve(&self, mut at: Module, path: &[String], depth: usize) -> Module {
        for (n, name) in path.iter().enumerate() {
            let mut child = at.clone();
            child.push(name.clone());
            if self.files.contains_key(&child) {
                at = child;
            } else if let Some((start, rest)) = self.handed_on.get(&(at.clone(), name.clone())).filter(|_| depth < 9) {
                let rest: Vec<_> = rest.iter().chain(&path[n + 1..]).cloned().collect();
                return self.resolve(start.clone(), &rest, depth + 1);
            } else {
                return at;
            }
        }
        at
    }
}

/// What is compiled for tests alone may look where it likes.
/// Modules in files of their own that only tests have.
fn tests_of(module: &Module, text: &str) -> Vec<Module> {
    let of_tests = text.split("#[cfg(test)]\nmod ").skip(1);
    let names = of_tests.filter_map(|rest| rest.lines().next()?.strip_suffix(';'));
    names.map(|name| module.iter().cloned().chain([name.to_owned()]).collect()).collect()
}

fn without_tests(text: &str) -> String {
    let tests = ["#[cfg(test)]\nmod tests {", "#[cfg(all(test, shuttle))]\nmod models {"];
    let code = tests.iter().fold(text, |code, tests| code.split(*tests).next().unwrap_or_default());
    let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

/// The `use` statements, each up to its semicolon.
fn statements(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(line) = rest.lines().next() {
        let word = line.trim_start();
        let told = word.split_once("use ").map(|(before, _)| before.trim());
        if told.is_some_and(|before| before.is_empty() || before.starts_with("pub")) {
            let from = &rest[line.len() - word.len()..];
            found.push(from[..from.find(';').unwrap_or(from.len())].to_owned());
        }
        rest = rest.get(line.len() + 1..).unwrap_or_default();
    }
    found
}

fn after_use(statement: &str) -> &str {
    statement.split_once("use ").map_or("", |(_, paths)| paths)
}

/// The paths of a `use`, braces opened, each with the name it has afterwards.
fn expanded(tree: &str) -> Vec<(Vec<String>, String)> {
    let tree = tree.trim();
    let (before, inside) = match tree.split_once('{') {
        Some((before, inside)) => (before, inside.trim_end().trim_end_matches('}')),
        None => {
            let (path, renamed) = tree.split_once(" as ").map_or((tree, None), |(path, name)| (path, Some(name)));
            let mut names: Vec<String> = path.split("::").map(|n| n.trim().to_owned()).collect();
            names.retain(|n| n != "*");
            if names.len() > 1 && names.last().is_some_and(|n| n == "self") {
                names.pop();
            }
            let name = renamed.map(str::to_owned).or_else(|| names.last().cloned()).unwrap_or_default();
            return vec![(names, name)];
        }
    };
    let mut parts = vec![String::new()];
    let mut depth = 0;
    for c in inside.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        parts.last_mut().unwrap().push(c);
    }
    let parts = parts.iter().filter(|part| !part.trim().is_empty());
    parts.flat_map(|part| expanded(&format!("{before}{}", part.trim()))).collect()
}

/// Every `a::b::c` in the code.
fn paths(text: &str) -> Vec<Vec<String>> {
    let words = text.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':'));
    let paths = words.filter(|word| word.contains("::") && !word.starts_with(':'));
    paths.map(|word| word.split("::").filter(|n| !n.is_empty()).map(str::to_owned).collect()).collect()
}

/// What the folders need, and the files beside them: of two modules the parts of their paths that first differ.
fn of_folders(needs: &Needs) -> Needs {
    let mut found = Needs::new();
    for (module, targets) in needs {
        for target in targets {
            let shared = module.iter().zip(target).take_while(|(a, b)| a == b).count();
            if let (Some(from), Some(to)) = (module.get(..=shared), target.get(..=shared)) {
                found.entry(from.to_owned()).or_default().insert(to.to_owned());
            }
        }
    }
    found
}

fn circles(needs: &Needs) -> Vec<String> {
    let reached = |from: &Module| {
        let (mut seen, mut next) = (BTreeSet::new(), vec![from]);
        while let Some(module) = next.pop() {
            next.extend(needs.get(module).into_iter().flatten().filter(|m| seen.insert((*m).clone())));
        }
        seen
    };
    let reached: BTreeMap<&Module, BTreeSet<Module>> = needs.keys().map(|m| (m, reached(m))).collect();
    let circle = |module: &Module| {
        let within = reached[module].iter().filter(|m| reached.get(m).is_some_and(|back| back.contains(module)));
        within.map(|m| if m.is_empty() { "crate".into() } else { m.join("::") }).collect::<Vec<_>>().join(", ")
    };
    let found: BTreeSet<_> = needs.keys().map(circle).filter(|c| !c.is_empty()).collect();
    found.into_iter().collect()
}

//! Whatever staff may change is written into the audit log: read from the code of the use cases, so that a new verb cannot be left out.
//! What is written, and that it goes with the change or not at all, is tried in `audit`.

use std::collections::{BTreeMap, BTreeSet};

use crate::architecture::sources;

/// What staff may, begins a transaction, and changes nothing of the shop by itself.
const NO_CHANGE: [&str; 3] = [
    // It reads.
    "mail_samples",
    // The file waits. What it changes is recorded by the worker that carries it out, under the name of who wanted it.
    "upload_import",
    "want_import",
];

struct Function {
    is_public: bool,
    signature: String,
    body: String,
}

/// By their names: there may be several of one name.
type Functions = BTreeMap<String, Vec<Function>>;

/// The functions of formatted code: each ends with a brace below its beginning.
fn functions(text: &str, into: &mut Functions) {
    let text = text.split("#[cfg(test)]").next().unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    for (n, line) in lines.iter().enumerate() {
        let code = line.trim_start();
        let Some((head, rest)) = code.split_once("fn ") else { continue };
        let is_head = head.split_whitespace().all(|word| word.starts_with("pub") || matches!(word, "const" | "async"));
        if !is_head || code.starts_with("//") {
            continue;
        }
        let name: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        let end = format!("{}}}", &line[..line.len() - code.len()]);
        let length = lines[n..].iter().position(|line| *line == end).unwrap_or_default();
        let whole = lines[n..=n + length].join("\n");
        let (signature, body) = whole.split_once('{').unwrap_or((&whole, ""));
        // A port's has no body.
        if signature.contains(';') {
            continue;
        }
        into.entry(name).or_default().push(Function {
            is_public: head.starts_with("pub"),
            signature: signature.to_owned(),
            body: body.to_owned(),
        });
    }
}

/// What a body calls of the shop itself, or hands its transaction to.
fn calls(body: &str) -> BTreeSet<&str> {
    let mut names = BTreeSet::new();
    for (at, _) in body.match_indices('(') {
        let before = &body[..at];
        let head = before.trim_end_matches(|c: char| c.is_alphanumeric() || c == '_');
        let owner = head.trim_end().strip_suffix('.').map(str::trim_end);
        let of_shop = owner.is_some_and(|owner| owner.ends_with("self") || owner.ends_with("shop"));
        if of_shop || (owner.is_none() && body[at..].starts_with("(&mut tx")) {
            names.insert(&before[head.len()..]);
        }
    }
    names
}

fn reaches(body: &str, all: &Functions, seen: &mut BTreeSet<String>, ends: &dyn Fn(&str) -> bool) -> bool {
    let mut further = |name: &str| {
        seen.insert(name.to_owned())
            && all.get(name).is_some_and(|named| named.iter().any(|function| reaches(&function.body, all, seen, ends)))
    };
    ends(body) || calls(body).into_iter().any(&mut further)
}

/// Whatever asks for the proof that somebody may, changes something, and writes nothing down.
fn unrecorded(all: &Functions) -> BTreeSet<&str> {
    let begins = |body: &str| body.contains(".begin()");
    let records = |body: &str| calls(body).iter().any(|name| matches!(*name, "record" | "record_all"));
    let verbs = all.iter().flat_map(|(name, named)| named.iter().map(move |function| (name.as_str(), function)));
    let verbs = verbs.filter(|(_, function)| function.is_public && function.signature.contains("May<"));
    let is_unrecorded = |function: &Function| {
        reaches(&function.body, all, &mut BTreeSet::new(), &begins)
            && !reaches(&function.body, all, &mut BTreeSet::new(), &records)
    };
    verbs.filter(|(_, function)| is_unrecorded(function)).map(|(name, _)| name).collect()
}

#[test]
fn whatever_staff_may_change_is_written_into_the_audit_log() {
    let mut all = Functions::new();
    for (_, text) in sources("src/usecase") {
        functions(&text, &mut all);
    }
    let asks = |function: &&Function| function.is_public && function.signature.contains("May<");
    let verbs = all.values().flatten().filter(asks).count();
    assert!(verbs > 100 && all.contains_key("publish_review"), "{verbs}");
    assert_eq!(
        unrecorded(&all),
        BTreeSet::from(NO_CHANGE),
        "who changes something as staff calls `record` before the commit"
    );
}

#[test]
fn a_verb_that_writes_nothing_down_is_found() {
    let mut all = Functions::new();
    let code = "
impl Shop {
    pub async fn publish(&self, by: May<permit::Reviews>) -> Result<()> {
        self.decide(by).await
    }

    async fn decide(&self, by: May<permit::Reviews>) -> Result<()> {
        let mut tx = self.store().begin().await?;
        RECORD
        tx.commit().await
    }
}
";
    functions(code, &mut all);
    assert_eq!(unrecorded(&all), BTreeSet::from(["publish"]));
    let mut all = Functions::new();
    functions(&code.replace("RECORD", "self.record(&mut tx, by, change).await?;"), &mut all);
    assert!(unrecorded(&all).is_empty());
}

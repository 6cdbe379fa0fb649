//! Every statement of the adapter, prepared on the migrated schema: a column that is not there fails here, not at night.
//!
//! The statements are read out of the sources. sqlx takes text that is known when the program is built, so a statement
//! is a literal, a `concat!`, or a macro of the same folder that stands for one; this reads all three, wherever they
//! stand. Text put together at run time needs `AssertSqlSafe`, and that stands in one place.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, SqlSafeStr};

use crate::harness::TestShop;

/// Makes an index anew whose name it read from the catalogue.
const AT_RUN_TIME: [&str; 1] = ["migrate.rs"];
/// Leaves out the filters that narrow nothing. Each statement it can make is made and run by a test of the catalogue.
const BY_FILTERS: [&str; 10] = [
    "catalog/listing.rs",
    "catalog/record_pages.rs",
    "catalog/chosen.rs",
    "catalog/filters.rs",
    "catalog/priced.rs",
    "catalog/searched.rs",
    "catalog/facets.rs",
    "catalog/keyset.rs",
    "admin/listing.rs",
    "customers/listing.rs",
];

/// What the source is made of, as far as it matters here.
#[derive(Debug, Clone, PartialEq)]
enum Piece {
    Word(String),
    Text(String),
    Sign(char),
}

fn pieces(source: &str) -> Vec<Piece> {
    let mut found = Vec::new();
    let chars: Vec<char> = source.chars().collect();
    let mut at = 0;
    while at < chars.len() {
        let rest = &chars[at..];
        if rest.starts_with(&['/', '/']) {
            at += rest.iter().position(|c| *c == '\n').unwrap_or(rest.len());
        } else if let (Some(raw), false) = (raw_text(rest), previous_is_word(&chars, at)) {
            at += raw.len() + 3;
            found.push(Piece::Text(raw));
        } else if rest[0] == '"' {
            let (text, length) = quoted(rest);
            at += length;
            found.push(Piece::Text(text));
        } else if rest[0] == '\'' && (rest.get(2) == Some(&'\'') || rest.get(1) == Some(&'\\')) {
            // A character, not a lifetime.
            at += rest.iter().skip(2).position(|c| *c == '\'').unwrap() + 3;
        } else if rest[0].is_alphanumeric() || rest[0] == '_' {
            let word: String = rest.iter().take_while(|c| c.is_alphanumeric() || **c == '_').collect();
            at += word.chars().count();
            found.push(Piece::Word(word));
        } else {
            at += 1;
            if !rest[0].is_whitespace() {
                found.push(Piece::Sign(rest[0]));
            }
        }
    }
    found
}

fn previous_is_word(chars: &[char], at: usize) -> bool {
    at > 0 && (chars[at - 1].is_alphanumeric() || chars[at - 1] == '_')
}

/// `r"…"`, without what stands around it.
fn raw_text(rest: &[char]) -> Option<String> {
    let inside = rest.strip_prefix(&['r', '"'])?;
    Some(inside.iter().take_while(|c| **c != '"').collect())
}

fn quoted(rest: &[char]) -> (String, usize) {
    let (mut text, mut at) = (String::new(), 1);
    while rest[at] != '"' {
        if rest[at] == '\\' {
            at += 1;
            match rest[at] {
                'n' => text.push('\n'),
                // The line goes on in the next one.
                '\n' => {
                    while rest[at + 1].is_whitespace() {
                        at += 1
                    }
                }
                other => text.push(other),
            }
        } else {
            text.push(rest[at]);
        }
        at += 1;
    }
    (text, at + 1)
}

type Macros = BTreeMap<String, Vec<Piece>>;

/// The end of the group that begins at `open`.
fn closing(pieces: &[Piece], open: usize) -> usize {
    let mut depth = 0;
    for (at, piece) in pieces.iter().enumerate().skip(open) {
        match piece {
            Piece::Sign('(' | '{' | '[') => depth += 1,
            Piece::Sign(')' | '}' | ']') => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at;
        }
    }
    panic!("a group without an end")
}

/// Takes the macros out of a source: what each stands for. They have one arm, with one parameter at most.
fn take_macros(source: &mut Vec<Piece>, macros: &mut Macros) {
    let is_rules = |p: &[Piece]| p[0] == Piece::Word("macro_rules".into()) && p[1] == Piece::Sign('!');
    while let Some(at) = source.windows(2).position(is_rules) {
        let Piece::Word(name) = source[at + 2].clone() else { panic!("a macro without a name") };
        let end = closing(source, at + 3);
        let parameters_end = closing(source, at + 4);
        let body = parameters_end + 3;
        macros.insert(name, source[body + 1..closing(source, body)].to_vec());
        source.drain(at..=end);
    }
}

/// The text of the expression at `at`, if it is text, and where it ends. `given` is the parameter of the macro it is in.
fn text_at(source: &[Piece], at: usize, macros: &Macros, given: &str) -> Option<(String, usize)> {
    match (&source[at], source.get(at + 1), source.get(at + 2)) {
        (Piece::Text(text), ..) => Some((text.clone(), at + 1)),
        (Piece::Sign('$'), Some(Piece::Word(_)), _) => Some((given.to_owned(), at + 2)),
        (Piece::Word(name), Some(Piece::Sign('!')), Some(Piece::Sign('('))) => {
            let end = closing(source, at + 2);
            let inside = &source[at + 3..end];
            let text = match macros.get(name) {
                Some(body) => {
                    let given = if inside.is_empty() { None } else { text_at(inside, 0, macros, given) };
                    text_at(body, 0, macros, &given.map_or(String::new(), |(text, _)| text))?.0
                }
                None if name == "concat" => {
                    let (mut all, mut next) = (String::new(), 0);
                    while next < inside.len() {
                        let (text, after) = text_at(inside, next, macros, given)?;
                        all.push_str(&text);
                        next = after + 1;
                    }
                    all
                }
                None => return None,
            };
            Some((text, end + 1))
        }
        _ => None,
    }
}

fn is_statement(text: &str) -> bool {
    let first = text.split_whitespace().next().unwrap_or_default();
    matches!(first, "select" | "insert" | "update" | "delete" | "with" | "lock") && text.trim().contains(' ')
}

fn statements(source: &[Piece], macros: &Macros) -> Vec<String> {
    let (mut found, mut at) = (Vec::new(), 0);
    while at < source.len() {
        match text_at(source, at, macros, "") {
            Some((text, after)) => {
                found.extend(is_statement(&text).then_some(text));
                at = after;
            }
            None => at += 1,
        }
    }
    found
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[tokio::test]
async fn every_statement_can_be_prepared() {
    let shop = TestShop::open().await;
    let mut macros = Macros::new();
    let (mut sources, mut left_out) = (Vec::new(), 0);
    for path in files(&PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/infrastructure/postgres")) {
        let text = fs::read_to_string(&path).unwrap();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if BY_FILTERS.iter().any(|place| path.ends_with(place)) {
            left_out += 1;
            continue;
        }
        let at_run_time = text.contains("AssertSqlSafe(") || text.contains("QueryBuilder");
        assert!(!at_run_time || AT_RUN_TIME.contains(&name.as_str()), "{name} puts a statement together at run time");
        // Unit tests below are not the adapter.
        let text = text.split("#[cfg(test)]").next().unwrap_or_default();
        let calls = text.matches("sqlx::query").count();
        let mut source = pieces(text);
        take_macros(&mut source, &mut macros);
        sources.push((path, source, calls));
    }
    assert_eq!(left_out, BY_FILTERS.len(), "each of these is there");
    let mut connection = PgConnection::connect(&shop.url).await.unwrap();
    let (mut prepared, mut faults) = (0, Vec::new());
    for (path, source, calls) in sources {
        let statements = statements(&source, &macros);
        if statements.len() < calls {
            faults.push(format!("{}: {calls} calls, but {} statements", path.display(), statements.len()));
        }
        for statement in statements {
            let sql = AssertSqlSafe(statement.clone()).into_sql_str();
            if let Err(cause) = (&mut connection).prepare(sql).await {
                faults.push(format!("{}: {cause}\n{statement}", path.display()));
            }
            prepared += 1;
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
    assert!(prepared > 500, "only {prepared} statements were found");
    shop.done().await;
}

/// Few of many are found by an index, where there may be many.
#[tokio::test]
async fn what_is_rare_has_an_index_of_its_own() {
    let shop = TestShop::open().await;
    let mut connection = PgConnection::connect(&shop.url).await.unwrap();
    // In an empty database nothing else would be chosen.
    sqlx::raw_sql("set enable_seqscan = off").execute(&mut connection).await.unwrap();
    for (statement, index) in [
        (
            "explain select f.id from products f where f.featured and f.status = 'active' and f.choices > 0
             order by f.position, f.id limit 24",
            "products_featured",
        ),
        ("explain update pictures set changed_at = now() where name = 'mug'", "pictures_by_name"),
        (
            "explain select position from outbox where topic like '%.dlq' and replayed_at < now()
             order by position limit 1000",
            "outbox_dead_letters",
        ),
    ] {
        let plan: Vec<String> = sqlx::query_scalar(statement).fetch_all(&mut connection).await.unwrap();
        assert!(plan.iter().any(|line| line.contains(index)), "{plan:#?}");
    }
    shop.done().await;
}

/// What goes for its age is found by an index, but in tables that are small or emptied all day.
#[tokio::test]
async fn housekeeping_reads_no_table_as_a_whole() {
    const SMALL: [&str; 3] = ["data_exports", "staff_invitations", "tries"];
    let shop = TestShop::open().await;
    let place = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/infrastructure/postgres/housekeeping.rs");
    let mut source = pieces(&fs::read_to_string(place).unwrap());
    let mut macros = Macros::new();
    take_macros(&mut source, &mut macros);
    let found = statements(&source, &macros);
    assert!(found.len() >= 14, "only {} statements were found", found.len());
    let mut connection = PgConnection::connect(&shop.url).await.unwrap();
    sqlx::raw_sql("set enable_seqscan = off").execute(&mut connection).await.unwrap();
    for (n, statement) in found.iter().enumerate() {
        let arguments = if statement.contains("$3") { "now(), now(), 1000" } else { "now(), 1000" };
        let prepare = AssertSqlSafe(format!("prepare kept_{n} as {statement}"));
        sqlx::raw_sql(prepare).execute(&mut connection).await.unwrap();
        let explain = AssertSqlSafe(format!("explain execute kept_{n}({arguments})"));
        let plan: Vec<String> = sqlx::query_scalar(explain).persistent(false).fetch_all(&mut connection).await.unwrap();
        let read_whole = plan.iter().filter_map(|line| line.split_once("Seq Scan on ")).map(|(_, table)| table);
        let large: Vec<_> = read_whole.filter(|table| !SMALL.iter().any(|small| table.starts_with(small))).collect();
        assert!(large.is_empty(), "{statement} reads {large:?}");
    }
    shop.done().await;
}

#[test]
fn statements_are_found_in_every_form() {
    let source = r#"
        macro_rules! card { () => { "'id', p.id" } }
        macro_rules! page { ($order:literal) => { concat!("select ", card!(), " order by ", $order) }; }
        // sqlx::query("select not_this from nowhere")
        let c = '"'; let sql = match sort { A => page!("a"), B => page!("b desc") };
        sqlx::query("update t set a = \"x\" \
            where true").bind("not a statement");
        sqlx::query(concat!("delete from ", "t"));
    "#;
    let mut source = pieces(source);
    let mut macros = Macros::new();
    take_macros(&mut source, &mut macros);
    let expected = [
        "select 'id', p.id order by a",
        "select 'id', p.id order by b desc",
        "update t set a = \"x\" where true",
        "delete from t",
    ];
    assert_eq!(statements(&source, &macros), expected);
}

//! A page's own SQL in pgbench: the statements are read from PostgreSQL's log while the page is asked for once, so that
//! they are the ones it has today.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use tokio::process::Command;
use tokio::time::sleep;

use crate::client::Client;
use crate::options::Options;
use crate::stage::Stage;

/// Clients and runs of pgbench.
const CLIENTS: usize = 4;
const RUNS: usize = 250;

/// One statement with the values it had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageSql {
    script: PathBuf,
    /// `p1=USD` and so on; what is null is not defined, and pgbench sends null for it.
    values: Vec<String>,
}

pub async fn page_sql(options: &Options, stage: &Stage, page: &str) -> Result<Vec<PageSql>> {
    let mut client = Client::new(stage.shop.address);
    client.page(page).await?;
    log_statements(stage, "all").await?;
    let from = fs::metadata(&options.postgres_log).context("PostgreSQL's log")?.len();
    client.page(page).await?;
    sleep(Duration::from_millis(300)).await;
    let log = fs::read(&options.postgres_log).context("PostgreSQL's log")?;
    log_statements(stage, "none").await?;
    let log = String::from_utf8_lossy(log.get(usize::try_from(from)?..).unwrap_or_default()).into_owned();
    let found: Vec<_> = statements(&log).into_iter().filter(|(sql, _)| is_of_a_page(sql)).collect();
    ensure!(!found.is_empty(), "{page} asked PostgreSQL for nothing");
    let mut pages = Vec::new();
    for (number, (sql, values)) in found.into_iter().enumerate() {
        let name: String = page.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
        let script = options.folder.join(format!("page{name}-{number}.sql"));
        fs::write(&script, for_pgbench(&sql))?;
        pages.push(PageSql { script, values });
    }
    Ok(pages)
}

impl PageSql {
    /// Milliseconds of PostgreSQL for one run, connecting left out as far as many runs can.
    pub async fn run(&self, options: &Options, stage: &Stage) -> Result<f64> {
        let mut command = Command::new(&options.pgbench);
        command.args(["--no-vacuum", "--protocol=prepared", "--jobs=1"]);
        command.arg(format!("--client={CLIENTS}")).arg(format!("--transactions={RUNS}"));
        for value in &self.values {
            command.arg("--define").arg(value);
        }
        // As the shop's own sessions have it.
        command.env("PGOPTIONS", "-c random_page_cost=1.1");
        command.arg("--file").arg(&self.script).arg(&options.database).kill_on_drop(true);
        let before = stage.postgres.cpu_ms(Some(stage.ours));
        let done = command.output().await.context("pgbench")?;
        let after = stage.postgres.cpu_ms(Some(stage.ours));
        ensure!(done.status.success(), "pgbench: {}", String::from_utf8_lossy(&done.stderr));
        Ok((after - before) / f64::from(u32::try_from(CLIENTS * RUNS)?))
    }
}

async fn log_statements(stage: &Stage, what: &str) -> Result<()> {
    let mut connection = stage.connection().await?;
    let set = format!("alter system set log_statement = '{what}'");
    sqlx::query(sqlx::AssertSqlSafe(set)).execute(&mut *connection).await?;
    sqlx::query("select pg_reload_conf()").execute(&mut *connection).await?;
    // The other processes hear of it by a signal.
    sleep(Duration::from_millis(300)).await;
    Ok(())
}

/// Background tasks ask for other things meanwhile.
fn is_of_a_page(sql: &str) -> bool {
    let sql = sql.to_lowercase();
    (sql.starts_with("select") || sql.starts_with("with"))
        && (sql.contains("products") || sql.contains("product_") || sql.contains("categories"))
        && !sql.contains("floor.")
}

/// Executed statements of a log with their parameters. Lines after the first of an entry begin with a tab.
fn statements(log: &str) -> Vec<(String, Vec<String>)> {
    let mut found: Vec<(String, Vec<String>)> = Vec::new();
    let entries = log.replace("\n\t", "\n ");
    let mut entries = entries.split('\n').fold(Vec::<String>::new(), |mut entries, line| {
        match (line.strip_prefix(' '), entries.last_mut()) {
            (Some(more), Some(last)) => {
                last.push('\n');
                last.push_str(more);
            }
            _ => entries.push(line.to_owned()),
        }
        entries
    });
    for entry in entries.drain(..) {
        if let Some((_, rest)) = entry.split_once("LOG:  execute ")
            && let Some((_, sql)) = rest.split_once(": ")
        {
            found.push((sql.to_owned(), Vec::new()));
        } else if let Some((_, values)) = entry.split_once("DETAIL:  parameters: ")
            && let Some((_, last)) = found.last_mut()
        {
            *last = parameters(values);
        }
    }
    found
}

/// `$1 = 'it''s', $2 = NULL` as pgbench's definitions.
fn parameters(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((number, after)) = rest.strip_prefix('$').and_then(|rest| rest.split_once(" = ")) {
        if let Some(quoted) = after.strip_prefix('\'') {
            let marked = quoted.replace("''", "\u{1}");
            let Some((value, _)) = marked.split_once('\'') else { break };
            found.push(format!("p{number}={}", value.replace('\u{1}', "'")));
            let length = value.chars().map(|c| if c == '\u{1}' { 2 } else { c.len_utf8() }).sum::<usize>() + 1;
            rest = quoted.get(length..).unwrap_or_default();
        } else {
            rest = after.strip_prefix("NULL").unwrap_or_default();
        }
        rest = rest.trim_start_matches(", ");
    }
    found
}

/// `$1` becomes `:p1`.
fn for_pgbench(sql: &str) -> String {
    let mut out = String::with_capacity(sql.len() + 16);
    let mut chars = sql.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '$' if chars.peek().is_some_and(char::is_ascii_digit) => out.push_str(":p"),
            '\n' => out.push(' '),
            c => out.push(c),
        }
    }
    out.push_str(";\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_are_read_from_a_log() {
        let log = "2026-11-25 10:00:00.000 UTC [7] LOG:  execute sqlx_s_1: select a\n\t  from products\n\twhere x = $2\n\
            2026-11-25 10:00:00.000 UTC [7] DETAIL:  parameters: $1 = 'it''s, ok', $2 = NULL, $3 = '{}'\n\
            2026-11-25 10:00:00.000 UTC [8] LOG:  statement: select 1\n";
        let found = statements(log);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].0, "select a\n  from products\nwhere x = $2");
        assert_eq!(found[0].1, ["p1=it's, ok", "p3={}"]);
        assert_eq!(for_pgbench("select $1::text\nfrom x"), "select :p1::text from x;\n");
    }
}

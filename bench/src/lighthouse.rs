//! Lighthouse's scores of home, listing and product, with Chromium, on a phone as Lighthouse imagines one.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use tokio::process::Command;
use tokio::time::timeout;

use crate::bytes::PAGES;
use crate::report::Scores;

const LIMIT: Duration = Duration::from_secs(180);

pub async fn of_pages(program: &Path, shop: SocketAddr) -> Result<Vec<Scores>> {
    let mut found = Vec::new();
    for (name, path) in PAGES {
        let mut command = Command::new(program);
        command.arg(format!("http://{shop}{path}")).args([
            "--quiet",
            "--output=json",
            "--only-categories=performance,accessibility,best-practices,seo",
            "--chrome-flags=--headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage",
        ]);
        command.kill_on_drop(true);
        let done = timeout(LIMIT, command.output()).await.context("lighthouse takes too long")??;
        ensure!(done.status.success(), "lighthouse {path}: {}", String::from_utf8_lossy(&done.stderr));
        let report: Value = serde_json::from_slice(&done.stdout).context("lighthouse's answer")?;
        let score = |category: &str| {
            let score = report.pointer(&format!("/categories/{category}/score")).and_then(Value::as_f64);
            score.map(|score| score * 100.0).with_context(|| format!("no score for {category}"))
        };
        found.push(Scores {
            name: name.to_owned(),
            performance: score("performance")?,
            accessibility: score("accessibility")?,
            best_practices: score("best-practices")?,
            seo: score("seo")?,
            largest_paint_ms: report
                .pointer("/audits/largest-contentful-paint/numericValue")
                .and_then(Value::as_f64)
                .context("no largest paint")?,
        });
    }
    Ok(found)
}

//! The table, and the same as JSON.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;

use anyhow::{Context, Result};
use serde::Serialize;

use crate::cpu::Memory;
use crate::figures::{Figure, is_within};
use crate::flash::{FLASH, Rates};
use crate::grown::{Grown, write_table};
use crate::limits::Limits;

/// Milliseconds for one operation.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Cost {
    pub server: f64,
    pub postgres: f64,
    /// Time by the clock, with all connections busy: of no use on a machine that does something else.
    pub wall: f64,
}

impl Cost {
    pub fn cpu(self) -> f64 {
        self.server + self.postgres
    }
}

#[derive(Debug, Clone, Serialize)]
pub struct Measured {
    pub name: String,
    pub shop: Cost,
    pub floor: Cost,
    /// The page's own SQL, PostgreSQL's part alone.
    pub pgbench: Option<f64>,
    pub ratio: f64,
    pub limit: Option<f64>,
}

#[derive(Debug, Clone, Serialize)]
pub struct MemoryFigure {
    pub name: String,
    pub memory: Memory,
    pub limit: Option<f64>,
}

#[derive(Debug, Clone, Serialize)]
pub struct PageBytes {
    pub name: String,
    pub html: usize,
    pub css: usize,
    pub js: usize,
    pub wasm: usize,
    pub fonts: usize,
}

#[derive(Debug, Clone, Serialize)]
pub struct Scores {
    pub name: String,
    pub performance: f64,
    pub accessibility: f64,
    pub best_practices: f64,
    pub seo: f64,
    /// When its largest part is painted.
    pub largest_paint_ms: f64,
}

#[derive(Debug, Default, Serialize)]
pub struct Report {
    pub rows: Vec<Measured>,
    pub flash_sale: Option<Rates>,
    pub pressure: Vec<Figure>,
    pub desk: Vec<Figure>,
    pub grown: Vec<Grown>,
    pub large: Vec<Figure>,
    pub many_orders: Vec<Grown>,
    pub memory: Vec<MemoryFigure>,
    pub bytes: Vec<PageBytes>,
    pub lighthouse: Vec<Scores>,
    /// What is worse than its limit, in words.
    pub breaches: Vec<String>,
}

impl PageBytes {
    pub const fn sum(&self) -> usize {
        self.html + self.css + self.js + self.wasm + self.fonts
    }
}

impl Scores {
    fn least(&self) -> f64 {
        [self.performance, self.accessibility, self.best_practices, self.seo].into_iter().fold(100.0, f64::min)
    }
}

/// Limits of what is always measured together, and was not: a name that is spelt otherwise would hold nothing.
fn unmeasured<'a, T>(limits: &BTreeMap<String, T>, measured: impl Iterator<Item = &'a str>) -> Vec<String> {
    let measured: BTreeSet<_> = measured.collect();
    let missing = limits.keys().filter(|name| !measured.is_empty() && !measured.contains(name.as_str()));
    missing.map(|name| format!("{name}: it has a limit and was not measured")).collect()
}

impl Report {
    pub fn judge(&mut self, limits: &Limits) {
        for row in &mut self.rows {
            row.limit = limits.ratio.get(&row.name).copied();
            if let Some(limit) = row.limit.filter(|limit| !is_within(row.ratio, *limit)) {
                self.breaches.push(format!("{}: {:.2} times its floor, allowed are {limit}", row.name, row.ratio));
            }
        }
        if let Some(rates) = &mut self.flash_sale {
            rates.limit = limits.rate.get(FLASH).map(|wanted| wanted.min(rates.pgbench));
            if let Some(least) = rates.limit.filter(|least| !is_within(*least, rates.reserved)) {
                self.breaches.push(format!(
                    "{FLASH}: {:.0} orders a second are set aside, wanted are {least:.0}",
                    rates.reserved
                ));
            }
        }
        for (both, limits) in [(&mut self.grown, &limits.grown), (&mut self.many_orders, &limits.many_orders)] {
            for page in both {
                page.limit = limits.get(page.name).copied().unwrap_or_default();
                self.breaches.extend(page.breaches());
            }
        }
        for (figures, limits) in
            [(&mut self.pressure, &limits.pressure), (&mut self.desk, &limits.desk), (&mut self.large, &limits.large)]
        {
            self.breaches.extend(unmeasured(limits, figures.iter().map(|figure| figure.name)));
            for figure in figures {
                figure.limit = limits.get(figure.name).copied();
                if let Some(limit) = figure.limit.filter(|limit| !is_within(figure.value, *limit)) {
                    self.breaches.push(format!("{}: {:.2}, allowed are {limit}", figure.name, figure.value));
                }
            }
        }
        self.breaches.extend(unmeasured(&limits.memory, self.memory.iter().map(|figure| figure.name.as_str())));
        for figure in &mut self.memory {
            figure.limit = limits.memory.get(&figure.name).copied();
            if let Some(limit) = figure.limit.filter(|limit| !is_within(figure.memory.rss, *limit)) {
                self.breaches
                    .push(format!("memory {}: {:.1} MiB, allowed are {limit}", figure.name, figure.memory.rss));
            }
        }
        self.breaches.extend(unmeasured(&limits.bytes, self.bytes.iter().map(|page| page.name.as_str())));
        for page in &self.bytes {
            if let Some(limit) = limits.bytes.get(&page.name).filter(|limit| page.sum() > **limit) {
                self.breaches.push(format!("bytes of {}: {}, allowed are {limit}", page.name, page.sum()));
            }
            if let Some(limit) = limits.wasm.filter(|limit| page.wasm > *limit) {
                self.breaches.push(format!("wasm of {}: {}, allowed are {limit}", page.name, page.wasm));
            }
        }
        self.breaches.extend(unmeasured(&limits.lighthouse, self.lighthouse.iter().map(|page| page.name.as_str())));
        for page in &self.lighthouse {
            if let Some(limit) = limits.lighthouse.get(&page.name).filter(|limit| page.least() < **limit) {
                self.breaches.push(format!("lighthouse of {}: {}, wanted are {limit}", page.name, page.least()));
            }
            let (name, paint) = (&page.name, page.largest_paint_ms);
            if let Some(limit) = limits.largest_paint_ms.filter(|limit| !is_within(paint, *limit)) {
                self.breaches.push(format!("largest paint of {name}: {paint:.0} ms, allowed are {limit:.0}"));
            }
        }
    }

    pub const fn is_within_limits(&self) -> bool {
        self.breaches.is_empty()
    }

    pub fn write(&self, path: &Path) -> Result<()> {
        let json = serde_json::to_string_pretty(self)?;
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(path, json + "\n").with_context(|| path.display().to_string())
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "\nCPU in ms for one operation: server + PostgreSQL, median of the rounds")?;
        writeln!(
            f,
            "{:<24}{:>9}{:>16}{:>9}{:>16}{:>9}{:>8}{:>8}",
            "", "shop", "server + pg", "floor", "server + pg", "its SQL", "ratio", "limit"
        )?;
        for row in &self.rows {
            let parts = |cost: Cost| format!("{:.3} + {:.3}", cost.server, cost.postgres);
            let optional = |figure: Option<f64>, digits: usize| figure.map_or("-".into(), |n| format!("{n:.digits$}"));
            writeln!(
                f,
                "{:<24}{:>9.3}{:>16}{:>9.3}{:>16}{:>9}{:>8.2}{:>8}{}",
                row.name,
                row.shop.cpu(),
                parts(row.shop),
                row.floor.cpu(),
                parts(row.floor),
                optional(row.pgbench, 3),
                row.ratio,
                optional(row.limit, 1),
                if row.limit.is_some_and(|limit| !is_within(row.ratio, limit)) { "  over" } else { "" },
            )?;
        }
        if let Some(Rates { placed, reserved, pgbench, limit }) = self.flash_sale {
            let limit = limit.map_or("-".into(), |limit| format!("{limit:.0}"));
            writeln!(
                f,
                "\nOrders a second, 32 buyers at once: {reserved:.0} set aside ({placed:.0} answered); limit {limit}; \
                 pgbench with as many clients on one row {pgbench:.0}"
            )?;
        }
        write_table(f, "A small shop and a large one", &self.grown)?;
        write_table(f, "A shop of few orders and one of many", &self.many_orders)?;
        let desk = "Back office at 100,000: p95 in ms";
        for (title, figures) in [("Under pressure", &self.pressure), (desk, &self.desk), ("A large shop", &self.large)]
        {
            for (place, Figure { name, value, limit }) in figures.iter().enumerate() {
                if place == 0 {
                    writeln!(f, "\n{title:<37}{:>8}", "limit")?;
                }
                let limit = limit.map_or("-".into(), |limit| format!("{limit}"));
                writeln!(f, "{name:<26}{value:>11.2}{limit:>8}")?;
            }
        }
        for (place, MemoryFigure { name, memory, limit }) in self.memory.iter().enumerate() {
            if place == 0 {
                writeln!(f, "\nMemory in MiB{:>14}{:>11}{:>8}", "resident", "anonymous", "limit")?;
            }
            let limit = limit.map_or("-".into(), |limit| format!("{limit:.0}"));
            writeln!(f, "{name:<18}{:>9.1}{:>11.1}{limit:>8}", memory.rss, memory.anonymous)?;
        }
        for (place, page) in self.bytes.iter().enumerate() {
            if place == 0 {
                writeln!(
                    f,
                    "\nBytes on the wire{:>10}{:>9}{:>9}{:>9}{:>9}{:>9}",
                    "html", "css", "js", "wasm", "fonts", "all"
                )?;
            }
            let PageBytes { name, html, css, js, wasm, fonts } = page;
            writeln!(f, "{name:<18}{html:>9}{css:>9}{js:>9}{wasm:>9}{fonts:>9}{:>9}", page.sum())?;
        }
        for (place, page) in self.lighthouse.iter().enumerate() {
            if place == 0 {
                writeln!(
                    f,
                    "\nLighthouse{:>20}{:>15}{:>16}{:>6}{:>20}",
                    "performance", "accessibility", "best practices", "seo", "largest paint, ms"
                )?;
            }
            let Scores { name, performance, accessibility, best_practices, seo, largest_paint_ms } = page;
            write!(f, "{name:<18}{performance:>12.0}{accessibility:>15.0}{best_practices:>16.0}{seo:>6.0}")?;
            writeln!(f, "{largest_paint_ms:>20.0}")?;
        }
        for breach in &self.breaches {
            writeln!(f, "\nOver its limit: {breach}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_held_to_its_wasm_and_to_when_it_is_seen_beside_its_sums() {
        let name = "home".to_owned();
        let bytes = PageBytes { name: name.clone(), html: 10, css: 10, js: 10, wasm: 131, fonts: 10 };
        let scores = Scores {
            name,
            performance: 100.0,
            accessibility: 100.0,
            best_practices: 100.0,
            seo: 100.0,
            largest_paint_ms: 1_600.0,
        };
        let mut report = Report { bytes: vec![bytes], lighthouse: vec![scores], ..Report::default() };
        report.judge(&Limits { wasm: Some(130), largest_paint_ms: Some(1_500.0), ..Limits::default() });
        let told = ["wasm of home: 131, allowed are 130", "largest paint of home: 1600 ms, allowed are 1500"];
        assert_eq!(report.breaches, told);
    }

    #[test]
    fn what_is_worse_than_its_limit_is_told() {
        let cost = |cpu| Cost { server: cpu, postgres: 0.0, wall: 0.0 };
        let row = |name: &str, ratio| Measured {
            name: name.to_owned(),
            shop: cost(ratio),
            floor: cost(1.0),
            pgbench: None,
            ratio,
            limit: None,
        };
        let mut report = Report { rows: vec![row("product", 3.2), row("listing", 2.9)], ..Report::default() };
        let mut limits = Limits::default();
        limits.ratio.insert("product".into(), 3.0);
        limits.ratio.insert("listing".into(), 3.0);
        report.judge(&limits);
        assert_eq!(report.breaches, ["product: 3.20 times its floor, allowed are 3"]);
        assert!(!report.is_within_limits() && report.to_string().contains("over"));
    }

    #[test]
    fn a_list_that_takes_longer_than_promised_is_told_and_what_has_no_limit_is_not() {
        let mut limits = Limits::default();
        limits.desk.insert("orders".into(), 50.0);
        let figure = |name, value| Figure { name, value, limit: None };
        let desk = vec![figure("orders", 50.5), figure("today", 900.0)];
        let mut report = Report { desk, ..Report::default() };
        report.judge(&limits);
        assert_eq!(report.breaches, ["orders: 50.50, allowed are 50"]);
        assert!(report.to_string().contains("Back office"));
    }

    #[test]
    fn what_was_not_measured_is_within_no_limit() {
        let mut limits = Limits::default();
        limits.desk.insert("orders".into(), 50.0);
        limits.desk.insert("odrers".into(), 50.0);
        limits.pressure.insert("sign-in-gap-ms".into(), 5.0);
        let figure = |name, value| Figure { name, value, limit: None };
        let mut report = Report { desk: vec![figure("orders", f64::NAN)], ..Report::default() };
        report.judge(&limits);
        let told = ["odrers: it has a limit and was not measured", "orders: NaN, allowed are 50"];
        assert_eq!(report.breaches, told, "and nothing is said of rows that nobody asked for");
    }

    #[test]
    fn a_flash_sale_is_as_quick_as_promised_or_as_the_database() {
        let mut limits = Limits::default();
        limits.rate.insert(FLASH.into(), 1000.0);
        let breaches = |reserved, pgbench| {
            let rates = Rates { placed: 2000.0, reserved, pgbench, limit: None };
            let mut report = Report { flash_sale: Some(rates), ..Report::default() };
            report.judge(&limits);
            report.breaches
        };
        assert!(breaches(1001.0, 5000.0).is_empty() && breaches(700.0, 650.0).is_empty());
        assert_eq!(breaches(700.0, 5000.0), ["flash-sale: 700 orders a second are set aside, wanted are 1000"]);
    }
}

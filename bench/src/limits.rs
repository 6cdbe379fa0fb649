//! `bench/limits.toml`: what is promised.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Limits {
    /// CPU of an operation, as a multiple of its floor's.
    #[serde(default)]
    pub ratio: BTreeMap<String, f64>,
    /// Orders a second, the least; or what pgbench takes of such writes, where that is less.
    #[serde(default)]
    pub rate: BTreeMap<String, f64>,
    /// What a crowd may do to everybody else: milliseconds, MiB, and how well answers may be told apart.
    #[serde(default)]
    pub pressure: BTreeMap<String, f64>,
    /// Milliseconds of a list of the back office.
    #[serde(default)]
    pub desk: BTreeMap<String, f64>,
    /// Pages of a large shop.
    #[serde(default)]
    pub grown: BTreeMap<String, GrownLimit>,
    /// What a large shop alone can show: multiples, seconds, milliseconds.
    #[serde(default)]
    pub large: BTreeMap<String, f64>,
    /// What is done in a shop of many orders.
    #[serde(default)]
    pub many_orders: BTreeMap<String, GrownLimit>,
    /// MiB resident.
    #[serde(default)]
    pub memory: BTreeMap<String, f64>,
    /// Bytes of everything a page needs, pictures left out.
    #[serde(default)]
    pub bytes: BTreeMap<String, usize>,
    /// Bytes of the wasm alone.
    pub wasm: Option<usize>,
    /// The least of Lighthouse's four scores.
    #[serde(default)]
    pub lighthouse: BTreeMap<String, f64>,
    /// Milliseconds until the largest part of a page is painted, on Lighthouse's phone.
    pub largest_paint_ms: Option<f64>,
}

/// Of a kind of page in a large shop: its CPU as a multiple of what it is in a small one, and within how many milliseconds 99 of 100
/// are there.
#[derive(Debug, Default, Clone, Copy, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct GrownLimit {
    pub ratio: Option<f64>,
    pub p99_ms: Option<f64>,
}

impl Limits {
    pub fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
        toml::from_str(&text).with_context(|| path.display().to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limits_can_be_read_and_name_what_is_measured() {
        let limits = Limits::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("limits.toml")).unwrap();
        for row in crate::rows::ROWS.iter().map(|row| row.name).chain([crate::rows::SALE]) {
            assert!(limits.ratio.contains_key(row), "{row} has no limit");
        }
        assert_eq!(limits.ratio.len(), crate::rows::ROWS.len() + 1);
        assert!(limits.rate[crate::flash::FLASH] >= 1000.0 && limits.rate.len() == 1);
        for (list, _) in crate::desk::LISTS {
            assert!(limits.desk.get(list).is_some_and(|most| *most <= 50.0), "{list} is not held to 50 ms");
        }
        assert_eq!(limits.desk.len(), crate::desk::LISTS.len());
        for (kind, _) in crate::grown::KINDS {
            let limit = limits.grown.get(kind).copied().unwrap_or_default();
            assert!(limit.ratio.is_some_and(|most| most <= 3.0), "{kind} is not held to three times");
            assert!(limit.p99_ms.is_some_and(|most| most <= 50.0), "{kind} is not held to 50 ms");
        }
        assert_eq!(limits.grown.len(), crate::grown::KINDS.len());
        let of_orders = crate::grown::kinds_of_orders();
        for kind in &of_orders {
            let limit = limits.many_orders.get(*kind).and_then(|limit| limit.ratio);
            assert!(limit.is_some_and(|most| most <= 1.5), "{kind} is not held to one and a half times");
        }
        assert_eq!(limits.many_orders.len(), of_orders.len());
        for figure in crate::grown::FIGURES {
            assert!(limits.large.contains_key(figure), "{figure} has no limit");
        }
        assert_eq!(limits.large.len(), crate::grown::FIGURES.len());
        assert_eq!((limits.wasm, limits.largest_paint_ms), (Some(130_000), Some(1_500.0)));
        for (page, _) in crate::bytes::PAGES {
            assert!(limits.bytes.contains_key(page) && limits.lighthouse.get(page) == Some(&100.0), "{page}");
        }
        assert!(limits.memory["idle"] <= 20.0 && limits.memory["after-login-storm"] <= 64.0);
    }
}

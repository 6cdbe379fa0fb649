//! What processes cost: CPU time and memory, as the kernel counts them in /proc.

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Context, Result};

/// Ticks of /proc/<pid>/stat per second: `USER_HZ`, 100 on every Linux.
const TICKS: f64 = 100.0;

/// The numbers of /proc/<pid>/stat from its third field on; the second may hold anything.
fn stat(pid: u32) -> Option<Vec<i64>> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, rest) = text.rsplit_once(')')?;
    // The state is a letter; it stands in as a zero.
    Some(rest.split_whitespace().map(|field| field.parse().unwrap_or(0)).collect())
}

/// Milliseconds of one process, with those of its children that have ended. A process with one thread is read to the
/// nanosecond: PostgreSQL has a dozen of them, and a tick lost in each would be more than a page costs.
fn own_ms(pid: u32) -> Option<f64> {
    let fields = stat(pid)?;
    let ticks = |from, to| {
        let sum: i64 = fields.get(from..to)?.iter().sum();
        Some(f64::from(i32::try_from(sum).ok()?) * 1000.0 / TICKS)
    };
    let exact = || {
        let text = fs::read_to_string(format!("/proc/{pid}/schedstat")).ok()?;
        text.split_whitespace().next()?.parse::<f64>().ok().map(|ns| ns / 1e6)
    };
    let single = fields.get(17) == Some(&1);
    let own = if single { exact().or_else(|| ticks(11, 13))? } else { ticks(11, 13)? };
    Some(own + ticks(13, 15)?)
}

/// A process with all that descend from it.
#[derive(Debug, Clone, Copy)]
pub struct Tree {
    pub root: u32,
}

impl Tree {
    /// Its processes, the root first.
    fn members(self) -> Vec<u32> {
        let mut parents = Vec::new();
        for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
            if let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok())
                && let Some(parent) = stat(pid).and_then(|fields| u32::try_from(*fields.get(1)?).ok())
            {
                parents.push((pid, parent));
            }
        }
        let mut members = vec![self.root];
        let mut seen = BTreeSet::from([self.root]);
        let mut next = 0;
        while let Some(parent) = members.get(next).copied() {
            members.extend(parents.iter().filter(|(pid, of)| *of == parent && seen.insert(*pid)).map(|(pid, _)| *pid));
            next += 1;
        }
        members
    }

    /// Milliseconds of CPU so far, user and system, those of children that have ended included. `without` is a process
    /// that belongs to whoever measures.
    pub fn cpu_ms(self, without: Option<u32>) -> f64 {
        self.members().into_iter().filter(|pid| Some(*pid) != without).filter_map(own_ms).sum()
    }
}

/// Memory of one process in MiB: all that is resident, and the part that is not backed by a file.
#[derive(Debug, Clone, Copy, serde::Serialize)]
pub struct Memory {
    pub rss: f64,
    pub anonymous: f64,
}

impl Memory {
    pub fn of(pid: u32) -> Result<Self> {
        let status = fs::read_to_string(format!("/proc/{pid}/status")).context("the process is gone")?;
        let mib = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            let kib = line.and_then(|line| line.split_whitespace().next()).and_then(|kib| kib.parse::<f64>().ok());
            kib.map(|kib| kib / 1024.0).with_context(|| format!("no {name} in /proc/{pid}/status"))
        };
        Ok(Self { rss: mib("VmRSS:")?, anonymous: mib("RssAnon:")? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_done_here_is_counted() {
        let me = Tree { root: std::process::id() };
        let before = me.cpu_ms(None);
        let mut sum = 0_u64;
        while me.cpu_ms(None) < before + 30.0 {
            sum = (0..1_000_000_u64).fold(sum, u64::wrapping_add);
        }
        assert!(sum > 0 && Memory::of(me.root).unwrap().rss > 1.0);
    }
}

//! Two shops as a table.

use std::fmt;

use super::{Grown, Sample};

pub fn write_table(f: &mut fmt::Formatter<'_>, shops: &str, grown: &[Grown]) -> fmt::Result {
    if grown.is_empty() {
        return Ok(());
    }
    writeln!(f, "\n{shops}: CPU in ms for one, and p99 in ms by the clock")?;
    let [name, small, large] = ["", "small", "large"];
    writeln!(
        f,
        "{name:<26}{small:>8}{:>8}{large:>8}{:>8}{:>8}{:>8}{:>10}",
        "p99", "p99", "ratio", "limit", "p99 limit"
    )?;
    for Grown { name, small, large, ratio, limit } in grown {
        let figure = |limit: Option<f64>| limit.map_or("-".into(), |limit| format!("{limit}"));
        let Sample { cpu, p99 } = small;
        write!(f, "{name:<26}{cpu:>8.3}{p99:>8.2}")?;
        let Sample { cpu, p99 } = large;
        writeln!(f, "{cpu:>8.3}{p99:>8.2}{ratio:>8.2}{:>8}{:>10}", figure(limit.ratio), figure(limit.p99_ms))?;
    }
    Ok(())
}

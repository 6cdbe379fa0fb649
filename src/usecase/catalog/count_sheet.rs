//! Counting what lies on the shelves, many variants at once: all that is on a sheet, or nothing of it.

use std::collections::BTreeMap;

use serde_json::json;

use crate::domain::{
    FieldReader, Fields, MAX_STOCK, May, Problem, Refusal, StockChange, StockLevel, VariantId, permit,
};
use crate::dto::{CountQuery, CountRow, CountSheet};

use super::super::audit::Change;
use super::super::editor::text;
use super::super::idempotency::check_key;
use super::super::shop::retried;
use super::super::{Inventory, Result, Shop, Store, Tx};
use super::stock::MAX_REASON;

/// How many variants stand on a sheet.
const ROWS: u32 = 50;
/// Of so many problems is told at a time: a browser does not keep more until the next page.
const MOST_PROBLEMS: usize = 12;

/// What was counted, and what was to lie there when the sheet was made; in the order in which they are locked.
type Counts = BTreeMap<VariantId, (StockChange, Option<u32>)>;

impl<S: Store> Shop<S> {
    /// A sheet to count by, with what was typed before and kept, but for what something left or came of meanwhile: a sheet says
    /// what was to lie there when it was made, and this one is made now.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn count_sheet(&self, by: May<permit::Stock>, query: &CountQuery, kept: &str) -> Result<CountSheet> {
        let mut sheet = self.store().count_sheet(query, ROWS).await?;
        sheet.fields = self.kept_form(by.into(), kept).await?.unwrap_or_default();
        for row in &mut sheet.rows {
            row.moved = has_moved(&sheet.fields, row);
            if row.moved {
                sheet.fields.remove(&row.counted());
            }
        }
        sheet.form_key = self.new_key();
        Ok(sheet)
    }

    /// Records the counts of a sheet: one movement each, all of them or none. What was sold since the sheet was made lies there
    /// until it is sent, so it is counted as well; where something left or came, that row is told. Once, however often the same
    /// sheet is sent. Answers how many.
    ///
    /// Fields: `key`, `reason`, and of each variant `count-` (empty: not counted) and `shelf-` with its id. A count that does not
    /// say what was to lie there is told as one that something left or came of.
    ///
    /// # Errors
    /// `Invalid` with the fields' names, `KeyReused`.
    pub async fn save_counts(&self, by: May<permit::Stock>, fields: &Fields) -> Result<u32> {
        let (counts, reason) = read_counts(fields).map_err(first_problems)?;
        let key = format!("counts-{}", text(fields, "key"));
        check_key(&key)?;
        retried(|| self.save_counts_once(by, &counts, &reason, &key)).await?;
        Ok(u32::try_from(counts.len()).unwrap_or(u32::MAX))
    }

    async fn save_counts_once(&self, by: May<permit::Stock>, counts: &Counts, reason: &str, key: &str) -> Result<()> {
        let mut tx = self.store().begin().await?;
        if !self.first_of_key(&mut tx, by, Some(key), || format!("counts {counts:?} {reason}")).await? {
            return Ok(());
        }
        let ids: Vec<_> = counts.keys().copied().collect();
        let levels = tx.lock_stock_levels(&ids).await?;
        let mut reader = FieldReader::default();
        let (mut moves, mut entries) = (Vec::with_capacity(ids.len()), Vec::with_capacity(ids.len()));
        for (variant, (count, shown)) in counts {
            let moved = levels.get(variant).ok_or(Problem::NotAChoice);
            let moved = moved.and_then(|level| Ok((level.stock, movement(*level, *count, *shown)?)));
            if let Some((stock, units)) = reader.read(&format!("count-{variant}"), moved) {
                moves.push((*variant, units));
                let said = json!({ "units": units, "counted": true, "reason": reason });
                let entry = Change::of("stock.changed", "variant", variant).before(json!({ "stock": stock }));
                entries.push(entry.after(said));
            }
        }
        reader.finish(Some(())).map_err(first_problems)?;
        tx.record_counts(&moves, reason, self.now()).await?;
        self.record_all(&mut tx, by, entries).await?;
        tx.commit().await
    }
}

/// Whether a count was typed for a row while something else was to lie there.
fn has_moved(typed: &Fields, row: &CountRow) -> bool {
    !text(typed, &row.counted()).is_empty() && shelf_of(typed, &row.shown()) != Some(row.shelf)
}

/// What was to lie there when the sheet was made; none: it does not say so.
fn shelf_of(fields: &Fields, name: &str) -> Option<u32> {
    text(fields, name).parse().ok()
}

/// The units to move so that what was counted is true.
fn movement(level: StockLevel, count: StockChange, shown: Option<u32>) -> std::result::Result<i64, Problem> {
    let now = level.shelf();
    if shown != Some(now) {
        return Err(Problem::ShelfChanged { now });
    }
    // Fewer than orders hold were hardly counted.
    level.movement(count).map_err(|_| Problem::OutOfRange { min: level.reserved, max: MAX_STOCK })
}

fn read_counts(fields: &Fields) -> std::result::Result<(Counts, String), Refusal> {
    let mut reader = FieldReader::default();
    let (mut counts, mut nothing) = (Counts::new(), true);
    for (name, typed) in fields.iter().filter(|(_, typed)| !typed.trim().is_empty()) {
        let Some(variant) = name.strip_prefix("count-").and_then(|id| id.parse::<VariantId>().ok()) else { continue };
        nothing = false;
        let units = typed.trim().parse::<i64>().map_err(|_| Problem::OutOfRange { min: 0, max: MAX_STOCK });
        if let Some(count) = reader.read(name, units.and_then(StockChange::count)) {
            counts.insert(variant, (count, shelf_of(fields, &format!("shelf-{variant}"))));
        }
    }
    let reason = reader.required("reason", text(fields, "reason"), MAX_REASON);
    let all = match counts.len() {
        0 if nothing => Err(Problem::Required),
        many if many > ROWS as usize => Err(Problem::TooMany { max: ROWS }),
        _ => Ok(()),
    };
    reader.read("counted", all);
    reader.finish(reason.map(|reason| (counts, reason)))
}

fn first_problems(refusal: Refusal) -> Refusal {
    match refusal {
        Refusal::Invalid { mut fields } => {
            fields.truncate(MOST_PROBLEMS);
            Refusal::Invalid { fields }
        }
        other => other,
    }
}

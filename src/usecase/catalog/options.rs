//! The options of a product as staff edit them, and its variants with them. Nothing is deleted: what no choice is left for is retired,
//! for carts, orders and the ledger tell of it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use crate::domain::{
    EditedOption, EditedValue, EditedVariant, FieldReader, Fields, Matrix, May, Merged, OptionPlan, Problem, ProductId,
    Refusal, Slug, VariantId, clean_line, differing, merge, permit,
};
use crate::dto::{OptionsEditView, RetiredVariant, RetiredVariants, StaffProduct, StaffVariant};

use super::super::audit::Change;
use super::super::editor::{is_on, text, version_of};
use super::super::shop::retried;
use super::super::{Error, Result, Shop, Store, Tx};
use super::edit::VariantDefaults;
use super::reading::sku_overtaken;
use super::writing::{NewVariant, OptionsWrite, ProductEdits, ShelfVariant};

/// What became of the variants: how many were made, retired, and came back.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OptionsSaved {
    pub made: usize,
    pub retired: usize,
    pub back: usize,
}

impl<S: Store> Shop<S> {
    /// Saves a product's options, if it still has the version they were read with: `version`. Fields, of the options that are
    /// there by their places from 1: `o1-name`, `o1-place`, `o1-gone` (`on`), of each of their values `o1v1`, `o1v1-place`,
    /// `o1v1-gone`, and new values with commas between them, `o1-more`; new options `n1-name`, `n1-values`; of variants
    /// `vID-retire` and `vID-back`; `fill` for all choices that are missing. What a form does not name stays as it is.
    ///
    /// New variants cost what the first does and are shipped where it is, and nothing of them lies on a shelf. None: it would
    /// retire variants, and `confirmed` does not say that it is so.
    ///
    /// # Errors
    /// `Invalid` with those names, or `variants`; `NotFound`, `VersionMismatch`.
    pub async fn save_options(
        &self,
        by: May<permit::Products>,
        id: ProductId,
        fields: &Fields,
    ) -> Result<Option<OptionsSaved>> {
        let version = fields.get("version").and_then(|text| text.parse::<i64>().ok()).unwrap_or(0);
        retried(|| self.save_options_once(by, id, version, fields)).await
    }

    async fn save_options_once(
        &self,
        by: May<permit::Products>,
        id: ProductId,
        version: i64,
        fields: &Fields,
    ) -> Result<Option<OptionsSaved>> {
        let mut tx = self.store().begin().await?;
        let before = tx.lock_staff_product(id).await?.ok_or(Refusal::NotFound)?;
        if before.version != version {
            return Err(Refusal::VersionMismatch { current: before.version }.into());
        }
        let plan = plan(&before, fields)?;
        if !plan.retired.is_empty() && text(fields, "confirmed") != token(&before, &plan)? {
            return Ok(None);
        }
        let slug: Slug = before.slug.parse()?;
        let choices: Vec<_> = plan.shelf.iter().filter(|(place, _)| place.is_none()).map(|(_, c)| c.clone()).collect();
        let new = self.new_variants(&mut tx, &slug, &choices, &defaults_of_first(&before)?).await?;
        let variants = shelf(&before, &plan, &new);
        if new.is_empty() && plan.names == before.options && variants == as_it_is(&before) {
            return Ok(Some(OptionsSaved::default()));
        }
        let saved = OptionsSaved { made: new.len(), retired: plan.retired.len(), back: plan.back.len() };
        let (was, now) = differing(&audit_fields_before(&before), &audit_fields(&before, &new, &variants));
        let change = Change::of("product.options_changed", "product", id);
        let change = change.before(json!({ "options": before.options, "variants": was }));
        let change = change.after(json!({ "options": plan.names, "variants": now }));
        let write = OptionsWrite { options: plan.names, new, variants };
        tx.save_options(id, &write, self.now()).await.map_err(sku_overtaken)?;
        self.record(&mut tx, by, change).await?;
        tx.commit().await?;
        Ok(Some(saved))
    }

    /// The editor of a product's options, with what was typed before and kept, brought together with what is there now; and what
    /// saving it would retire.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn options_editor(
        &self,
        by: May<permit::Products>,
        id: ProductId,
        kept: &str,
    ) -> Result<OptionsEditView> {
        let (product, _) = self.store().staff_product(id).await?.ok_or(Refusal::NotFound)?;
        let typed = self.kept_form(by.into(), kept).await?.filter(|typed| typed.get("id") == Some(&id.to_string()));
        let Some(typed) = typed else {
            let (fields, theirs, both) = (product.option_fields(), Vec::new(), Vec::new());
            return Ok(OptionsEditView { product, fields, theirs, both, confirm: None });
        };
        let Merged { fields, theirs, both } = edited_over(typed, &product.option_fields());
        let is_overtaken = !theirs.is_empty() || !both.is_empty();
        let confirm = match plan(&product, &fields) {
            Ok(plan) if !is_overtaken && !plan.retired.is_empty() => Some(self.to_confirm(&product, &plan).await?),
            _ => None,
        };
        Ok(OptionsEditView { product, fields, theirs, both, confirm })
    }

    async fn to_confirm(&self, product: &StaffProduct, plan: &OptionPlan) -> Result<RetiredVariants> {
        let all = all(product);
        let variants: Vec<_> = plan.retired.iter().filter_map(|place| all.get(*place).copied()).collect();
        let ids: Vec<_> = variants.iter().map(|variant| variant.id).collect();
        let held: BTreeMap<_, _> = self.store().held_units(&ids).await?.into_iter().collect();
        let retired = variants.into_iter().map(|variant| RetiredVariant {
            name: variant.options.join(", "),
            sku: variant.sku.clone(),
            stock: variant.stock,
            held: held.get(&variant.id).copied().unwrap_or(0),
        });
        let is_made = |place: &Option<usize>| place.is_none_or(|place| plan.back.contains(&place));
        let made = plan.shelf.iter().filter(|(place, _)| is_made(place)).map(|(_, choice)| choice.join(", "));
        Ok(RetiredVariants { token: token(product, plan)?, retired: retired.collect(), made: made.collect() })
    }
}

/// What was typed and kept, with what is there now.
fn edited_over(mut typed: Fields, now: &Fields) -> Merged {
    let base: Fields = typed.remove("base").and_then(|base| serde_json::from_str(&base).ok()).unwrap_or_default();
    typed.retain(|name, _| !["id", "version", "confirmed"].contains(&name.as_str()));
    let mut merged = merge(&base, &typed, now);
    let is_changed = |name: &String, text: &String| base.get(name).is_some_and(|read| read != text);
    let gone = typed.iter().filter(|(name, text)| !now.contains_key(*name) && is_changed(name, text));
    merged.both.extend(gone.map(|(name, _)| (name.clone(), String::new())));
    // Whoever took something away meant what stood there when they read it.
    for name in merged.theirs.iter().chain(merged.both.iter().map(|(name, _)| name)) {
        merged.fields.remove(&format!("{}-gone", name.strip_suffix("-name").unwrap_or(name)));
    }
    merged
}

/// Those for sale, then those that are retired: a plan means them by their places.
fn all(product: &StaffProduct) -> Vec<&StaffVariant> {
    product.variants.iter().chain(&product.retired).collect()
}

fn plan(product: &StaffProduct, fields: &Fields) -> std::result::Result<OptionPlan, Refusal> {
    let options = read_options(product, fields)?;
    let edited = |variant: &StaffVariant, is_retired: bool| {
        let field = variant.field(if is_retired { "back" } else { "retire" });
        EditedVariant { options: variant.options.clone(), is_retired, turned: is_on(fields, &field), field }
    };
    let for_sale = product.variants.iter().map(|variant| edited(variant, false));
    let variants: Vec<_> = for_sale.chain(product.retired.iter().map(|variant| edited(variant, true))).collect();
    OptionPlan::of(&variants, &options, is_on(fields, "fill"))
}

/// Which variants are retired, of what was read.
fn token(product: &StaffProduct, plan: &OptionPlan) -> Result<String> {
    let all = all(product);
    let retired: Vec<_> = plan.retired.iter().filter_map(|place| all.get(*place).map(|variant| variant.id)).collect();
    version_of(&(product.version, retired))
}

/// What new variants have of the first.
fn defaults_of_first(product: &StaffProduct) -> Result<VariantDefaults> {
    let first = all(product).into_iter().next();
    let first = first.ok_or_else(|| Error::Broken(anyhow::anyhow!("product {} has no variant", product.id)))?;
    let StaffVariant { price, cost, weight_grams, needs_shipping, .. } = *first;
    Ok(VariantDefaults { price, compare_at_price: None, cost, weight_grams, needs_shipping, stock: 0 })
}

/// Every variant with its place: what is for sale, and behind it what is retired.
fn shelf(product: &StaffProduct, plan: &OptionPlan, new: &[NewVariant]) -> Vec<ShelfVariant> {
    let all = all(product);
    let mut fresh = new.iter().map(|variant| variant.id);
    let mut variants = Vec::with_capacity(all.len().saturating_add(new.len()));
    let mut position = 0_u32;
    let mut stand = |id: Option<VariantId>, options: &[String], is_retired: bool| {
        if let Some(id) = id {
            variants.push(ShelfVariant { id, options: options.to_vec(), position, is_retired });
            position = position.saturating_add(1);
        }
    };
    for (place, choice) in &plan.shelf {
        let id = match place {
            Some(place) => all.get(*place).map(|variant| variant.id),
            None => fresh.next(),
        };
        stand(id, choice, false);
    }
    let for_sale: BTreeSet<usize> = plan.shelf.iter().filter_map(|(place, _)| *place).collect();
    let called: BTreeMap<usize, &Vec<String>> = plan.resting.iter().map(|(place, choice)| (*place, choice)).collect();
    for (place, variant) in all.iter().enumerate().filter(|(place, _)| !for_sale.contains(place)) {
        stand(Some(variant.id), called.get(&place).copied().unwrap_or(&variant.options), true);
    }
    variants
}

fn as_it_is(product: &StaffProduct) -> Vec<ShelfVariant> {
    let for_sale = product.variants.len();
    let variants = (0_u32..).zip(all(product)).enumerate().map(|(place, (position, variant))| ShelfVariant {
        id: variant.id,
        options: variant.options.clone(),
        position,
        is_retired: place >= for_sale,
    });
    variants.collect()
}

/// For the log: by sku what each variant is called, and whether it is retired.
fn audit_fields_before(product: &StaffProduct) -> Fields {
    audit_fields(product, &[], &as_it_is(product))
}

fn audit_fields(product: &StaffProduct, new: &[NewVariant], variants: &[ShelfVariant]) -> Fields {
    let known = all(product).into_iter().map(|variant| (variant.id, variant.sku.as_str()));
    let skus: BTreeMap<VariantId, &str> = known.chain(new.iter().map(|v| (v.id, v.sku.as_str()))).collect();
    let state = |variant: &ShelfVariant| {
        let called = variant.options.join(" / ");
        if variant.is_retired { format!("{called} (retired)") } else { called }
    };
    variants.iter().filter_map(|v| Some(((*skus.get(&v.id)?).to_owned(), state(v)))).collect()
}

/// A field as it was typed; a form that does not name it leaves it as it is.
fn typed<'a>(fields: &'a Fields, name: &str, known: &'a str) -> &'a str {
    fields.get(name).map_or(known, String::as_str)
}

/// Where something is put among others: by the number that was typed. What was moved up comes before what stands there already,
/// what was moved down behind it.
type Place = (u32, u8);

fn place(typed: &str, stood: u32) -> std::result::Result<Place, Problem> {
    let max = Matrix::MAX_VARIANTS;
    let at = match typed.trim() {
        "" => stood,
        number => {
            number.parse::<u32>().ok().filter(|n| (1..=max).contains(n)).ok_or(Problem::OutOfRange { min: 1, max })?
        }
    };
    Ok((at, if at < stood { 0 } else { u8::from(at > stood).saturating_add(1) }))
}

fn read_options(product: &StaffProduct, fields: &Fields) -> std::result::Result<Vec<EditedOption>, Refusal> {
    let mut reader = FieldReader::default();
    let mut options = Vec::<(Place, String, EditedOption)>::new();
    for (at, known) in product.options.iter().enumerate() {
        let key = format!("o{}", at.saturating_add(1));
        if is_on(fields, &format!("{key}-gone")) {
            continue;
        }
        let name_field = format!("{key}-name");
        let name = reader.required(&name_field, typed(fields, &name_field, known), Matrix::MAX_NAME);
        let stood = u32::try_from(at).unwrap_or(0).saturating_add(1);
        let stands = format!("{key}-place");
        let stands = reader.read(&stands, place(typed(fields, &stands, ""), stood));
        let values = read_values(&mut reader, &product.values_of(at), fields, &key);
        if let (Some(name), Some(stands), Some(values)) = (name, stands, values) {
            let option = EditedOption { was: Some(at), field: format!("{key}-more"), name, values };
            options.push((stands, name_field, option));
        }
    }
    options.sort_by_key(|(stands, ..)| *stands);
    for number in 1..=Matrix::MAX_OPTIONS.saturating_sub(product.options.len()) {
        let (name_field, field) = (format!("n{number}-name"), format!("n{number}-values"));
        let name = reader.read(&name_field, clean_line(text(fields, &name_field), Matrix::MAX_NAME));
        let values = reader.read(&field, Matrix::parse_values(text(fields, &field)));
        let (Some(name), Some(values)) = (name, values) else { continue };
        match (name.is_empty(), values.is_empty()) {
            (true, true) => {}
            (true, false) => {
                reader.read::<()>(&name_field, Err(Problem::Required));
            }
            (false, true) => {
                reader.read::<()>(&field, Err(Problem::Required));
            }
            (false, false) => {
                let values = values.into_iter().map(|now| EditedValue { was: None, now }).collect();
                options.push(((u32::MAX, 0), name_field, EditedOption { was: None, field, name, values }));
            }
        }
    }
    let mut names = BTreeSet::<&str>::new();
    for (_, field, option) in &options {
        if !names.insert(&option.name) {
            reader.read::<()>(field, Err(Problem::Duplicate));
        }
    }
    reader.finish(Some(options.into_iter().map(|(.., option)| option).collect()))
}

/// The values of an option that is there.
fn read_values(reader: &mut FieldReader, known: &[String], fields: &Fields, key: &str) -> Option<Vec<EditedValue>> {
    let mut values = Vec::<(Place, EditedValue)>::new();
    let mut seen = BTreeSet::<String>::new();
    let mut all_good = true;
    for (number, was) in (1_u32..).zip(known) {
        let field = format!("{key}v{number}");
        if is_on(fields, &format!("{field}-gone")) {
            continue;
        }
        let now = reader.required(&field, typed(fields, &field, was), Matrix::MAX_NAME);
        let stands = format!("{field}-place");
        let stands = reader.read(&stands, place(typed(fields, &stands, ""), number));
        let (Some(now), Some(stands)) = (now, stands) else {
            all_good = false;
            continue;
        };
        if !seen.insert(now.clone()) {
            reader.read::<()>(&field, Err(Problem::Duplicate));
        }
        values.push((stands, EditedValue { was: Some(was.clone()), now }));
    }
    values.sort_by_key(|(stands, _)| *stands);
    let more = format!("{key}-more");
    let new = reader.read(&more, Matrix::parse_values(text(fields, &more)))?;
    if new.iter().any(|value| seen.contains(value)) {
        reader.read::<()>(&more, Err(Problem::Duplicate));
    }
    if all_good && values.is_empty() && new.is_empty() {
        reader.read::<()>(&more, Err(Problem::Required));
    }
    let mut values: Vec<_> = values.into_iter().map(|(_, value)| value).collect();
    values.extend(new.into_iter().map(|now| EditedValue { was: None, now }));
    all_good.then_some(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_moved_up_stands_before_what_stands_there_and_what_is_moved_down_behind_it() {
        let order = |typed: [&str; 3]| {
            let mut places: Vec<_> =
                (1_u32..).zip(typed).map(|(stood, typed)| (place(typed, stood).unwrap(), stood)).collect();
            places.sort_by_key(|(place, _)| *place);
            places.into_iter().map(|(_, stood)| stood).collect::<Vec<_>>()
        };
        assert_eq!(order(["1", "2", "1"]), [3, 1, 2]);
        assert_eq!(order(["3", "", ""]), [2, 3, 1]);
        assert_eq!(order(["", "", ""]), [1, 2, 3]);
        for bad in ["0", "101", "first"] {
            assert!(place(bad, 1).is_err(), "{bad}");
        }
    }
}

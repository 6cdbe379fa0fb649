//! What a file makes of the catalogue: which products and variants are new, which are others than before, and what does not
//! fit. Decided of the file and of what the shop has; nothing is written here.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use crate::domain::{ImportRemark, Matrix, Problem, ProductId, ProductStatus, Sku, TaxClass, VariantId};
use crate::dto::{CategoryChoice, ImportNote, ImportReport, StaffProduct};

use super::cells::VariantPicture;
use super::changes::Changes;
use super::existing::{fits, is_retired, matched, own_picture};
use super::read::{ColumnNames, FileProduct, FileVariant, ProductFile};
use super::{ImportPictureWrite, ProductWrite, VariantWrite};

/// The most problems that are told of a file, and the most of what is good to know: the rest is counted.
const MOST_PROBLEMS: usize = 10_000;
const MOST_NOTES: usize = 500;

/// What the shop has of what a file speaks of.
#[derive(Debug, Default)]
pub(super) struct Existing {
    /// By slug, or by one that it had before.
    pub products: BTreeMap<String, StaffProduct>,
    /// Skus that are in use, and whose they are.
    pub skus: BTreeMap<String, ProductId>,
    pub categories: Vec<CategoryChoice>,
}

/// What is to be written.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub new_products: Vec<ProductWrite>,
    pub changed_products: Vec<ProductWrite>,
    pub new_variants: Vec<VariantWrite>,
    /// Under the skus they have.
    pub changed_variants: Vec<VariantWrite>,
    /// Under others.
    pub renamed_variants: Vec<VariantWrite>,
    /// To be fetched.
    pub pictures: Vec<ImportPictureWrite>,
    /// For the audit log.
    pub changes: Changes,
    same: u32,
    notes: Vec<ImportNote>,
}

/// The skus that a file's variants have, or would be given.
pub(super) fn skus_of(file: &ProductFile) -> Vec<String> {
    let skus = file.products.iter().flat_map(|product| {
        product.variants.iter().map(move |variant| {
            let given = variant.sku.as_ref().map(|sku| sku.as_str().to_owned());
            given.unwrap_or_else(|| Sku::of_choice(&product.slug, &variant.options))
        })
    });
    skus.collect::<BTreeSet<_>>().into_iter().collect()
}

pub(super) fn plan(file: &ProductFile, known: &Existing, new_id: &dyn Fn() -> Uuid) -> Plan {
    let problems = file.notes.iter().filter(|note| note.remark.is_problem() && !note.column.is_empty());
    let flawed = problems.map(|note| (note.row, note.column.as_str())).collect();
    let (names, given) = (&file.names, given(file));
    let (seen, plan) = (BTreeMap::new(), Plan::default());
    let mut planner = Planner { known, new_id, names, given, flawed, seen, plan };
    for product in &file.products {
        planner.product(product);
    }
    planner.plan
}

/// The skus that stand in the file.
fn given(file: &ProductFile) -> BTreeSet<String> {
    let variants = file.products.iter().flat_map(|product| &product.variants);
    variants.filter_map(|variant| variant.sku.as_ref()).map(|sku| sku.as_str().to_owned()).collect()
}

impl Plan {
    /// What is told of it, and of the file.
    pub fn report(&self, file: &ProductFile) -> ImportReport {
        let mut notes: Vec<_> = file.notes.iter().chain(&self.notes).cloned().collect();
        notes.sort_by_key(|note| note.row);
        let (problems, notes): (Vec<_>, Vec<_>) = notes.into_iter().partition(|note| note.remark.is_problem());
        let first = |notes: &[ImportNote], most: usize| notes.iter().take(most).cloned().collect::<Vec<_>>();
        ImportReport {
            rows: file.rows,
            made: count(self.new_products.len()),
            changed: count(self.changed_products.len()),
            same: self.same,
            new_variants: count(self.new_variants.len()),
            changed_variants: count(self.changed_variants.len() + self.renamed_variants.len()),
            pictures: count(self.pictures.len()),
            left: file.left.clone(),
            problem_count: count(problems.len()),
            problems: first(&problems, MOST_PROBLEMS),
            note_count: count(notes.len()),
            notes: first(&notes, MOST_NOTES),
        }
    }
}

pub(super) fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

struct Planner<'a> {
    known: &'a Existing,
    new_id: &'a dyn Fn() -> Uuid,
    names: &'a ColumnNames,
    /// Skus that stand in the file, and those that are given to variants without one.
    given: BTreeSet<String>,
    /// Cells of the file, by row and column, that a problem is told of already.
    flawed: BTreeSet<(u32, &'a str)>,
    /// Products that the shop has, and the rows at which they begin.
    seen: BTreeMap<ProductId, u32>,
    plan: Plan,
}

impl Planner<'_> {
    fn say(&mut self, row: u32, column: &str, remark: ImportRemark) {
        if !self.flawed.contains(&(row, column)) {
            self.plan.notes.push(ImportNote { row, column: column.to_owned(), remark });
        }
    }

    fn product(&mut self, product: &FileProduct) {
        let category = self.category(product);
        match self.known.products.get(product.slug.as_str()) {
            // By what it is called now, and by what it was called before.
            Some(before) if self.seen.contains_key(&before.id) => {
                let row = self.seen.get(&before.id).copied().unwrap_or_default();
                self.say(product.row, &self.names.handle, ImportRemark::HandleTwice { row });
            }
            Some(before) => {
                self.seen.insert(before.id, product.row);
                self.changed(product, before, category);
            }
            None => self.made(product, category),
        }
    }

    /// Its slug, where there is such a category: by its own slug, or by a name that no other has.
    fn category(&mut self, product: &FileProduct) -> Option<String> {
        let asked = product.category.as_deref()?;
        let all = &self.known.categories;
        let by_slug = all.iter().find(|category| category.slug == asked);
        let mut named = all.iter().filter(|category| category.name.to_lowercase() == asked.to_lowercase());
        let found = by_slug.or_else(|| named.next().filter(|_| named.next().is_none()));
        let slug = found.map(|category| category.slug.clone());
        if slug.is_none() {
            self.say(product.row, &self.names.category, ImportRemark::NoCategory);
        }
        slug
    }

    fn made(&mut self, product: &FileProduct, category: Option<String>) {
        let id = ProductId((self.new_id)());
        let required = ImportRemark::Cell(Problem::Required);
        if product.name.is_none() {
            self.say(product.row, &self.names.title, required.clone());
        }
        if product.variants.is_empty() {
            self.say(product.row, &self.names.price, required);
        }
        let taxable = product.taxable.unwrap_or(true);
        let write = ProductWrite {
            id,
            slug: product.slug.to_string(),
            name: product.name.clone().unwrap_or_default(),
            description: product.description.clone().filter(|text| !text.is_empty()),
            category,
            status: product.status.unwrap_or(ProductStatus::Active),
            tax_class: if taxable { TaxClass::Standard } else { TaxClass::Zero },
            vendor: product.vendor.clone().unwrap_or_default(),
            tags: product.tags.clone().unwrap_or_default(),
            seo_title: product.seo_title.clone().unwrap_or_default(),
            seo_description: product.seo_description.clone().unwrap_or_default(),
            options: product.options.clone().unwrap_or_default(),
        };
        let (mut choices, mut shown) = (BTreeSet::new(), Vec::new());
        for (place, variant) in (0..).zip(&product.variants) {
            self.check_choice(&mut choices, &variant.options, variant.row);
            let write = self.new_variant(product, variant, id, place);
            shown.extend(write.as_ref().map(|write| (variant, write.id)));
            self.plan.new_variants.extend(write);
        }
        self.check_count(product, product.variants.len());
        self.pictures(product, id, &shown);
        self.plan.new_products.push(write);
    }

    fn changed(&mut self, product: &FileProduct, before: &StaffProduct, category: Option<String>) {
        let tax_class = match (product.taxable, before.tax_class) {
            (Some(false), _) => TaxClass::Zero,
            // What was not taxed is now; who is taxed less goes on being so.
            (Some(true), TaxClass::Zero) => TaxClass::Standard,
            (_, class) => class,
        };
        let description = product.description.as_deref().unwrap_or(&before.description);
        let after = ProductWrite {
            id: before.id,
            slug: before.slug.clone(),
            name: product.name.clone().unwrap_or_else(|| before.name.clone()),
            description: Some(description.to_owned()).filter(|text| !text.is_empty()),
            category: category.or_else(|| before.category.clone()),
            status: product.status.unwrap_or(before.status),
            tax_class,
            vendor: product.vendor.clone().unwrap_or_else(|| before.vendor.clone()),
            tags: product.tags.clone().unwrap_or_else(|| before.tags.clone()),
            seo_title: product.seo_title.clone().unwrap_or_else(|| before.seo_title.clone()),
            seo_description: product.seo_description.clone().unwrap_or_else(|| before.seo_description.clone()),
            options: product.options.clone().unwrap_or_else(|| before.options.clone()),
        };
        let matched = matched(product, before);
        let in_file: BTreeSet<VariantId> = matched.iter().flatten().map(|variant| variant.id).collect();
        let left_out: Vec<_> = before.variants.iter().filter(|variant| !in_file.contains(&variant.id)).collect();
        // Theirs are values of the options as they are, in their order.
        if after.options != before.options && !left_out.is_empty() {
            self.say(product.row, &self.names.option, ImportRemark::OptionsDiffer);
        }
        let mut choices: BTreeSet<Vec<String>> = left_out.iter().map(|variant| variant.options.clone()).collect();
        let was = ProductWrite::of(before);
        self.plan.changes.product(&was, &after);
        let (mut place, mut differs, mut shown) = (count(before.variants.len()), after != was, Vec::new());
        for (variant, known) in product.variants.iter().zip(matched) {
            match known {
                Some(known) => {
                    let options = if product.options.is_some() { &variant.options } else { &known.options };
                    self.check_choice(&mut choices, options, variant.row);
                    // What is retired keeps its values when the options become others: which they are now, the file says.
                    let is_left = product.options.is_none() && is_retired(before, known.id) && !fits(before, options);
                    if is_left || options.len() != after.options.len() {
                        let named = Some(self.names.option.as_str()).filter(|name| !name.is_empty());
                        let column = named.unwrap_or("Option1 Name");
                        self.say(variant.row, column, ImportRemark::Cell(Problem::Required));
                    }
                    let was = VariantWrite::of(known, before);
                    let now = was.clone().with(variant, before, options);
                    self.check_sku(&now.sku, before.id, variant.row);
                    place = place.saturating_add(u32::from(is_retired(before, known.id)));
                    shown.push((variant, known.id));
                    self.plan.changes.variant(&was, &now);
                    differs |= was != now;
                    if was.sku != now.sku {
                        self.plan.renamed_variants.push(now);
                    } else if was != now {
                        self.plan.changed_variants.push(now);
                    }
                }
                None => {
                    differs = true;
                    self.check_choice(&mut choices, &variant.options, variant.row);
                    if variant.options.len() != after.options.len() {
                        self.say(variant.row, &self.names.option, ImportRemark::Cell(Problem::Required));
                    }
                    let write = self.new_variant(product, variant, before.id, place);
                    let write = write.map(|write| VariantWrite { image: own_picture(before, variant), ..write });
                    shown.extend(write.as_ref().map(|write| (variant, write.id)));
                    self.plan.new_variants.extend(write);
                    place = place.saturating_add(1);
                }
            }
        }
        self.check_count(product, place as usize);
        if before.images.is_empty() && before.uploads.is_empty() {
            self.pictures(product, before.id, &shown);
        } else {
            for picture in &product.pictures {
                self.say(picture.row, &self.names.picture, ImportRemark::PictureLeft);
            }
            for (variant, _) in shown.iter().filter(|(variant, _)| elsewhere(variant).is_some()) {
                self.say(variant.row, &self.names.variant_picture, ImportRemark::PictureLeft);
            }
        }
        if differs {
            self.plan.changed_products.push(after);
        } else {
            self.plan.same = self.plan.same.saturating_add(1);
        }
    }

    /// `shown`: the product's variants, some with a picture of their own; one that stands nowhere else comes last.
    fn pictures(&mut self, product: &FileProduct, id: ProductId, shown: &[(&FileVariant, VariantId)]) {
        let shows = |address: &str| -> Vec<VariantId> {
            shown.iter().filter(|(variant, _)| elsewhere(variant) == Some(address)).map(|(_, id)| *id).collect()
        };
        let mut known: BTreeSet<&str> = product.pictures.iter().map(|picture| picture.address.as_str()).collect();
        let of_product = product.pictures.iter().map(|p| (p.row, p.address.as_str(), p.alt.as_str()));
        let of_variants = shown.iter().filter_map(|(variant, _)| Some((variant.row, elsewhere(variant)?, "")));
        let of_variants: Vec<_> = of_variants.filter(|(_, address, _)| known.insert(address)).collect();
        for (row, address, alt) in of_product.chain(of_variants) {
            let (address, alt, variants) = (address.to_owned(), alt.to_owned(), shows(address));
            let write = ImportPictureWrite { id: (self.new_id)(), product_id: id, place: row, address, alt, variants };
            self.plan.pictures.push(write);
        }
    }

    fn check_choice(&mut self, choices: &mut BTreeSet<Vec<String>>, options: &[String], row: u32) {
        if !choices.insert(options.to_vec()) {
            self.say(row, &self.names.option, ImportRemark::ChoiceTwice);
        }
    }

    fn check_count(&mut self, product: &FileProduct, variants: usize) {
        let max = Matrix::MAX_VARIANTS;
        if variants > max as usize {
            self.say(product.row, "", ImportRemark::Cell(Problem::TooMany { max }));
        }
    }

    /// Whether it may have this sku, which no other product's variant has.
    fn check_sku(&mut self, sku: &str, product: ProductId, row: u32) {
        if self.known.skus.get(sku).is_some_and(|owner| *owner != product) {
            self.say(row, &self.names.sku, ImportRemark::SkuElsewhere);
        }
    }

    fn new_variant(
        &mut self,
        product: &FileProduct,
        variant: &FileVariant,
        id: ProductId,
        position: u32,
    ) -> Option<VariantWrite> {
        let new = VariantId((self.new_id)());
        let sku = match &variant.sku {
            Some(sku) => {
                self.check_sku(sku.as_str(), id, variant.row);
                sku.as_str().to_owned()
            }
            None => {
                let suggested = Sku::of_choice(&product.slug, &variant.options);
                let is_free = Sku::parse(&suggested).is_ok()
                    && !self.known.skus.contains_key(&suggested)
                    && self.given.insert(suggested.clone());
                let other = || Sku::of_product(&product.slug, ProductId(new.0)).as_str().to_owned();
                if is_free { suggested } else { other() }
            }
        };
        let Some(price) = variant.price else {
            self.say(variant.row, &self.names.price, ImportRemark::Cell(Problem::Required));
            return None;
        };
        Some(VariantWrite {
            id: new,
            product_id: id,
            sku,
            options: variant.options.clone(),
            price: price.amount(),
            compare_at_price: variant.compare_at_price.flatten().map(|before| before.amount()),
            cost: variant.cost.flatten().map(|cost| cost.amount()),
            weight_grams: variant.weight_grams.unwrap_or(0),
            needs_shipping: variant.needs_shipping.unwrap_or(true),
            image: None,
            is_retired: false,
            position,
            stock: variant.stock.unwrap_or(0),
        })
    }
}

/// The address of the picture that shows it, where it is to be fetched.
fn elsewhere(variant: &FileVariant) -> Option<&str> {
    match &variant.picture {
        Some(VariantPicture::Elsewhere(address)) => Some(address),
        _ => None,
    }
}

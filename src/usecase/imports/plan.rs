//! What a file makes of the catalogue: which products and variants are new, which are others than before, and what does not
//! fit. Decided of the file and of what the shop has; nothing is written here.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use crate::domain::{ImportRemark, Matrix, Problem, ProductId, ProductStatus, Sku, TaxClass, VariantId};
use crate::dto::{CategoryChoice, ImportNote, ImportReport, StaffProduct, StaffVariant};

use super::changes::Changes;
use super::read::{ColumnNames, FileProduct, FileVariant, ProductFile};
use super::{ImportPictureWrite, ProductWrite, VariantWrite};

/// The most that is told of a file: the rest is counted.
const MOST_TOLD: usize = 500;

/// What the shop has of what a file speaks of.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// By slug.
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

pub(super) fn plan(file: &ProductFile, known: &Known, new_id: &dyn Fn() -> Uuid) -> Plan {
    let problems = file.notes.iter().filter(|note| note.remark.is_problem() && !note.column.is_empty());
    let flawed = problems.map(|note| (note.row, note.column.as_str())).collect();
    let (names, given) = (&file.names, given(file));
    let mut planner = Planner { known, new_id, names, given, flawed, plan: Plan::default() };
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
        let first = |notes: &[ImportNote]| notes.iter().take(MOST_TOLD).cloned().collect::<Vec<_>>();
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
            problems: first(&problems),
            note_count: count(notes.len()),
            notes: first(&notes),
        }
    }
}

pub(super) fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

struct Planner<'a> {
    known: &'a Known,
    new_id: &'a dyn Fn() -> Uuid,
    names: &'a ColumnNames,
    /// Skus that stand in the file, and those that are given to variants without one.
    given: BTreeSet<String>,
    /// Cells of the file, by row and column, that a problem is told of already.
    flawed: BTreeSet<(u32, &'a str)>,
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
            Some(before) => self.changed(product, before, category),
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
            options: product.options.clone().unwrap_or_default(),
        };
        let mut choices = BTreeSet::new();
        for (place, variant) in (0..).zip(&product.variants) {
            self.check_choice(&mut choices, &variant.options, variant.row);
            let write = self.new_variant(product, variant, id, place);
            self.plan.new_variants.extend(write);
        }
        self.check_count(product, product.variants.len());
        self.pictures(product, id);
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
        let (mut place, mut differs) = (count(before.variants.len()), after != was);
        for (variant, known) in product.variants.iter().zip(matched) {
            match known {
                Some(known) => {
                    let options = if product.options.is_some() { &variant.options } else { &known.options };
                    self.check_choice(&mut choices, options, variant.row);
                    let (was, now) =
                        (VariantWrite::of(known, before.id), self.known_variant(variant, known, before.id, options));
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
                    self.plan.new_variants.extend(write);
                    place = place.saturating_add(1);
                }
            }
        }
        self.check_count(product, place as usize);
        if before.images.is_empty() && before.uploads.is_empty() {
            self.pictures(product, before.id);
        } else {
            for picture in &product.pictures {
                self.say(picture.row, &self.names.picture, ImportRemark::PictureLeft);
            }
        }
        if differs {
            self.plan.changed_products.push(after);
        } else {
            self.plan.same = self.plan.same.saturating_add(1);
        }
    }

    fn pictures(&mut self, product: &FileProduct, id: ProductId) {
        for picture in &product.pictures {
            let write = ImportPictureWrite {
                id: (self.new_id)(),
                product_id: id,
                place: picture.row,
                address: picture.address.clone(),
                alt: picture.alt.clone(),
            };
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
            weight_grams: variant.weight_grams.unwrap_or(0),
            needs_shipping: variant.needs_shipping.unwrap_or(true),
            position,
            stock: variant.stock.unwrap_or(0),
        })
    }

    fn known_variant(
        &mut self,
        variant: &FileVariant,
        known: &StaffVariant,
        product: ProductId,
        options: &[String],
    ) -> VariantWrite {
        let before = VariantWrite::of(known, product);
        let sku = variant.sku.as_ref().map_or(before.sku, |sku| sku.as_str().to_owned());
        self.check_sku(&sku, product, variant.row);
        VariantWrite {
            sku,
            options: options.to_vec(),
            price: variant.price.map_or(before.price, |price| price.amount()),
            compare_at_price: match variant.compare_at_price {
                Some(price) => price.map(|price| price.amount()),
                None => before.compare_at_price,
            },
            weight_grams: variant.weight_grams.unwrap_or(before.weight_grams),
            needs_shipping: variant.needs_shipping.unwrap_or(before.needs_shipping),
            ..before
        }
    }
}

/// For each variant of the file the one of the shop that it is: by its sku, else by its values. None: it is new.
fn matched<'a>(product: &FileProduct, before: &'a StaffProduct) -> Vec<Option<&'a StaffVariant>> {
    let by_sku = |variant: &FileVariant| {
        let sku = variant.sku.as_ref()?;
        before.variants.iter().find(|known| known.sku == sku.as_str())
    };
    let mut found: Vec<_> = product.variants.iter().map(by_sku).collect();
    let mut taken: BTreeSet<VariantId> = found.iter().flatten().map(|known| known.id).collect();
    for (variant, place) in product.variants.iter().zip(&mut found) {
        if place.is_none() {
            let same = |known: &&StaffVariant| known.options == variant.options && !taken.contains(&known.id);
            *place = before.variants.iter().find(same);
            taken.extend(place.iter().map(|known| known.id));
        }
    }
    found
}

impl ProductWrite {
    fn of(product: &StaffProduct) -> Self {
        Self {
            id: product.id,
            slug: product.slug.clone(),
            name: product.name.clone(),
            description: Some(product.description.clone()).filter(|text| !text.is_empty()),
            category: product.category.clone(),
            status: product.status,
            tax_class: product.tax_class,
            options: product.options.clone(),
        }
    }
}

impl VariantWrite {
    /// As it is. What lies on the shelf and where it stands there is no part of it.
    fn of(variant: &StaffVariant, product: ProductId) -> Self {
        Self {
            id: variant.id,
            product_id: product,
            sku: variant.sku.clone(),
            options: variant.options.clone(),
            price: variant.price.amount(),
            compare_at_price: variant.compare_at_price.map(|price| price.amount()),
            weight_grams: variant.weight_grams,
            needs_shipping: variant.needs_shipping,
            position: 0,
            stock: 0,
        }
    }
}

//! Editing products with all of their variants: staff make them from options, change them, and see what somebody else changed
//! meanwhile.

use serde_json::json;
use time::OffsetDateTime;

use crate::domain::{
    FieldReader, Fields, MAX_SEO_DESCRIPTION, MAX_SEO_TITLE, MAX_STOCK, MAX_VENDOR, Matrix, May, Measure, Money,
    Problem, ProductId, ProductStatus, Refusal, Sku, Slug, TaxClass, VariantId, clean_line, differing, parse_tags,
    permit,
};
use crate::dto::StaffProduct;

use super::super::audit::Change;
use super::super::shop::retried;
use super::super::{Error, Result, Shop, Store, Tx};
use super::reading::{overtaken, paragraphs, sku_overtaken};
use super::writing::{NewProduct, NewVariant, ProductEdit, ProductEdits, ProductFacts, VariantEdit};
use super::{CurrencyLock, MAX_GRAMS, Products};

/// What a form of the release before does not name: it stays as it is.
const FACTS: [&str; 7] = ["slug", "vendor", "tags", "seo_title", "seo_description", "featured", "publish_at"];

/// What the variants that are made from options begin with.
pub(super) struct VariantDefaults {
    pub price: Money,
    pub compare_at_price: Option<Money>,
    pub cost: Option<Money>,
    pub weight_grams: u32,
    pub needs_shipping: bool,
    pub stock: u32,
}

impl<S: Store> Shop<S> {
    /// Makes a product with a variant for each choice of its options. Fields: `name`, `slug`, `description`, `category`, `status`,
    /// `publish_at`, `tax_class`, `vendor`, `tags`, `seo_title`, `seo_description`, `featured` (`yes`, else it is not), `price`,
    /// `compare_at_price`, `cost`, `weight_grams`, `needs_shipping` (`no`, else it is shipped), `stock`, `option1_name`,
    /// `option1_values` (2, 3).
    ///
    /// # Errors
    /// `Invalid`.
    pub async fn create_product_with_variants(&self, by: May<permit::Products>, fields: &Fields) -> Result<ProductId> {
        let mut reader = FieldReader::default();
        let edit = self.read_own(&mut reader, fields, None);
        let defaults = self.read_variant_defaults(&mut reader, fields);
        let (edit, defaults) = reader.finish(edit.zip(defaults))?;
        let options = read_options(fields)?;
        let choices = Matrix::choices(&options)?;
        let names: Vec<_> = options.into_iter().map(|option| option.name).collect();
        let id = ProductId(self.next_id());
        retried(|| self.create_with_variants_once(by, id, &edit, &defaults, (&names, &choices))).await?;
        Ok(id)
    }

    async fn create_with_variants_once(
        &self,
        by: May<permit::Products>,
        id: ProductId,
        edit: &ProductEdit,
        defaults: &VariantDefaults,
        (names, choices): (&[String], &[Vec<String>]),
    ) -> Result<()> {
        let mut tx = self.store().begin().await?;
        // Its lock makes one product at a time: no two of them see the same slug free.
        self.hold_currency(&mut tx, CurrencyLock::Alone).await?;
        require_category(&mut tx, edit.category.as_ref()).await?;
        let suggested = edit.slug.clone().unwrap_or_else(|| Slug::of_name(&edit.name));
        let taken = tx.slugs_like(&suggested).await?;
        if edit.slug.is_some() && taken.contains(suggested.as_str()) {
            return Err(address_taken());
        }
        let slug = suggested.free_among(&taken);
        let variants = self.new_variants(&mut tx, &slug, choices, defaults).await?;
        let said = json!({ "slug": slug, "name": edit.name, "status": edit.status, "category": edit.category,
            "options": names, "price": defaults.price,
            "variants": variants.iter().map(|variant| &variant.sku).collect::<Vec<_>>() });
        let product = NewProduct {
            id,
            slug,
            name: edit.name.clone(),
            description: edit.description.clone(),
            category: edit.category.clone(),
            status: edit.status,
            tax_class: edit.tax_class,
            facts: edit.facts.clone(),
            options: names.to_vec(),
            variants,
            publish_at: edit.publish_at,
            created_at: self.now(),
        };
        tx.insert_product(&product).await.map_err(overtaken).map_err(sku_overtaken)?;
        self.record(&mut tx, by, Change::of("product.created", "product", id).after(said)).await?;
        tx.commit().await
    }

    /// Saves an editor's fields, if the product still has the version they were read with: `version`. Stock is none of
    /// them: it changes by movements.
    ///
    /// # Errors
    /// `Invalid` with the names of the editor's fields, `NotFound`, `VersionMismatch`, `SkuTaken`.
    pub async fn edit_product(&self, by: May<permit::Products>, id: ProductId, fields: &Fields) -> Result<()> {
        let version = fields.get("version").and_then(|text| text.parse::<i64>().ok()).unwrap_or(0);
        retried(|| self.edit_once(by, id, version, fields)).await
    }

    async fn edit_once(&self, by: May<permit::Products>, id: ProductId, version: i64, fields: &Fields) -> Result<()> {
        let mut tx = self.store().begin().await?;
        let before = self.with_local_time(tx.lock_staff_product(id).await?.ok_or(Refusal::NotFound)?);
        if before.version != version {
            return Err(Refusal::VersionMismatch { current: before.version }.into());
        }
        let edit = self.read_edit(&before, fields)?;
        require_category(&mut tx, edit.category.as_ref()).await?;
        // Before its variants, as whoever orders it refers to both.
        if let Some(slug) = edit.slug.as_ref().filter(|slug| slug.as_str() != before.slug) {
            let is_free = tx.readdress_product(id, &before.slug, slug, self.now()).await.map_err(|error| {
                if matches!(error.refusal(), Some(Refusal::SlugTaken)) { address_taken() } else { error }
            })?;
            if !is_free {
                return Err(address_taken());
            }
        }
        tx.save_product(id, &edit).await?;
        let after = self.with_local_time(tx.lock_staff_product(id).await?.ok_or(Refusal::NotFound)?);
        let (before, after) = differing(&before.fields(), &after.fields());
        let change = Change::of("product.changed", "product", id).before(json!(before)).after(json!(after));
        self.record(&mut tx, by, change).await?;
        tx.commit().await
    }

    /// Variants for these choices, each with a sku of its own: of the product's slug and the choice, where nobody has it.
    pub(super) async fn new_variants(
        &self,
        tx: &mut S::Tx,
        slug: &Slug,
        choices: &[Vec<String>],
        defaults: &VariantDefaults,
    ) -> Result<Vec<NewVariant>> {
        let suggested: Vec<_> = choices.iter().map(|choice| Sku::of_choice(slug, choice)).collect();
        let mut taken = tx.skus_in_use(&suggested).await?;
        let mut made = Vec::with_capacity(choices.len());
        for (choice, suggested) in choices.iter().zip(suggested) {
            let id = VariantId(self.next_id());
            let free = Sku::parse(&suggested).ok().filter(|_| !taken.contains(&suggested));
            let sku = free.unwrap_or_else(|| Sku::of_product(slug, ProductId(id.0)));
            taken.push(suggested);
            made.push(NewVariant {
                id,
                sku,
                options: choice.clone(),
                price: defaults.price,
                compare_at_price: defaults.compare_at_price,
                cost: defaults.cost,
                weight_grams: defaults.weight_grams,
                needs_shipping: defaults.needs_shipping,
                stock: defaults.stock,
            });
        }
        Ok(made)
    }

    /// What is said of the product itself.
    fn read_own(
        &self,
        reader: &mut FieldReader,
        fields: &Fields,
        publish_at: Option<OffsetDateTime>,
    ) -> Option<ProductEdit> {
        let text = |name: &str| fields.get(name).map(String::as_str).unwrap_or_default();
        let name = reader.required("name", text("name"), 120);
        let slug = Some(text("slug").trim()).filter(|slug| !slug.is_empty()).map(Slug::parse).transpose();
        let slug = reader.read("slug", slug);
        let description = reader.read("description", paragraphs(text("description")));
        let category = Some(text("category")).filter(|slug| !slug.is_empty());
        let category = category.map(|slug| Slug::parse(slug).map_err(|_| Problem::NotAChoice)).transpose();
        let category = reader.read("category", category);
        let status = reader.read("status", ProductStatus::parse(text("status")).ok_or(Problem::NotAChoice));
        let tax_class = reader.read("tax_class", TaxClass::parse(text("tax_class")).ok_or(Problem::NotAChoice));
        let facts = read_facts(reader, fields);
        let publish_at = self.read_publish_at(reader, fields, publish_at, status);
        Some(ProductEdit {
            name: name?,
            slug: slug?,
            description: description.map(|text| Some(text).filter(|text| !text.is_empty()))?,
            category: category?,
            status: status?,
            tax_class: tax_class?,
            facts: facts?,
            publish_at: publish_at?,
            variants: Vec::new(),
        })
    }

    fn read_edit(&self, product: &StaffProduct, fields: &Fields) -> Result<ProductEdit> {
        let mut reader = FieldReader::default();
        let mut own = product.fields();
        own.retain(|name, _| FACTS.contains(&name.as_str()));
        own.extend(fields.clone());
        let edit = self.read_own(&mut reader, &own, product.publish_at);
        let mut variants = Vec::with_capacity(product.variants.len());
        for variant in &product.variants {
            // What a form does not name stays as it is.
            let now = product.fields();
            let text = |name: &str| {
                let name = variant.field(name);
                fields.get(&name).or_else(|| now.get(&name)).cloned().unwrap_or_default()
            };
            let sku = reader.read(&variant.field("sku"), Sku::parse(&text("sku").trim().to_ascii_uppercase()));
            let price = reader.read(&variant.field("price"), self.price(text("price").trim()));
            let before =
                reader.read(&variant.field("compare_at_price"), self.optional_price(&text("compare_at_price")));
            let cost = reader.read(&variant.field("cost"), self.optional_price(&text("cost")));
            let grams = reader.read(&variant.field("weight_grams"), whole(&text("weight_grams"), MAX_GRAMS));
            let measure = reader.read(&variant.field("measure"), optional_measure(&text("measure")));
            let needs_shipping = text("needs_shipping") != "no";
            variants.extend((|| {
                Some(VariantEdit {
                    id: variant.id,
                    sku: sku?,
                    price: price?,
                    compare_at_price: before?,
                    cost: cost?,
                    weight_grams: grams?,
                    needs_shipping,
                    measure: measure?,
                })
            })());
        }
        Ok(reader.finish(edit.map(|edit| ProductEdit { variants, ..edit }))?)
    }

    fn read_variant_defaults(&self, reader: &mut FieldReader, fields: &Fields) -> Option<VariantDefaults> {
        let text = |name: &str| fields.get(name).map(|text| text.trim()).unwrap_or_default();
        let price = reader.read("price", self.price(text("price")));
        let before = reader.read("compare_at_price", self.optional_price(text("compare_at_price")));
        let cost = reader.read("cost", self.optional_price(text("cost")));
        let grams = reader.read("weight_grams", whole(text("weight_grams"), MAX_GRAMS));
        let stock = reader.read("stock", whole(text("stock"), MAX_STOCK));
        let needs_shipping = text("needs_shipping") != "no";
        let (compare_at_price, weight_grams) = (before?, grams?);
        Some(VariantDefaults {
            price: price?,
            compare_at_price,
            cost: cost?,
            weight_grams,
            needs_shipping,
            stock: stock?,
        })
    }

    fn optional_price(&self, text: &str) -> std::result::Result<Option<Money>, Problem> {
        match text.trim() {
            "" => Ok(None),
            text => self.price(text).map(Some),
        }
    }
}

/// Another product has it, or had it before.
fn address_taken() -> Error {
    Refusal::field("slug", Problem::AddressTaken).into()
}

fn read_facts(reader: &mut FieldReader, fields: &Fields) -> Option<ProductFacts> {
    let text = |name: &str| fields.get(name).map(String::as_str).unwrap_or_default();
    let vendor = reader.read("vendor", clean_line(text("vendor"), MAX_VENDOR));
    let tags = reader.read("tags", parse_tags(text("tags")));
    let seo_title = reader.read("seo_title", clean_line(text("seo_title"), MAX_SEO_TITLE));
    let seo_description = reader.read("seo_description", clean_line(text("seo_description"), MAX_SEO_DESCRIPTION));
    let featured = match text("featured") {
        "yes" => Ok(true),
        "no" | "" => Ok(false),
        _ => Err(Problem::NotAChoice),
    };
    let featured = reader.read("featured", featured);
    let (seo_title, seo_description) = (seo_title?, seo_description?);
    Some(ProductFacts { vendor: vendor?, tags: tags?, seo_title, seo_description, featured: featured? })
}

fn read_options(fields: &Fields) -> Result<Vec<crate::domain::ProductOption>> {
    let text = |name: String| fields.get(&name).map(String::as_str).unwrap_or_default();
    let typed: Vec<_> = (1..=Matrix::MAX_OPTIONS)
        .map(|n| (text(format!("option{n}_name")), text(format!("option{n}_values"))))
        .collect();
    Ok(Matrix::parse(&typed)?)
}

fn optional_measure(text: &str) -> std::result::Result<Option<Measure>, Problem> {
    match text.trim() {
        "" => Ok(None),
        text => Measure::parse(text).map(Some),
    }
}

/// A whole number up to `max`; nothing is none.
fn whole(text: &str, max: u32) -> std::result::Result<u32, Problem> {
    match text.trim() {
        "" => Ok(0),
        text => text.parse().ok().filter(|n| *n <= max).ok_or(Problem::OutOfRange { min: 0, max }),
    }
}

pub(super) async fn require_category<T: Tx>(tx: &mut T, category: Option<&Slug>) -> Result<()> {
    match category {
        Some(slug) if !tx.has_category(slug).await? => Err(Refusal::field("category", Problem::NotAChoice).into()),
        _ => Ok(()),
    }
}

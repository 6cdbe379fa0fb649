//! Editing products with all of their variants: staff make them from options, change them, and see what somebody else changed
//! meanwhile.

use serde_json::json;

use crate::domain::{
    FieldReader, Fields, MAX_STOCK, Matrix, May, Money, Problem, ProductId, ProductStatus, Refusal, Sku, Slug,
    TaxClass, VariantId, differing, permit,
};
use crate::dto::{StaffProduct, StaffVariant};

use super::super::audit::Change;
use super::super::shop::retried;
use super::super::{Error, Result, Shop, Store, Tx};
use super::reading::{overtaken, paragraphs};
use super::writing::{NewProduct, NewVariant, ProductEdit, ProductEdits, VariantEdit};
use super::{CurrencyLock, MAX_GRAMS, Products};

/// What the variants that are made from options have in common.
struct Common {
    price: Money,
    compare_at_price: Option<Money>,
    weight_grams: u32,
    needs_shipping: bool,
    stock: u32,
}

impl<S: Store> Shop<S> {
    /// Makes a product with a variant for each choice of its options. Fields: `name`, `description`, `category`, `status`,
    /// `tax_class`, `price`, `compare_at_price`, `weight_grams`, `needs_shipping` (`no`, else it is shipped), `stock`,
    /// `option1_name`, `option1_values` (2, 3).
    ///
    /// # Errors
    /// `Invalid`, `SkuTaken`.
    pub async fn create_product_with_variants(&self, by: May<permit::Products>, fields: &Fields) -> Result<ProductId> {
        let mut reader = FieldReader::default();
        let edit = self.read_own(&mut reader, fields);
        let common = self.read_common(&mut reader, fields);
        let (edit, common) = reader.finish(edit.zip(common))?;
        let matrix = Matrix::of(&[], &read_options(fields)?)?;
        let id = ProductId(self.next_id());
        retried(|| self.create_with_variants_once(by, id, &edit, &common, &matrix)).await?;
        Ok(id)
    }

    async fn create_with_variants_once(
        &self,
        by: May<permit::Products>,
        id: ProductId,
        edit: &ProductEdit,
        common: &Common,
        matrix: &Matrix,
    ) -> Result<()> {
        let mut tx = self.store().begin().await?;
        // Its lock makes one product at a time: no two of them see the same slug free.
        self.hold_currency(&mut tx, CurrencyLock::Alone).await?;
        require_category(&mut tx, edit.category.as_ref()).await?;
        let suggested = Slug::of_name(&edit.name);
        let slug = suggested.clone().free_among(&tx.slugs_like(&suggested).await?);
        let variants = self.new_variants(&mut tx, &slug, &matrix.missing, common).await?;
        let said = json!({ "slug": slug, "name": edit.name, "status": edit.status, "category": edit.category,
            "options": matrix.names, "price": common.price,
            "variants": variants.iter().map(|variant| &variant.sku).collect::<Vec<_>>() });
        let product = NewProduct {
            id,
            slug,
            name: edit.name.clone(),
            description: edit.description.clone(),
            category: edit.category.clone(),
            status: edit.status,
            tax_class: edit.tax_class,
            options: matrix.names.clone(),
            variants,
            created_at: self.now(),
        };
        tx.insert_product(&product).await.map_err(overtaken)?;
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
        let before = tx.lock_staff_product(id).await?.ok_or(Refusal::NotFound)?;
        if before.version != version {
            return Err(Refusal::VersionMismatch { current: before.version }.into());
        }
        let edit = self.read_edit(&before, fields)?;
        require_category(&mut tx, edit.category.as_ref()).await?;
        tx.save_product(id, &edit).await?;
        let after = tx.lock_staff_product(id).await?.ok_or(Refusal::NotFound)?.fields();
        let (before, after) = differing(&before.fields(), &after);
        let change = Change::of("product.changed", "product", id).before(json!(before)).after(json!(after));
        self.record(&mut tx, by, change).await?;
        tx.commit().await
    }

    /// Makes a variant for each choice of these options that has none yet: `option1_name`, `option1_values` (2, 3). New
    /// ones cost what the first does and are shipped where it is, and nothing of them lies on a shelf.
    ///
    /// # Errors
    /// `Invalid`, `NotFound`, `VersionMismatch`.
    pub async fn add_variants(&self, by: May<permit::Products>, id: ProductId, fields: &Fields) -> Result<usize> {
        let version = fields.get("version").and_then(|text| text.parse::<i64>().ok()).unwrap_or(0);
        let options = read_options(fields)?;
        if options.is_empty() {
            return Err(Refusal::field("option1_name", Problem::Required).into());
        }
        retried(|| async {
            let mut tx = self.store().begin().await?;
            let before = tx.lock_staff_product(id).await?.ok_or(Refusal::NotFound)?;
            if before.version != version {
                return Err(Refusal::VersionMismatch { current: before.version }.into());
            }
            let had: Vec<_> = before.variants.iter().map(|variant| variant.options.clone()).collect();
            let matrix = Matrix::of(&had, &options)?;
            let first = before.variants.first().ok_or_else(|| Error::Broken(anyhow::anyhow!("{id} has no variant")))?;
            let StaffVariant { price, weight_grams, needs_shipping, .. } = *first;
            let common = Common { price, compare_at_price: None, weight_grams, needs_shipping, stock: 0 };
            let slug = Slug::parse(&before.slug).map_err(|_| Refusal::NotFound)?;
            let new = self.new_variants(&mut tx, &slug, &matrix.missing, &common).await?;
            let kept: Vec<_> = before.variants.iter().map(|variant| variant.id).zip(matrix.kept.clone()).collect();
            tx.save_variants(id, &matrix.names, &kept, &new).await?;
            let skus: Vec<_> = new.iter().map(|variant| variant.sku.as_str()).collect();
            let change =
                Change::of("product.variants_added", "product", id).before(json!({ "options": before.options }));
            self.record(&mut tx, by, change.after(json!({ "options": matrix.names, "skus": skus }))).await?;
            tx.commit().await?;
            Ok(new.len())
        })
        .await
    }

    /// Variants for these choices, each with a sku of its own: of the product's slug and the choice, where nobody has it.
    async fn new_variants(
        &self,
        tx: &mut S::Tx,
        slug: &Slug,
        choices: &[Vec<String>],
        common: &Common,
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
                price: common.price,
                compare_at_price: common.compare_at_price,
                weight_grams: common.weight_grams,
                needs_shipping: common.needs_shipping,
                stock: common.stock,
            });
        }
        Ok(made)
    }

    /// What is said of the product itself.
    fn read_own(&self, reader: &mut FieldReader, fields: &Fields) -> Option<ProductEdit> {
        let text = |name: &str| fields.get(name).map(String::as_str).unwrap_or_default();
        let name = reader.required("name", text("name"), 120);
        let description = reader.read("description", paragraphs(text("description")));
        let category = Some(text("category")).filter(|slug| !slug.is_empty());
        let category = category.map(|slug| Slug::parse(slug).map_err(|_| Problem::NotAChoice)).transpose();
        let category = reader.read("category", category);
        let status = reader.read("status", ProductStatus::parse(text("status")).ok_or(Problem::NotAChoice));
        let tax_class = reader.read("tax_class", TaxClass::parse(text("tax_class")).ok_or(Problem::NotAChoice));
        Some(ProductEdit {
            name: name?,
            description: description.map(|text| Some(text).filter(|text| !text.is_empty()))?,
            category: category?,
            status: status?,
            tax_class: tax_class?,
            variants: Vec::new(),
        })
    }

    fn read_edit(&self, product: &StaffProduct, fields: &Fields) -> Result<ProductEdit> {
        let mut reader = FieldReader::default();
        let edit = self.read_own(&mut reader, fields);
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
            let grams = reader.read(&variant.field("weight_grams"), whole(&text("weight_grams"), MAX_GRAMS));
            let needs_shipping = text("needs_shipping") != "no";
            variants.extend((|| {
                Some(VariantEdit {
                    id: variant.id,
                    sku: sku?,
                    price: price?,
                    compare_at_price: before?,
                    weight_grams: grams?,
                    needs_shipping,
                })
            })());
        }
        Ok(reader.finish(edit.map(|edit| ProductEdit { variants, ..edit }))?)
    }

    fn read_common(&self, reader: &mut FieldReader, fields: &Fields) -> Option<Common> {
        let text = |name: &str| fields.get(name).map(|text| text.trim()).unwrap_or_default();
        let price = reader.read("price", self.price(text("price")));
        let before = reader.read("compare_at_price", self.optional_price(text("compare_at_price")));
        let grams = reader.read("weight_grams", whole(text("weight_grams"), MAX_GRAMS));
        let stock = reader.read("stock", whole(text("stock"), MAX_STOCK));
        let needs_shipping = text("needs_shipping") != "no";
        Some(Common { price: price?, compare_at_price: before?, weight_grams: grams?, needs_shipping, stock: stock? })
    }

    fn optional_price(&self, text: &str) -> std::result::Result<Option<Money>, Problem> {
        match text.trim() {
            "" => Ok(None),
            text => self.price(text).map(Some),
        }
    }
}

fn read_options(fields: &Fields) -> Result<Vec<crate::domain::ProductOption>> {
    let text = |name: String| fields.get(&name).map(String::as_str).unwrap_or_default();
    let typed: Vec<_> = (1..=Matrix::MAX_OPTIONS)
        .map(|n| (text(format!("option{n}_name")), text(format!("option{n}_values"))))
        .collect();
    Ok(Matrix::parse(&typed)?)
}

/// A whole number up to `max`; nothing is none.
fn whole(text: &str, max: u32) -> std::result::Result<u32, Problem> {
    match text.trim() {
        "" => Ok(0),
        text => text.parse().ok().filter(|n| *n <= max).ok_or(Problem::OutOfRange { min: 0, max }),
    }
}

async fn require_category<T: Tx>(tx: &mut T, category: Option<&Slug>) -> Result<()> {
    match category {
        Some(slug) if !tx.has_category(slug).await? => Err(Refusal::field("category", Problem::NotAChoice).into()),
        _ => Ok(()),
    }
}

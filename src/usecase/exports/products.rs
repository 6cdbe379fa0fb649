//! Products in Shopify's columns, as `imports` reads them: what leaves so comes in again unchanged.

use crate::domain::{May, ProductId, ProductStatus, TaxClass, permit};
use crate::dto::{Image, StaffProduct, StaffVariant};

use super::super::tables::{harmless, html_of};
use super::super::{Result, Shop, Store};
use super::{PART, Rows, TablePart, amount, is_full};

const HEAD: [&str; 28] = [
    "Handle",
    "Title",
    "Body (HTML)",
    "Vendor",
    "Type",
    "Tags",
    "Published",
    "Option1 Name",
    "Option1 Value",
    "Option2 Name",
    "Option2 Value",
    "Option3 Name",
    "Option3 Value",
    "Variant SKU",
    "Variant Grams",
    "Variant Inventory Qty",
    "Variant Price",
    "Variant Compare At Price",
    "Variant Requires Shipping",
    "Variant Taxable",
    "Image Src",
    "Image Position",
    "Image Alt Text",
    "SEO Title",
    "SEO Description",
    "Variant Image",
    "Cost per item",
    "Status",
];

impl<S: Store> Shop<S> {
    /// The products behind this one, for sale or not; of none, from the beginning and with the head.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn export_products(
        &self,
        _by: May<permit::Products>,
        place: Option<ProductId>,
    ) -> Result<TablePart<ProductId>> {
        let products = self.store().products_behind(place, PART).await?;
        let mut rows = Rows::new();
        if place.is_none() {
            rows.push(HEAD)?;
        }
        for product in &products {
            for row in 0..product.variants.len().max(product.images.len()) {
                rows.push(self.product_row(product, row))?;
            }
        }
        let next = products.last().map(|product| product.id).filter(|_| is_full(products.len()));
        Ok(TablePart { csv: rows.finish()?, next })
    }

    /// The first row says what is said of the product, each its variant and its picture.
    fn product_row(&self, product: &StaffProduct, row: usize) -> Vec<String> {
        let is_first = row == 0;
        let first = |text: &str| if is_first { harmless(text) } else { String::new() };
        let (variant, image) = (product.variants.get(row), product.images.get(row));
        let mut cells = vec![
            product.slug.clone(),
            first(&product.name),
            first(&html_of(&product.description)),
            first(&product.vendor),
            first(product.category.as_deref().unwrap_or_default()),
            first(&product.tags.join(", ")),
            first(yes(product.status == ProductStatus::Active)),
        ];
        for place in 0..3 {
            let (name, value) = option(product, variant, place);
            cells.extend([first(name), harmless(value)]);
        }
        let of_variant = |cell: &dyn Fn(&StaffVariant) -> String| variant.map(cell).unwrap_or_default();
        let address = |image: &Image| format!("{}{}", self.settings().base_url, image.address(1_600));
        let shown = |variant: &StaffVariant| {
            let image = product.images.iter().find(|image| Some(&image.name) == variant.image.as_ref());
            image.map(address).unwrap_or_default()
        };
        cells.extend([
            of_variant(&|variant| harmless(&variant.sku)),
            of_variant(&|variant| variant.weight_grams.to_string()),
            of_variant(&|variant| variant.stock.to_string()),
            of_variant(&|variant| amount(variant.price)),
            of_variant(&|variant| variant.compare_at_price.map(amount).unwrap_or_default()),
            of_variant(&|variant| yes(variant.needs_shipping).to_owned()),
            of_variant(&|_| yes(product.tax_class != TaxClass::Zero).to_owned()),
            image.map(address).unwrap_or_default(),
            image.map(|_| row.saturating_add(1).to_string()).unwrap_or_default(),
            image.map(|image| harmless(&image.alt)).unwrap_or_default(),
            first(&product.seo_title),
            first(&product.seo_description),
            of_variant(&shown),
            of_variant(&|variant| variant.cost.map(amount).unwrap_or_default()),
            first(product.status.as_str()),
        ]);
        cells
    }
}

/// The name and the value of the option at this place. A product without options has what Shopify calls one.
fn option<'a>(product: &'a StaffProduct, variant: Option<&'a StaffVariant>, place: usize) -> (&'a str, &'a str) {
    let Some(variant) = variant else { return ("", "") };
    if product.options.is_empty() {
        return if place == 0 { ("Title", "Default Title") } else { ("", "") };
    }
    let text = |texts: &'a [String]| texts.get(place).map(String::as_str).unwrap_or_default();
    (text(&product.options), text(&variant.options))
}

const fn yes(so: bool) -> &'static str {
    if so { "true" } else { "false" }
}

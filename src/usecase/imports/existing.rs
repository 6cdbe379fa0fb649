//! What the shop has already of what a file speaks of: which variants are meant, and how both stand before the file.

use std::collections::BTreeSet;

use crate::domain::VariantId;
use crate::dto::{StaffProduct, StaffVariant};

use super::cells::VariantPicture;
use super::read::{FileProduct, FileVariant};
use super::{ProductWrite, VariantWrite};

/// Those for sale, then those that are retired.
fn all(product: &StaffProduct) -> impl Iterator<Item = &StaffVariant> {
    product.variants.iter().chain(&product.retired)
}

/// For each variant of the file the one of the shop that it is: by its sku, else by its values; one that is retired comes back.
/// None: it is new.
pub(super) fn matched<'a>(product: &FileProduct, before: &'a StaffProduct) -> Vec<Option<&'a StaffVariant>> {
    let by_sku = |variant: &FileVariant| {
        let sku = variant.sku.as_ref()?;
        all(before).find(|known| known.sku == sku.as_str())
    };
    let mut found: Vec<_> = product.variants.iter().map(by_sku).collect();
    let mut taken: BTreeSet<VariantId> = found.iter().flatten().map(|known| known.id).collect();
    for (variant, place) in product.variants.iter().zip(&mut found) {
        if place.is_none() {
            let same = |known: &&StaffVariant| known.options == variant.options && !taken.contains(&known.id);
            *place = all(before).find(same);
            taken.extend(place.iter().map(|known| known.id));
        }
    }
    found
}

pub(super) fn is_retired(product: &StaffProduct, variant: VariantId) -> bool {
    product.retired.iter().any(|retired| retired.id == variant)
}

/// Whether these are values of the product's options as they are: each, at its place, one of something that is for sale.
pub(super) fn fits(product: &StaffProduct, options: &[String]) -> bool {
    let is_known = |(place, value): (usize, &String)| product.values_of(place).contains(value);
    options.len() == product.options.len() && options.iter().enumerate().all(is_known)
}

/// The name of the picture that a file says shows a variant, where the product has it already.
pub(super) fn own_picture(product: &StaffProduct, variant: &FileVariant) -> Option<String> {
    let Some(VariantPicture::Own(path)) = &variant.picture else { return None };
    product.images.iter().find(|image| image.address(1_600) == *path).map(|image| image.name.clone())
}

impl ProductWrite {
    pub(super) fn of(product: &StaffProduct) -> Self {
        Self {
            id: product.id,
            slug: product.slug.clone(),
            name: product.name.clone(),
            description: Some(product.description.clone()).filter(|text| !text.is_empty()),
            category: product.category.clone(),
            status: product.status,
            tax_class: product.tax_class,
            vendor: product.vendor.clone(),
            tags: product.tags.clone(),
            seo_title: product.seo_title.clone(),
            seo_description: product.seo_description.clone(),
            options: product.options.clone(),
        }
    }
}

impl VariantWrite {
    /// As it is. What lies on the shelf and where it stands there is no part of it.
    pub(super) fn of(variant: &StaffVariant, product: &StaffProduct) -> Self {
        Self {
            id: variant.id,
            product_id: product.id,
            sku: variant.sku.clone(),
            options: variant.options.clone(),
            price: variant.price.amount(),
            compare_at_price: variant.compare_at_price.map(|price| price.amount()),
            cost: variant.cost.map(|cost| cost.amount()),
            weight_grams: variant.weight_grams,
            needs_shipping: variant.needs_shipping,
            image: variant.image.clone(),
            is_retired: is_retired(product, variant.id),
            position: 0,
            stock: 0,
        }
    }

    /// With what the file says of it.
    pub(super) fn with(self, file: &FileVariant, product: &StaffProduct, options: &[String]) -> Self {
        Self {
            sku: file.sku.as_ref().map_or(self.sku, |sku| sku.as_str().to_owned()),
            options: options.to_vec(),
            price: file.price.map_or(self.price, |price| price.amount()),
            compare_at_price: match file.compare_at_price {
                Some(price) => price.map(|price| price.amount()),
                None => self.compare_at_price,
            },
            cost: match file.cost {
                Some(cost) => cost.map(|cost| cost.amount()),
                None => self.cost,
            },
            weight_grams: file.weight_grams.unwrap_or(self.weight_grams),
            needs_shipping: file.needs_shipping.unwrap_or(self.needs_shipping),
            image: own_picture(product, file).or(self.image),
            is_retired: false,
            ..self
        }
    }
}

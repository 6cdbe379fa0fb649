//! The columns of a file of products. Shopify has called them in two ways; either is read, in any order, large or small.

use std::collections::BTreeMap;

/// A column that something is read of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Column {
    Handle,
    Title,
    Body,
    Vendor,
    Tags,
    SeoTitle,
    SeoDescription,
    Type,
    Published,
    Status,
    OptionName(usize),
    OptionValue(usize),
    Sku,
    Grams,
    Stock,
    Price,
    CompareAtPrice,
    Cost,
    RequiresShipping,
    Taxable,
    Picture,
    PictureAlt,
    VariantPicture,
}

/// What each is called, in small letters: as exports of the time before 2025 have it, and as those since.
const NAMES: [(&str, Column); 45] = [
    ("handle", Column::Handle),
    ("url handle", Column::Handle),
    ("title", Column::Title),
    ("body (html)", Column::Body),
    ("body html", Column::Body),
    ("description", Column::Body),
    ("vendor", Column::Vendor),
    ("tags", Column::Tags),
    ("seo title", Column::SeoTitle),
    ("seo description", Column::SeoDescription),
    ("type", Column::Type),
    ("product type", Column::Type),
    ("published", Column::Published),
    ("published on online store", Column::Published),
    ("status", Column::Status),
    ("option1 name", Column::OptionName(0)),
    ("option2 name", Column::OptionName(1)),
    ("option3 name", Column::OptionName(2)),
    ("option4 name", Column::OptionName(3)),
    ("option1 value", Column::OptionValue(0)),
    ("option2 value", Column::OptionValue(1)),
    ("option3 value", Column::OptionValue(2)),
    ("option4 value", Column::OptionValue(3)),
    ("variant sku", Column::Sku),
    ("sku", Column::Sku),
    ("variant grams", Column::Grams),
    ("weight value (grams)", Column::Grams),
    ("variant inventory qty", Column::Stock),
    ("inventory quantity", Column::Stock),
    ("variant price", Column::Price),
    ("price", Column::Price),
    ("variant compare at price", Column::CompareAtPrice),
    ("compare-at price", Column::CompareAtPrice),
    ("compare at price", Column::CompareAtPrice),
    ("cost per item", Column::Cost),
    ("variant requires shipping", Column::RequiresShipping),
    ("requires shipping", Column::RequiresShipping),
    ("variant taxable", Column::Taxable),
    ("charge tax", Column::Taxable),
    ("image src", Column::Picture),
    ("product image url", Column::Picture),
    ("image url", Column::Picture),
    ("image alt text", Column::PictureAlt),
    ("variant image", Column::VariantPicture),
    ("variant image url", Column::VariantPicture),
];

/// So many letters of a column's name are told.
const MAX_NAME: usize = 100;

/// Where the columns of a file stand.
#[derive(Debug, Default)]
pub(super) struct Columns {
    places: BTreeMap<Column, usize>,
    /// As the file calls them.
    names: Vec<String>,
    /// Those of which nothing is read.
    pub left: Vec<String>,
    /// A name that means the same as one before.
    pub twice: Option<String>,
}

impl Columns {
    pub fn of<'a>(head: impl Iterator<Item = &'a str>) -> Self {
        let mut found = Self::default();
        for (place, name) in head.enumerate() {
            let name: String = name.trim().chars().take(MAX_NAME).collect();
            let known = name.to_lowercase();
            found.names.push(name.clone());
            match NAMES.iter().find(|(text, _)| *text == known) {
                Some((_, column)) => {
                    if found.places.insert(*column, place).is_some() && found.twice.is_none() {
                        found.twice = Some(name);
                    }
                }
                None if name.is_empty() => {}
                None => found.left.push(name),
            }
        }
        found
    }

    pub fn has(&self, column: Column) -> bool {
        self.places.contains_key(&column)
    }

    pub fn place(&self, column: Column) -> Option<usize> {
        self.places.get(&column).copied()
    }

    /// As the file calls it; empty: it has none such.
    pub fn name(&self, column: Column) -> String {
        self.place(column).and_then(|place| self.names.get(place)).cloned().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_of_calling_a_column_are_known() {
        for head in [
            ["Handle", "Body (HTML)", "Variant SKU", "Variant Price", "Image Src", "Gift Card"],
            ["URL handle", "DESCRIPTION", " sku", "Price", "Product image URL", "Gift Card"],
        ] {
            let columns = Columns::of(head.into_iter());
            for (place, column) in
                [Column::Handle, Column::Body, Column::Sku, Column::Price, Column::Picture].into_iter().enumerate()
            {
                assert_eq!(columns.place(column), Some(place), "{head:?}");
            }
            assert_eq!((columns.left.as_slice(), &columns.twice), (&["Gift Card".to_owned()][..], &None));
            assert_eq!(columns.name(Column::Sku), head[2].trim());
        }
        let twice = Columns::of(["Handle", "SKU", "Variant SKU"].into_iter());
        assert_eq!(twice.twice.as_deref(), Some("Variant SKU"));
        assert!(!twice.has(Column::Title) && twice.name(Column::Title).is_empty());
    }
}

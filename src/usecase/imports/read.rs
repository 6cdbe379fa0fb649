//! A file of products, read: its rows put together into products with their variants. Nothing is asked of the shop here.

use std::collections::HashMap;

use crate::domain::{
    Currency, ImportRemark, MAX_IMPORT_COLUMNS, MAX_IMPORT_ROWS, MAX_SEO_DESCRIPTION, MAX_SEO_TITLE, MAX_VENDOR, Money,
    Problem, ProductStatus, Sku, Slug,
};
use crate::dto::ImportNote;

use super::cells::{Cells, FilePicture, VariantPicture};
use super::columns::{Column, Columns};

/// What a file says.
#[derive(Debug, Default)]
pub(super) struct ProductFile {
    /// Without the head and without rows where nothing stands.
    pub rows: u32,
    pub products: Vec<FileProduct>,
    /// Columns of which nothing is read.
    pub left: Vec<String>,
    pub notes: Vec<ImportNote>,
    /// What the columns are called that the shop may have something to say of.
    pub names: ColumnNames,
}

/// As the file calls them.
#[derive(Debug, Default, Clone)]
pub(super) struct ColumnNames {
    pub handle: String,
    pub title: String,
    pub category: String,
    pub sku: String,
    pub price: String,
    pub option: String,
    pub picture: String,
    pub variant_picture: String,
}

/// A product. None is what the file does not say.
#[derive(Debug)]
pub(super) struct FileProduct {
    pub row: u32,
    pub slug: Slug,
    pub name: Option<String>,
    pub description: Option<String>,
    pub vendor: Option<String>,
    pub tags: Option<Vec<String>>,
    pub seo_title: Option<String>,
    pub seo_description: Option<String>,
    /// The slug or the name of a category.
    pub category: Option<String>,
    pub status: Option<ProductStatus>,
    pub taxable: Option<bool>,
    pub options: Option<Vec<String>>,
    pub variants: Vec<FileVariant>,
    /// In the order of their rows.
    pub pictures: Vec<FilePicture>,
}

#[derive(Debug)]
pub(super) struct FileVariant {
    pub row: u32,
    pub options: Vec<String>,
    pub sku: Option<Sku>,
    pub price: Option<Money>,
    /// Some and none: it used to cost nothing else.
    pub compare_at_price: Option<Option<Money>>,
    /// The same of what it costs the shop.
    pub cost: Option<Option<Money>>,
    pub weight_grams: Option<u32>,
    pub needs_shipping: Option<bool>,
    pub stock: Option<u32>,
    pub picture: Option<VariantPicture>,
}

/// Reads all of a file, whatever is in it. Pictures whose addresses begin like `own` are the shop's already.
pub(super) fn read(bytes: &[u8], currency: Currency, own: &str) -> ProductFile {
    let mut file = ProductFile::default();
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let Ok(text) = std::str::from_utf8(bytes) else {
        // Up to there it was read: a look at the row tells which letter it is.
        let row = bytes.utf8_chunks().next().map_or(1, |chunk| lines(chunk.valid()));
        file.say(row, "", ImportRemark::NotUtf8);
        return file;
    };
    let mut reader = csv::ReaderBuilder::new().flexible(true).has_headers(false).from_reader(text.as_bytes());
    let mut records = Vec::new();
    for record in reader.records() {
        match record {
            Ok(record) if record.len() > MAX_IMPORT_COLUMNS as usize => {
                let max = MAX_IMPORT_COLUMNS;
                file.say(row_of(records.len()), "", ImportRemark::TooManyColumns { max });
                return file;
            }
            Ok(record) if records.len() <= MAX_IMPORT_ROWS as usize => records.push(record),
            Ok(_) => {
                file.say(0, "", ImportRemark::TooManyRows { max: MAX_IMPORT_ROWS });
                return file;
            }
            // Of text in memory there is nothing else that could be wrong.
            Err(_) => file.say(row_of(records.len()), "", ImportRemark::NotUtf8),
        }
    }
    let Some((head, rows)) = records.split_first() else {
        file.say(0, "", ImportRemark::NoRows);
        return file;
    };
    file.check_quotes(text, &records);
    file.check_letters(&records);
    let columns = Columns::of(head.iter());
    if !columns.has(Column::Handle) {
        let is_other = head.len() == 1 && head.iter().any(|text| text.contains([';', '\t']));
        let remark = if is_other { ImportRemark::NotCommas } else { ImportRemark::ColumnMissing };
        file.say(1, if is_other { "" } else { "Handle" }, remark);
    }
    if let Some(name) = &columns.twice {
        file.say(1, name, ImportRemark::ColumnTwice);
    }
    if !file.notes.is_empty() {
        // Cells would be read out of columns that are not theirs.
        return file;
    }
    file.left.clone_from(&columns.left);
    file.names = ColumnNames {
        handle: columns.name(Column::Handle),
        title: columns.name(Column::Title),
        category: columns.name(Column::Type),
        sku: columns.name(Column::Sku),
        price: columns.name(Column::Price),
        option: columns.name(Column::OptionName(0)),
        picture: columns.name(Column::Picture),
        variant_picture: columns.name(Column::VariantPicture),
    };
    file.read_rows(&columns, head.len(), rows, (currency, own));
    if file.rows == 0 {
        file.say(0, "", ImportRemark::NoRows);
    }
    file.notes.sort_by_key(|note| note.row);
    file
}

/// The row of the record at this place: the head is row 1.
fn row_of(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX).saturating_add(1)
}

fn lines(text: &str) -> u32 {
    row_of(text.matches('\n').count())
}

impl ProductFile {
    fn say(&mut self, row: u32, column: &str, remark: ImportRemark) {
        self.notes.push(ImportNote { row, column: column.to_owned(), remark });
    }

    /// Whether each row has as many quotes as it takes to close what they open.
    fn check_quotes(&mut self, text: &str, records: &[csv::StringRecord]) {
        let begin = |record: &csv::StringRecord| record.position().map_or(0, |place| place.byte());
        let ends = records.iter().skip(1).map(begin).chain([u64::MAX]);
        for (place, (record, end)) in records.iter().zip(ends).enumerate() {
            let from = usize::try_from(begin(record)).unwrap_or(usize::MAX).min(text.len());
            let to = usize::try_from(end).unwrap_or(usize::MAX).min(text.len());
            let quotes = text.as_bytes().get(from..to).unwrap_or_default().iter().filter(|byte| **byte == b'"');
            if !quotes.count().is_multiple_of(2) {
                self.say(row_of(place), "", ImportRemark::BadQuotes);
            }
        }
    }

    /// What a database keeps no text with.
    fn check_letters(&mut self, records: &[csv::StringRecord]) {
        for (place, record) in records.iter().enumerate() {
            if record.iter().any(|cell| cell.contains('\0')) {
                self.say(row_of(place), "", ImportRemark::Cell(Problem::BadCharacters));
            }
        }
    }

    fn read_rows(
        &mut self,
        columns: &Columns,
        width: usize,
        rows: &[csv::StringRecord],
        (currency, own): (Currency, &str),
    ) {
        let mut places = HashMap::<Slug, (usize, String)>::new();
        let mut skus = HashMap::<Sku, u32>::new();
        for (row, record) in (2_u32..).zip(rows) {
            if record.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            self.rows = self.rows.saturating_add(1);
            if record.len() != width {
                let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
                let remark = ImportRemark::CellCount { expected: count(width), found: count(record.len()) };
                self.say(row, "", remark);
                continue;
            }
            let mut notes = Vec::new();
            let mut cells = Cells { columns, record, row, currency, notes: &mut notes };
            let handle = cells.filled(Column::Handle).unwrap_or_default().to_owned();
            if let Some(slug) = cells.handle() {
                let known = places.get(&slug).cloned();
                let place = match known {
                    Some((place, called)) if called == handle => place,
                    Some((place, _)) => {
                        let other = self.products.get(place).map_or(0, |product| product.row);
                        cells.say(Column::Handle, ImportRemark::HandleTwice { row: other });
                        place
                    }
                    None => {
                        if slug.as_str() != handle {
                            cells.say(Column::Handle, ImportRemark::Renamed { to: slug.to_string() });
                        }
                        places.insert(slug.clone(), (self.products.len(), handle));
                        self.products.push(product(&mut cells, slug));
                        self.products.len().saturating_sub(1)
                    }
                };
                if let Some(product) = self.products.get_mut(place) {
                    product.pictures.extend(cells.picture(own));
                    if cells.has_variant() {
                        product.variants.extend(variant(&mut cells, product.options.as_deref(), &mut skus, own));
                    }
                }
            }
            self.notes.append(&mut notes);
        }
    }
}

/// What the first row of a product says of it.
fn product(cells: &mut Cells<'_>, slug: Slug) -> FileProduct {
    FileProduct {
        row: cells.row,
        slug,
        name: cells.line(Column::Title, 120),
        description: cells.description(),
        vendor: cells.text_line(Column::Vendor, MAX_VENDOR),
        tags: cells.tags(),
        seo_title: cells.text_line(Column::SeoTitle, MAX_SEO_TITLE),
        seo_description: cells.text_line(Column::SeoDescription, MAX_SEO_DESCRIPTION),
        category: cells.line(Column::Type, 200),
        status: cells.status(),
        taxable: cells.flag(Column::Taxable),
        options: cells.option_names(),
        variants: Vec::new(),
        pictures: Vec::new(),
    }
}

fn variant(
    cells: &mut Cells<'_>,
    options: Option<&[String]>,
    skus: &mut HashMap<Sku, u32>,
    own: &str,
) -> Option<FileVariant> {
    let sku = cells.sku();
    if let Some(sku) = &sku
        && let Some(row) = skus.insert(sku.clone(), cells.row)
    {
        cells.say(Column::Sku, ImportRemark::SkuTwice { row });
    }
    Some(FileVariant {
        row: cells.row,
        sku,
        price: cells.price(Column::Price),
        compare_at_price: cells.amount(Column::CompareAtPrice),
        cost: cells.amount(Column::Cost),
        weight_grams: cells.grams(),
        needs_shipping: cells.flag(Column::RequiresShipping),
        stock: cells.stock(),
        picture: cells.variant_picture(own),
        options: cells.option_values(options.map_or(0, <[String]>::len))?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> ProductFile {
        read(text.as_bytes(), Currency::USD, "https://shop.example/")
    }

    fn problems(text: &str) -> Vec<(u32, String, ImportRemark)> {
        let notes = file(text).notes.into_iter().filter(|note| note.remark.is_problem());
        notes.map(|note| (note.row, note.column, note.remark)).collect()
    }

    const HEAD: &str = "Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price,Image Src\n";

    #[test]
    fn rows_of_a_product_are_put_together_though_others_stand_between_them() {
        let read = file(&format!(
            "\u{feff}{HEAD}mug,\"Mug, \"\"big\"\"\",Size,S,mug-s,12.00,\ncup,Cup,Title,Default Title,CUP,5,https://a.example/1.jpg\n\
             mug,,,M,mug-m,13.00,\nmug,,,,,,https://a.example/2.jpg\n,,,,,,\n"
        ));
        assert_eq!((read.rows, read.products.len()), (4, 2));
        let mug = &read.products[0];
        assert_eq!((mug.name.as_deref(), mug.variants.len(), mug.row), (Some("Mug, \"big\""), 2, 2));
        assert_eq!(mug.options.as_deref(), Some(&["Size".to_owned()][..]));
        assert_eq!(mug.variants[1].sku.as_ref().map(Sku::as_str), Some("MUG-M"));
        assert_eq!((mug.variants[1].row, mug.variants[1].options.as_slice()), (4, &["M".to_owned()][..]));
        assert_eq!(read.products[1].options, Some(Vec::new()), "one variant, and no option");
        let told: Vec<_> = read.notes.iter().map(|note| (note.row, note.remark.clone())).collect();
        let renamed = |to: &str| ImportRemark::Renamed { to: to.into() };
        assert_eq!(told, [(2, renamed("MUG-S")), (4, renamed("MUG-M"))]);
        let pictures: Vec<_> = mug.pictures.iter().map(|picture| (picture.row, picture.address.as_str())).collect();
        assert_eq!(pictures, [(5, "https://a.example/2.jpg")]);
    }

    #[test]
    fn what_is_wrong_with_a_file_is_told_by_row_and_column() {
        let cell = |row: u32, column: &str, remark: ImportRemark| (row, column.to_owned(), remark);
        for (rows, told) in [
            ("mug,Mug,,,MUG,\"12,50\",\n", cell(2, "Variant Price", ImportRemark::Comma)),
            ("mug,Mug,,,MUG,1,\ncup,Cup,,,MUG,1,\n", cell(3, "Variant SKU", ImportRemark::SkuTwice { row: 2 })),
            ("mug,Mug\n", cell(2, "", ImportRemark::CellCount { expected: 7, found: 2 })),
            ("mug,Mug,,,MUG,1,\ncup,\"Cup,,,CUP,1,\n", cell(3, "", ImportRemark::BadQuotes)),
            ("mug,5\" plate,,,MUG,1,\n", cell(2, "", ImportRemark::BadQuotes)),
            ("mug,Mug,Size,,MUG,1,\n", cell(2, "Option1 Value", ImportRemark::Cell(Problem::Required))),
            ("Mug,Mug,,,MUG,1,\nmug,Mug,,,CUP,1,\n", cell(3, "Handle", ImportRemark::HandleTwice { row: 2 })),
        ] {
            let found = problems(&format!("{HEAD}{rows}"));
            assert!(found.contains(&told), "{rows}: {found:?}");
        }
        assert_eq!(problems(""), [cell(0, "", ImportRemark::NoRows)]);
        assert_eq!(problems(HEAD), [cell(0, "", ImportRemark::NoRows)]);
        assert_eq!(problems("Handle;Title\nmug;Mug\n"), [cell(1, "", ImportRemark::NotCommas)]);
        assert_eq!(problems("Title,Price\nMug,1\n"), [cell(1, "Handle", ImportRemark::ColumnMissing)]);
        assert_eq!(problems("Handle,SKU,Variant SKU\nmug,A,B\n"), [cell(1, "Variant SKU", ImportRemark::ColumnTwice)]);
        let bad = || ImportRemark::Cell(Problem::BadCharacters);
        assert_eq!(problems(&format!("{HEAD}mug,Mug,,,MUG,1,https://a.example/\0.jpg\n")), [cell(2, "", bad())]);
        assert_eq!(problems("Handle,Ti\0tle\nmug,Mug\n"), [cell(1, "", bad())]);
        let latin = read(b"Handle,Title\nmug,Mug\njug,Kr\xfcg\n", Currency::USD, "/");
        assert_eq!(latin.notes[0], ImportNote { row: 3, column: String::new(), remark: ImportRemark::NotUtf8 });
    }

    #[test]
    fn columns_are_so_many_and_no_more_and_their_names_are_cut() {
        let too_many = || ImportRemark::TooManyColumns { max: MAX_IMPORT_COLUMNS };
        let wide = format!("Handle,Title{}\nmug,Mug\n", ",More".repeat(99_998));
        assert_eq!(problems(&wide), [(1, String::new(), too_many())]);
        assert!(file(&wide).left.is_empty());
        let row = format!("Handle,Title\nmug,Mug\ncup,Cup{}\n", ",".repeat(1_000_000));
        assert_eq!(problems(&row), [(3, String::new(), too_many())]);
        let long = file(&format!("Handle,{}\nmug,Mug\n", "x".repeat(1_000_000)));
        assert_eq!(long.left, ["x".repeat(100)]);
    }

    #[test]
    fn a_fourth_option_is_one_too_many() {
        let text = "Handle,Option1 Name,Option1 Value,Option4 Name,Option4 Value,Price\nmug,Size,S,Lid,Yes,1\n";
        assert_eq!(problems(text), [(2, "Option4 Name".to_owned(), ImportRemark::TooManyOptions)]);
    }
}

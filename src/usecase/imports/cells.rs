//! The cells of a file of products, one by one: what is wrong with each is gathered, so that all of it is told at once.

use rust_decimal::Decimal;

use crate::domain::{
    Currency, ImportRemark, MAX_ALT, MAX_STOCK, Matrix, Money, Problem, ProductStatus, Sku, Slug, clean_line,
    parse_tags,
};
use crate::dto::ImportNote;

use super::super::catalog::{MAX_DESCRIPTION, MAX_GRAMS, paragraphs, parse_price};
use super::super::tables::{as_it_was, text_of};
use super::columns::{Column, Columns};

/// The cells of one row, and what there is to say of them.
pub(super) struct Cells<'a> {
    pub columns: &'a Columns,
    pub record: &'a csv::StringRecord,
    /// As a spreadsheet counts.
    pub row: u32,
    pub currency: Currency,
    pub notes: &'a mut Vec<ImportNote>,
}

/// A picture by its address.
#[derive(Debug)]
pub(super) struct FilePicture {
    pub row: u32,
    pub address: String,
    /// What it shows; empty: nobody has said.
    pub alt: String,
}

/// Which picture shows a variant, by its address.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum VariantPicture {
    /// The shop has it already; below its own address.
    Own(String),
    Elsewhere(String),
}

impl Cells<'_> {
    pub fn say(&mut self, column: Column, remark: ImportRemark) {
        self.notes.push(ImportNote { row: self.row, column: self.columns.name(column), remark });
    }

    /// A cell's text, trimmed; none: the file has no such column.
    pub fn text(&self, column: Column) -> Option<&str> {
        let place = self.columns.place(column)?;
        Some(as_it_was(self.record.get(place).unwrap_or_default().trim()))
    }

    /// The same where something stands in it.
    pub fn filled(&self, column: Column) -> Option<&str> {
        self.text(column).filter(|text| !text.is_empty())
    }

    fn read<T>(&mut self, column: Column, value: Result<T, ImportRemark>) -> Option<T> {
        value.map_err(|remark| self.say(column, remark)).ok()
    }

    /// The name in addresses; one that is none is made one.
    pub fn handle(&mut self) -> Option<Slug> {
        let Some(text) = self.filled(Column::Handle).map(str::to_owned) else {
            self.say(Column::Handle, ImportRemark::Cell(Problem::Required));
            return None;
        };
        Some(Slug::parse(&text).unwrap_or_else(|_| Slug::of_name(&text)))
    }

    pub fn line(&mut self, column: Column, max: u32) -> Option<String> {
        let line = clean_line(self.filled(column)?, max).map_err(ImportRemark::Cell);
        self.read(column, line)
    }

    /// A line that may be empty; none: the file has no such column, or something is wrong with it.
    pub fn text_line(&mut self, column: Column, max: u32) -> Option<String> {
        let line = clean_line(self.text(column)?, max).map_err(ImportRemark::Cell);
        self.read(column, line)
    }

    pub fn tags(&mut self) -> Option<Vec<String>> {
        let tags = parse_tags(self.text(Column::Tags)?).map_err(ImportRemark::Cell);
        self.read(Column::Tags, tags)
    }

    /// An amount that may be empty; some and none: there is a cell for it, with nothing in it.
    pub fn amount(&mut self, column: Column) -> Option<Option<Money>> {
        match self.filled(column) {
            Some(_) => self.price(column).map(Some),
            None => self.columns.has(column).then_some(None),
        }
    }

    /// The words of a description; some and empty: there is a cell for them, with nothing in it.
    pub fn description(&mut self) -> Option<String> {
        let html = self.text(Column::Body)?;
        let text = match html.len() > MAX_HTML {
            true => Err(Problem::TooLong { max: MAX_DESCRIPTION }),
            false => paragraphs(&text_of(html)),
        };
        self.read(Column::Body, text.map_err(ImportRemark::Cell))
    }

    /// What a product's status is said to be: what is not published is a draft.
    pub fn status(&mut self) -> Option<ProductStatus> {
        let status = match self.filled(Column::Status).map(str::to_lowercase) {
            None => None,
            Some(text) => {
                let status = ProductStatus::parse(&text).or((text == "unlisted").then_some(ProductStatus::Draft));
                Some(self.read(Column::Status, status.ok_or(ImportRemark::NotAStatus))?)
            }
        };
        match (status, self.flag(Column::Published)) {
            (None | Some(ProductStatus::Active), Some(false)) => Some(ProductStatus::Draft),
            (None, Some(true)) => Some(ProductStatus::Active),
            (status, _) => status,
        }
    }

    pub fn flag(&mut self, column: Column) -> Option<bool> {
        let flag = match self.filled(column)?.to_lowercase().as_str() {
            "true" | "yes" | "1" => Ok(true),
            "false" | "no" | "0" => Ok(false),
            _ => Err(ImportRemark::NotYesOrNo),
        };
        self.read(column, flag)
    }

    /// An amount in the shop's currency.
    pub fn price(&mut self, column: Column) -> Option<Money> {
        let text = self.filled(column)?;
        let price = match parse_price(text, self.currency) {
            Ok(price) => Ok(price),
            Err(_) if text.contains(',') => Err(ImportRemark::Comma),
            // Cents that are nothing: `12.00` in yen.
            Err(problem) => whole_amount(text, self.currency).ok_or(ImportRemark::Cell(problem)),
        };
        self.read(column, price)
    }

    pub fn grams(&mut self) -> Option<u32> {
        let text = self.filled(Column::Grams)?;
        let problem = match text.contains(',') {
            true => ImportRemark::Comma,
            false => ImportRemark::Cell(Problem::OutOfRange { min: 0, max: MAX_GRAMS }),
        };
        let grams = number(text).map(|n| n.round()).and_then(|n| u32::try_from(n).ok());
        let grams = grams.filter(|n| *n <= MAX_GRAMS).ok_or(problem);
        self.read(Column::Grams, grams)
    }

    /// How many of a new variant there are.
    pub fn stock(&mut self) -> Option<u32> {
        let max = MAX_STOCK;
        let units = number(self.filled(Column::Stock)?).filter(Decimal::is_integer);
        let Some(units) = units else {
            self.say(Column::Stock, ImportRemark::Cell(Problem::OutOfRange { min: 0, max }));
            return None;
        };
        if units.is_sign_negative() && !units.is_zero() {
            self.say(Column::Stock, ImportRemark::BelowZero);
            return Some(0);
        }
        let units = u32::try_from(units).ok().filter(|n| *n <= max);
        self.read(Column::Stock, units.ok_or(ImportRemark::Cell(Problem::OutOfRange { min: 0, max })))
    }

    /// A sku as it is written here: in capitals, with dashes for what else stands in it. None, and that is told: nothing of it
    /// would be left, or too much.
    pub fn sku(&mut self) -> Option<Sku> {
        let text = self.filled(Column::Sku)?.trim_start_matches('\'').to_owned();
        if let Ok(sku) = Sku::parse(&text) {
            return Some(sku);
        }
        let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '-' };
        let sku = Sku::parse(&text.chars().map(plain).collect::<String>()).ok();
        let to = sku.as_ref().map_or("after its product".to_owned(), |sku| sku.as_str().to_owned());
        self.say(Column::Sku, ImportRemark::Renamed { to });
        sku
    }

    /// The names of the options; none: nothing is said of them. A product of one variant has none.
    pub fn option_names(&mut self) -> Option<Vec<String>> {
        let mut names = Vec::new();
        for place in 0..Matrix::MAX_OPTIONS {
            let Some(name) = self.line(Column::OptionName(place), MAX_OPTION) else { break };
            names.push(name);
        }
        if self.is_default_title(&names) {
            return Some(Vec::new());
        }
        let beyond = Matrix::MAX_OPTIONS;
        if self.filled(Column::OptionName(beyond)).or(self.filled(Column::OptionValue(beyond))).is_some() {
            self.say(Column::OptionName(beyond), ImportRemark::TooManyOptions);
        }
        let mut sorted = names.clone();
        sorted.sort();
        sorted.dedup();
        if sorted.len() < names.len() {
            self.say(Column::OptionName(0), ImportRemark::Cell(Problem::Duplicate));
        }
        (!names.is_empty()).then_some(names)
    }

    /// What Shopify writes of a product without options.
    fn is_default_title(&self, names: &[String]) -> bool {
        let [name] = names else { return false };
        name.eq_ignore_ascii_case("title")
            && self.filled(Column::OptionValue(0)).is_some_and(|value| value.eq_ignore_ascii_case("default title"))
    }

    /// One value for each option; none: something is wrong with them.
    pub fn option_values(&mut self, options: usize) -> Option<Vec<String>> {
        let mut values = Vec::new();
        for place in 0..options {
            match self.filled(Column::OptionValue(place)) {
                Some(_) => values.extend(self.line(Column::OptionValue(place), MAX_OPTION)),
                None => self.say(Column::OptionValue(place), ImportRemark::Cell(Problem::Required)),
            }
        }
        for place in options..Matrix::MAX_OPTIONS {
            if self.filled(Column::OptionValue(place)).is_some_and(|v| !v.eq_ignore_ascii_case("default title")) {
                self.say(Column::OptionName(place), ImportRemark::Cell(Problem::Required));
            }
        }
        (values.len() == options).then_some(values)
    }

    /// The picture of this row, where there is one that could be fetched and is not the shop's own already.
    pub fn picture(&mut self, own: &str) -> Option<FilePicture> {
        let address = self.filled(Column::Picture).filter(|address| !address.starts_with(own))?.to_owned();
        let address = self.fetched(Column::Picture, address)?;
        let alt: String = self.filled(Column::PictureAlt).unwrap_or_default().chars().take(MAX_ALT as usize).collect();
        Some(FilePicture { row: self.row, address, alt: clean_line(&alt, MAX_ALT).unwrap_or_default() })
    }

    /// The picture that shows this row's variant.
    pub fn variant_picture(&mut self, own: &str) -> Option<VariantPicture> {
        let address = self.filled(Column::VariantPicture)?.to_owned();
        if let Some(path) = address.strip_prefix(own) {
            return Some(VariantPicture::Own(format!("/{path}")));
        }
        self.fetched(Column::VariantPicture, address).map(VariantPicture::Elsewhere)
    }

    /// What could be fetched from there, or it is told that it is not.
    fn fetched(&mut self, column: Column, address: String) -> Option<String> {
        if address.starts_with("https://") && address.len() <= MAX_ADDRESS {
            return Some(address);
        }
        self.say(column, ImportRemark::PictureLeft);
        None
    }

    /// Whether a variant stands in this row, and not only another picture.
    pub fn has_variant(&self) -> bool {
        let values = (0..=Matrix::MAX_OPTIONS).map(Column::OptionValue);
        values.chain([Column::Sku, Column::Price]).any(|column| self.filled(column).is_some())
    }
}

/// The longest description with all of its markup, in bytes: it is not worth looking through more.
const MAX_HTML: usize = 200_000;
/// The longest address of a picture, in bytes.
const MAX_ADDRESS: usize = 2_000;
/// The longest name or value of an option.
const MAX_OPTION: u32 = 40;

fn number(text: &str) -> Option<Decimal> {
    let is_plain = text.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '-'));
    if is_plain { text.parse().ok() } else { None }
}

/// An amount with more decimals than the currency has, all of them nothing.
fn whole_amount(text: &str, currency: Currency) -> Option<Money> {
    let amount = number(text)?.normalize();
    parse_price(&amount.to_string(), currency).ok()
}

//! How addresses are written in each country: which parts they have and in which order, which of them must be there, and
//! what they are called. The data stands in `formats.tsv`.
//!
//! Nothing that runs in the browser may ask for it: the pages are given the fields of one country, ready made.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::super::{Problem, clean_line};
use super::postal_code::PostalCodes;
use super::region::Region;

/// Made by `scripts/address-data`.
const DATA: &str = include_str!("formats.tsv");

static FORMATS: LazyLock<HashMap<&str, AddressFormat>> = LazyLock::new(|| {
    let mut formats: HashMap<&str, AddressFormat> = HashMap::new();
    let mut country = "";
    for line in DATA.lines().filter(|line| !line.starts_with('#')) {
        if let Some(region) = line.strip_prefix('\t') {
            formats.entry(country).and_modify(|format| format.regions.push(Region::of_row(region)));
        } else {
            let format = AddressFormat::of_row(line);
            country = line.split('\t').next().unwrap_or(line);
            formats.insert(country, format);
        }
    }
    formats
});

/// Where no country is chosen yet, and for the few of which nothing is known.
static ANY: LazyLock<AddressFormat> = LazyLock::new(|| AddressFormat::of_row("\t%N%n%O%n%A%n%Z %C%n%S\t\tAC\tany"));

/// A part of an address. A street has two lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddressPart {
    Name,
    Company,
    Street,
    District,
    City,
    Region,
    PostalCode,
}

impl AddressPart {
    pub const ALL: [Self; 7] =
        [Self::Name, Self::Company, Self::Street, Self::District, Self::City, Self::Region, Self::PostalCode];

    /// The letter that stands for it in the data.
    const fn letter(self) -> char {
        match self {
            Self::Name => 'N',
            Self::Company => 'O',
            Self::Street => 'A',
            Self::District => 'D',
            Self::City => 'C',
            Self::Region => 'S',
            Self::PostalCode => 'Z',
        }
    }

    pub(super) fn of_letter(letter: char) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.letter() == letter)
    }
}

/// How addresses of one country are written.
#[derive(Debug)]
pub struct AddressFormat {
    /// `%N%n%A%n%C, %S %Z`: `%n` ends a line, any other letter after a `%` is a part.
    pub(super) local: &'static str,
    /// The same for an address in Latin letters, where the country writes others.
    pub(super) latin: Option<&'static str>,
    required: &'static str,
    region: &'static str,
    city: &'static str,
    district: &'static str,
    postal_code: &'static str,
    postal_codes: Option<PostalCodes>,
    regions: Vec<Region>,
}

impl AddressFormat {
    pub fn of(country: &str) -> &'static Self {
        FORMATS.get(country).unwrap_or_else(|| &ANY)
    }

    fn of_row(row: &'static str) -> Self {
        let mut cells = row.split('\t');
        let mut cell = || cells.next().unwrap_or_default();
        let or = |text: &'static str, default| if text.is_empty() { default } else { text };
        let country = cell();
        Self {
            local: or(cell(), "%N%n%O%n%A%n%C"),
            latin: Some(cell()).filter(|latin| !latin.is_empty()),
            required: or(cell(), "AC"),
            region: cell(),
            city: cell(),
            district: cell(),
            postal_code: cell(),
            postal_codes: PostalCodes::of_cells(country, cell(), cell(), cell()),
            regions: Vec::new(),
        }
    }

    /// The parts in the order of a form: who, then where as the country writes it.
    pub fn parts(&self) -> Vec<AddressPart> {
        let written = self.local.split('%').skip(1).filter_map(|text| text.chars().next());
        let parts: Vec<_> = written.filter_map(AddressPart::of_letter).collect();
        let is_who = |part: &AddressPart| matches!(part, AddressPart::Name | AddressPart::Company);
        let (who, place): (Vec<_>, Vec<_>) = parts.into_iter().partition(is_who);
        [who, place].concat()
    }

    pub fn has(&self, part: AddressPart) -> bool {
        self.local.contains(['%', part.letter()].iter().collect::<String>().as_str())
    }

    pub fn is_required(&self, part: AddressPart) -> bool {
        part == AddressPart::Name || self.has(part) && self.required.contains(part.letter())
    }

    /// What people there call it, in English.
    pub fn label(&self, part: AddressPart) -> &'static str {
        match part {
            AddressPart::Name => "Full name",
            AddressPart::Company => "Company",
            AddressPart::Street => "Address",
            AddressPart::District => match self.district {
                "district" => "District",
                "neighborhood" => "Neighbourhood",
                "townland" => "Townland",
                "village_township" => "Village or township",
                _ => "Suburb",
            },
            AddressPart::City => match self.city {
                "district" => "District",
                "post_town" => "Town or city",
                "suburb" => "Suburb",
                _ => "City",
            },
            AddressPart::Region => match self.region {
                "any" => "State or region",
                "area" => "Area",
                "county" => "County",
                "department" => "Department",
                "district" => "District",
                "emirate" => "Emirate",
                "island" => "Island",
                "oblast" => "Oblast",
                "parish" => "Parish",
                "prefecture" => "Prefecture",
                "state" => "State",
                _ => "Province",
            },
            AddressPart::PostalCode => match self.postal_code {
                "eircode" => "Eircode",
                "pin" => "PIN code",
                "zip" => "ZIP code",
                _ => "Postal code",
            },
        }
    }

    /// The states to choose from; none where the country's addresses name none, or they are not known.
    pub fn regions(&self) -> &[Region] {
        &self.regions
    }

    /// The state with this code.
    pub fn region(&self, code: &str) -> Option<&Region> {
        self.regions.iter().find(|region| region.code == code)
    }

    /// The state that somebody means.
    pub fn find_region(&self, typed: &str) -> Option<&Region> {
        self.region(typed).or_else(|| self.regions.iter().find(|region| region.is_named(typed)))
    }

    /// A postal code as people there write it.
    pub fn postal_code_example(&self) -> Option<&'static str> {
        self.postal_codes.as_ref().and_then(PostalCodes::example)
    }

    /// A line of text.
    pub(super) fn read(&self, part: AddressPart, typed: &str, max: u32) -> Result<Option<String>, Problem> {
        let line = clean_line(typed, max)?;
        match line.is_empty() {
            true if self.is_required(part) => Err(Problem::Required),
            true => Ok(None),
            false => Ok(Some(line)),
        }
    }

    /// The code of the state, however it was named; what was typed where the country's are not known.
    ///
    /// # Errors
    /// `Required` where its addresses must name one, `NotAChoice`, and what `clean_line` refuses.
    pub(super) fn read_region(&self, typed: &str, max: u32) -> Result<Option<String>, Problem> {
        match self.read_any_region(typed, max)? {
            None if self.is_required(AddressPart::Region) => Err(Problem::Required),
            region => Ok(region),
        }
    }

    /// The same where none need be named.
    ///
    /// # Errors
    /// As `read_region`, but for `Required`.
    pub fn read_any_region(&self, typed: &str, max: u32) -> Result<Option<String>, Problem> {
        match clean_line(typed, max)? {
            line if line.is_empty() => Ok(None),
            line if self.regions.is_empty() => Ok(Some(line)),
            line => self.find_region(&line).map(|region| Some(region.code.to_owned())).ok_or(Problem::NotAChoice),
        }
    }

    /// The postal code as the country writes it.
    pub(super) fn read_postal_code(&self, typed: &str, max: u32) -> Result<Option<String>, Problem> {
        let line = self.read(AddressPart::PostalCode, typed, max)?;
        match (line, &self.postal_codes) {
            _ if !self.has(AddressPart::PostalCode) => Ok(None),
            (Some(line), Some(codes)) => codes.read(&line).map(Some),
            (line, _) => Ok(line),
        }
    }

    /// The same where none need be given.
    ///
    /// # Errors
    /// `NotAPostalCode`, and what `clean_line` refuses.
    pub fn read_any_postal_code(&self, typed: &str, max: u32) -> Result<Option<String>, Problem> {
        if clean_line(typed, max)?.is_empty() { Ok(None) } else { self.read_postal_code(typed, max) }
    }

    #[cfg(test)]
    pub(super) fn postal_codes(&self) -> Option<&PostalCodes> {
        self.postal_codes.as_ref()
    }

    #[cfg(test)]
    pub(super) fn all() -> impl Iterator<Item = (&'static str, &'static Self)> {
        FORMATS.iter().map(|(country, format)| (*country, format))
    }
}

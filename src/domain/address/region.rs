//! A state, province, prefecture: what an address names between city and country.

use super::super::Slug;
use super::letters::is_latin;

/// One of the states of a country.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Region {
    /// Of ISO 3166-2 without the country, where there is one; what an address keeps.
    pub code: &'static str,
    /// As it stands in an address.
    written: &'static str,
    name: &'static str,
    /// In Latin letters or English, where the name is not.
    latin: &'static str,
}

impl Region {
    pub(super) fn of_row(row: &'static str) -> Self {
        let mut cells = row.split('\t');
        let mut cell = |default| cells.next().filter(|cell| !cell.is_empty()).unwrap_or(default);
        let code = cell("");
        let written = cell(code);
        let name = cell(written);
        Self { code, written, name, latin: cell(name) }
    }

    /// To choose from a list: `California`, `東京都 (Tokyo)`.
    pub fn label(&self) -> String {
        let latin = [self.latin, self.written].into_iter().find(|name| is_latin(name));
        match latin {
            Some(latin) if !is_latin(self.name) => format!("{} ({latin})", self.name),
            _ => self.name.to_owned(),
        }
    }

    /// As it stands in an address of these letters.
    pub(super) fn written(&self, latin: bool) -> &'static str {
        let names = [self.written, self.latin, self.name];
        names.into_iter().find(|name| is_latin(name) == latin).unwrap_or(self.written)
    }

    /// As an address has it that is written in one way only.
    pub(super) const fn usual(&self) -> &'static str {
        self.written
    }

    /// Without regard to case and accents.
    pub(super) fn is_named(&self, typed: &str) -> bool {
        let is_spelt = |name: &str| is_latin(name) && is_latin(typed) && Slug::of_name(name) == Slug::of_name(typed);
        let same = |name: &str| name.to_lowercase() == typed.to_lowercase() || is_spelt(name);
        [self.code, self.written, self.name, self.latin].into_iter().any(same)
    }
}

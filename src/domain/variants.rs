//! A product's options and the variants they make: one for each choice.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Problem, Refusal, clean_line};

/// Whether a product is for sale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProductStatus {
    Active,
    /// Not yet.
    #[default]
    Draft,
    /// Not any more.
    Archived,
}

impl ProductStatus {
    pub const ALL: [Self; 3] = [Self::Active, Self::Draft, Self::Archived];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Draft => "draft",
            Self::Archived => "archived",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.as_str() == text)
    }
}

/// An option and its values: `Size`, `S` and `M`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductOption {
    pub name: String,
    pub values: Vec<String>,
}

/// What options make of a product's variants: one for each choice of their values.
#[derive(Debug, Clone, Copy)]
pub struct Matrix;

impl Matrix {
    pub const MAX_OPTIONS: usize = 3;
    /// Of a product, those that are retired not counted.
    pub const MAX_VARIANTS: u32 = 100;
    /// The longest name or value of an option.
    pub const MAX_NAME: u32 = 40;

    /// The options of a new product as they are typed: a name, and values with commas between them. Those without a name are
    /// none.
    ///
    /// # Errors
    /// `Invalid` with `option1_name` or `option1_values` (2, 3).
    pub fn parse(typed: &[(&str, &str)]) -> Result<Vec<ProductOption>, Refusal> {
        let mut options = Vec::<ProductOption>::new();
        for (place, (name, values)) in (1..).zip(typed) {
            let field = |part: &str| format!("option{place}_{part}");
            let name = clean_line(name, Self::MAX_NAME).map_err(|why| Refusal::field(&field("name"), why))?;
            let read = Self::parse_values(values).map_err(|why| Refusal::field(&field("values"), why))?;
            match (name.is_empty(), read.is_empty()) {
                (true, true) => continue,
                (true, false) => return Err(Refusal::field(&field("name"), Problem::Required)),
                (false, true) => return Err(Refusal::field(&field("values"), Problem::Required)),
                (false, false) => {}
            }
            if options.iter().any(|option| option.name == name) {
                return Err(Refusal::field(&field("name"), Problem::Duplicate));
            }
            options.push(ProductOption { name, values: read });
        }
        Ok(options)
    }

    /// Values with commas between them.
    ///
    /// # Errors
    /// `TooLong`, `BadCharacters`, `Duplicate`, `TooMany`.
    pub fn parse_values(typed: &str) -> Result<Vec<String>, Problem> {
        let mut values = Vec::<String>::new();
        for value in typed.split(',') {
            let value = clean_line(value, Self::MAX_NAME)?;
            if values.contains(&value) {
                return Err(Problem::Duplicate);
            }
            values.extend((!value.is_empty()).then_some(value));
        }
        let max = Self::MAX_VARIANTS;
        if values.len() > max as usize { Err(Problem::TooMany { max }) } else { Ok(values) }
    }

    /// Every choice that these options leave; without any there is one.
    ///
    /// # Errors
    /// `Invalid` with `option1_values` for too many.
    pub fn choices(options: &[ProductOption]) -> Result<Vec<Vec<String>>, Refusal> {
        let lists: Vec<Vec<&str>> = options.iter().map(|o| o.values.iter().map(String::as_str).collect()).collect();
        if Self::count(&lists) > Self::MAX_VARIANTS as usize {
            return Err(Refusal::field("option1_values", Problem::TooMany { max: Self::MAX_VARIANTS }));
        }
        Ok(Self::choices_of(&lists))
    }

    /// How many choices there are, one value of each list.
    pub(super) fn count(lists: &[Vec<&str>]) -> usize {
        lists.iter().fold(1, |count: usize, list| count.saturating_mul(list.len()))
    }

    /// Those choices, in the order of their values.
    pub(super) fn choices_of(lists: &[Vec<&str>]) -> Vec<Vec<String>> {
        let with = |choice: &[String], value: &str| -> Vec<String> {
            choice.iter().cloned().chain([value.to_owned()]).collect()
        };
        let mut made: Vec<Vec<String>> = vec![Vec::new()];
        for list in lists {
            made = made.iter().flat_map(|choice| list.iter().map(move |value| with(choice, value))).collect();
        }
        made
    }
}

impl fmt::Display for ProductStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    fn option(name: &str, values: &[&str]) -> ProductOption {
        ProductOption { name: name.into(), values: texts(values) }
    }

    #[test]
    fn every_status_is_spelt_one_way() {
        for (status, word) in ProductStatus::ALL.into_iter().zip(["active", "draft", "archived"]) {
            assert_eq!((status.to_string().as_str(), ProductStatus::parse(word)), (word, Some(status)));
            assert_eq!(serde_json::to_value(status).unwrap(), word);
        }
        assert_eq!(ProductStatus::parse("gone"), None);
    }

    #[test]
    fn options_are_names_with_values_between_commas() {
        let read = Matrix::parse(&[("Size", "S, M ,"), ("", " "), ("Colour", "Moss")]).unwrap();
        assert_eq!(read, [option("Size", &["S", "M"]), option("Colour", &["Moss"])]);
        for (typed, field) in [
            ([("Size", ""), ("", "")], "option1_values"),
            ([("Size", "S"), ("", "Moss")], "option2_name"),
            ([("Size", "S"), ("Size", "M")], "option2_name"),
            ([("Size", "S,S"), ("", "")], "option1_values"),
        ] {
            assert!(Matrix::parse(&typed).unwrap_err().problem_of(field).is_some(), "{typed:?}");
        }
    }

    #[test]
    fn every_choice_of_the_values_is_a_variant() {
        let made = Matrix::choices(&[option("Size", &["S", "M"]), option("Colour", &["Moss", "Sand"])]).unwrap();
        let choices = [["S", "Moss"], ["S", "Sand"], ["M", "Moss"], ["M", "Sand"]].map(|choice| texts(&choice));
        assert_eq!(made, choices);
        assert_eq!(Matrix::choices(&[]).unwrap(), [Vec::<String>::new()], "a product without options has one");
        let numbers = |count: u32| (0..count).map(|n| n.to_string()).collect::<Vec<_>>();
        let ten = ["N", "M"].map(|name| ProductOption { name: name.into(), values: numbers(10) });
        assert_eq!(Matrix::choices(&ten).unwrap().len(), 100, "as many as there may be");
        let many = numbers(11);
        let many = ProductOption { name: "N".into(), values: many };
        let two = [many.clone(), ProductOption { name: "M".into(), ..many }];
        assert!(Matrix::choices(&two).unwrap_err().problem_of("option1_values").is_some());
        assert_eq!(Matrix::parse_values(&numbers(101).join(",")), Err(Problem::TooMany { max: 100 }));
        assert_eq!(Matrix::parse_values(&numbers(100).join(",")), Ok(numbers(100)));
        assert_eq!(Matrix::parse_values(&"x".repeat(41)), Err(Problem::TooLong { max: 40 }));
        assert_eq!(Matrix::parse_values(&"x".repeat(40)), Ok(vec!["x".repeat(40)]));
    }
}

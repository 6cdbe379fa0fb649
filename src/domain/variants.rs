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

/// What options make of a product's variants.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Matrix {
    pub names: Vec<String>,
    /// What the variants that are there are called now, in their order.
    pub kept: Vec<Vec<String>>,
    /// The choices that no variant stands for yet.
    pub missing: Vec<Vec<String>>,
}

impl Matrix {
    pub const MAX_OPTIONS: usize = 3;
    /// Of a product.
    pub const MAX_VARIANTS: u32 = 100;
    const MAX_NAME: u32 = 40;

    /// The options as they are typed: a name, and values with commas between them. Those without a name are none.
    ///
    /// # Errors
    /// `Invalid` with `option1_name` or `option1_values` (2, 3).
    pub fn parse(typed: &[(&str, &str)]) -> Result<Vec<ProductOption>, Refusal> {
        let mut options = Vec::<ProductOption>::new();
        for (place, (name, values)) in (1..).zip(typed) {
            let field = |part: &str| format!("option{place}_{part}");
            let name = clean_line(name, Self::MAX_NAME).map_err(|why| Refusal::field(&field("name"), why))?;
            let mut read = Vec::<String>::new();
            for value in values.split(',') {
                let value = clean_line(value, Self::MAX_NAME).map_err(|why| Refusal::field(&field("values"), why))?;
                if read.contains(&value) {
                    return Err(Refusal::field(&field("values"), Problem::Duplicate));
                }
                read.extend((!value.is_empty()).then_some(value));
            }
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

    /// What these options make of variants with those values. The first options are those that the variants have, by
    /// whatever name; a value that a variant has stays one, and of an option that is new all of them have the first value.
    ///
    /// # Errors
    /// `Invalid` with `option1_name` for fewer options than the variants have, `option1_values` for too many variants, or
    /// for values of which the variants have none at that place: another option stands where theirs did.
    pub fn of(before: &[Vec<String>], options: &[ProductOption]) -> Result<Self, Refusal> {
        let had = before.iter().map(Vec::len).max().unwrap_or(0);
        if options.len() < had {
            return Err(Refusal::field(&format!("option{}_name", options.len() + 1), Problem::Required));
        }
        for (place, option) in options.iter().enumerate().take(had) {
            let mut known = Vec::<&str>::new();
            for value in before.iter().filter_map(|values| values.get(place)) {
                if !known.contains(&value.as_str()) {
                    known.push(value);
                }
            }
            if !known.is_empty() && !option.values.iter().any(|value| known.contains(&value.as_str())) {
                let problem = Problem::NoKnownValue { known: known.join(", ") };
                return Err(Refusal::field(&format!("option{}_values", place + 1), problem));
            }
        }
        let first = |option: &ProductOption| option.values.first().cloned().unwrap_or_default();
        let kept: Vec<Vec<String>> = before
            .iter()
            .map(|values| options.iter().enumerate().map(|(n, o)| values.get(n).cloned().unwrap_or_else(|| first(o))))
            .map(Iterator::collect)
            .collect();
        let mut choices = vec![Vec::new()];
        for (place, option) in options.iter().enumerate() {
            let mut values: Vec<&String> = kept.iter().filter_map(|variant| variant.get(place)).collect();
            values.extend(&option.values);
            let mut seen = Vec::<&String>::new();
            values.retain(|value| {
                !seen.contains(value) && {
                    seen.push(value);
                    true
                }
            });
            choices = choices
                .into_iter()
                .flat_map(|choice: Vec<String>| {
                    values.iter().map(move |value| choice.iter().cloned().chain([(*value).clone()]).collect())
                })
                .take(Self::MAX_VARIANTS as usize + 1)
                .collect();
        }
        if choices.len() > Self::MAX_VARIANTS as usize {
            return Err(Refusal::field("option1_values", Problem::TooMany { max: Self::MAX_VARIANTS }));
        }
        let missing = choices.into_iter().filter(|choice| !kept.contains(choice)).collect();
        Ok(Self { names: options.iter().map(|option| option.name.clone()).collect(), kept, missing })
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
    fn a_product_without_options_becomes_the_first_of_its_variants() {
        let made = Matrix::of(&[vec![]], &[option("Size", &["S", "M"]), option("Colour", &["Moss", "Sand"])]).unwrap();
        assert_eq!(made.kept, [texts(&["S", "Moss"])]);
        assert_eq!(made.missing, [texts(&["S", "Sand"]), texts(&["M", "Moss"]), texts(&["M", "Sand"])]);
        assert_eq!(Matrix::of(&[vec![]], &[]).unwrap().missing, Vec::<Vec<String>>::new());
        assert_eq!(Matrix::of(&[], &[]).unwrap().missing, [Vec::<String>::new()], "a new product has one");
    }

    #[test]
    fn values_that_variants_have_stay_and_only_what_is_missing_is_made() {
        let before = [texts(&["S"]), texts(&["M"])];
        let made = Matrix::of(&before, &[option("Width", &["L", "M"])]).unwrap();
        assert_eq!((made.names, made.kept, made.missing), (texts(&["Width"]), before.to_vec(), vec![texts(&["L"])]));
        let swapped = Matrix::of(&before, &[option("Colour", &["Moss"]), option("Size", &["S", "M"])]).unwrap_err();
        assert_eq!(swapped.problem_of("option1_values"), Some(&Problem::NoKnownValue { known: "S, M".into() }));
        assert!(Matrix::of(&before, &[]).unwrap_err().problem_of("option1_name").is_some());
        let many: Vec<String> = (0..11).map(|n| n.to_string()).collect();
        let many = ProductOption { name: "N".into(), values: many };
        let two = [many.clone(), ProductOption { name: "M".into(), ..many }];
        assert!(Matrix::of(&[], &two).unwrap_err().problem_of("option1_values").is_some());
    }
}

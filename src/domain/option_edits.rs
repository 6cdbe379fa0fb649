//! A product's options as they are edited: renamed, put in order, added and taken away; and what becomes of its variants. One that
//! no choice is left for is retired, never deleted.

use std::collections::{BTreeMap, BTreeSet};

use super::{Matrix, Problem, Refusal};

/// An option as it is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditedOption {
    /// Where it stood, from 0; none: it is new.
    pub was: Option<usize>,
    /// The field into which its new values are typed.
    pub field: String,
    pub name: String,
    /// In their order, each once.
    pub values: Vec<EditedValue>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditedValue {
    /// What it was called; none: it is new.
    pub was: Option<String>,
    pub now: String,
}

/// A variant before the edit, and what is wished of it alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditedVariant {
    pub options: Vec<String>,
    pub is_retired: bool,
    /// That it changes: whether one that is for sale is retired, and one that is retired comes back.
    pub turned: bool,
    /// The field that says so.
    pub field: String,
}

/// What becomes of the variants. Those that were there before are meant by their places.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OptionPlan {
    pub names: Vec<String>,
    /// What is for sale, in shelf order: which variant, none: a new one, and its choice.
    pub shelf: Vec<(Option<usize>, Vec<String>)>,
    /// Those that are retired now.
    pub retired: Vec<usize>,
    /// Those that were retired, and are for sale again.
    pub back: Vec<usize>,
    /// Those that are retired by themselves or stay so, and what they are called now.
    pub resting: Vec<(usize, Vec<String>)>,
}

impl OptionPlan {
    /// A value that is renamed stays the value that it was. Of an option that is new every variant has the first value. Where an
    /// option goes, several variants may be one choice: the first of them stays. What a new value makes possible is made, and
    /// with `fill` whatever else is missing; a retired variant of such a choice comes back for it.
    ///
    /// # Errors
    /// `Invalid` with an option's `field` for too many variants, `variants` if none were left, and a variant's `field` where it
    /// cannot come back, for its values are gone.
    pub fn of(variants: &[EditedVariant], options: &[EditedOption], fill: bool) -> Result<Self, Refusal> {
        let mut plan = Self { names: options.iter().map(|option| option.name.clone()).collect(), ..Self::default() };
        let mut shelf = BTreeMap::<Vec<String>, Option<usize>>::new();
        let mut unwanted = BTreeSet::<Vec<String>>::new();
        for (place, variant) in variants.iter().enumerate().filter(|(_, variant)| !variant.is_retired) {
            match moved(options, &variant.options) {
                Some(choice) if variant.turned => {
                    unwanted.insert(choice.clone());
                    plan.retired.push(place);
                    plan.resting.push((place, choice));
                }
                Some(choice) if !shelf.contains_key(&choice) => {
                    shelf.insert(choice, Some(place));
                }
                _ => plan.retired.push(place),
            }
        }
        let mut resting = BTreeMap::<Vec<String>, usize>::new();
        for (place, variant) in variants.iter().enumerate().filter(|(_, variant)| variant.is_retired) {
            match moved(options, &variant.options) {
                Some(choice) if variant.turned && !shelf.contains_key(&choice) => {
                    shelf.insert(choice, Some(place));
                    plan.back.push(place);
                }
                Some(choice) => {
                    resting.entry(choice.clone()).or_insert(place);
                    plan.resting.push((place, choice));
                }
                None if variant.turned => return Err(Refusal::field(&variant.field, Problem::NotAChoice)),
                None => {}
            }
        }
        for choice in wanted(options, fill)? {
            if shelf.contains_key(&choice) || unwanted.contains(&choice) {
                continue;
            }
            let known = resting.remove(&choice);
            plan.back.extend(known);
            shelf.insert(choice, known);
        }
        if shelf.is_empty() {
            return Err(Refusal::field("variants", Problem::LastVariant));
        }
        if shelf.len() > Matrix::MAX_VARIANTS as usize {
            return Err(too_many(options));
        }
        let back = plan.back.clone();
        plan.resting.retain(|(place, _)| !back.contains(place));
        plan.shelf = shelf.into_iter().map(|(choice, place)| (place, choice)).collect();
        plan.shelf.sort_by_cached_key(|(_, choice)| rank(options, choice));
        Ok(plan)
    }
}

/// The choice that a variant of these values stands for now; none: one of them is gone.
fn moved(options: &[EditedOption], values: &[String]) -> Option<Vec<String>> {
    let one = |option: &EditedOption| {
        let Some(place) = option.was else { return Some(option.values.first()?.now.clone()) };
        let value = values.get(place)?;
        let same = option.values.iter().find(|known| known.was.as_ref() == Some(value));
        // Taken away and typed anew: it is the same.
        let again = || option.values.iter().find(|known| known.was.is_none() && known.now == *value);
        Some(same.or_else(again)?.now.clone())
    };
    options.iter().map(one).collect()
}

/// The choices that there is to be a variant for, whether there is one or not.
fn wanted(options: &[EditedOption], fill: bool) -> Result<Vec<Vec<String>>, Refusal> {
    let values = |option: &EditedOption, wanted: &dyn Fn(bool) -> bool| -> Vec<String> {
        let is_new = |place: usize, value: &EditedValue| match option.was {
            Some(_) => value.was.is_none(),
            None => place > 0,
        };
        let wanted = option.values.iter().enumerate().filter(|(place, value)| wanted(is_new(*place, value)));
        wanted.map(|(_, value)| value.now.clone()).collect()
    };
    let all: Vec<Vec<String>> = options.iter().map(|option| values(option, &|_| true)).collect();
    let old: Vec<Vec<String>> = options.iter().map(|option| values(option, &|is_new| !is_new)).collect();
    let new: Vec<Vec<String>> = options.iter().map(|option| values(option, &|is_new| is_new)).collect();
    // Each choice with a new value once: before the first such value stand old ones, behind it whatever there is.
    let mut groups: Vec<Vec<&Vec<String>>> = Vec::new();
    for (place, fresh) in new.iter().enumerate() {
        let before = old.iter().take(place);
        let behind = all.iter().skip(place.saturating_add(1));
        groups.push(before.chain([fresh]).chain(behind).collect());
    }
    if fill {
        groups = vec![all.iter().collect()];
    }
    let groups: Vec<Vec<Vec<&str>>> = groups
        .into_iter()
        .map(|lists| lists.into_iter().map(|list| list.iter().map(String::as_str).collect()).collect())
        .collect();
    let total = groups.iter().fold(0_usize, |sum, lists| sum.saturating_add(Matrix::count(lists)));
    if total > Matrix::MAX_VARIANTS as usize {
        return Err(too_many(options));
    }
    Ok(groups.iter().flat_map(|lists| Matrix::choices_of(lists)).collect())
}

/// Beside the values that are too many.
fn too_many(options: &[EditedOption]) -> Refusal {
    let adds = |option: &&EditedOption| option.values.iter().any(|value| value.was.is_none());
    let field = options.iter().find(adds).or(options.first()).map_or("variants", |option| option.field.as_str());
    Refusal::field(field, Problem::TooMany { max: Matrix::MAX_VARIANTS })
}

/// Where a choice stands on the shelf: by the order of the values of the first option, then of the next.
fn rank(options: &[EditedOption], choice: &[String]) -> Vec<usize> {
    let place = |(option, value): (&EditedOption, &String)| option.values.iter().position(|known| known.now == *value);
    options.iter().zip(choice).map(|pair| place(pair).unwrap_or(usize::MAX)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variant(options: &[&str], is_retired: bool) -> EditedVariant {
        let options: Vec<String> = options.iter().map(|text| (*text).to_owned()).collect();
        EditedVariant { field: format!("turn-{}", options.concat()), options, is_retired, turned: false }
    }

    fn kept(was: &str, now: &str) -> EditedValue {
        EditedValue { was: Some(was.into()), now: now.into() }
    }

    fn new(now: &str) -> EditedValue {
        EditedValue { was: None, now: now.into() }
    }

    fn option(was: Option<usize>, name: &str, values: Vec<EditedValue>) -> EditedOption {
        EditedOption { was, field: format!("more-{name}"), name: name.into(), values }
    }

    /// `0:S/Moss`: the first variant is this choice now; `+` is a new one.
    fn rows_of(plan: &OptionPlan) -> Vec<String> {
        let one = |(place, choice): &(Option<usize>, Vec<String>)| {
            format!("{}:{}", place.map_or("+".to_owned(), |place| place.to_string()), choice.join("/"))
        };
        plan.shelf.iter().map(one).collect()
    }

    fn shirt() -> Vec<EditedVariant> {
        [["S", "Moss"], ["S", "Sand"], ["M", "Moss"], ["M", "Sand"]].iter().map(|c| variant(c, false)).collect()
    }

    fn size() -> EditedOption {
        option(Some(0), "Size", vec![kept("S", "S"), kept("M", "M")])
    }

    fn colour() -> EditedOption {
        option(Some(1), "Colour", vec![kept("Moss", "Moss"), kept("Sand", "Sand")])
    }

    #[test]
    fn a_value_that_is_renamed_stays_what_it_was_and_the_order_is_that_of_the_values() {
        let sizes = option(Some(0), "Width", vec![kept("M", "Medium"), kept("S", "S")]);
        let plan = OptionPlan::of(&shirt(), &[sizes, colour()], false).unwrap();
        assert_eq!(rows_of(&plan), ["2:Medium/Moss", "3:Medium/Sand", "0:S/Moss", "1:S/Sand"]);
        assert_eq!((plan.names.join(" "), plan.retired.len()), ("Width Colour".to_owned(), 0));
        let turned = OptionPlan::of(&shirt(), &[colour(), size()], false).unwrap();
        assert_eq!(rows_of(&turned), ["0:Moss/S", "2:Moss/M", "1:Sand/S", "3:Sand/M"]);
        // Two values change their names for each other's.
        let swapped = option(Some(0), "Size", vec![kept("S", "M"), kept("M", "S")]);
        assert_eq!(
            rows_of(&OptionPlan::of(&shirt(), &[swapped, colour()], false).unwrap()),
            ["0:M/Moss", "1:M/Sand", "2:S/Moss", "3:S/Sand"]
        );
    }

    #[test]
    fn new_values_make_variants_and_what_goes_is_retired() {
        let sizes = option(Some(0), "Size", vec![kept("S", "S"), new("L")]);
        let plan = OptionPlan::of(&shirt(), &[sizes, colour()], false).unwrap();
        assert_eq!(rows_of(&plan), ["0:S/Moss", "1:S/Sand", "+:L/Moss", "+:L/Sand"]);
        assert_eq!(plan.retired, [2, 3]);
        let fit = option(None, "Fit", vec![new("Loose"), new("Close")]);
        let plan = OptionPlan::of(&shirt()[..1], &[size(), colour(), fit], false).unwrap();
        assert_eq!(
            rows_of(&plan),
            ["0:S/Moss/Loose", "+:S/Moss/Close", "+:S/Sand/Close", "+:M/Moss/Close", "+:M/Sand/Close"]
        );
        let plan = OptionPlan::of(&shirt(), &[size()], false).unwrap();
        assert_eq!((rows_of(&plan), plan.retired), (vec!["0:S".to_owned(), "2:M".into()], vec![1, 3]));
        let plain = OptionPlan::of(&shirt(), &[], false).unwrap();
        assert_eq!((rows_of(&plain), plain.retired.len()), (vec!["0:".to_owned()], 3));
    }

    #[test]
    fn what_is_missing_stays_so_until_it_is_asked_for_and_what_is_retired_comes_back_for_it() {
        let some = [variant(&["S", "Moss"], false), variant(&["M", "Sand"], true)];
        let plan = OptionPlan::of(&some, &[size(), colour()], false).unwrap();
        assert_eq!((rows_of(&plan), plan.resting.len()), (vec!["0:S/Moss".to_owned()], 1));
        let plan = OptionPlan::of(&some, &[size(), colour()], true).unwrap();
        assert_eq!(rows_of(&plan), ["0:S/Moss", "+:S/Sand", "+:M/Moss", "1:M/Sand"]);
        assert_eq!((plan.back, plan.resting.len()), (vec![1], 0));
        // By itself, under what its value is called now.
        let mut wished = some.to_vec();
        wished[1].turned = true;
        let renamed = option(Some(1), "Colour", vec![kept("Moss", "Moss"), kept("Sand", "Dune")]);
        assert_eq!(rows_of(&OptionPlan::of(&wished, &[size(), renamed], false).unwrap()), ["0:S/Moss", "1:M/Dune"]);
        let gone = option(Some(1), "Colour", vec![kept("Moss", "Moss")]);
        let refused = OptionPlan::of(&wished, &[size(), gone.clone()], false).unwrap_err();
        assert!(refused.problem_of("turn-MSand").is_some());
        let rest = OptionPlan::of(&some, &[size(), gone], false).unwrap();
        assert_eq!((rows_of(&rest), rest.resting.len()), (vec!["0:S/Moss".to_owned()], 0));
        // A value that is typed anew is the one that it was.
        let again = option(Some(1), "Colour", vec![kept("Moss", "Moss"), new("Sand")]);
        let plan = OptionPlan::of(&some, &[size(), again], false).unwrap();
        assert_eq!(rows_of(&plan), ["0:S/Moss", "+:S/Sand", "1:M/Sand"]);
    }

    #[test]
    fn one_variant_is_retired_alone_and_one_has_to_stay() {
        let mut some = shirt();
        some[1].turned = true;
        let plan = OptionPlan::of(&some, &[size(), colour()], true).unwrap();
        assert_eq!((rows_of(&plan).len(), plan.retired), (3, vec![1]), "what is taken away is not missing");
        some.iter_mut().for_each(|variant| variant.turned = true);
        let refused = OptionPlan::of(&some, &[size(), colour()], false).unwrap_err();
        assert_eq!(refused.problem_of("variants"), Some(&Problem::LastVariant));
    }

    #[test]
    fn there_are_so_many_variants_and_no_more() {
        let many: Vec<_> = (0..50).map(|n| new(&n.to_string())).collect();
        let numbers = option(None, "N", many);
        let made = OptionPlan::of(&shirt()[..1], &[size(), colour(), numbers], false).unwrap_err();
        assert_eq!(made.problem_of("more-N"), Some(&Problem::TooMany { max: 100 }));
        let values: Vec<_> = (0..90).map(|n| kept(&n.to_string(), &n.to_string())).collect();
        let sparse: Vec<_> = (0..90).map(|n| variant(&[&n.to_string(), &n.to_string()], false)).collect();
        let both = [option(Some(0), "A", values.clone()), option(Some(1), "B", values.clone())];
        assert_eq!(OptionPlan::of(&sparse, &both, false).unwrap().shelf.len(), 90, "of 8,100 choices");
        assert!(OptionPlan::of(&sparse, &both, true).unwrap_err().problem_of("more-A").is_some());
        let ten = |name: &str, place| option(Some(place), name, values.iter().take(10).cloned().collect());
        let full = OptionPlan::of(&sparse[..10], &[ten("A", 0), ten("B", 1)], true).unwrap();
        assert_eq!(full.shelf.len(), 100, "the hundredth");
        // 90 that are there, and 90 of the new value.
        let more = option(Some(0), "A", values.iter().cloned().chain([new("more")]).collect());
        let made = OptionPlan::of(&sparse, &[more, both[1].clone()], false).unwrap_err();
        assert_eq!(made.problem_of("more-A"), Some(&Problem::TooMany { max: 100 }));
    }
}

//! Stars: shown, and chosen. Seen as stars, heard as words.

use leptos::prelude::*;
use shop::domain::Stars;

use super::{FieldProblem, FieldSpec, Flash, Written, problem_id};

/// `4 of 5 stars`
#[component]
pub fn StarRow(stars: Stars) -> impl IntoView {
    let count = usize::from(stars.count());
    view! {
        <span class="stars">
            <span aria-hidden="true">{"★".repeat(count)} {"☆".repeat(5_usize.saturating_sub(count))}</span>
            <span class="visually-hidden">{format!("{count} of 5 stars")}</span>
        </span>
    }
}

/// How many stars, in a word.
const fn meaning(stars: Stars) -> &'static str {
    match stars.count() {
        5 => "very good",
        4 => "good",
        3 => "fair",
        2 => "poor",
        _ => "very poor",
    }
}

/// Five buttons of which one is chosen; none at first, so that nobody gives stars they did not mean.
#[component]
pub fn StarsField(spec: FieldSpec, flash: Flash, value: Option<Stars>) -> impl IntoView {
    let sent = flash.value(spec.name).and_then(|sent| sent.parse().ok());
    let chosen = sent.or(value);
    let problem = flash.problem(spec.name).map(str::to_owned);
    let wrong = problem.is_some();
    let choice = move |(place, stars): (usize, Stars)| {
        view! {
            <label class="check">
                <input
                    // Where the summary of problems leads to.
                    id=(place == 0).then(|| spec.id())
                    type="radio"
                    name=spec.name
                    value=stars.to_string()
                    checked=chosen == Some(stars)
                    required=spec.required
                />
                <StarRow stars />
                <span>{meaning(stars)}</span>
            </label>
        }
    };
    view! {
        <fieldset class="stars-field" class:field-wrong=wrong aria-describedby=wrong.then(|| problem_id(spec.name))>
            <legend>{spec.label}</legend>
            {Stars::ALL.into_iter().enumerate().map(choice).collect_view()}
            <FieldProblem name=spec.name problem />
        </fieldset>
    }
    .written()
}

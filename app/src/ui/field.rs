//! A field of a form on the page: label, input, and what is wrong with it beside it.

use html_escape::encode_text;
use leptos::prelude::*;

use super::form::plain;
use super::{FieldSpec, Flash, Written};

/// The id of the text that says what is wrong with a field.
pub fn problem_id(name: &str) -> String {
    format!("field-{}-problem", plain(name))
}

/// A labelled input. What was typed before stands in it again; else `value`.
#[component]
pub fn Field(spec: FieldSpec, flash: Flash, #[prop(optional, into)] value: String) -> impl IntoView {
    let value = flash.value(spec.name).map_or(value, str::to_owned);
    let problem = flash.problem(spec.name).map(str::to_owned);
    let wrong = problem.is_some();
    view! {
        <Labelled spec problem>
            <input
                id=spec.id()
                name=spec.name
                type=spec.kind.input()
                value=value
                autocomplete=spec.autocomplete
                inputmode=spec.kind.keyboard()
                maxlength=spec.max
                min=spec.greatest.map(|_| 1)
                max=spec.greatest
                required=spec.required
                aria-invalid=wrong.then_some("true")
                aria-describedby=described(spec, wrong)
            />
        </Labelled>
    }
    .written()
}

/// The same for several lines. What stands in it is escaped here: Leptos writes the text of a textarea as it is.
#[component]
pub fn LinesField(spec: FieldSpec, flash: Flash, #[prop(into)] value: String, rows: u32) -> impl IntoView {
    let value = flash.value(spec.name).map_or(value, str::to_owned);
    let problem = flash.problem(spec.name).map(str::to_owned);
    let wrong = problem.is_some();
    view! {
        <Labelled spec problem>
            <textarea
                id=spec.id()
                name=spec.name
                rows=rows.to_string()
                autocomplete=spec.autocomplete
                maxlength=spec.max
                required=spec.required
                aria-invalid=wrong.then_some("true")
                aria-describedby=described(spec, wrong)
            >
                {encode_text(&value).into_owned()}
            </textarea>
        </Labelled>
    }
    .written()
}

/// The same with a list to choose from: values and their words.
#[component]
pub fn SelectField(
    spec: FieldSpec,
    flash: Flash,
    #[prop(into)] value: String,
    choices: Vec<(&'static str, String)>,
) -> impl IntoView {
    let chosen = flash.value(spec.name).map_or(value, str::to_owned);
    let problem = flash.problem(spec.name).map(str::to_owned);
    let wrong = problem.is_some();
    let choices = choices.into_iter().map(move |(value, words)| {
        view! {
            <option value=value selected=value == chosen>
                {words}
            </option>
        }
    });
    view! {
        <Labelled spec problem>
            <select
                id=spec.id()
                name=spec.name
                autocomplete=spec.autocomplete
                required=spec.required
                aria-invalid=wrong.then_some("true")
                aria-describedby=described(spec, wrong)
            >
                <option value="">"Please choose"</option>
                {choices.collect_view()}
            </select>
        </Labelled>
    }
    .written()
}

/// What Enter in a field means, where a button of another meaning stands before the form's own. Nobody sees it.
#[component]
pub fn DefaultButton() -> impl IntoView {
    view! { <button class="visually-hidden" type="submit" tabindex="-1" aria-hidden="true"></button> }
}

#[component]
fn Labelled(spec: FieldSpec, problem: Option<String>, children: Children) -> impl IntoView {
    let wrong = problem.is_some();
    view! {
        <div class="field" class:field-wrong=wrong>
            <label for=spec
                .id()>
                {spec.label} {(!spec.required).then(|| view! { <span class="field-optional">" (optional)"</span> })}
            </label>
            {children()}
            {spec
                .hint
                .map(|hint| {
                    view! {
                        <p class="field-hint" id=spec.hint_id()>
                            {hint}
                        </p>
                    }
                })}
            <FieldProblem name=spec.name problem />
        </div>
    }
}

/// The texts that say more of a field, for who does not see them beside it.
fn described(spec: FieldSpec, wrong: bool) -> Option<String> {
    let ids = [spec.hint_id(), wrong.then(|| problem_id(spec.name))];
    let ids = ids.into_iter().flatten().collect::<Vec<_>>().join(" ");
    (!ids.is_empty()).then_some(ids)
}

#[component]
pub fn FieldProblem(name: &'static str, problem: Option<String>) -> impl IntoView {
    problem.map(|problem| {
        view! {
            <p class="field-problem" id=problem_id(name)>
                {problem}
            </p>
        }
    })
}

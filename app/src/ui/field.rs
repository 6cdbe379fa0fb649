//! A field of a form: label, input, and what is wrong with it beside it.

use leptos::prelude::*;
use shop::domain::Problem;
use shop::dto::words;

use super::Flash;

/// The id of the text that says what is wrong with a field.
pub fn problem_id(name: &str) -> String {
    format!("field-{name}-problem")
}

/// A labelled input. What was typed before stands in it again; else `value`.
#[component]
pub fn Field(
    label: &'static str,
    name: &'static str,
    flash: Flash,
    autocomplete: &'static str,
    #[prop(default = "text")] kind: &'static str,
    #[prop(optional, into)] value: String,
    #[prop(optional)] hint: Option<&'static str>,
    #[prop(default = true)] required: bool,
) -> impl IntoView {
    let problem = flash.problem(name).cloned();
    let wrong = problem.is_some();
    let value = flash.value(name).map_or(value, str::to_owned);
    let id = format!("field-{name}");
    let hint_id = hint.map(|_| format!("field-{name}-hint"));
    let described = [hint_id.clone(), problem.as_ref().map(|_| problem_id(name))];
    let described = described.into_iter().flatten().collect::<Vec<_>>().join(" ");
    view! {
        <div class="field" class:field-wrong=wrong>
            <label for=id.clone()>{label}</label>
            <input
                id=id
                name=name
                type=kind
                value=value
                autocomplete=autocomplete
                required=required
                aria-invalid=wrong.then_some("true")
                aria-describedby=(!described.is_empty()).then_some(described)
            />
            {hint.map(|hint| view! { <p class="field-hint" id=hint_id>{hint}</p> })}
            <FieldProblem name problem />
        </div>
    }
}

#[component]
pub fn FieldProblem(name: &'static str, problem: Option<Problem>) -> impl IntoView {
    problem.map(|problem| {
        view! {
            <p class="field-problem" id=problem_id(name)>
                {words::problem(&problem)}
            </p>
        }
    })
}

//! The code of a promotion: the field for it, or the code that is in the cart. A plain form; in the cart's island it asks
//! in place.

use leptos::either::Either;
use leptos::html;
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use leptos::web_sys::SubmitEvent;

use super::CodePlace;
use super::cart_change::CartChange;
use super::editor::CartEditor;
use super::forms::PROMOTION_CODE;
use super::island_api::{ApplyCode, RemoveCode};
use super::shown::AppliedCode;
use crate::ui::problem_id;

/// `problem` says why what was `typed` was refused.
#[component]
pub fn PromotionCode(
    #[prop(into)] applied: Signal<Option<AppliedCode>>,
    #[prop(into)] problem: Signal<Option<String>>,
    place: CodePlace,
    #[prop(optional, into)] typed: String,
    #[prop(optional)] editor: Option<CartEditor>,
) -> impl IntoView {
    let typed = StoredValue::new(typed);
    let is_applied = Memo::new(move |_| applied.with(Option::is_some));
    // Not by `Show`: with what it falls back to, the browser would get what nobody asks for there.
    let shown = move || {
        if is_applied.get() {
            Either::Left(view! { <Applied applied place editor /> })
        } else {
            Either::Right(view! { <CodeForm problem place typed editor /> })
        }
    };
    view! { <div class="code">{shown}</div> }
}

#[component]
fn CodeForm(
    problem: Signal<Option<String>>,
    place: CodePlace,
    typed: StoredValue<String>,
    editor: Option<CartEditor>,
) -> impl IntoView {
    let input = NodeRef::<html::Input>::new();
    let is_wrong = Memo::new(move |_| problem.with(Option::is_some));
    let was_wrong = is_wrong.get_untracked();
    let submit = move |event: SubmitEvent| {
        let Some(editor) = editor else { return };
        event.prevent_default();
        let typed = input.get_untracked().map(|input| input.value()).unwrap_or_default();
        editor.send(CartChange::ApplyCode { typed });
    };
    view! {
        <details class="choice" open=was_wrong>
            <summary>"Add a promotion code"</summary>
            <form class="choice-form" method="post" action=ApplyCode::url() on:submit=submit>
                <input type="hidden" name="from" value=place.path() />
                <div class="field" class:field-wrong=move || is_wrong.get()>
                    <label for=PROMOTION_CODE.id()>{PROMOTION_CODE.label}</label>
                    <div class="code-row">
                        <input
                            id=PROMOTION_CODE.id()
                            name=PROMOTION_CODE.name
                            value=typed.get_value()
                            maxlength=PROMOTION_CODE.max
                            autocomplete=PROMOTION_CODE.autocomplete
                            autocapitalize="characters"
                            spellcheck="false"
                            required=PROMOTION_CODE.required
                            autofocus=was_wrong
                            node_ref=input
                            aria-invalid=move || is_wrong.get().then_some("true")
                            aria-describedby=move || is_wrong.get().then(|| problem_id(PROMOTION_CODE.name))
                        />
                        <button class="button-quiet" type="submit">
                            "Apply"
                        </button>
                    </div>
                    <div class="field-problem" id=problem_id(PROMOTION_CODE.name) role="alert">
                        {move || problem.get()}
                    </div>
                </div>
            </form>
        </details>
    }
}

/// It takes the focus once it is there.
#[component]
fn Applied(applied: Signal<Option<AppliedCode>>, place: CodePlace, editor: Option<CartEditor>) -> impl IntoView {
    let submit = move |event: SubmitEvent| {
        let Some(editor) = editor else { return };
        event.prevent_default();
        editor.send(CartChange::RemoveCode);
    };
    let code = move || applied.get().map(|applied| applied.code);
    let told = move || applied.get().map(|applied| applied.told).unwrap_or_default();
    view! {
        <div class="code-applied" tabindex="-1">
            <div inner_html=told></div>
            <form method="post" action=RemoveCode::url() on:submit=submit>
                <input type="hidden" name="from" value=place.path() />
                <button class="link" type="submit">
                    "Remove"
                    <span class="visually-hidden">" "{code}</span>
                </button>
            </form>
        </div>
    }
}

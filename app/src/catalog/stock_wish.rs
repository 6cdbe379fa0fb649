//! "Tell me when it is back": a form beside what is sold out. No island: what can be wished for is chosen in the form itself, so
//! it says the same whatever is chosen above it.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use shop::dto::{ProductView, VariantView};

use super::forms::{WISH, WISH_EMAIL, WISHED};
use super::wish_api::WishStock;
use crate::ui::{Field, FormProblem, Written, flash_of};

/// What can be wished for, and by whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StockWishOffer {
    slug: String,
    /// What is sold out: its id, and what was chosen of it.
    sold_out: Vec<(String, String)>,
    /// The one that the page shows, if it is one of them.
    shown: Option<String>,
    /// Of whoever is signed in.
    email: Option<String>,
}

impl StockWishOffer {
    /// None: everything can be had.
    pub fn of(product: &ProductView, chosen: Option<&VariantView>, email: Option<String>) -> Option<Self> {
        let gone = product.variants.iter().filter(|variant| variant.stock == 0);
        let sold_out: Vec<_> = gone.map(|variant| (variant.id.to_string(), variant.options.join(", "))).collect();
        let shown = chosen.filter(|variant| variant.stock == 0).map(|variant| variant.id.to_string());
        (!sold_out.is_empty()).then(|| Self { slug: product.slug.clone(), sold_out, shown, email })
    }
}

#[component]
pub fn StockWishForm(wish: StockWishOffer) -> impl IntoView {
    let StockWishOffer { slug, sold_out, shown, email } = wish;
    let flash = flash_of(WISH.name);
    let chosen = flash.value("variant_id").map(str::to_owned).or(shown.clone());
    let is_open = shown.is_some() || flash.error.is_some();
    view! {
        <details class="stock-wish" open=is_open>
            <summary>"Tell me when it is back"</summary>
            <form class="form" method="post" action=WishStock::url() novalidate>
                <FormProblem flash=flash.clone() form=WISH />
                <input type="hidden" name="product" value=slug />
                <Which sold_out chosen />
                <Field spec=WISH_EMAIL flash value=email.unwrap_or_default() />
                <button class="button-quiet" type="submit">
                    "Tell me"
                </button>
            </form>
        </details>
    }
    .written()
}

/// Nothing is asked where there is one alone.
#[component]
fn Which(sold_out: Vec<(String, String)>, chosen: Option<String>) -> impl IntoView {
    if let [(id, _)] = sold_out.as_slice() {
        let id = id.clone();
        return view! { <input type="hidden" name="variant_id" value=id /> }.written();
    }
    let choices = sold_out.into_iter().map(move |(id, words)| {
        let selected = chosen.as_deref() == Some(id.as_str());
        view! {
            <option value=id selected=selected>
                {words}
            </option>
        }
    });
    let choices = choices.collect_view();
    view! {
        <div class="field">
            <label for=WISHED.id()>{WISHED.label}</label>
            <select
                id=WISHED.id()
                name=WISHED.name
                autocomplete=WISHED.autocomplete
                required=WISHED.required
                aria-describedby=WISHED.hint_id()
            >
                {choices}
            </select>
        </div>
    }
    .written()
}

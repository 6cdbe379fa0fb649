//! `/stock-wish`: whoever brings the link of a letter confirms that they want to hear when something is back, or has their wish
//! forgotten. Looking changes nothing: mail programs open links by themselves.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use shop::dto::StockWishView;

use super::forms::KEPT_WISH;
use super::wish_api::{ConfirmStockWish, ForgetStockWish, load_stock_wish};
use crate::ui::{FormProblem, Location, Titled, Written, flash_of, loaded};

#[component]
pub fn StockWishPage() -> impl IntoView {
    let token = Location::asked("token").unwrap_or_default();
    loaded(load_stock_wish(token), |wish| {
        let body = match wish {
            Some(wish) => view! { <Wish wish /> }.written(),
            None => view! { <Over /> }.written(),
        };
        view! {
            <Titled title="Tell me when it is back" description="What you want to hear of." quiet=true />
            <section class="plain-page">
                <h1>"Tell me when it is back"</h1>
                <FormProblem flash=flash_of(KEPT_WISH) />
                {body}
            </section>
        }
    })
}

#[component]
fn Wish(wish: StockWishView) -> impl IntoView {
    let StockWishView { product, slug, email, may_confirm, is_confirmed, is_told } = wish;
    let words = match (may_confirm, is_told) {
        (true, _) => format!("Shall we write to {email} once, when {product} is back?"),
        (false, false) if !is_confirmed => {
            format!("Somebody asked us to write to {email} when {product} is back. Nobody has confirmed it.")
        }
        (false, true) => format!("We wrote to {email} that {product} is back, and do not write of it again."),
        (false, false) => format!("We write to {email} once, when {product} is back."),
    };
    let confirm = may_confirm.then(|| {
        view! {
            <form method="post" action=ConfirmStockWish::url()>
                <button class="button" type="submit">
                    "Yes, tell me"
                </button>
            </form>
        }
    });
    view! {
        <p>{words}</p>
        {confirm}
        <form method="post" action=ForgetStockWish::url()>
            <button class="button-quiet" type="submit">
                {if is_confirmed || may_confirm { "Forget my wish" } else { "Do not ask me again" }}
            </button>
        </form>
        <p>
            <a href=format!("/products/{slug}")>{format!("To {product}")}</a>
        </p>
    }
    .written()
}

#[component]
fn Over() -> impl IntoView {
    view! {
        <p>"This link does not work any more: your wish is forgotten, or it was not confirmed in time."</p>
        <p>
            <a class="button" href="/products">
                "To the shop"
            </a>
        </p>
    }
}

//! What is being bought, always in sight while it is: beside the work, on a phone above it and folded to one line.

use leptos::either::Either;
use leptos::prelude::*;
use shop::dto::{CartLine, CartView, MethodView, words};

use super::summary_by_method::{MethodTotals, SummaryByMethod};
use super::summary_fold::SummaryFold;
use crate::assets::FetchedPart;
use crate::cart::Totals;
use crate::ui::{Picture, Written};

/// `methods`: its totals follow which of them is chosen on the page.
#[component]
pub fn CheckoutSummary(cart: CartView, #[prop(optional)] methods: Vec<MethodView>) -> impl IntoView {
    let charged = cart.parts.shipping.as_ref().and_then(|shipping| shipping.method).filter(|_| !methods.is_empty());
    let unknown = cart.needs_shipping.then_some("After the address");
    let CartView { lines, count, parts, total, .. } = cart;
    let bought = view! { <Bought lines /> };
    let body = match charged {
        Some(charged) => {
            let methods: Vec<_> = methods.into_iter().map(MethodTotals::from).collect();
            Either::Left(view! {
                <FetchedPart of="summary_by_method" />
                <SummaryByMethod methods charged=charged.to_string() count>
                    {bought}
                </SummaryByMethod>
            })
        }
        None => Either::Right(view! {
            <SummaryFold count total=Signal::stored(total.to_string())>
                {bought}
                <Totals parts total unknown_shipping=unknown />
            </SummaryFold>
        }),
    };
    view! {
        <aside class="summary" aria-label="Summary">
            {body}
        </aside>
    }
    .written()
}

#[component]
fn Bought(lines: Vec<CartLine>) -> impl IntoView {
    view! {
        <header class="summary-head">
            <h2>"Your order"</h2>
            <a href="/cart">"Change"</a>
        </header>
        <ul class="summary-lines">{lines.into_iter().map(|line| view! { <SummaryLine line /> }).collect_view()}</ul>
    }
    .written()
}

#[component]
fn SummaryLine(line: CartLine) -> impl IntoView {
    let options = (!line.options.is_empty()).then(|| line.options.join(", "));
    let notices = line.notices.into_iter().map(|n| view! { <p class="line-notice">{words::notice(&n)}</p> });
    view! {
        <li class="summary-line">
            <span class="frame">
                <Picture image=line.image sizes="4rem" decorative=true />
            </span>
            <div>
                <p>{line.name}</p>
                <p class="line-options">
                    {options.map(|options| format!("{options} · "))}
                    {format!("{} × {}", line.quantity.get(), line.unit_price)}
                </p>
                {notices.collect_view()}
            </div>
            <span class="line-total">{line.line_total.to_string()}</span>
        </li>
    }
}

//! What whoever buys may count on, as the shop has set it: that it is set aside, when it comes, and that it may go back. On the
//! first page, beside a product and below a cart it is the same.

use leptos::prelude::*;
use shop::dto::words;

use super::Brand;

/// `is_sent`: it comes as a parcel, all of it or some.
#[component]
pub fn DeliveryAndReturns(is_sent: bool) -> impl IntoView {
    let content = Brand::get().content;
    let delivery = content.delivery.filter(|_| is_sent).map(|days| words::delivery(days, false));
    let days = content.return_days.map(words::days);
    view! {
        <ul class="delivery-and-returns">
            <li>"Your items are set aside for you as soon as you order."</li>
            {delivery
                .map(|delivery| {
                    view! {
                        <li>"Delivery: " {delivery} ", by " <a href="/pages/shipping">"where it goes and how"</a></li>
                    }
                })}
            {days
                .map(|days| {
                    view! {
                        <li>
                            <a href="/pages/returns">{days} " to change your mind"</a>
                        </li>
                    }
                })}
        </ul>
    }
}

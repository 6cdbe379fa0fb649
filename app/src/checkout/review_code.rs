//! The promotion code on the review: it comes back here, with everything reckoned anew.

use leptos::prelude::*;

use crate::cart::{AppliedCode, CODE, CodePlace, PROMOTION_CODE, PromotionCode};
use crate::ui::flash_of;

#[component]
pub fn ReviewCode(applied: Option<AppliedCode>) -> impl IntoView {
    let flash = flash_of(CODE);
    let typed = flash.value(PROMOTION_CODE.name).unwrap_or_default().to_owned();
    let problem = flash.error.map(|error| error.words());
    view! {
        <section class="choices" aria-label=PROMOTION_CODE.label>
            <PromotionCode
                applied=Signal::stored(applied)
                problem=Signal::stored(problem)
                place=CodePlace::Review
                typed
            />
        </section>
    }
}

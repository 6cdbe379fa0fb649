//! `/admin/promotions`: every promotion, where it stands and how often it was used.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use shop::domain::{Promotion, PromotionKind};
use shop::dto::{PromotionList, PromotionQuery, PromotionRow, PromotionState, words};

use super::parts::{DeskHead, EmptyList, Further, ListView, ListViews};
use super::paths::promotion_path;
use super::promotions_api::{SwitchPromotion, load_promotions};
use crate::ui::{Location, Moment, Written, loaded};

#[component]
pub fn PromotionsPage() -> impl IntoView {
    let search = Location::query();
    loaded(load_promotions(search), |list| view! { <Promotions list /> })
}

const fn state_words(state: PromotionState) -> &'static str {
    match state {
        PromotionState::Running => "Running",
        PromotionState::Scheduled => "Scheduled",
        PromotionState::Over => "Over",
        PromotionState::UsedUp => "Used up",
        PromotionState::Off => "Switched off",
    }
}

/// `10 % off`
fn kind_words(kind: &PromotionKind) -> String {
    match kind {
        PromotionKind::Percent { percent } => format!("{} % off", words::percent(*percent)),
        PromotionKind::Amount { amount } => format!("{amount} off"),
        PromotionKind::FreeShipping => "Free shipping".to_owned(),
        PromotionKind::BuyXGetY { buy, get } => format!("Buy {buy}, get {get} for nothing"),
    }
}

#[component]
fn Promotions(list: PromotionList) -> impl IntoView {
    let PromotionList { query, rows, next } = list;
    let first = query.before.map(|_| PromotionQuery { before: None, ..query.clone() }.href());
    let chosen = query.state;
    let view_of = move |state: Option<PromotionState>| {
        let href = PromotionQuery { state, before: None }.href();
        ListView::new(state.map_or("All", state_words), href, state == chosen)
    };
    let views = std::iter::once(None).chain(PromotionState::ALL.into_iter().map(Some)).map(view_of).collect();
    let (is_empty, search) = (rows.is_empty(), query.href());
    let search = search.split_once('?').map_or_else(String::new, |(_, query)| query.to_owned());
    let rows = rows.into_iter().map(|row| view! { <Row row search=search.clone() /> }).collect_view();
    view! {
        <DeskHead title="Promotions">
            <a class="button" href=promotion_path("new")>
                "Add a promotion"
            </a>
        </DeskHead>
        <ListViews label="Which promotions" views />
        {is_empty
            .then(|| {
                let line = if chosen.is_some() { "No promotion stands there." } else { "There is no promotion yet." };
                view! { <EmptyList line /> }
            })}
        {(!is_empty)
            .then(|| {
                view! {
                    <table class="desk-table">
                        <thead>
                            <tr>
                                <th scope="col">"Promotion"</th>
                                <th scope="col">"What"</th>
                                <th scope="col">"Stands"</th>
                                <th scope="col">"When"</th>
                                <th scope="col" class="desk-number">
                                    "Used"
                                </th>
                                <th scope="col">
                                    <span class="visually-hidden">"Switch"</span>
                                </th>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                }
            })}
        <Further next=next.map(|next| next.href()) first label="Older promotions" />
    }
    .written()
}

#[component]
fn Row(row: PromotionRow, search: String) -> impl IntoView {
    let PromotionRow { promotion, state, uses, .. } = row;
    let class = match state {
        PromotionState::Running => "badge badge-done",
        PromotionState::Scheduled => "badge badge-waits",
        PromotionState::Over | PromotionState::UsedUp | PromotionState::Off => "badge badge-ended",
    };
    let id = promotion.id.to_string();
    let how = promotion.code.as_ref().map_or_else(|| "Applies by itself".to_owned(), |code| format!("Code {code}"));
    let used = used(&promotion, uses);
    let Promotion { name, kind, starts_at, ends_at, active, .. } = promotion;
    let (switch, to) = if active { ("Switch off", "no") } else { ("Switch on", "yes") };
    view! {
        <tr>
            <th scope="row">
                <a href=promotion_path(&id)>{name.clone()}</a>
                <span class="desk-more">{how}</span>
            </th>
            <td data-label="What">{kind_words(&kind)}</td>
            <td data-label="Stands">
                <span class=class>{state_words(state)}</span>
            </td>
            <td data-label="When">
                <span>
                    {starts_at.map(|at| view! { <span class="desk-more">"From " <Moment at /></span> })}
                    {ends_at.map(|at| view! { <span class="desk-more">"Until " <Moment at /></span> })}
                    {(starts_at.is_none() && ends_at.is_none()).then_some("Always")}
                </span>
            </td>
            <td data-label="Used" class="desk-number">
                {used}
            </td>
            <td>
                <form method="post" action=SwitchPromotion::url()>
                    <input type="hidden" name="id" value=id.clone() />
                    <input type="hidden" name="active" value=to />
                    <input type="hidden" name="search" value=search />
                    <button class="link" type="submit">
                        {switch}
                        <span class="visually-hidden">{format!(": {name}")}</span>
                    </button>
                </form>
            </td>
        </tr>
    }
    .written()
}

/// `3 of 10`; what is not counted says so.
fn used(promotion: &Promotion, uses: u32) -> String {
    let is_counted = promotion.code.is_some() || promotion.limit_per_customer.is_some() || promotion.first_order_only;
    match promotion.limit {
        Some(limit) => format!("{uses} of {limit}"),
        None if is_counted => uses.to_string(),
        None => "Not counted".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shop::domain::{Currency, Money};

    #[test]
    fn a_promotion_says_what_it_takes_off_and_how_often_it_was_used() {
        let amount = Money::parse("5", Currency::USD).expect("an amount");
        for (kind, words) in [
            (PromotionKind::Percent { percent: "12.5".parse().expect("a percentage") }, "12.5 % off"),
            (PromotionKind::Amount { amount }, "$5.00 off"),
            (PromotionKind::FreeShipping, "Free shipping"),
            (PromotionKind::BuyXGetY { buy: 2, get: 1 }, "Buy 2, get 1 for nothing"),
        ] {
            assert_eq!(kind_words(&kind), words);
        }
        let id = "0191d5a0-0000-7000-8000-000000000001".parse().expect("an id");
        let base = Promotion::without_conditions(id, "Off".into(), PromotionKind::FreeShipping);
        assert_eq!(used(&base, 0), "Not counted");
        assert_eq!(used(&Promotion { first_order_only: true, ..base.clone() }, 2), "2");
        assert_eq!(used(&Promotion { limit: Some(9), ..base }, 3), "3 of 9");
    }
}

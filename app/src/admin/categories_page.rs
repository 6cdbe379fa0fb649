//! `/admin/categories`: the categories as the tree they are.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use shop::dto::CategoryRow;

use super::categories_api::{ShiftCategory, load_categories};
use super::forms::CATEGORIES;
use super::parts::{DeskHead, EmptyList, counted};
use super::paths::category_path;
use crate::ui::{FormProblem, Written, flash_of, loaded};

#[component]
pub fn CategoriesPage() -> impl IntoView {
    loaded(load_categories(), |rows| view! { <Categories rows /> })
}

#[component]
fn Categories(rows: Vec<CategoryRow>) -> impl IntoView {
    let is_empty = rows.is_empty();
    view! {
        <DeskHead title="Categories">
            <a class="button" href=category_path("")>
                "Add a category"
            </a>
        </DeskHead>
        <FormProblem flash=flash_of(CATEGORIES) />
        {is_empty.then(|| view! { <EmptyList line="There is no category yet. A shop does without, too." /> })}
        <ul class="desk-tree">{rows.into_iter().map(|row| view! { <Row row /> }).collect_view()}</ul>
    }
    .written()
}

#[component]
fn Row(row: CategoryRow) -> impl IntoView {
    let CategoryRow { slug, name, depth, products, is_first, is_last } = row;
    let class = format!("desk-tree-{}", depth.min(3));
    let level = (depth > 0)
        .then(|| view! { <span class="visually-hidden">{format!("Level {}: ", depth.saturating_add(1))}</span> });
    let to = format!("/admin/products?category={slug}");
    view! {
        <li class=class>
            <p>
                {level} <a href=category_path(&slug)>{name.clone()}</a> <a class="desk-more" href=to>
                    {counted(products, "product", "products")}
                    <span class="visually-hidden">{format!(" in {name}")}</span>
                </a>
            </p>
            <div class="desk-shift">
                <Shift slug=slug.clone() name=name.clone() up=true is_off=is_first />
                <Shift slug name up=false is_off=is_last />
            </div>
        </li>
    }
    .written()
}

#[component]
fn Shift(slug: String, name: String, up: bool, is_off: bool) -> impl IntoView {
    let (sign, to, words) = if up { ("↑", "yes", "Move up") } else { ("↓", "no", "Move down") };
    view! {
        <form method="post" action=ShiftCategory::url()>
            <input type="hidden" name="slug" value=slug />
            <input type="hidden" name="up" value=to />
            <button class="button-quiet" type="submit" disabled=is_off>
                <span aria-hidden="true">{sign}</span>
                <span class="visually-hidden">{format!("{words}: {name}")}</span>
            </button>
        </form>
    }
    .written()
}

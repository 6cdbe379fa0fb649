//! What sold best in the days that the first page tells of.

use leptos::prelude::*;
use shop::domain::Permission;
use shop::dto::BestProduct;

use super::parts::grouped;
use super::paths::product_path;
use crate::ui::{Written, may};

#[component]
pub fn BestProducts(
    /// None: it is too much to add up now.
    best: Option<Vec<BestProduct>>,
    /// `the 30 days before`
    before: String,
) -> impl IntoView {
    let none = match &best {
        None => Some("Too much to add up now."),
        Some(best) => best.is_empty().then_some("Nothing was sold in these days."),
    };
    let (head, is_linked) = (format!("In {before}"), may(Permission::Products));
    let row = {
        let head = head.clone();
        move |product: BestProduct| {
            let name = match is_linked {
                true => view! { <a href=product_path(&product.id.to_string())>{product.name}</a> }.written(),
                false => product.name.written(),
            };
            view! {
                <tr>
                    <th scope="row">{name}</th>
                    <td data-label="Units" class="desk-number">
                        {grouped(product.units)}
                    </td>
                    <td data-label="Sales" class="desk-number">
                        {product.sales.to_string()}
                    </td>
                    <td data-label=head.clone() class="desk-number">
                        {product.sales_before.to_string()}
                    </td>
                </tr>
            }
        }
    };
    let table = best.filter(|best| !best.is_empty()).map(|best| {
        view! {
            <table class="desk-table">
                <thead>
                    <tr>
                        <th scope="col">"Product"</th>
                        <th scope="col" class="desk-number">
                            "Units"
                        </th>
                        <th scope="col" class="desk-number">
                            "Sales"
                        </th>
                        <th scope="col" class="desk-number">
                            {head}
                        </th>
                    </tr>
                </thead>
                <tbody>{best.into_iter().map(row).collect_view()}</tbody>
            </table>
        }
    });
    view! {
        <section aria-labelledby="best-title">
            <h3 id="best-title">"Best products"</h3>
            {none.map(|words| view! { <p class="desk-quiet">{words}</p> })}
            {table}
        </section>
    }
    .written()
}

//! `/admin/orders/{id}/address`: where an order goes, before it is packed.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use shop::domain::{Permission, ShippingAddress, can_be_readdressed};
use shop::dto::{AddressForm, StaffOrderView};

use super::orders_api::{OLD_SLIP, ReaddressOrder, load_order};
use super::parts::DeskHead;
use super::paths::order_path;
use crate::addresses::{AddressLines, AddressParts, AddressSection, book_form, specs_of};
use crate::ui::{FormProblem, Location, Written, flash_of, loaded, may};

#[component]
pub fn OrderAddressPage() -> impl IntoView {
    let id = Location::param("id");
    loaded(load_order(id), |view| view! { <OrderAddress view /> })
}

/// Where the form can be found; none: it goes where it goes.
pub fn can_change(view: &StaffOrderView) -> bool {
    let has_left = !view.order.shipments.is_empty();
    may(Permission::OrderChanges)
        && view.order.shipping_address.is_some()
        && can_be_readdressed(view.order.status, view.packed.is_some(), has_left)
}

#[component]
fn OrderAddress(view: StaffOrderView) -> impl IntoView {
    let (is_open, id) = (can_change(&view), view.order.id.to_string());
    let title = format!("The address of order {}", view.order.number);
    let address = view.order.shipping_address;
    view! {
        <DeskHead title crumb=("/admin/orders", "Orders") />
        <p class="desk-when">
            <a href=order_path(&id)>"Back to the order"</a>
        </p>
        {match address {
            Some(address) if is_open => view! { <Change id address /> }.written(),
            Some(address) => {
                view! {
                    <div class="desk-panel desk-narrow">
                        <p>"It cannot be changed: it lies packed, has left, or your role does not allow it."</p>
                        <AddressLines address />
                    </div>
                }
                    .written()
            }
            None => view! { <p class="desk-quiet">"Nothing of it is sent."</p> }.written(),
        }}
    }
    .written()
}

#[component]
fn Change(id: String, address: ShippingAddress) -> impl IntoView {
    let flash = flash_of(book_form().name);
    let before = serde_json::to_string(&address).unwrap_or_default();
    let known = AddressForm::from(address.clone());
    let section = AddressSection::Book;
    let fields = specs_of(section, &known, &flash);
    // What earlier releases kept where addresses of the country name none: it goes along as it is.
    let has_region = fields.iter().any(|spec| spec.name == "region");
    let region = (!has_region).then(|| known.region.clone()).filter(|region| !region.is_empty());
    // Their fields are not shown.
    let mut hidden = ["address", "country", "tax_number"].into_iter().chain((!has_region).then_some("region"));
    let refused = hidden.find_map(|field| flash.problem(field).map(str::to_owned));
    let (country, tax_number) = (known.country.clone(), known.tax_number.clone());
    let stays = format!(
        "It stays in {}, and in the same state: what the order comes to depends on it.",
        address.country_name()
    );
    view! {
        <form class="desk-form desk-narrow" method="post" action=ReaddressOrder::url() novalidate>
            <FormProblem flash=flash.clone() fields />
            {refused.map(|words| view! { <p class="field-problem">{words}</p> })}
            <section class="desk-panel" aria-labelledby="goes-title">
                <h2 id="goes-title">"Goes to"</h2>
                <p class="desk-quiet">{stays} " The customer is written to."</p>
                <p class="desk-quiet">{OLD_SLIP}</p>
                <input type="hidden" name="order_id" value=id />
                <input type="hidden" name="before" value=before />
                <input type="hidden" name="country" value=country.clone() />
                <input type="hidden" name="tax_number" value=tax_number />
                {region.map(|region| view! { <input type="hidden" name="region" value=region /> })}
                <div class="address-parts">
                    <AddressParts section country known flash />
                </div>
            </section>
            <p class="desk-save">
                <button class="button" type="submit">
                    "Change the address"
                </button>
            </p>
        </form>
    }
    .written()
}

//! What the pages of shipping ask of the core, and what is done there.

use leptos::prelude::*;
use shop::domain::Fields;
use shop::dto::{ZoneEditView, ZoneRow};

use crate::ShopError;

pub async fn load_zones() -> Result<Vec<ZoneRow>, ShopError> {
    crate::ssr::staff_page(|shop, by| async move { shop.zone_list(by).await }).await
}

/// An empty id is a new one's; `kept` is what a form that was sent before is found by.
pub async fn load_zone(id: String, kept: String) -> Result<ZoneEditView, ShopError> {
    use crate::ssr::{parse_optional, staff_page};
    staff_page(|shop, by| async move { shop.zone_editor(by, parse_optional(&id)?, &kept).await }).await
}

/// Saves a zone with its methods, shows what sending there would cost, or more rows, as the button says.
#[server(prefix = "/do", endpoint = "admin-save-zone")]
pub async fn save_zone(#[server(default)] fields: Fields) -> Result<(), ShopError> {
    use super::forms::ZONE;
    use super::paths::zone_path;
    use crate::ssr::{Editor, edited, editor_form};
    use shop::infrastructure::LiveShop;
    let editor = Editor { name: ZONE, page: zone_path(&edited(&fields)), said: "The zone is saved." };
    let tried = |shop: LiveShop, by, typed: Fields| async move { shop.try_zone(by, &typed).await };
    let saved = |shop: LiveShop, by, typed: Fields| async move { shop.save_zone(by, &typed).await };
    editor_form(editor, fields, tried, saved, |id: &shop::domain::ShippingZoneId| zone_path(&id.to_string())).await
}

/// Asks it before the one in front of it.
#[server(prefix = "/do", endpoint = "admin-raise-zone")]
pub async fn raise_zone(#[server(default)] id: String) -> Result<(), ShopError> {
    use crate::ssr::{Form, as_staff};
    let raised = as_staff(|shop, by| async move { shop.raise_zone(by, id.parse()?).await });
    let form = Form::new("shipping-zones", "/admin/shipping");
    form.lead_saying(raised, |()| "The zone is asked earlier now.".into(), |()| "/admin/shipping".into()).await
}

/// Takes it away, if nobody else has saved it meanwhile.
#[server(prefix = "/do", endpoint = "admin-remove-zone")]
pub async fn remove_zone(#[server(default)] fields: Fields) -> Result<(), ShopError> {
    use super::forms::ZONE_GONE;
    use super::paths::zone_path;
    use crate::ssr::{Form, as_staff, product_of};
    let form = Form::new(ZONE_GONE, &zone_path(&product_of(&fields)));
    let gone = as_staff(|shop, by| async move { shop.remove_zone(by, &fields).await });
    form.lead_saying(gone, |()| "The zone is removed.".into(), |()| "/admin/shipping".into()).await
}

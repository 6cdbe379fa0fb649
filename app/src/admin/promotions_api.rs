//! What the pages of promotions ask of the core, and what is done there.

use leptos::prelude::*;
use shop::domain::Fields;
use shop::dto::{PromotionEditView, PromotionList};

use crate::ShopError;

/// `search` is the query of the page's address.
pub async fn load_promotions(search: String) -> Result<PromotionList, ShopError> {
    let query = shop::dto::PromotionQuery::of_search(&search);
    crate::ssr::staff_page(|shop, by| async move { shop.promotion_list(by, &query).await }).await
}

/// An empty id is a new one's; `kept` is what a form that was sent before is found by.
pub async fn load_promotion(id: String, kept: String) -> Result<PromotionEditView, ShopError> {
    use crate::ssr::{parse_optional, staff_page};
    staff_page(|shop, by| async move { shop.promotion_editor(by, parse_optional(&id)?, &kept).await }).await
}

/// Saves a promotion, or shows what it would take off, as the button says.
#[server(prefix = "/do", endpoint = "admin-save-promotion")]
pub async fn save_promotion(#[server(default)] fields: Fields) -> Result<(), ShopError> {
    use super::forms::PROMOTION;
    use super::paths::promotion_path;
    use crate::ssr::{Editor, edited, editor_form};
    use shop::infrastructure::LiveShop;
    let page = promotion_path(&edited(&fields));
    let editor = Editor { name: PROMOTION, page, said: "The promotion is saved." };
    let tried = |shop: LiveShop, by, typed: Fields| async move { shop.try_promotion(by, &typed).await };
    let saved = |shop: LiveShop, by, typed: Fields| async move { shop.save_promotion(by, &typed).await };
    editor_form(editor, fields, tried, saved, |id: &shop::domain::PromotionId| promotion_path(&id.to_string())).await
}

#[server(prefix = "/do", endpoint = "admin-switch-promotion")]
pub async fn switch_promotion(
    #[server(default)] id: String,
    #[server(default)] active: String,
    #[server(default)] search: String,
) -> Result<(), ShopError> {
    use crate::ssr::{Form, as_staff};
    let (back, on) = (shop::dto::PromotionQuery::of_search(&search).href(), active == "yes");
    let switched = as_staff(move |shop, by| async move { shop.switch_promotion(by, id.parse()?, on).await });
    let said = format!("The promotion is switched {}.", if on { "on" } else { "off" });
    Form::new(super::forms::PROMOTION, &back).lead_saying(switched, |()| said, |()| back.clone()).await
}

/// Takes it away, if nobody else has saved it meanwhile.
#[server(prefix = "/do", endpoint = "admin-remove-promotion")]
pub async fn remove_promotion(#[server(default)] fields: Fields) -> Result<(), ShopError> {
    use super::forms::PROMOTION_GONE;
    use super::paths::promotion_path;
    use crate::ssr::{Form, as_staff, product_of};
    let form = Form::new(PROMOTION_GONE, &promotion_path(&product_of(&fields)));
    let gone = as_staff(|shop, by| async move { shop.remove_promotion(by, &fields).await });
    form.lead_saying(gone, |()| "The promotion is removed.".into(), |()| "/admin/promotions".into()).await
}

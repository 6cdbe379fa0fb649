//! What the pages of reviews ask of the core, and what is decided there.

use leptos::prelude::*;
use shop::domain::ReviewId;
use shop::dto::{StaffReview, StaffReviewList};

use crate::ShopError;

/// `search` is the query of the page's address.
pub async fn load_reviews(search: String) -> Result<StaffReviewList, ShopError> {
    let query = shop::dto::StaffReviewQuery::of_search(&search);
    crate::ssr::staff_page(|shop, by| async move { shop.staff_reviews(by, &query).await }).await
}

pub async fn load_review(id: String) -> Result<StaffReview, ShopError> {
    crate::ssr::staff_page(|shop, by| async move { shop.staff_review(by, id.parse()?).await }).await
}

/// Shows what waits, or was declined.
#[server(prefix = "/do", endpoint = "admin-publish-review")]
pub async fn publish_review(
    #[server(default)] id: String,
    #[server(default)] version: String,
) -> Result<ReviewId, ShopError> {
    use super::paths::review_path;
    use crate::ssr::{Form, as_staff, version_of_review};
    let form = Form::new(super::forms::REVIEW, &review_path(&id));
    let done =
        as_staff(|shop, by| async move { shop.publish_review(by, id.parse()?, version_of_review(&version)).await });
    form.lead_saying(done, |_| "The review is published.".into(), |id| review_path(&id.to_string())).await
}

/// Shows it to nobody, with a reason for who wrote it.
#[server(prefix = "/do", endpoint = "admin-decline-review")]
pub async fn decline_review(
    #[server(default)] id: String,
    #[server(default)] version: String,
    #[server(default)] reason: String,
) -> Result<ReviewId, ShopError> {
    use super::paths::review_path;
    use crate::ssr::{Form, as_staff, version_of_review};
    let form = Form::new(super::forms::REVIEW, &review_path(&id)).with("reason", &reason);
    let done =
        as_staff(
            |shop, by| async move { shop.decline_review(by, id.parse()?, version_of_review(&version), &reason).await },
        );
    form.lead_saying(done, |_| "The review is not shown.".into(), |id| review_path(&id.to_string())).await
}

/// Without words the answer goes.
#[server(prefix = "/do", endpoint = "admin-answer-review")]
pub async fn answer_review(
    #[server(default)] id: String,
    #[server(default)] version: String,
    #[server(default)] answer: String,
) -> Result<ReviewId, ShopError> {
    use super::paths::review_path;
    use crate::ssr::{Form, as_staff, version_of_review};
    let form = Form::new(super::forms::REVIEW, &review_path(&id)).with("answer", &answer);
    let done =
        as_staff(
            |shop, by| async move { shop.answer_review(by, id.parse()?, version_of_review(&version), &answer).await },
        );
    form.lead_saying(done, |_| "Your answer is saved.".into(), |id| review_path(&id.to_string())).await
}

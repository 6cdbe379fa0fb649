//! `/review-requests`: whoever brings the link of a letter says that they do not want to be asked for reviews. Looking changes nothing:
//! mail programs open links by themselves.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use shop::dto::ReviewRequestView;

use super::forms::KEPT_REQUEST;
use super::review_api::{RefuseReviewRequests, load_review_request};
use crate::ui::{FormProblem, Location, Titled, Written, flash_of, loaded};

#[component]
pub fn ReviewRequestsPage() -> impl IntoView {
    let token = Location::asked("token").unwrap_or_default();
    loaded(load_review_request(token), |request| {
        let body = match request {
            Some(ReviewRequestView { email, is_refused: true }) => {
                view! { <p>{format!("We do not ask {email} for reviews any more.")}</p> }.written()
            }
            Some(ReviewRequestView { email, is_refused: false }) => view! {
                <p>
                    {format!(
                        "We write to {email} once after each order, and ask what you think of it. Mail about orders themselves comes all the same.",
                    )}
                </p>
                <form method="post" action=RefuseReviewRequests::url()>
                    <button class="button" type="submit">
                        "Do not ask me any more"
                    </button>
                </form>
            }
            .written(),
            None => view! { <p>"This link does not work any more."</p> }.written(),
        };
        view! {
            <Titled title="Letters that ask for reviews" description="Whether we ask what you think." quiet=true />
            <section class="plain-page">
                <h1>"Letters that ask for reviews"</h1>
                <FormProblem flash=flash_of(KEPT_REQUEST) />
                {body}
            </section>
        }
    })
}

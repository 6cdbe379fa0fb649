//! Who looks at the shop's pages, to be counted and forgotten: what is needed of a request to tell visitors apart for a day.

use std::net::IpAddr;

use axum::extract::Request;
use http::header::USER_AGENT;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use session::Site;
use shop::infrastructure::LiveShop;

/// Said of what a browser loads before anybody wants to see it.
const PURPOSE: HeaderName = HeaderName::from_static("sec-purpose");

/// Whether a browser fetches a page before anybody wants to see it.
pub fn is_prefetch(headers: &HeaderMap) -> bool {
    headers.contains_key(PURPOSE)
}

#[derive(Debug)]
pub struct Visit {
    network: IpAddr,
    user_agent: HeaderValue,
}

impl Visit {
    /// None: it is nobody who looks at the shop.
    pub fn of(site: &Site, request: &Request) -> Option<Self> {
        let headers = request.headers();
        let is_at_work = app::is_back_office(request.uri().path());
        if request.method() != Method::GET || is_at_work || is_prefetch(headers) {
            return None;
        }
        let network = site.network(request.extensions(), headers)?;
        Some(Self { network, user_agent: headers.get(USER_AGENT)?.clone() })
    }

    pub fn note(&self, shop: &LiveShop) {
        shop.note_visit(self.network, self.user_agent.as_bytes());
    }
}

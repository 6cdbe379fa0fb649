//! What a page's browser may load and run: nothing but the shop's own files and the scripts signed with the nonce.

use std::sync::LazyLock;

use http::HeaderValue;
use http::header::CONTENT_SECURITY_POLICY;
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos::reactive::owner::with_context;
use leptos_axum::ResponseOptions;
use session::Site;

/// The policy of a page whose inline scripts bear this nonce. Browsers follow a form to where it is led on to, so what lies
/// elsewhere of paying is named.
pub fn content_security_policy(nonce: &str, payment_pages: Option<&str>) -> String {
    // `cargo leptos watch` reloads pages through a socket on another port.
    static WATCH: LazyLock<&str> =
        LazyLock::new(|| if std::env::var_os("LEPTOS_WATCH").is_some() { " ws:" } else { "" });
    let (watch, pages) = (*WATCH, payment_pages.map(|origin| format!(" {origin}")).unwrap_or_default());
    format!(
        "default-src 'self'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; \
         img-src 'self' data:; connect-src 'self'{watch}; object-src 'none'; base-uri 'none'; form-action 'self'{pages}; \
         frame-ancestors 'none'"
    )
}

/// Pages have a nonce, answers of server functions have none.
pub(super) fn apply() {
    let (Some(nonce), Some(response)) = (use_nonce(), use_context::<ResponseOptions>()) else { return };
    let policy = with_context::<Site, _>(|site| content_security_policy(&nonce, site.shop.payment_page_origin()));
    let policy = policy.unwrap_or_else(|| content_security_policy(&nonce, None));
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response.insert_header(CONTENT_SECURITY_POLICY, policy);
    }
}

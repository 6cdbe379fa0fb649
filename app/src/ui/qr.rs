//! Something for a phone to read from the screen.

use leptos::prelude::*;

use super::Written;

/// A QR code: how many squares it is wide, and the dark ones as the path of an SVG.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QrView {
    pub size: usize,
    pub path: String,
}

/// Dark on light, whatever the page looks like, with the four squares around it that readers need.
#[component]
pub fn QrImage(code: QrView, label: &'static str) -> impl IntoView {
    let QrView { size, path } = code;
    let side = size.saturating_add(8);
    view! {
        <svg
            class="qr"
            role="img"
            aria-label=label
            viewBox=format!("-4 -4 {side} {side}")
            width="220"
            height="220"
            shape-rendering="crispEdges"
        >
            <rect x="-4" y="-4" width=side.to_string() height=side.to_string() fill="#fff"></rect>
            <path d=path fill="#000"></path>
        </svg>
    }
    .written()
}

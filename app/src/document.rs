//! The document of a page: its head, and what stands around every page.

use leptos::prelude::*;
use leptos::tachys::html::InertElement;

use crate::admin::is_back_office;
use crate::assets::{Assets, Fonts, IslandScripts, SpeculationRules};
use crate::frame::{Bottom, Top, not_found_text};
use crate::routes::AppRoutes;
use crate::ui::{Brand, FlashNotice, LANGUAGE, Location, NotFoundPart, Pieces};

/// How a document begins, but for what its page says of itself (`PageHead`), with which its head ends. Scripts and styles carry no
/// inline code but what is signed with the nonce.
pub fn document_start(assets: &Assets, html: &mut String) {
    let (nonce, of_back_office) = (use_nonce(), is_back_office(&Location::path()));
    let nonce = nonce.as_deref().unwrap_or_default();
    let [of_shop, of_desk] = &*assets.heads;
    let head = if of_back_office { of_desk } else { of_shop };
    let head = head.of(Brand::get().content, || {
        let head = document_head(assets.clone(), of_back_office);
        Pieces::around(nonce, &head.to_html())
    });
    html.extend(["<!DOCTYPE html><html lang=\"", LANGUAGE, "\"><head>"]);
    head.write(nonce, html);
}

/// Of the bar above the page, by day and by night. Leptos knows no `media` of a `meta`.
const THEME_COLOURS: &str = "<meta name=\"theme-color\" content=\"#faf7f2\" media=\"(prefers-color-scheme: light)\">\
                             <meta name=\"theme-color\" content=\"#191613\" media=\"(prefers-color-scheme: dark)\">";

fn document_head(assets: Assets, of_back_office: bool) -> impl IntoView {
    let watch = assets.watch.clone();
    // A colour of the shop's own; what it says stands in its address.
    let theme = Brand::get().content.accent.map(|accent| format!("/theme/{}.css", accent.code()));
    view! {
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        {InertElement::new(THEME_COLOURS)}
        <Icon />
        <Fonts />
        <link rel="stylesheet" href=assets.stylesheet.clone() />
        {theme.map(|href| view! { <link rel="stylesheet" href=href /> })}
        {watch.map(|options| view! { <AutoReload options /> })}
        <IslandScripts assets are_needed=!of_back_office />
        {(!of_back_office).then(|| view! { <SpeculationRules /> })}
    }
}

/// The shop's own icon, in the sizes that are asked for, else the one that comes with the program.
#[component]
fn Icon() -> impl IntoView {
    let content = Brand::get().content;
    let own = |side| content.pictures.icon_address(side);
    match (own(32), own(180), own(512)) {
        (Some(small), Some(on_phones), Some(large)) => view! {
            <link rel="icon" href=small sizes="32x32" type="image/png" />
            <link rel="icon" href=large sizes="512x512" type="image/png" />
            <link rel="apple-touch-icon" href=on_phones />
        }
        .into_any(),
        _ => view! { <link rel="icon" href="/favicon.svg" type="image/svg+xml" /> }.into_any(),
    }
}

#[component]
pub fn App() -> impl IntoView {
    provide_context(NotFoundPart(not_found_text));
    view! {
        <a class="skip-link" href="#main">
            "Skip to content"
        </a>
        <Top />
        <main id="main" tabindex="-1">
            <FlashNotice />
            <AppRoutes />
        </main>
        <Bottom />
    }
}

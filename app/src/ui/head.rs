//! What stands in the head of a document: its title, its description, its one true address, and what it does where no
//! script runs.

use std::sync::{Arc, OnceLock};

use html_escape::encode_text;
use leptos::prelude::*;
use leptos_meta::{Link, Meta, Title};
use shop::dto::Image;

use super::Brand;

/// The one language that pages are in.
pub const LANGUAGE: &str = "en";

/// How wide a picture is shown where a link is shared.
const SHARED_WIDTH: u32 = 1_200;

/// Once, around all pages: every title ends with the shop's name.
///
/// leptos_meta 0.8 writes the title's text as it is: what a visitor searched for could end the element. So it is escaped
/// here; titles are made on the server only.
#[component]
pub fn PageHead() -> impl IntoView {
    let name = Brand::name();
    view! {
        <Title
            text=name.clone()
            formatter=move |title: String| {
                encode_text(&if title == name { title } else { format!("{title} – {name}") }).into_owned()
            }
        />
    }
}

/// After how many seconds a page is loaded again where no script runs. HTML wants this in the head, and leptos_meta puts
/// no `<noscript>` there: the server writes it once the page is rendered.
#[derive(Debug, Clone, Default)]
pub struct ReloadWithoutScripts(Arc<OnceLock<u32>>);

impl ReloadWithoutScripts {
    /// For the page that is being rendered.
    pub fn after(seconds: u32) {
        if let Some(reload) = use_context::<Self>() {
            // A page says it once; a second time changes nothing.
            let _ = reload.0.set(seconds);
        }
    }

    /// What the head of the page says of it.
    pub fn html(&self) -> Option<String> {
        let seconds = self.0.get()?;
        Some(format!(r#"<noscript><meta http-equiv="refresh" content="{seconds}"></noscript>"#))
    }
}

/// The picture that is shown of a link elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedPicture {
    /// Within the shop.
    pub path: String,
    /// What it shows; empty: it only decorates.
    pub alt: String,
}

impl From<&Image> for SharedPicture {
    fn from(image: &Image) -> Self {
        Self { path: image.address(SHARED_WIDTH), alt: image.alt.clone() }
    }
}

/// A page's title and description; `path` is the address that it has in search engines, `picture` is shown of a link to it
/// elsewhere, and `quiet` keeps it out of both.
///
/// Every public page says its address here and nowhere else, and which languages it comes in (`hreflang`): there is one, which is
/// for whoever reads others, too (`x-default`). Where it comes in several, this is the place that names the others.
#[component]
pub fn Titled(
    #[prop(into)] title: String,
    #[prop(into)] description: String,
    #[prop(optional, into)] path: Option<String>,
    #[prop(optional_no_strip)] picture: Option<SharedPicture>,
    #[prop(optional)] quiet: bool,
) -> impl IntoView {
    let Brand { content, base_url: base, .. } = Brand::get();
    let canonical = path.map(|path| format!("{base}{path}"));
    let languages = canonical.clone().filter(|_| !quiet).map(|href| {
        let named = |language: &'static str| view! { <Link rel="alternate" hreflang=language href=href.clone() /> };
        [LANGUAGE, "x-default"].into_iter().map(named).collect_view()
    });
    let preview = (!quiet).then(|| {
        let (title, description, address) = (title.clone(), description.clone(), canonical.clone());
        view! {
            <Meta property="og:type" content="website" />
            <Meta property="og:site_name" content=content.name.clone() />
            <Meta property="og:title" content=title />
            <Meta property="og:description" content=description />
            {address.map(|address| view! { <Meta property="og:url" content=address /> })}
            {picture
                .map(|SharedPicture { path, alt }| {
                    view! {
                        <Meta property="og:image" content=format!("{base}{path}") />
                        {(!alt.is_empty()).then(|| view! { <Meta property="og:image:alt" content=alt /> })}
                        <Meta name="twitter:card" content="summary_large_image" />
                    }
                })}
        }
    });
    view! {
        <Title text=title />
        <Meta name="description" content=description />
        {preview}
        {canonical.map(|href| view! { <Link rel="canonical" href=href /> })}
        {languages}
        {quiet.then(|| view! { <Meta name="robots" content="noindex" /> })}
    }
    .into_any()
}

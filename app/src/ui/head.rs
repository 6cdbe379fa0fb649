//! What stands in the head of a document: its title, its description, its one true address, and what it does where no
//! script runs.

use std::sync::{Arc, OnceLock};

use html_escape::encode_text;
use leptos::prelude::*;
use leptos_meta::{Link, Meta, Title};

use super::Brand;

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

/// A page's title and description; `path` is its canonical address where it has several, and `quiet` keeps it out of
/// search engines.
#[component]
pub fn Titled(
    #[prop(into)] title: String,
    #[prop(into)] description: String,
    #[prop(optional, into)] path: Option<String>,
    #[prop(optional)] quiet: bool,
) -> impl IntoView {
    let base = Brand::get().base_url;
    let canonical = path.map(|path| format!("{base}{path}"));
    view! {
        <Title text=title.clone() />
        <Meta name="description" content=description.clone() />
        <Meta property="og:title" content=title />
        <Meta property="og:description" content=description />
        {canonical.map(|href| view! { <Link rel="canonical" href=href /> })}
        {quiet.then(|| view! { <Meta name="robots" content="noindex" /> })}
    }
    .into_any()
}

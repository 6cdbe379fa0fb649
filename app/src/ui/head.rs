//! What stands in the head of a document: its title, its description, and its one true address.

use leptos::prelude::*;
use leptos_meta::{Link, Meta, Title};

use super::Brand;

/// Once, around all pages: every title ends with the shop's name.
#[component]
pub fn PageHead() -> impl IntoView {
    let name = Brand::get().name;
    view! {
        <Title
            text=name.clone()
            formatter=move |title: String| if title == name { title } else { format!("{title} – {name}") }
        />
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
}

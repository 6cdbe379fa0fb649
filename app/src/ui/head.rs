//! What stands in the head of a document: its title, its description, its one true address, and what it does where no
//! script runs.
//!
//! It is known when the body is: it is gathered as text meanwhile, and the server puts it there (`PageHead::html`).

use std::sync::{Arc, Mutex, PoisonError};

use html_escape::{encode_double_quoted_attribute_to_string, encode_text};
use leptos::prelude::*;
use leptos::tachys::html::InertElement;
use shop::dto::Image;

use super::Brand;

/// The one language that pages are in.
pub const LANGUAGE: &str = "en";

/// How wide a picture is shown where a link is shared.
const SHARED_WIDTH: u32 = 1_200;

/// What the page that is being rendered says in its head; given by the server with every request.
#[derive(Debug, Clone, Default)]
pub struct PageHead(Arc<Mutex<Gathered>>);

#[derive(Debug, Default)]
struct Gathered {
    /// As it is, without the shop's name.
    title: Option<String>,
    /// Elements, as HTML.
    elements: String,
    reload: Option<u32>,
}

impl PageHead {
    /// A stylesheet that not every page has.
    pub fn stylesheet(href: &str) {
        Self::gather(|head| head.link(href, None, "stylesheet"));
    }

    /// After so many seconds the page is loaded again where no script runs.
    pub fn reload_without_scripts(seconds: u32) {
        Self::gather(|head| head.reload = Some(seconds));
    }

    /// All of it. Every title ends with the shop's name, and is escaped: what a visitor searched for stands in it.
    pub fn html() -> String {
        let Some(Self(gathered)) = use_context::<Self>() else { return String::new() };
        let Gathered { title, mut elements, reload } =
            std::mem::take(&mut *gathered.lock().unwrap_or_else(PoisonError::into_inner));
        let name = Brand::name();
        elements.push_str("<title>");
        if let Some(title) = title.filter(|title| *title != name) {
            elements.push_str(&encode_text(&title));
            elements.push_str(" – ");
        }
        elements.push_str(&encode_text(&name));
        elements.push_str("</title>");
        if let Some(seconds) = reload {
            elements.push_str(&format!(r#"<noscript><meta http-equiv="refresh" content="{seconds}"></noscript>"#));
        }
        elements
    }

    /// Nothing where no page is rendered.
    fn gather(note: impl FnOnce(&mut Gathered)) {
        if let Some(Self(gathered)) = use_context::<Self>() {
            note(&mut gathered.lock().unwrap_or_else(PoisonError::into_inner));
        }
    }
}

impl Gathered {
    /// `kind` is the attribute that names it.
    fn meta(&mut self, kind: &str, name: &str, content: &str) {
        self.elements.extend(["<meta ", kind, "=\"", name, "\" content=\""]);
        encode_double_quoted_attribute_to_string(content, &mut self.elements);
        self.elements.push_str("\">");
    }

    fn link(&mut self, href: &str, language: Option<&str>, rel: &str) {
        self.elements.push_str("<link href=\"");
        encode_double_quoted_attribute_to_string(href, &mut self.elements);
        if let Some(language) = language {
            self.elements.extend(["\" hreflang=\"", language]);
        }
        self.elements.extend(["\" rel=\"", rel, "\">"]);
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
    PageHead::gather(move |head| {
        head.meta("name", "description", &description);
        if !quiet {
            head.meta("property", "og:type", "website");
            head.meta("property", "og:site_name", &content.name);
            head.meta("property", "og:title", &title);
            head.meta("property", "og:description", &description);
            if let Some(address) = &canonical {
                head.meta("property", "og:url", address);
            }
            if let Some(SharedPicture { path, alt }) = &picture {
                head.meta("property", "og:image", &format!("{base}{path}"));
                if !alt.is_empty() {
                    head.meta("property", "og:image:alt", alt);
                }
                head.meta("name", "twitter:card", "summary_large_image");
            }
        }
        if let Some(address) = &canonical {
            head.link(address, None, "canonical");
            for language in [LANGUAGE, "x-default"].into_iter().filter(|_| !quiet) {
                head.link(address, Some(language), "alternate");
            }
        }
        if quiet {
            head.meta("name", "robots", "noindex");
        }
        head.title = Some(title);
    });
    // In the body nothing is to be seen of it.
    InertElement::new("")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_says_in_its_head_what_it_is_and_nothing_of_it_is_markup() {
        let html = Owner::new().with(|| {
            provide_context(Brand { base_url: "http://shop.example".into(), ..Brand::default() });
            provide_context(PageHead::default());
            let picture = SharedPicture { path: "/mug.webp".into(), alt: "\"A\" mug".into() };
            let page = view! {
                <Titled title="</title><b>" description="a \"b\" & <c>" path="/mug?a=1&b=2" picture=Some(picture) />
                <p>"Mug"</p>
            };
            assert_eq!(page.to_html(), "<p>Mug</p>");
            PageHead::reload_without_scripts(3);
            PageHead::stylesheet("/desk.css?v=1");
            PageHead::html()
        });
        let description = "content=\"a &quot;b&quot; &amp; &lt;c&gt;\">";
        for part in [
            format!("<meta name=\"description\" {description}<meta property=\"og:type\" content=\"website\">").as_str(),
            format!("<meta property=\"og:description\" {description}").as_str(),
            "<meta property=\"og:image\" content=\"http://shop.example/mug.webp\">",
            "<meta property=\"og:image:alt\" content=\"&quot;A&quot; mug\">",
            "<link href=\"http://shop.example/mug?a=1&amp;b=2\" rel=\"canonical\">",
            "<link href=\"http://shop.example/mug?a=1&amp;b=2\" hreflang=\"x-default\" rel=\"alternate\">",
            "<link href=\"/desk.css?v=1\" rel=\"stylesheet\">",
        ] {
            assert!(html.contains(part), "{part} in {html}");
        }
        let end =
            "<title>&lt;/title&gt;&lt;b&gt; – </title><noscript><meta http-equiv=\"refresh\" content=\"3\"></noscript>";
        assert!(html.ends_with(end) && !html.contains("noindex"), "{html}");
    }

    #[test]
    fn what_is_kept_out_of_search_engines_says_so_and_is_shared_by_nobody() {
        let html = Owner::new().with(|| {
            provide_context(PageHead::default());
            let page = view! { <Titled title="" description="Yours." path="/orders" quiet=true /> };
            assert_eq!(page.to_html(), "");
            PageHead::html()
        });
        let address = "<meta name=\"description\" content=\"Yours.\"><link href=\"/orders\" rel=\"canonical\">";
        assert_eq!(html, format!("{address}<meta name=\"robots\" content=\"noindex\"><title></title>"));
    }
}

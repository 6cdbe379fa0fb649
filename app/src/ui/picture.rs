//! A picture in the size and the format the screen needs, with its place kept while it loads.

use std::fmt::Write as _;

use html_escape::encode_double_quoted_attribute_to_string;
use leptos::prelude::*;
use leptos::tachys::html::InertElement;
use shop::domain::PictureFormat;
use shop::dto::Image;

/// `sizes` says how wide it is shown; `eager` is for what is seen without scrolling, `first` for the one picture that the
/// page is about.
///
/// Written as text: a list has two dozen of them, and no island changes one.
#[component]
pub fn Picture(
    image: Option<Image>,
    sizes: &'static str,
    #[prop(optional)] eager: bool,
    #[prop(optional)] first: bool,
    #[prop(optional)] decorative: bool,
) -> impl IntoView {
    image.map(|image| {
        let (width, height) = image.size();
        let mut html = String::with_capacity(640);
        html.push_str("<picture>");
        if let Some(srcset) = image.srcset(PictureFormat::Avif) {
            html.push_str("<source type=\"image/avif\"");
            attribute(&mut html, "srcset", &srcset);
            attribute(&mut html, "sizes", sizes);
            html.push('>');
        }
        html.push_str("<img");
        attribute(&mut html, "src", &image.address(480));
        attribute(&mut html, "srcset", &image.srcset(PictureFormat::WebP).unwrap_or_default());
        attribute(&mut html, "sizes", sizes);
        // A text takes whatever is written to it.
        let _ = write!(html, " width=\"{width}\" height=\"{height}\"");
        attribute(&mut html, "alt", if decorative { "" } else { &image.alt });
        attribute(&mut html, "loading", if eager || first { "eager" } else { "lazy" });
        if first {
            attribute(&mut html, "fetchpriority", "high");
        }
        let class = if image.is_see_through() { "picture picture-see-through" } else { "picture" };
        attribute(&mut html, "decoding", "async");
        attribute(&mut html, "class", class);
        html.push_str("></picture>");
        InertElement::new(html)
    })
}

fn attribute(html: &mut String, name: &str, value: &str) {
    html.extend([" ", name, "=\""]);
    // Addresses and sizes have none of these, and are most of it.
    if value.bytes().any(|byte| matches!(byte, b'&' | b'<' | b'>' | b'"')) {
        encode_double_quoted_attribute_to_string(value, html);
    } else {
        html.push_str(value);
    }
    html.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_keeps_its_place_and_its_words_are_no_markup() {
        let sample = Image { name: "mug".into(), alt: "A \"<mug>\" & more".into(), size: None, opaque: false };
        let shown = |image: &Image| view! { <Picture image=Some(image.clone()) sizes="4rem" /> }.to_html();
        let html = shown(&sample);
        let source =
            "src=\"/pictures/mug-480.webp\" srcset=\"/pictures/mug-480.webp 480w, /pictures/mug-960.webp 960w\"";
        for part in
            [source, "alt=\"A &quot;&lt;mug&gt;&quot; &amp; more\"", "width=\"480\" height=\"600\"", "loading=\"lazy\""]
        {
            assert!(html.contains(part), "{part} in {html}");
        }
        assert!(html.starts_with("<picture><img ") && html.ends_with(" class=\"picture\"></picture>"), "{html}");
        assert!(!html.contains("fetchpriority"), "{html}");
        for (sign, escaped) in [("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\"", "&quot;")] {
            let html = shown(&Image { alt: sign.into(), ..sample.clone() });
            assert!(html.contains(&format!("alt=\"{escaped}\"")), "{html}");
        }
        let upload = Image { name: "ab".into(), size: Some((1_200, 900)), ..sample };
        let html = shown(&upload);
        let avif = "<picture><source type=\"image/avif\" srcset=\"/media/ab-400.avif 400w, /media/ab-800.avif 800w, ";
        assert!(html.starts_with(avif) && html.contains(" class=\"picture picture-see-through\">"), "{html}");
        let first = view! { <Picture image=Some(upload) sizes="100vw" first=true decorative=true /> }.to_html();
        for part in ["loading=\"eager\"", "fetchpriority=\"high\"", "alt=\"\""] {
            assert!(first.contains(part), "{part} in {first}");
        }
        assert_eq!(view! { <Picture image=None sizes="4rem" /> }.to_html(), view! { {None::<&str>} }.to_html());
    }
}

//! HTML of what waits for nothing.

use leptos::children::ToChildren;
use leptos::prelude::*;
use leptos::tachys::html::InertElement;

/// Writes this part of a page at once. What may wait Leptos renders piece by piece, with two strings for each element. A part within it
/// that waits for a read would be missing: a page reads once (`loaded`), and nothing below it does.
pub fn written(view: impl IntoView) -> InertElement {
    InertElement::new(view.to_html())
}

/// The same at the end of a view: whatever it was, its type is one. `into_any` copies the text of each attribute, and keeps with each
/// type all that Leptos can do with it, in a browser and while it waits, a dozen functions of which the server calls one; so what no
/// island renders anew is written part by part.
pub trait Written: IntoView {
    fn written(self) -> InertElement {
        written(self)
    }
}

impl<V: IntoView> Written for V {}

/// What stands within a part that is written; in place of `Children`, which are kept with all that again.
pub struct Inside(Box<dyn FnOnce() -> InertElement + Send>);

impl Inside {
    pub fn written(self) -> InertElement {
        (self.0)()
    }
}

impl<F, V> ToChildren<F> for Inside
where
    F: FnOnce() -> V + Send + 'static,
    V: IntoView,
{
    fn to_children(part: F) -> Self {
        Self(Box::new(move || written(part())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Marks between texts, lists and what is left out are what islands are found by.
    #[test]
    fn what_is_written_at_once_stands_as_it_would_be_rendered() {
        let page = |words: &'static str| {
            let list = move || (1..=2).map(|n| view! { <li>{n} " of " {words}</li> }).collect_view();
            view! {
                <p>{words} " & " {words}</p>
                {None::<&str>}
                <ul>{list()}</ul>
                {(!words.is_empty()).then(|| view! { <b title=words>{words}</b> })}
            }
        };
        for words in ["", "a \"<b>\""] {
            let written = view! { <main>{written(page(words))}<i>{words}</i></main> };
            let rendered = view! { <main>{page(words)}<i>{words}</i></main> };
            assert_eq!(written.to_html(), rendered.to_html());
        }
    }

    /// Every file below a folder, by its path.
    fn sources(folder: &std::path::Path, found: &mut Vec<(String, String)>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sources(&path, found);
            } else if path.extension().is_some_and(|end| end == "rs") {
                found.push((path.display().to_string(), std::fs::read_to_string(&path).unwrap()));
            }
        }
    }

    /// A part that is erased the other way brings a dozen functions into the program, most of them for browsers.
    #[test]
    fn where_no_island_is_pages_are_written_part_by_part() {
        let mut found = Vec::new();
        for folder in ["account", "admin", "catalog", "orders", "pages"] {
            sources(&std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")).join(folder), &mut found);
        }
        assert!(found.len() > 100, "only {} files were found", found.len());
        for (file, source) in found.into_iter().filter(|(_, source)| !source.contains("#[island")) {
            for other in [".into_any()", "children: Children", "AnyView"] {
                assert!(!source.contains(other), "{file} has {other}: `written` and `Inside` are for it");
            }
        }
    }

    #[component]
    fn Framed(children: Inside) -> impl IntoView {
        view! { <section>{children.written()}</section> }
    }

    #[test]
    fn what_stands_within_a_part_is_written_where_it_asks_for_it() {
        let words = "a \"<b>\"";
        let framed = view! {
            <Framed>
                <i>{words}</i>
                {words.written()}
            </Framed>
        };
        let rendered = view! {
            <section>
                <i>{words}</i>
                {words}
            </section>
        };
        assert_eq!(framed.to_html(), rendered.to_html());
    }

    /// What stands behind the call of `loaded` that begins a text.
    fn behind_the_call(text: &str) -> &str {
        let mut open = 0_usize;
        for (at, letter) in text.char_indices() {
            match letter {
                '(' => open += 1,
                ')' if open == 1 => return text.get(at + 1..).unwrap_or_default().trim_start(),
                ')' => open = open.saturating_sub(1),
                _ => {}
            }
        }
        ""
    }

    /// It would be written before it has read anything: an empty page that says 200.
    #[test]
    fn what_waits_is_not_written_at_once() {
        let (mut found, mut seen) = (Vec::new(), 0);
        sources(std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")), &mut found);
        for (file, source) in found.iter().filter(|(file, _)| !file.ends_with("written.rs")) {
            for (at, _) in source.match_indices("loaded(").filter(|(at, _)| !source[..*at].ends_with("fn ")) {
                seen += 1;
                let behind = behind_the_call(&source[at..]);
                assert!(!behind.starts_with(".written()"), "{file} writes at once what waits");
            }
        }
        assert!(seen > 60, "only {seen} were found");
        assert_eq!(behind_the_call("loaded(read(), |x| view(x)).written()"), ".written()");
    }

    /// What is below `loaded` has no part that reads.
    #[test]
    fn only_what_stands_at_the_top_of_a_page_waits() {
        let (mut found, mut waits) = (Vec::new(), Vec::new());
        sources(std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")), &mut found);
        for (file, source) in &found {
            let source = source.split("#[cfg(test)]").next().unwrap_or_default();
            for part in source.split("#[component]").skip(1).filter(|part| part.contains(" loaded(")) {
                let name = part.split("fn ").nth(1).and_then(|rest| rest.split(['(', '<']).next()).unwrap_or_default();
                waits.push((name.to_owned(), file.clone()));
            }
        }
        assert!(waits.len() > 60, "only {} parts were found", waits.len());
        for (name, file) in waits {
            let own = format!("fn {name}(");
            let uses = [format!("<{name} "), format!(" {name}("), format!("({name}(")];
            let is_used = |(at, source): &&(String, String)| {
                let source = source.replace(&own, "");
                !at.ends_with("routes.rs") && uses.iter().any(|used| source.contains(used))
            };
            let used = found.iter().find(is_used).map(|(at, _)| at);
            assert_eq!(used, None, "{name} of {file} waits, and is shown within another page");
        }
    }
}

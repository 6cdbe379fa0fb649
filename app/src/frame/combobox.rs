//! The search field and the list below it, as they stand on the page. What is chosen is read off the page, so nothing can differ
//! from it. Runs in the browser only.

use leptos::prelude::*;
use leptos::wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Element, HtmlElement, HtmlInputElement, Response, ScrollIntoViewOptions, ScrollLogicalPosition};

const CHOSEN: &str = "aria-selected";

pub struct Combobox {
    field: HtmlInputElement,
    list: HtmlElement,
    status: Element,
}

impl Combobox {
    pub fn within(around: &Element) -> Option<Self> {
        let part = |selector| around.query_selector(selector).ok().flatten();
        Some(Self {
            field: part("input")?.dyn_into().ok()?,
            list: part(".suggestions")?.dyn_into().ok()?,
            status: part("[role=status]")?,
        })
    }

    /// From now on the field says that it has a list, which is one.
    pub fn announce(&self) {
        set(&self.list, "role", "listbox");
        set(&self.list, "aria-label", "Suggestions");
        set(&self.field, "role", "combobox");
        set(&self.field, "aria-autocomplete", "list");
        set(&self.field, "aria-controls", &self.list.id());
        set(&self.field, "aria-expanded", "false");
    }

    /// Without spaces around it.
    pub fn typed(&self) -> String {
        self.field.value().trim().to_owned()
    }

    pub fn has_focus(&self) -> bool {
        let field: &Element = &self.field;
        document().active_element().as_ref() == Some(field)
    }

    pub fn is_open(&self) -> bool {
        !self.list.hidden()
    }

    /// What the shop has for what is typed; none where it cannot be had: the form searches all the same.
    pub async fn ask(&self) -> Option<String> {
        let typed: String = form_urlencoded::byte_serialize(self.typed().as_bytes()).collect();
        let asked = window().fetch_with_str(&format!("/search/suggestions?q={typed}"));
        let response: Response = JsFuture::from(asked).await.ok()?.dyn_into().ok()?;
        let text = response.text().ok().filter(|_| response.ok())?;
        JsFuture::from(text).await.as_ref().ok().and_then(JsValue::as_string)
    }

    /// Puts the server's list where it belongs, and tells of it. One without options stays closed.
    pub fn show(&self, found: Option<&str>) {
        let Some(found) = found else { return self.close() };
        self.forget_choice();
        self.list.set_inner_html(found);
        let told = self.list.first_element_child().and_then(|list| list.get_attribute("data-told"));
        self.status.set_text_content(told.as_deref());
        self.open(!self.options().is_empty());
    }

    pub fn close(&self) {
        self.forget_choice();
        self.status.set_text_content(None);
        self.open(false);
    }

    fn open(&self, is_open: bool) {
        self.list.set_hidden(!is_open);
        set(&self.field, "aria-expanded", if is_open { "true" } else { "false" });
    }

    /// Behind the last option comes the field itself, and then the first.
    pub fn choose_next(&self) {
        let options = self.options();
        let next = place(&options).map_or(0, |place| place + 1);
        self.choose(options.get(next));
    }

    pub fn choose_previous(&self) {
        let options = self.options();
        let previous = place(&options).unwrap_or(options.len()).checked_sub(1);
        self.choose(previous.and_then(|place| options.get(place)));
    }

    pub fn forget_choice(&self) {
        self.choose(None);
    }

    /// Goes to the option that is chosen; whether one is.
    pub fn follow_choice(&self) -> bool {
        let options = self.options();
        let chosen = place(&options).filter(|_| self.is_open()).and_then(|place| options.get(place));
        if let Some(chosen) = chosen {
            chosen.click();
        }
        chosen.is_some()
    }

    fn choose(&self, chosen: Option<&HtmlElement>) {
        for option in self.options() {
            set(&option, CHOSEN, if Some(&option) == chosen { "true" } else { "false" });
        }
        match chosen {
            Some(chosen) => {
                set(&self.field, "aria-activedescendant", &chosen.id());
                let nearest = ScrollIntoViewOptions::new();
                nearest.set_block(ScrollLogicalPosition::Nearest);
                chosen.scroll_into_view_with_scroll_into_view_options(&nearest);
            }
            None => {
                let _ = self.field.remove_attribute("aria-activedescendant");
            }
        }
    }

    fn options(&self) -> Vec<HtmlElement> {
        let Ok(found) = self.list.query_selector_all("[role=option]") else { return Vec::new() };
        (0..found.length()).filter_map(|place| found.get(place)?.dyn_into().ok()).collect()
    }
}

/// Of the option that is chosen.
fn place(options: &[HtmlElement]) -> Option<usize> {
    options.iter().position(|option| option.get_attribute(CHOSEN).as_deref() == Some("true"))
}

fn set(element: &Element, name: &str, value: &str) {
    if element.set_attribute(name, value).is_err() {
        leptos::logging::warn!("{name} could not be set");
    }
}

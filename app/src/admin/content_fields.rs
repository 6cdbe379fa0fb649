//! The fields of the shop's words, part by part of a page.

use leptos::prelude::*;
use shop::domain::SavedContent;
use shop::dto::ContentEditView;

use super::parts::{DeskField, DeskSelect, DeskText};
use crate::ui::{Flash, Written};

/// What a field is called.
pub fn field_label(field: &str) -> String {
    let label = match field {
        "name" => "Name of the shop",
        "description" => "For search engines",
        "headline" => "Headline",
        "intro" => "Text",
        "action" => "Button",
        "action_link" => "The button leads to",
        "about" => "About the shop, at the foot of every page",
        "announcement" => "Announcement",
        "announcement_link" => "It leads to (optional)",
        "announcement_shown" => "Shown",
        "contact" => "E-mail address for customers",
        "accent" => "Colour",
        "time_zone" => "Time zone",
        other => return link_label(other),
    };
    label.to_owned()
}

/// `link2_words`, `link2_to`
fn link_label(field: &str) -> String {
    let named = field.strip_prefix("link").and_then(|rest| rest.split_once('_'));
    match named {
        Some((place, "words")) => format!("Link {place}"),
        Some((place, _)) => format!("Link {place} leads to"),
        None => field.to_owned(),
    }
}

/// A field of the form with what it says now, and beneath it what holds where it is empty.
#[derive(Clone)]
pub struct ContentForm {
    pub view: ContentEditView,
    pub flash: Flash,
}

impl ContentForm {
    fn value(&self, name: &str) -> String {
        self.view.fields.get(name).cloned().unwrap_or_default()
    }

    /// What somebody else has made of it, else what holds where nobody says anything.
    fn hint(&self, name: &str) -> String {
        let theirs = self.view.both.iter().find(|(field, _)| field == name).map(|(_, now)| format!("Now: {now}"));
        let default = || {
            let words = self.view.defaults.get(name).map(String::as_str).unwrap_or_default();
            if words.is_empty() { String::new() } else { format!("Left empty: {words}") }
        };
        theirs.unwrap_or_else(default)
    }

    fn field(&self, name: &str) -> impl IntoView + use<> {
        self.field_of(name, "text")
    }

    fn field_of(&self, name: &str, kind: &'static str) -> impl IntoView + use<> {
        view! {
            <DeskField
                name=format!("fields[{name}]")
                problem_name=name.to_owned()
                label=field_label(name)
                value=self.value(name)
                flash=self.flash.clone()
                hint=self.hint(name)
                kind
            />
        }
    }

    fn text(&self, name: &str, rows: u32, max: u32) -> impl IntoView + use<> {
        view! {
            <DeskText
                name=format!("fields[{name}]")
                id=format!("field-{name}")
                label=field_label(name)
                value=self.value(name)
                rows
                max
                problem=self.flash.problem(name).map(str::to_owned)
                hint=self.hint(name)
            />
        }
    }
}

/// What the shop is called, and how it is reached.
#[component]
pub fn ShopPart(form: ContentForm) -> impl IntoView {
    let zones = form.view.zones.iter().map(|zone| view! { <option value=zone.clone()></option> }).collect_view();
    view! {
        <section class="desk-panel" aria-labelledby="shop-title">
            <h2 id="shop-title">"The shop"</h2>
            {form.field("name")}
            {form.text("about", 2, 300)}
            <div class="desk-pair">
                {form.field_of("contact", "email")}
                <DeskField
                    name="fields[time_zone]"
                    problem_name="time_zone"
                    label=field_label("time_zone")
                    value=form.value("time_zone")
                    flash=form.flash.clone()
                    hint=form.hint("time_zone")
                    list="time-zones"
                />
            </div>
            <datalist id="time-zones">{zones}</datalist>
        </section>
    }
    .written()
}

#[component]
pub fn ColourPart(form: ContentForm) -> impl IntoView {
    let now = form.view.saved.get("accent").filter(|colour| !colour.is_empty());
    let colour = now.or_else(|| form.view.defaults.get("accent")).cloned().unwrap_or_default();
    view! {
        <section class="desk-panel" aria-labelledby="colour-title">
            <h2 id="colour-title">"Colour"</h2>
            <p class="desk-quiet">
                "One colour, of buttons and of what is pointed out. It has to be dark enough for words to be read on it and in it: a contrast of 4.5 to 1."
            </p>
            {form.field("accent")}
            <p class="desk-swatch">
                <span class="button">"Add to cart"</span>
                <span class="desk-swatch-words">{format!("How it looks now: {colour}")}</span>
            </p>
        </section>
    }
    .written()
}

/// The words of the first page.
#[component]
pub fn FirstPagePart(form: ContentForm) -> impl IntoView {
    view! {
        <section class="desk-panel" aria-labelledby="first-title">
            <h2 id="first-title">"First page"</h2>
            {form.field("headline")}
            {form.text("intro", 3, 400)}
            <div class="desk-pair">{form.field("action")} {form.field("action_link")}</div>
            {form.text("description", 2, 200)}
        </section>
    }
    .written()
}

#[component]
pub fn AnnouncementPart(form: ContentForm) -> impl IntoView {
    let shown = vec![("no".into(), "No".into()), ("yes".into(), "Yes, above every page".into())];
    view! {
        <section class="desk-panel" aria-labelledby="announcement-title">
            <h2 id="announcement-title">"Announcement"</h2>
            {form.field("announcement")}
            <div class="desk-pair">
                {form.field("announcement_link")}
                <DeskSelect
                    name="fields[announcement_shown]"
                    id="field-announcement_shown"
                    label=field_label("announcement_shown")
                    value=form.value("announcement_shown")
                    choices=shown
                    hint=form.hint("announcement_shown")
                />
            </div>
        </section>
    }
    .written()
}

#[component]
pub fn LinksPart(form: ContentForm) -> impl IntoView {
    let row = |place: usize| {
        let (words, to) = (format!("link{place}_words"), format!("link{place}_to"));
        view! { <div class="desk-pair">{form.field(&words)} {form.field(&to)}</div> }
    };
    view! {
        <section class="desk-panel" aria-labelledby="links-title">
            <h2 id="links-title">"Links at the foot"</h2>
            <p class="desk-quiet">
                "Below the pages of text: a blog, a profile elsewhere. Addresses look like /products or https://example.org."
            </p>
            {(1..=SavedContent::MAX_LINKS).map(row).collect_view()}
        </section>
    }
    .written()
}

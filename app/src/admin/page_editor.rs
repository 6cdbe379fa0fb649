//! `/admin/content/pages/{slug}`: a page of text, written in Markdown; `new-page` for one that is not there yet. It can be looked
//! at before it is saved, and every version that was saved stays.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use shop::domain::{Fields, PagePlace};
use shop::dto::{PageEditView, StaffPage};

use super::content_api::{CreatePage, PreviewPage, SavePage, load_new_page, load_page_editor};
use super::forms::PAGE;
use super::overtaken::{OvertakenEdit, Preview, PreviewButtons, quoted_start};
use super::page_versions::{Earlier, Versions, page_place};
use super::parts::{DeskField, DeskHead, DeskSelect, DeskText};
use super::paths::CONTENT;
use crate::ui::{Flash, FormProblem, Location, Written, flash_of, loaded};

#[component]
pub fn TextPageEditor() -> impl IntoView {
    let slug = Location::param("slug");
    let search = Location::query();
    loaded(load_page_editor(slug, search), |view| match view.page.clone() {
        Some(page) => view! { <Editor page view /> }.written(),
        None => view! { <NewPage view /> }.written(),
    })
}

#[component]
pub fn NewTextPage() -> impl IntoView {
    let search = Location::query();
    loaded(load_new_page(search), |view| view! { <NewPage view /> })
}

/// What a field is called.
fn field_label(field: &str) -> &'static str {
    match field {
        "title" => "Title",
        "description" => "For search engines (optional)",
        "place" => "Found",
        _ => "Text",
    }
}

#[component]
fn Editor(page: StaffPage, view: PageEditView) -> impl IntoView {
    let flash = flash_of(PAGE);
    let theirs: Vec<_> = view.theirs.iter().map(|field| field_label(field).to_owned()).collect();
    let both: Vec<_> =
        view.both.iter().map(|(field, now)| (field_label(field).to_owned(), quoted_start(now))).collect();
    let overtaken = !theirs.is_empty() || !both.is_empty();
    let address = format!("/pages/{}", page.slug);
    let in_shop = (page.place != PagePlace::Hidden.as_str()).then(|| address.clone());
    let earlier = view.earlier;
    view! {
        <DeskHead title=page.title.clone() crumb=(CONTENT, "Content")>
            {in_shop.map(|href| view! { <a href=href>"View in the shop"</a> })}
        </DeskHead>
        {overtaken.then(|| view! { <OvertakenEdit theirs both /> })}
        {(!overtaken).then(|| view! { <FormProblem flash=flash.clone() /> })}
        {earlier.map(|version| view! { <Earlier page=page.clone() version /> })}
        <div class="desk-columns">
            <div class="desk-work">
                <Preview
                    html=view.preview
                    title=if earlier.is_some() { "As it was" } else { "Preview: not saved yet" }
                />
                <form class="desk-form" method="post" action=SavePage::url() novalidate>
                    <input type="hidden" name="fields[slug]" value=page.slug.clone() />
                    <input type="hidden" name="fields[version]" value=page.version.to_string() />
                    <Words fields=view.fields flash />
                    <PreviewButtons
                        save=if earlier.is_some() { "Save this as the newest" } else { "Save page" }
                        preview=PreviewPage::url()
                        words="Preview"
                    />
                </form>
            </div>
            <aside class="desk-side" aria-label="About this page">
                <Versions page earlier />
                <Placeholders />
            </aside>
        </div>
    }
    .written()
}

#[component]
fn NewPage(view: PageEditView) -> impl IntoView {
    let flash = flash_of(PAGE);
    let mut fields = view.fields;
    fields.entry("place".into()).or_insert_with(|| PagePlace::Footer.as_str().into());
    let slug = fields.get("slug").cloned().unwrap_or_default();
    view! {
        <DeskHead title="A new page" crumb=(CONTENT, "Content") />
        <FormProblem flash=flash.clone() />
        <div class="desk-columns">
            <div class="desk-work">
                <Preview html=view.preview />
                <form class="desk-form" method="post" action=CreatePage::url() novalidate>
                    <section class="desk-panel" aria-labelledby="address-title">
                        <h2 id="address-title">"Address"</h2>
                        <DeskField
                            name="fields[slug]"
                            problem_name="slug"
                            label="Behind /pages/"
                            value=slug
                            flash=flash.clone()
                            hint="Small letters, digits and hyphens, such as about-us. Left empty, it is made of the title. It stays."
                        />
                    </section>
                    <Words fields flash />
                    <PreviewButtons save="Make page" preview=PreviewPage::url() words="Preview" />
                </form>
            </div>
            <aside class="desk-side" aria-label="About pages">
                <Placeholders />
            </aside>
        </div>
    }
    .written()
}

#[component]
fn Words(fields: Fields, flash: Flash) -> impl IntoView {
    let value = |name: &str| fields.get(name).cloned().unwrap_or_default();
    let line = |name: &'static str, required: bool| {
        view! {
            <DeskField
                name=format!("fields[{name}]")
                problem_name=name
                label=field_label(name)
                value=value(name)
                flash=flash.clone()
                required
            />
        }
    };
    let places = PagePlace::ALL.map(|place| (place.as_str().to_owned(), page_place(place.as_str()).to_owned()));
    view! {
        <section class="desk-panel" aria-labelledby="words-title">
            <h2 id="words-title">"Words"</h2>
            {line("title", true)}
            <DeskText
                name="fields[body]"
                id="field-body"
                label=field_label("body")
                value=value("body")
                rows=22
                max=102_400
                problem=flash.problem("body").map(str::to_owned)
                hint="Markdown: ## a heading, - a list, **important**, [words](/pages/terms)."
            />
            {line("description", false)}
            <DeskSelect
                name="fields[place]"
                id="field-place"
                label=field_label("place")
                value=value("place")
                choices=places.into()
                problem=flash.problem("place").unwrap_or_default().to_owned()
            />
        </section>
    }
    .written()
}

#[component]
fn Placeholders() -> impl IntoView {
    let facts = [
        ("{shop}", "the shop's name"),
        ("{payment}", "how long an order waits for its payment"),
        ("{returns}", "how long items may come back"),
        ("{contact}", "your e-mail address for customers"),
    ];
    let fact = |(name, words): (&'static str, &'static str)| {
        view! {
            <div>
                <dt>
                    <code>{name}</code>
                </dt>
                <dd>{words}</dd>
            </div>
        }
    };
    view! {
        <section class="desk-panel" aria-labelledby="facts-title">
            <h2 id="facts-title">"Facts"</h2>
            <p class="desk-quiet">"Write these, and pages say what the shop is set to:"</p>
            <dl class="desk-placeholders">{facts.into_iter().map(fact).collect_view()}</dl>
        </section>
    }
    .written()
}

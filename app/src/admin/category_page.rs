//! `/admin/categories/{slug}`: a category's editor; `/admin/new-category` for one that is not there yet, since a category may
//! be called "New".

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use shop::domain::{Fields, PicturePlace, Slug};
use shop::dto::{CategoryChoice, CategoryEditView};

use super::categories_api::{RemoveCategory, SaveCategory, SaveCategoryPicture, load_category};
use super::editor_parts::{EditorField, EditorProblem, EditorSelect, EditorStart, theirs, title, value};
use super::forms::{CATEGORY, CATEGORY_GONE};
use super::parts::{DeskHead, DeskSelect, DeskText, counted};
use super::placed_picture::PlacedPicturePart;
use crate::ui::{FormProblem, Location, Written, flash_of, loaded};

#[component]
pub fn CategoryPage() -> impl IntoView {
    let slug = Location::param("id");
    let kept = Location::asked("kept").unwrap_or_default();
    loaded(load_category(slug, kept), |view| view! { <Editor view /> })
}

#[component]
pub fn NewCategoryPage() -> impl IntoView {
    let kept = Location::asked("kept").unwrap_or_default();
    loaded(load_category(String::new(), kept), |view| view! { <Editor view /> })
}

fn label(_: &Fields, field: &str) -> String {
    match field {
        "parent" => "Below",
        "description" => "Description",
        "slug" => "Address",
        _ => "Name",
    }
    .to_owned()
}

fn listed(first: &str, choices: Vec<CategoryChoice>) -> Vec<(String, String)> {
    let choices = choices.into_iter().map(|choice| (choice.slug, choice.name));
    std::iter::once((String::new(), first.to_owned())).chain(choices).collect()
}

#[component]
fn Editor(view: CategoryEditView) -> impl IntoView {
    let (flash, is_new) = (flash_of(CATEGORY), view.editor.id.is_empty());
    let (editor, parents) = (view.editor.clone(), view.parents.clone());
    let title = title(&editor, "A new category");
    let shown = (!is_new).then(|| format!("/products?category={}", editor.id));
    view! {
        <DeskHead title crumb=("/admin/categories", "Categories")>
            {shown.map(|href| view! { <a href=href>"View in the shop"</a> })}
        </DeskHead>
        <EditorProblem editor=editor.clone() flash=flash.clone() label />
        <form class="desk-form desk-narrow" method="post" action=SaveCategory::url() novalidate>
            <EditorStart editor=editor.clone() />
            <section class="desk-panel" aria-labelledby="category-title">
                <h2 id="category-title">"What it is"</h2>
                <EditorField editor=editor.clone() flash=flash.clone() name="name" label="Name" required=true />
                <EditorField
                    editor=editor.clone()
                    flash=flash.clone()
                    name="slug"
                    label="Address (optional)"
                    hint="Small letters, digits and dashes. Left empty, it is made of the first name and stays. Whoever asks for one that it had before is led to the new one."
                />
                <EditorSelect
                    editor=editor.clone()
                    flash=flash.clone()
                    name="parent"
                    label="Below"
                    choices=listed("Nothing: it stands at the top", parents)
                />
                <DeskText
                    name="fields[description]"
                    id="field-description"
                    label="Description (optional), above its products"
                    value=value(&editor.fields, "description")
                    rows=4
                    max=5_000
                    problem=flash.problem("description").map(str::to_owned)
                    hint=theirs(&editor, "description")
                />
            </section>
            <p class="desk-save">
                <button class="button" type="submit" name="fields[do]" value="save">
                    "Save category"
                </button>
            </p>
        </form>
        {(!is_new).then(|| view! { <ItsPicture view=view.clone() /> })}
        {(!is_new).then(|| view! { <RemoveIt view /> })}
    }
    .written()
}

#[component]
fn ItsPicture(view: CategoryEditView) -> impl IntoView {
    let slug = Slug::parse(&view.editor.id).ok();
    slug.map(|slug| {
        view! {
            <div class="desk-narrow">
                <PlacedPicturePart
                    place=PicturePlace::Category(slug)
                    picture=view.picture
                    title="Picture"
                    words="At the top of its page, and on its tile on the first page where it stands at the top."
                    hint="JPEG, PNG or WebP, up to 20 MB. Best 1600 pixels wide; its tile is upright, its page wide, and each shows the middle of it."
                    action=SaveCategoryPicture::url()
                />
            </div>
        }
    })
}

#[component]
fn RemoveIt(view: CategoryEditView) -> impl IntoView {
    let CategoryEditView { editor, others, products, .. } = view;
    let flash = flash_of(CATEGORY_GONE);
    let open = flash.error.is_some();
    let choices = listed("Please choose", others);
    let choices: Vec<_> = choices.into_iter().chain([("-".to_owned(), "In no category".to_owned())]).collect();
    let chosen = flash.value("to").unwrap_or_default().to_owned();
    let problem = flash.problem("to").unwrap_or_default().to_owned();
    let words = counted(products, "product stands in it", "products stand in it");
    view! {
        <details class="desk-panel desk-fold desk-narrow" open=open>
            <summary>"Remove this category"</summary>
            <form class="form" method="post" action=RemoveCategory::url() novalidate>
                <FormProblem flash />
                <input type="hidden" name="fields[id]" value=editor.id />
                <input type="hidden" name="fields[version]" value=editor.version />
                <p class="desk-quiet">{words} "."</p>
                {(products > 0)
                    .then(|| {
                        view! {
                            <DeskSelect
                                name="fields[to]"
                                id="field-to"
                                label="Where its products go"
                                value=chosen
                                choices
                                problem
                            />
                        }
                    })}
                <button class="button-quiet" type="submit">
                    "Remove category"
                </button>
            </form>
        </details>
    }
    .written()
}

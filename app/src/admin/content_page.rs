//! `/admin/content`: what the shop is called and says of itself, and its pages of text. Whoever saves after somebody else has
//! saved sees what they changed, and loses nothing of their own.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use shop::domain::{PicturePlace, ShopPicture};
use shop::dto::{ContentEditView, PlacedPicture, StaffPageRow};

use super::content_api::{SaveContent, SaveShopPicture, load_content};
use super::content_fields::{
    AnnouncementPart, ColourPart, ContentForm, FirstPagePart, LinksPart, ShopPart, field_label,
};
use super::forms::CONTENT_WORDS;
use super::overtaken::{OvertakenEdit, quoted_start};
use super::page_versions::page_place;
use super::parts::DeskHead;
use super::paths::{NEW_PAGE, page_path};
use super::placed_picture::PlacedPicturePart;
use crate::ui::{FormProblem, Location, Moment, Written, flash_of, loaded};

#[component]
pub fn ContentPage() -> impl IntoView {
    let kept = Location::asked("kept").unwrap_or_default();
    loaded(load_content(kept), |view| view! { <Content view /> })
}

#[component]
fn Content(view: ContentEditView) -> impl IntoView {
    let flash = flash_of(CONTENT_WORDS);
    let base = serde_json::to_string(&view.saved).unwrap_or_default();
    let overtaken = !view.theirs.is_empty() || !view.both.is_empty();
    let theirs: Vec<_> = view.theirs.iter().map(|field| field_label(field)).collect();
    let both: Vec<_> = view.both.iter().map(|(field, now)| (field_label(field), quoted_start(now))).collect();
    let (version, pages) = (view.version.to_string(), view.pages.clone());
    let pictures = view.pictures.clone();
    let form = ContentForm { view, flash: flash.clone() };
    view! {
        <DeskHead title="Content">
            <a href="/">"View the first page"</a>
        </DeskHead>
        {overtaken.then(|| view! { <OvertakenEdit theirs both /> })}
        {(!overtaken).then(|| view! { <FormProblem flash /> })}
        <Pages pages />
        <form class="desk-form" method="post" action=SaveContent::url() novalidate>
            <input type="hidden" name="fields[version]" value=version />
            <input type="hidden" name="fields[base]" value=base />
            <div class="desk-halves">
                <div>
                    <ShopPart form=form.clone() />
                    <AnnouncementPart form=form.clone() />
                    <ColourPart form=form.clone() />
                </div>
                <div>
                    <FirstPagePart form=form.clone() />
                    <LinksPart form />
                </div>
            </div>
            <p class="desk-save">
                <button class="button" type="submit">
                    "Save"
                </button>
            </p>
        </form>
        <Pictures pictures />
    }
    .written()
}

/// Each by a form of its own: a file is too large to travel with the words.
#[component]
fn Pictures(pictures: Vec<(ShopPicture, PlacedPicture)>) -> impl IntoView {
    let part = |(place, picture): (ShopPicture, PlacedPicture)| {
        let (title, words, hint) = match place {
            ShopPicture::Logo => (
                "Logo",
                "At the top of every page, in the place of the shop's name. Letters and invoices keep the name.",
                "JPEG, PNG or WebP, up to 20 MB. Best 400 pixels wide and without a background; it is shown 40 pixels high.",
            ),
            ShopPicture::Icon => (
                "Icon",
                "In a browser's tab, and on the screen of a phone.",
                "JPEG, PNG or WebP, up to 20 MB. Best square, 512 pixels or more.",
            ),
            ShopPicture::Hero => (
                "Picture of the first page",
                "Beside the headline.",
                "JPEG, PNG or WebP, up to 20 MB. Best 1600 pixels wide or more, at 16:10; the middle of it is shown.",
            ),
        };
        let (place, action) = (PicturePlace::Shop(place), SaveShopPicture::url());
        view! { <PlacedPicturePart place picture title words hint action /> }
    };
    view! { <div class="desk-halves desk-brand">{pictures.into_iter().map(part).collect_view()}</div> }.written()
}

#[component]
fn Pages(pages: Vec<StaffPageRow>) -> impl IntoView {
    let row = |page: StaffPageRow| {
        view! {
            <tr>
                <th scope="row">
                    <a href=page_path(&page.slug)>{page.title}</a>
                    <span class="desk-more">{format!("/pages/{}", page.slug)}</span>
                </th>
                <td data-label="Found">{page_place(&page.place)}</td>
                <td data-label="Version" class="desk-number">
                    {page.version}
                </td>
                <td data-label="Saved">
                    <Moment at=page.saved_at />
                </td>
            </tr>
        }
    };
    view! {
        <section class="desk-panel" aria-labelledby="pages-title">
            <div class="desk-panel-head">
                <h2 id="pages-title">"Pages of text"</h2>
                <a href=NEW_PAGE>"Add a page"</a>
            </div>
            <table class="desk-table">
                <thead>
                    <tr>
                        <th scope="col">"Page"</th>
                        <th scope="col">"Found"</th>
                        <th scope="col" class="desk-number">
                            "Version"
                        </th>
                        <th scope="col">"Saved"</th>
                    </tr>
                </thead>
                <tbody>{pages.into_iter().map(row).collect_view()}</tbody>
            </table>
        </section>
    }
    .written()
}

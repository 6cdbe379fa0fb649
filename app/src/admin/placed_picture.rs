//! The picture of a place that shows one: what is there, in words where somebody needs them, another one in its place, or none.

use leptos::prelude::*;
use shop::domain::{IconFile, MAX_ALT, PicturePlace, ShopPicture};
use shop::dto::{Image, PictureUpload, PlacedPicture, words};

use super::forms::{picture_form, upload_of};
use super::parts::DeskField;
use super::paths::{CONTENT, category_path, placed_upload_path};
use super::product_pictures::upload_problem;
use crate::ui::{FormProblem, Picture, Written, flash_of};

/// `words` says where it is shown, `hint` what to choose for it, `action` saves.
#[component]
pub fn PlacedPicturePart(
    place: PicturePlace,
    picture: PlacedPicture,
    title: &'static str,
    words: &'static str,
    hint: &'static str,
    action: &'static str,
) -> impl IntoView {
    let PlacedPicture { image, upload } = picture;
    let name = word(&place);
    let nothing = image.is_none().then(|| view! { <p class="desk-quiet">"As it comes with the shop."</p> });
    let known = image.map(|image| view! { <Shown place=place.clone() image title action /> });
    let waiting = upload.map(|upload| view! { <OnItsWay place=place.clone() upload /> });
    view! {
        <section class="desk-panel" id=format!("picture-{name}") aria-labelledby=format!("picture-{name}-title")>
            <h2 id=format!("picture-{name}-title")>{title}</h2>
            <p class="desk-quiet">{words}</p>
            {nothing}
            {known}
            {waiting}
            <Upload place title hint />
        </section>
    }
    .written()
}

const fn word(place: &PicturePlace) -> &'static str {
    match place {
        PicturePlace::Category(_) => "category",
        PicturePlace::Shop(place) => place.as_str(),
    }
}

/// The page it stands on.
fn page(place: &PicturePlace) -> String {
    match place {
        PicturePlace::Category(slug) => category_path(slug.as_str()),
        PicturePlace::Shop(_) => CONTENT.to_owned(),
    }
}

#[component]
fn Shown(place: PicturePlace, image: Image, title: &'static str, action: &'static str) -> impl IntoView {
    let flash = flash_of(picture_form(&place));
    let alt = flash.value("alt").map_or_else(|| image.alt.clone(), str::to_owned);
    let (of, value) = match &place {
        PicturePlace::Category(slug) => ("fields[id]", slug.to_string()),
        PicturePlace::Shop(place) => ("fields[place]", place.as_str().to_owned()),
    };
    let said = place.has_words().then(|| {
        view! {
            <DeskField
                name="fields[alt]"
                problem_name="alt"
                id=format!("field-alt-{}", word(&place))
                label="What it shows"
                value=alt
                flash=flash.clone()
                hint=format!("For who does not see it, up to {MAX_ALT} characters. Left empty: it only decorates.")
            />
            <button class="button-quiet" type="submit">
                "Keep these words"
            </button>
        }
    });
    let picture = match &place {
        PicturePlace::Shop(ShopPicture::Icon) => {
            let file = IconFile { name: image.name.clone(), side: 180 }.file_name();
            view! { <img class="desk-icon" src=format!("/media/{file}") width="64" height="64" alt="" /> }.written()
        }
        _ => view! { <Picture image=Some(image.clone()) sizes="18rem" decorative=true /> }.written(),
    };
    view! {
        <div class="desk-placed">
            {picture} <form class="form" method="post" action=action novalidate>
                <FormProblem flash />
                <input type="hidden" name=of value=value />
                <input type="hidden" name="fields[name]" value=image.name />
                {said}
                <button
                    class="button-quiet"
                    type="submit"
                    name="fields[act]"
                    value="remove"
                    aria-label=format!("Remove: {title}")
                >
                    "Remove"
                </button>
            </form>
        </div>
    }
    .written()
}

/// A picture that is being made, or could not be.
#[component]
fn OnItsWay(place: PicturePlace, upload: PictureUpload) -> impl IntoView {
    let PictureUpload { file, problem, .. } = upload;
    match problem {
        None => view! {
            <p class="desk-quiet">
                <strong class="desk-file">{file}</strong>
                " is being made ready. "
                <a href=page(&place)>"Look again"</a>
            </p>
        }
        .written(),
        Some(problem) => view! {
            <p class="field-problem">
                <strong class="desk-file">{file}</strong>
                ": "
                {words::picture_problem(problem)}
            </p>
        }
        .written(),
    }
}

#[component]
fn Upload(place: PicturePlace, title: &'static str, hint: &'static str) -> impl IntoView {
    let flash = flash_of(upload_of(&place));
    let refused = flash.typed.into_iter().find_map(|(file, why)| Some((file, upload_problem(&why)?)));
    let wrong = refused.is_some();
    let (field, name) = (format!("field-picture-{}", word(&place)), word(&place));
    let (problem, more) = (format!("picture-{name}-refused"), format!("picture-{name}-hint"));
    let described = if wrong { format!("{problem} {more}") } else { more.clone() };
    let refused = refused.map(|(file, why)| {
        let file = (!file.is_empty()).then(|| view! { <strong>{file}": "</strong> });
        view! {
            <div class="problem" role="alert" tabindex="-1" autofocus=true>
                <p id=problem>{file} {why}</p>
            </div>
        }
    });
    view! {
        <form class="desk-upload" method="post" enctype="multipart/form-data" action=placed_upload_path(&place)>
            {refused}
            <div class="field" class:field-wrong=wrong>
                <label for=field.clone()>{format!("Choose a picture: {title}")}</label>
                <input
                    id=field
                    type="file"
                    name="picture"
                    accept="image/jpeg,image/png,image/webp"
                    aria-invalid=wrong.then_some("true")
                    aria-describedby=described
                />
                <p class="field-hint" id=more>
                    {hint}
                </p>
            </div>
            <button class="button-quiet" type="submit" aria-label=format!("Upload: {title}")>
                "Upload"
            </button>
        </form>
    }
    .written()
}

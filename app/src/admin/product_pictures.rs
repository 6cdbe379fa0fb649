//! The pictures of a product's editor: new ones are chosen or dropped; those that are there are put in order, told in words, and
//! given to variants. Each button saves what was typed beside doing what it says.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use shop::domain::{Fields, Merged, PictureProblem};
use shop::dto::{Image, PictureUpload, StaffProduct, StaffVariant, words};

use super::forms::{PICTURES, UPLOAD};
use super::parts::{DeskField, DeskSelect};
use super::paths::{pictures_path, product_path};
use super::product_fields::variant_name;
use super::products_api::SavePictures;
use crate::ui::{Flash, FormProblem, Picture, Written, flash_of};

#[component]
pub fn ProductPictures(product: StaffProduct, merged: Merged) -> impl IntoView {
    let is_empty = product.images.is_empty() && product.uploads.is_empty();
    view! {
        <section class="desk-panel" id="pictures" aria-labelledby="pictures-title">
            <h2 id="pictures-title">"Pictures"</h2>
            {if is_empty {
                view! {
                    <p class="desk-quiet">"There are none yet. The first one stands in listings and in the cart."</p>
                }
                    .written()
            } else {
                view! { <PictureRows product=product.clone() merged /> }.written()
            }}
            <Upload id=product.id.to_string() />
        </section>
    }
    .written()
}

#[component]
fn Upload(id: String) -> impl IntoView {
    let flash = flash_of(UPLOAD);
    let refused: Vec<_> =
        flash.typed.into_iter().filter_map(|(file, why)| Some((file, upload_problem(&why)?))).collect();
    let wrong = !refused.is_empty();
    let refused = wrong.then(|| {
        let lines = refused.into_iter().map(|(file, why)| {
            let file = (!file.is_empty()).then(|| view! { <strong>{file}": "</strong> });
            view! { <li>{file} {why}</li> }
        });
        view! {
            <div class="problem" role="alert" tabindex="-1" autofocus=true>
                <ul id="pictures-refused">{lines.collect_view()}</ul>
            </div>
        }
    });
    view! {
        <form class="desk-upload" method="post" enctype="multipart/form-data" action=pictures_path(&id)>
            {refused}
            <div class="field" class:field-wrong=wrong>
                <label for="field-pictures">"Add pictures"</label>
                <input
                    id="field-pictures"
                    type="file"
                    name="pictures"
                    multiple=true
                    accept="image/jpeg,image/png,image/webp"
                    aria-invalid=wrong.then_some("true")
                    aria-describedby=if wrong { "pictures-refused pictures-hint" } else { "pictures-hint" }
                />
                <p class="field-hint" id="pictures-hint">
                    "JPEG, PNG or WebP, up to 20 MB each; choose several, or drop them here. Best 1600 pixels wide or more, upright at 4:5. Where a picture was taken, and what else a camera writes into it, is removed. What you changed above is kept only if you save it first."
                </p>
            </div>
            <button class="button-quiet" type="submit">
                "Upload"
            </button>
        </form>
    }
    .written()
}

/// What is said of a file that was not taken.
pub fn upload_problem(why: &str) -> Option<&'static str> {
    match why {
        "none" => Some("Please choose a picture first."),
        "busy" => Some("It could not be kept just now. Please try again in a moment."),
        other => PictureProblem::parse(other).map(words::picture_problem),
    }
}

/// Those that are there, and those that are on their way.
#[component]
fn PictureRows(product: StaffProduct, merged: Merged) -> impl IntoView {
    let flash = flash_of(PICTURES);
    let Merged { fields, theirs, both } = merged;
    let overtaken = !theirs.is_empty() || !both.is_empty();
    let base = serde_json::to_string(&product.picture_fields()).unwrap_or_default();
    let total = product.images.len();
    let known = product.images.iter().cloned().enumerate().map(|(place, image)| {
        view! { <Row image place total fields=fields.clone() flash=flash.clone() both=both.clone() /> }
    });
    let known = known.collect_view();
    let waiting = product.uploads.iter().any(|upload| upload.problem.is_none());
    let again = waiting.then(|| view! { <LookAgain id=product.id.to_string() /> });
    let uploads = product.uploads.iter().cloned().map(|upload| view! { <NotReady upload /> }).collect_view();
    view! {
        {overtaken.then(|| view! { <Overtaken product=product.clone() theirs both /> })}
        {(!overtaken).then(|| view! { <FormProblem flash=flash.clone() /> })}
        <form method="post" action=SavePictures::url() novalidate>
            // Whoever presses Enter in a field saves, and moves nothing.
            <button class="visually-hidden" type="submit" tabindex="-1" aria-hidden="true">
                "Save pictures"
            </button>
            <input type="hidden" name="fields[pictures]" value="yes" />
            <input type="hidden" name="fields[id]" value=product.id.to_string() />
            <input type="hidden" name="fields[version]" value=product.pictures_version.to_string() />
            <input type="hidden" name="fields[base]" value=base />
            <ol class="desk-pictures">{known} {uploads}</ol>
            {again}
            <OfVariants product fields flash />
            {(total > 0)
                .then(|| {
                    view! {
                        <button class="button" type="submit">
                            "Save pictures"
                        </button>
                    }
                })}
        </form>
    }
    .written()
}

#[component]
fn LookAgain(id: String) -> impl IntoView {
    view! {
        <p class="desk-quiet">
            "Sizes for every screen are being made: a few seconds for each picture. "
            <a href=product_path(&id)>"Look again"</a>
        </p>
    }
}

/// A picture, what it shows, and where it goes.
#[component]
fn Row(
    image: Image,
    place: usize,
    total: usize,
    fields: Fields,
    flash: Flash,
    both: Vec<(String, String)>,
) -> impl IntoView {
    let number = place + 1;
    let (alt, decorative) = (image.field("alt"), image.field("decorative"));
    let value = |field: &str| fields.get(field).cloned().unwrap_or_default();
    let theirs = both.iter().find(|(name, _)| *name == alt).map(|(_, now)| format!("Now: {now}")).unwrap_or_default();
    let act = |act: String, words: &'static str, label: String| {
        view! {
            <button class="button-quiet" type="submit" name="fields[act]" value=act aria-label=label>
                {words}
            </button>
        }
    };
    let name = image.name.clone();
    let up = (place > 0).then(|| {
        act(format!("move-{}-{name}", place.saturating_sub(1)), "Move up", format!("Move up picture {number}"))
    });
    let down = (number < total)
        .then(|| act(format!("move-{number}-{name}"), "Move down", format!("Move down picture {number}")));
    let remove = act(format!("remove-{name}"), "Remove", format!("Remove picture {number}"));
    let first = (place == 0).then_some("Stands in listings and in the cart.");
    view! {
        <li>
            <div class="frame">
                <Picture image=Some(image) sizes="8rem" decorative=true />
            </div>
            <div class="desk-picture">
                <DeskField
                    name=format!("fields[{alt}]")
                    problem_name=alt.clone()
                    label=format!("What picture {number} shows")
                    value=value(&alt)
                    flash
                    hint=if theirs.is_empty() { first.unwrap_or_default().to_owned() } else { theirs }
                />
                <label class="check">
                    <input
                        type="checkbox"
                        name=format!("fields[{decorative}]")
                        value="on"
                        checked=value(&decorative) == "on"
                    />
                    <span>"It only decorates: nobody needs it in words"</span>
                </label>
                <div class="desk-buttons">{up} {down} {remove}</div>
            </div>
        </li>
    }
    .written()
}

/// A picture that is being made, or could not be.
#[component]
fn NotReady(upload: PictureUpload) -> impl IntoView {
    let PictureUpload { id, file, problem } = upload;
    let (class, state) = match problem {
        None => ("desk-quiet", "Being made ready."),
        Some(problem) => ("field-problem", words::picture_problem(problem)),
    };
    let label = format!("Remove {file}");
    view! {
        <li>
            <div class="frame"></div>
            <div class="desk-picture">
                <p>
                    <strong class="desk-file">{file}</strong>
                </p>
                <p class=class>{state}</p>
                <div class="desk-buttons">
                    <button
                        class="button-quiet"
                        type="submit"
                        name="fields[act]"
                        value=format!("remove-upload-{id}")
                        aria-label=label
                    >
                        "Remove"
                    </button>
                </div>
            </div>
        </li>
    }
    .written()
}

/// Which picture the shop leads to when a variant is chosen.
#[component]
fn OfVariants(product: StaffProduct, fields: Fields, flash: Flash) -> impl IntoView {
    let shown = product.variants.len() > 1 && !product.images.is_empty();
    shown.then(|| {
        let pictures =
            (1..).zip(&product.images).map(|(number, image)| (image.name.clone(), picture_name(number, image)));
        let choices: Vec<_> = std::iter::once((String::new(), "The first".to_owned())).chain(pictures).collect();
        let choice = |variant: &StaffVariant| {
            let field = variant.field("picture");
            view! {
                <DeskSelect
                    name=format!("fields[{field}]")
                    id=format!("field-{field}")
                    label=variant_name(&product, variant)
                    value=fields.get(&field).cloned().unwrap_or_default()
                    choices=choices.clone()
                    problem=flash.problem(&field).unwrap_or_default().to_owned()
                />
            }
        };
        view! {
            <fieldset class="desk-choice desk-variant-pictures">
                <legend>"Which picture shows which variant"</legend>
                <div class="desk-pair">{product.variants.iter().map(choice).collect_view()}</div>
            </fieldset>
        }
    })
}

fn picture_name(number: usize, image: &Image) -> String {
    let words: String = image.alt.chars().take(40).collect();
    if words.is_empty() { format!("Picture {number}") } else { format!("{number}: {words}") }
}

/// What somebody else has saved meanwhile.
#[component]
fn Overtaken(product: StaffProduct, theirs: Vec<String>, both: Vec<(String, String)>) -> impl IntoView {
    let changed = theirs.iter().map(|field| view! { <li>{picture_field(&product, field)}</li> }).collect_view();
    let contested = both.iter().map(|(field, now)| {
        let now = if now.is_empty() { "nothing".to_owned() } else { format!("“{now}”") };
        view! { <li>{format!("{}: yours stands in the field; now it is {now}", picture_field(&product, field))}</li> }
    });
    let contested = contested.collect_view();
    view! {
        <div class="problem" role="alert" tabindex="-1" autofocus=true>
            <p>
                "Somebody else has changed these pictures since you opened them. Nothing you typed is lost: look it over and press your button again."
            </p>
            <ul>{changed} {contested}</ul>
        </div>
    }
    .written()
}

/// What a field of the pictures is called.
fn picture_field(product: &StaffProduct, field: &str) -> String {
    let of_picture = (1..).zip(&product.images).find_map(|(number, image)| {
        if field == image.field("alt") {
            Some(format!("What picture {number} shows"))
        } else {
            (field == image.field("decorative")).then(|| format!("Whether picture {number} only decorates"))
        }
    });
    let of_variant = || {
        let variant = product.variants.iter().find(|variant| field == variant.field("picture"))?;
        Some(format!("The picture of {}", variant_name(product, variant)))
    };
    of_picture.or_else(of_variant).unwrap_or_else(|| "A picture".to_owned())
}

//! `/admin/import/{id}`: a file of products, what is wrong with it or would become of it, and the button that imports it.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use shop::domain::ImportState;
use shop::dto::{ImportNote, ImportReport, ImportView, words};

use super::forms::WANT_IMPORT;
use super::imports_api::{WantImport, load_import};
use super::parts::{DeskHead, grouped};
use super::paths::{IMPORT_PATH, import_path};
use crate::ui::{FormProblem, Location, Moment, Written, flash_of, loaded};

#[component]
pub fn ImportPage() -> impl IntoView {
    let id = Location::param("id");
    loaded(load_import(id), |import| view! { <Import import /> })
}

#[component]
fn Import(import: ImportView) -> impl IntoView {
    let ImportView { id, file, state, at, done, total, report, is_kept, .. } = import.clone();
    let id = id.to_string();
    let is_good = state == ImportState::Checked && report.as_ref().is_some_and(|report| report.problem_count == 0);
    let again = state.is_under_way().then(|| view! { <UnderWay id=id.clone() done total /> });
    let failed = (state == ImportState::Failed).then(|| {
        view! {
            <div class="problem" role="alert">
                <p>"This file could not be worked on, though it was tried several times. Nothing was changed."</p>
            </div>
        }
    });
    let report = report.map(|report| view! { <Report report state /> });
    view! {
        <DeskHead title=file crumb=(IMPORT_PATH, "Import and export") />
        <FormProblem flash=flash_of(WANT_IMPORT) />
        <p class="desk-count" role="status">
            {words::import_state(state)}
            ", "
            <Moment at />
        </p>
        {again}
        {failed}
        {is_good.then(|| if is_kept { view! { <Want id /> }.written() } else { view! { <Gone /> }.written() })}
        <Pictures import />
        {report}
    }
    .written()
}

/// Those that the file names by their addresses.
#[component]
fn Pictures(import: ImportView) -> impl IntoView {
    let ImportView { id, pictures_waiting: waiting, pictures_fetched: fetched, pictures_failed: failed, .. } = import;
    let has_failed = !failed.is_empty();
    let is_some = waiting > 0 || fetched > 0 || has_failed;
    let again = (waiting > 0).then(|| {
        view! {
            <p>
                {format!("{} are still to be fetched, a few seconds each. ", grouped(waiting))}
                <a href=import_path(&id.to_string())>"Look again"</a>
            </p>
        }
    });
    let lines = failed.into_iter().map(|picture| {
        view! {
            <li>
                <p class="desk-code">{picture.address}</p>
                <p class="desk-more">{format!("Row {}: {}", picture.row, words::fetch_problem(&picture.problem))}</p>
            </li>
        }
    });
    let lines = lines.collect_view();
    is_some.then(|| {
        view! {
            <section class="desk-panel" aria-labelledby="fetched-title">
                <h2 id="fetched-title">"Pictures"</h2>
                <p>{format!("{} were fetched.", grouped(fetched))}</p>
                {again}
                {has_failed.then(|| view! { <ul class="desk-entries">{lines}</ul> })}
            </section>
        }
    })
}

#[component]
fn UnderWay(id: String, done: u32, total: u32) -> impl IntoView {
    let far = (total > 0).then(|| {
        view! {
            <p>
                <progress max=total.to_string() value=done.to_string() aria-label="Imported so far"></progress>
                {format!(" {} of {}", grouped(done), grouped(total))}
            </p>
        }
    });
    view! {
        <div class="desk-next">
            {far}
            <p>
                "This takes a few seconds, for ten thousand rows up to a minute. "
                <a href=import_path(&id)>"Look again"</a>
            </p>
        </div>
    }
    .written()
}

#[component]
fn Want(id: String) -> impl IntoView {
    view! {
        <form class="desk-next" method="post" action=WantImport::url()>
            <p>"There is no problem with this file. All of it is imported, or nothing."</p>
            <input type="hidden" name="id" value=id />
            <button class="button" type="submit">
                "Import"
            </button>
        </form>
    }
    .written()
}

/// It was checked, and newer files took its place.
#[component]
fn Gone() -> impl IntoView {
    view! {
        <div class="desk-next">
            <p>
                "There was no problem with this file, but newer ones have taken its place. "
                <a href=IMPORT_PATH>"Send it again"</a> " to import it."
            </p>
        </div>
    }
    .written()
}

#[component]
fn Report(report: ImportReport, state: ImportState) -> impl IntoView {
    let is_done = state == ImportState::Done;
    let fact = |words: &'static str, number: u32| {
        view! {
            <div>
                <dt>{words}</dt>
                <dd>{grouped(number)}</dd>
            </div>
        }
    };
    let ImportReport { rows, made, changed, same, new_variants, changed_variants, pictures, .. } = report;
    let left = (!report.left.is_empty()).then(|| {
        view! { <p class="desk-quiet">{format!("Nothing is read of these columns: {}.", report.left.join(", "))}</p> }
    });
    view! {
        <Notes title="Problems" notes=report.problems count=report.problem_count />
        <section class="desk-panel" aria-labelledby="report-title">
            <h2 id="report-title">{if is_done { "What was imported" } else { "What would be imported" }}</h2>
            <dl class="facts">
                {fact("Rows", rows)} {fact("Products that are new", made)} {fact("Products that change", changed)}
                {fact("Products that stay as they are", same)} {fact("Variants that are new", new_variants)}
                {fact("Variants that change", changed_variants)} {fact("Pictures to fetch", pictures)}
            </dl>
            {left}
        </section>
        <Notes title="Good to know" notes=report.notes count=report.note_count />
    }
    .written()
}

/// What there is to say of rows, the first of it.
#[component]
fn Notes(title: &'static str, notes: Vec<ImportNote>, count: u32) -> impl IntoView {
    let told = u32::try_from(notes.len()).unwrap_or(u32::MAX);
    let more =
        (count > told).then(|| view! { <p class="desk-quiet">{format!("And {} more.", grouped(count - told))}</p> });
    (count > 0).then(|| {
        view! {
            <section class="desk-panel">
                <h2>{format!("{title} ({})", grouped(count))}</h2>
                <table class="desk-table">
                    <thead>
                        <tr>
                            <th scope="col">"Row"</th>
                            <th scope="col">"Column"</th>
                            <th scope="col">"What"</th>
                        </tr>
                    </thead>
                    <tbody>{notes.into_iter().map(|note| view! { <Note note /> }).collect_view()}</tbody>
                </table>
                {more}
            </section>
        }
    })
}

#[component]
fn Note(note: ImportNote) -> impl IntoView {
    let row = if note.row == 0 { "The file".to_owned() } else { note.row.to_string() };
    view! {
        <tr>
            <th scope="row">{row}</th>
            <td data-label="Column">{if note.column.is_empty() { "–".to_owned() } else { note.column }}</td>
            <td data-label="What">{words::import_remark(&note.remark)}</td>
        </tr>
    }
    .written()
}

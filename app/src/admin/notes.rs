//! What staff have noted about an order or a customer. The form for more stands first, and the newest below it: both are at hand
//! however many there are.

use leptos::prelude::*;
use shop::dto::NoteView;

use super::parts::DeskText;
use crate::ui::{FormProblem, Moment, Written, flash_of};

/// `notes`: the oldest first. `subject`: the field that says whose notes they are, and its value.
#[component]
pub fn NotesPanel(
    notes: Vec<NoteView>,
    form: &'static str,
    action: &'static str,
    subject: (&'static str, String),
) -> impl IntoView {
    let flash = flash_of(form);
    let typed = flash.value("note").unwrap_or_default().to_owned();
    let problem = flash.problem("note").map(str::to_owned);
    let note = |note: NoteView| {
        view! {
            <li>
                <span class="desk-text">{note.text}</span>
                <span class="desk-more">{note.by} ", " <Moment at=note.at /></span>
            </li>
        }
    };
    let (name, value) = subject;
    view! {
        <section class="desk-panel" aria-labelledby="notes-title">
            <h2 id="notes-title">"Notes"</h2>
            <form class="form" method="post" action=action novalidate>
                <FormProblem flash />
                <input type="hidden" name=name value=value />
                <DeskText name="note" id="note" label="Note to self" value=typed rows=2 max=1000 problem />
                <button class="button-quiet" type="submit">
                    "Note it"
                </button>
            </form>
            <ul class="desk-entries">{notes.into_iter().rev().map(note).collect_view()}</ul>
        </section>
    }
    .written()
}

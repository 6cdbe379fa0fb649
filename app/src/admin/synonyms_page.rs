//! `/admin/synonyms`: other words for what is sold, which a search knows besides its own; `?word=` for the editor of one.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use shop::domain::Fields;
use shop::dto::{SynonymGroup, SynonymsView};

use super::editor_parts::{EditorField, EditorProblem, EditorStart, Remove};
use super::forms::{SYNONYMS, SYNONYMS_GONE};
use super::parts::DeskHead;
use super::paths::{SYNONYMS_PATH, synonyms_path};
use super::synonyms_api::{RemoveSynonyms, SaveSynonyms, load_synonyms};
use crate::ui::{Location, Written, flash_of, loaded};

#[component]
pub fn SynonymsPage() -> impl IntoView {
    let asked = |name: &str| Location::asked(name).unwrap_or_default();
    loaded(load_synonyms(asked("word"), asked("kept")), |view| view! { <Synonyms view /> })
}

fn label(_: &Fields, field: &str) -> String {
    if field == "word" { "Word" } else { "Finds, too" }.to_owned()
}

#[component]
fn Synonyms(view: SynonymsView) -> impl IntoView {
    let (flash, is_known) = (flash_of(SYNONYMS), view.is_known());
    let SynonymsView { editor, groups } = view;
    let title = if is_known { format!("Change “{}”", editor.id) } else { "Add a word".to_owned() };
    view! {
        <DeskHead title="Synonyms">
            {is_known
                .then(|| {
                    view! {
                        <a class="button" href=SYNONYMS_PATH>
                            "Add a word"
                        </a>
                    }
                })}
        </DeskHead>
        <p class="desk-when">
            "What people call otherwise than you do. Whoever searches for the word finds what the other words find, too; not the other way round."
        </p>
        <EditorProblem editor=editor.clone() flash=flash.clone() label />
        <form class="desk-form" method="post" action=SaveSynonyms::url() novalidate>
            <EditorStart editor=editor.clone() />
            <section class="desk-panel" aria-labelledby="word-title">
                <h2 id="word-title">{title}</h2>
                <EditorField
                    editor=editor.clone()
                    flash=flash.clone()
                    name="word"
                    label="Word"
                    hint="One word, such as couch."
                    required=true
                />
                <EditorField
                    editor=editor.clone()
                    flash=flash.clone()
                    name="means"
                    label="Finds, too"
                    hint="Words of your products, with commas between them: settee, sofa."
                    required=true
                />
            </section>
            <p class="desk-save">
                <button class="button" type="submit" name="fields[do]" value="save">
                    "Save word"
                </button>
            </p>
        </form>
        {is_known
            .then(|| {
                view! {
                    <Remove
                        editor
                        flash=flash_of(SYNONYMS_GONE)
                        action=RemoveSynonyms::url()
                        what="word"
                        words="Whoever searches for it finds what has the word itself, and nothing else."
                    />
                }
            })}
        <Words groups />
    }
    .written()
}

#[component]
fn Words(groups: Vec<SynonymGroup>) -> impl IntoView {
    let is_empty = groups.is_empty();
    let row = |SynonymGroup { word, means }: SynonymGroup| {
        let to = synonyms_path(&word);
        view! {
            <tr>
                <th scope="row">
                    <a href=to>{word}</a>
                </th>
                <td data-label="Finds, too">{means}</td>
            </tr>
        }
    };
    let rows = groups.into_iter().map(row).collect_view();
    view! {
        <section class="desk-panel" aria-labelledby="words-title">
            <h2 id="words-title">"All words"</h2>
            {is_empty
                .then(|| {
                    view! {
                        <p class="desk-quiet">
                            "There is none yet. A search finds plurals, accents and typos by itself."
                        </p>
                    }
                })}
            {(!is_empty)
                .then(|| {
                    view! {
                        <table class="desk-table">
                            <thead>
                                <tr>
                                    <th scope="col">"Word"</th>
                                    <th scope="col">"Finds, too"</th>
                                </tr>
                            </thead>
                            <tbody>{rows}</tbody>
                        </table>
                    }
                })}
        </section>
    }
    .written()
}

//! The search in the header: a form, and while somebody types what the shop has for it. Before the scripts have come, and without
//! them, it is the form alone.

use std::sync::LazyLock;
use std::time::Duration;

use leptos::html;
use leptos::prelude::*;
use leptos::tachys::html::InertElement;
use leptos::task::spawn_local;
use web_sys::KeyboardEvent;

use super::combobox::Combobox;

/// How long nothing more is typed before the shop is asked.
const PAUSE: Duration = Duration::from_millis(150);

/// The same on every page, so it is written once, by the first.
#[component]
pub fn SearchForm() -> impl IntoView {
    static HTML: LazyLock<String> = LazyLock::new(|| Owner::new().with(|| search_form().to_html()));
    InertElement::new(HTML.as_str())
}

fn search_form() -> impl IntoView {
    view! {
        <SearchSuggestions>
            <form class="search" method="get" action="/products" role="search">
                <label class="visually-hidden" for="search">
                    "Search"
                </label>
                // No `type="search"`: that is none that a list may belong to.
                <input
                    id="search"
                    name="q"
                    type="text"
                    inputmode="search"
                    enterkeyhint="search"
                    placeholder="Find something"
                    maxlength="100"
                    autocomplete="off"
                    autocapitalize="none"
                    spellcheck="false"
                />
                <button type="submit">"Search"</button>
            </form>
        </SearchSuggestions>
    }
}

/// Around the form: a combobox with a list (WAI-ARIA 1.2). The focus stays in the field; the list is the server's own HTML.
#[island]
pub fn SearchSuggestions(children: Children) -> impl IntoView {
    let around = NodeRef::<html::Div>::new();
    let field = move || {
        let around = around.get_untracked()?;
        Combobox::within(&around)
    };
    // Counts what was typed, and each time the list is closed: an answer to anything before that is not shown.
    let turn = StoredValue::new(0_u32);
    let next_turn = move || {
        turn.update_value(|turn| *turn = turn.wrapping_add(1));
        turn.get_value()
    };
    let close = move || {
        next_turn();
        if let Some(field) = field() {
            field.close();
        }
    };
    let ask = move || {
        let now = next_turn();
        let Some(field) = field() else { return };
        // A single letter is too little; one that is a word by itself has more bytes.
        if field.typed().len() < 2 {
            return field.close();
        }
        field.forget_choice();
        set_timeout(
            move || {
                if turn.get_value() != now {
                    return;
                }
                spawn_local(async move {
                    let found = field.ask().await;
                    if turn.get_value() == now && field.has_focus() {
                        field.show(found.as_deref());
                    }
                });
            },
            PAUSE,
        );
    };
    let press = move |event: KeyboardEvent| {
        let Some(field) = field().filter(|field| field.has_focus() && !event.is_composing()) else { return };
        let is_done = match event.key().as_str() {
            "ArrowDown" if field.is_open() => {
                field.choose_next();
                true
            }
            "ArrowUp" if field.is_open() => {
                field.choose_previous();
                true
            }
            "ArrowDown" if !field.typed().is_empty() => {
                ask();
                true
            }
            "Enter" => field.follow_choice(),
            // An answer that is on its way does not come any more, either.
            "Escape" => {
                let was_open = field.is_open();
                close();
                was_open
            }
            _ => false,
        };
        if is_done {
            event.prevent_default();
        }
    };
    // Shoppers are quicker than scripts.
    Effect::new(move |_| {
        around.track();
        let Some(field) = field() else { return };
        field.announce();
        if field.has_focus() {
            ask();
        }
    });
    view! {
        <div class="search-field" node_ref=around on:input=move |_| ask() on:keydown=press on:focusout=move |_| close()>
            {children()}
            // What is pressed here takes no focus from the field.
            <div
                id="suggestions"
                class="suggestions"
                hidden
                on:mousedown=move |event| event.prevent_default()
                on:click=move |_| close()
            ></div>
            <p class="visually-hidden" role="status"></p>
        </div>
    }
}

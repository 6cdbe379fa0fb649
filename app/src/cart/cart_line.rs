//! One line of the cart: its picture, its forms, its notices.

use leptos::html;
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use web_sys::{KeyboardEvent, SubmitEvent};

use super::cart_change::CartChange;
use super::editor::CartEditor;
use super::focus::line_id;
use super::forms::QUANTITY;
use super::island_api::{ChangeLine, RemoveLine};
use super::shown::LineShown;

#[component]
pub fn Line(line: LineShown, editor: CartEditor) -> impl IntoView {
    let id = line.id.clone();
    // The line as it is now; as it was at first once it is gone, for the moment until it leaves the page.
    let first = line.clone();
    let now = Memo::new(move |_| {
        editor.cart.with(|c| c.lines.iter().find(|l| l.id == id).cloned()).unwrap_or_else(|| first.clone())
    });
    let LineShown { id: item, href, name, options, picture, .. } = line;
    let line_id = line_id(&item);
    view! {
        <li class="line" id=line_id>
            <a class="line-picture frame" href=href.clone() tabindex="-1" aria-hidden="true" inner_html=picture></a>
            <div class="line-words">
                <p class="line-name">
                    <a href=href>{name.clone()}</a>
                </p>
                {options.map(|options| view! { <p class="line-options">{options}</p> })}
                <p class="line-unit">{move || now.get().each}</p>
                {move || now.get().notice.map(|notice| view! { <p class="line-notice">{notice}</p> })}
            </div>
            <QuantityForm id=item.clone() name=name.clone() now editor />
            <p class="line-total">{move || now.get().total}</p>
            <RemoveForm id=item name editor />
        </li>
    }
}

#[component]
fn QuantityForm(id: String, name: String, now: Memo<LineShown>, editor: CartEditor) -> impl IntoView {
    let id = StoredValue::new(id);
    let input = NodeRef::<html::Input>::new();
    let failure = move || editor.failure.get().filter(|f| f.change.item() == Some(&*id.get_value()));
    let wrong = Memo::new(move |_| failure().map(|f| f.words));
    let shown = Memo::new(move |_| match failure().map(|f| f.change) {
        Some(CartChange::Quantity { typed, .. }) => typed,
        _ => now.get().quantity.to_string(),
    });
    let last_sent = StoredValue::new(String::new());
    let send = move || {
        let typed = input.get_untracked().map(|input| input.value()).unwrap_or_default();
        let is_busy = editor.busy.get_untracked();
        // Enter fires `change`, and then `submit`: the second does not send again. What was refused is sent again.
        if is_busy && last_sent.with_value(|sent| *sent == typed) && wrong.with_untracked(Option::is_none) {
            return;
        }
        // While something is under way, what is shown may be of before: the same is sent, too.
        if typed != now.get_untracked().quantity.to_string() || is_busy {
            last_sent.set_value(typed.clone());
            editor.send(CartChange::Quantity { item: id.get_value(), typed });
        } else if wrong.with_untracked(Option::is_some) {
            editor.failure.set(None);
        }
    };
    // What was typed before the island woke is a change like any other, but not what the page came with: that may be a
    // quantity that was refused. After that the field follows the cart.
    Effect::new(move |woken: Option<()>| {
        let shown = shown.get();
        let Some(field) = input.get() else { return };
        if woken.is_some() {
            field.set_value(&shown);
        } else if field.value() != shown {
            send();
        }
    });
    let field_id = format!("quantity-{}", id.get_value());
    let problem_id = format!("{field_id}-problem");
    let described = problem_id.clone();
    view! {
        <form
            class="line-quantity"
            method="post"
            action=ChangeLine::url()
            on:submit=move |event| {
                event.prevent_default();
                send();
            }
        >
            <input type="hidden" name="item_id" value=id.get_value() />
            <div class="field quantity" class:field-wrong=move || wrong.with(Option::is_some)>
                <label for=field_id.clone()>{QUANTITY.label} <span class="visually-hidden">" of "{name}</span></label>
                <input
                    id=field_id
                    name=QUANTITY.name
                    type=QUANTITY.kind.input()
                    min="1"
                    max=QUANTITY.greatest
                    inputmode=QUANTITY.kind.keyboard()
                    autocomplete=QUANTITY.autocomplete
                    required=QUANTITY.required
                    value=move || shown.get()
                    node_ref=input
                    on:change=move |_| send()
                    aria-invalid=move || wrong.with(Option::is_some).then_some("true")
                    aria-describedby=move || wrong.with(Option::is_some).then(|| described.clone())
                />
            </div>
            <button class="button-quiet without-scripts" type="submit">
                "Update"
            </button>
            <div class="field-problem" id=problem_id role="alert">
                {move || wrong.get()}
            </div>
        </form>
    }
}

#[component]
fn RemoveForm(id: String, name: String, editor: CartEditor) -> impl IntoView {
    let id = StoredValue::new(id);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        editor.send(CartChange::Remove { item: id.get_value() });
    };
    // The focus goes on to the next line's button: a key that is held means the first line only.
    let press = move |event: KeyboardEvent| {
        if event.repeat() && event.key() == "Enter" {
            event.prevent_default();
        }
    };
    view! {
        <form class="line-remove" method="post" action=RemoveLine::url() on:submit=submit>
            <input type="hidden" name="item_id" value=id.get_value() />
            <button class="link" type="submit" on:keydown=press>
                "Remove"
                <span class="visually-hidden">" "{name}</span>
            </button>
        </form>
    }
}

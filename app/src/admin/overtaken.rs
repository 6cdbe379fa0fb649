//! What stands above a form: what it would look like in the shop, and what somebody else has saved of the same thing meanwhile.

use leptos::prelude::*;

use crate::ui::Written;

/// Of a long text no more is told here.
const MOST: usize = 200;

/// `what` they have saved; `theirs`: what fields they changed are called; `both`: those that both changed, and what they are
/// now, `quoted`.
#[component]
pub fn OvertakenEdit(
    #[prop(default = "this")] what: &'static str,
    theirs: Vec<String>,
    both: Vec<(String, String)>,
) -> impl IntoView {
    let (has_changed, has_contested) = (!theirs.is_empty(), !both.is_empty());
    let changed = theirs.into_iter().map(|field| view! { <li>{field}</li> }).collect_view();
    let contested = both.into_iter().map(|(field, now)| {
        view! { <li>{format!("{field}: yours stands in the field; now it is {now}")}</li> }
    });
    view! {
        <div class="problem" role="alert" tabindex="-1" autofocus=true>
            <p>
                {format!(
                    "Somebody else has saved {what} since you opened it. Nothing is lost: look it over and save again.",
                )}
            </p>
            {has_changed
                .then(|| {
                    view! {
                        <p>"They changed, and it stands in the form now:"</p>
                        <ul>{changed}</ul>
                    }
                })}
            {has_contested
                .then(|| {
                    view! {
                        <p>"You both changed:"</p>
                        <ul>{contested.collect_view()}</ul>
                    }
                })}
        </div>
    }
    .written()
}

/// What was typed, as the shop would show it.
#[component]
pub fn Preview(html: Option<String>, #[prop(default = "Preview: not saved yet")] title: &'static str) -> impl IntoView {
    html.map(|html| {
        view! {
            <section class="desk-panel desk-first" id="preview" aria-labelledby="preview-title">
                <h2 id="preview-title">{title}</h2>
                <div class="prose" inner_html=html />
            </section>
        }
    })
}

/// Saving comes first: it is what Enter does. `preview` is where the form goes for a look.
#[component]
pub fn PreviewButtons(save: &'static str, preview: &'static str, words: &'static str) -> impl IntoView {
    view! {
        <p class="desk-save desk-buttons">
            <button class="button" type="submit">
                {save}
            </button>
            <button class="button-quiet" type="submit" formaction=preview>
                {words}
            </button>
        </p>
    }
}

pub fn quoted(now: &str) -> String {
    if now.is_empty() { "nothing".to_owned() } else { format!("“{now}”") }
}

/// The beginning of what may be long.
pub fn quoted_start(now: &str) -> String {
    let cut: String = now.chars().take(MOST).collect();
    quoted(&if cut.len() < now.len() { format!("{cut} …") } else { cut })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_long_text_the_beginning_is_told() {
        assert_eq!((quoted_start(""), quoted_start("a")), ("nothing".into(), "“a”".into()));
        let told = quoted_start(&"ä".repeat(300));
        assert!(told.ends_with("ä …”") && told.chars().count() == MOST + 4, "{told}");
    }
}

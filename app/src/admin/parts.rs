//! Parts of pages of the back office.

use html_escape::encode_text;
use leptos::prelude::*;
use leptos::tachys::html::InertElement;
use shop::domain::{Money, OrderStatus, ProductStatus, ReservationState};
use shop::dto::words;

use crate::ui::{Flash, Inside, Titled, Written};

/// The top of a page: where it lies, what it is, and what can be done right away.
#[component]
pub fn DeskHead(
    #[prop(into)] title: String,
    #[prop(optional)] crumb: Option<(&'static str, &'static str)>,
    #[prop(optional)] children: Option<Inside>,
) -> impl IntoView {
    view! {
        <Titled title=title.clone() description="The back office." quiet=true />
        <header class="desk-head">
            <div>
                {crumb
                    .map(|(to, words)| {
                        view! {
                            <p class="crumb">
                                <a href=to>{words}</a>
                            </p>
                        }
                    })} <h1>{title}</h1>
            </div>
            {children.map(|children| view! { <div class="desk-head-actions">{children.written()}</div> })}
        </header>
    }
    .written()
}

/// How many there are: exactly up to a thousand.
pub fn counted(total: u32, one: &str, many: &str) -> String {
    match total {
        0 => format!("No {many}"),
        1 => format!("1 {one}"),
        2..=1_000 => format!("{} {many}", grouped(total)),
        _ => format!("Over 1,000 {many}"),
    }
}

/// `1,000`
pub fn grouped(number: u32) -> String {
    match (number / 1_000, number % 1_000) {
        (0, rest) => rest.to_string(),
        (thousands, rest) => format!("{},{rest:03}", grouped(thousands)),
    }
}

/// A list without rows: why it has none, and, where it was searched, the way to all of it.
#[component]
pub fn EmptyList(
    line: &'static str,
    #[prop(optional_no_strip)] all: Option<(&'static str, &'static str)>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <p class="empty-line">{line}</p>
            {all.map(|(to, words)| view! { <a href=to>{words}</a> })}
        </div>
    }
}

/// One way to look at a list.
#[derive(Debug)]
pub struct ListView {
    words: String,
    href: String,
    /// It is the one that is shown.
    is_current: bool,
}

impl ListView {
    pub fn new(words: impl Into<String>, href: String, is_current: bool) -> Self {
        Self { words: words.into(), href, is_current }
    }
}

/// The ways to look at a list, as links.
#[component]
pub fn ListViews(label: &'static str, views: Vec<ListView>) -> impl IntoView {
    let link = |ListView { words, href, is_current }| {
        view! {
            <li>
                <a href=href aria-current=is_current.then_some("true")>
                    {words}
                </a>
            </li>
        }
    };
    view! {
        <nav class="desk-views" aria-label=label>
            <ul>{views.into_iter().map(link).collect_view()}</ul>
        </nav>
    }
    .written()
}

/// Where a list is searched for words, names or numbers.
#[component]
pub fn DeskSearch(id: &'static str, label: &'static str, value: Option<String>) -> impl IntoView {
    view! {
        <div class="field desk-filter-text">
            <label for=id>{label}</label>
            <input id=id name="q" type="search" maxlength="100" value=value.unwrap_or_default() />
        </div>
    }
    .written()
}

/// Further on in a list, and back to its beginning.
#[component]
pub fn Further(next: Option<String>, first: Option<String>, label: &'static str) -> impl IntoView {
    (next.is_some() || first.is_some()).then(|| {
        view! {
            <nav class="pagination" aria-label="Pages">
                {first.map(|href| view! { <a href=href>"Back to the beginning"</a> })}
                {next
                    .map(|href| {
                        view! {
                            <a rel="next" href=href>
                                {label}
                            </a>
                        }
                    })}
            </nav>
        }
    })
}

/// Where an order stands, in a word and a colour.
#[component]
pub fn StatusBadge(
    status: OrderStatus,
    reservation: ReservationState,
    /// It lies packed.
    #[prop(optional)]
    packed: bool,
) -> impl IntoView {
    let class = match status {
        OrderStatus::Paid if packed => "badge badge-moves",
        OrderStatus::Pending => "badge badge-waits",
        OrderStatus::Paid => "badge badge-now",
        OrderStatus::Shipped => "badge badge-moves",
        OrderStatus::Completed => "badge badge-done",
        OrderStatus::Cancelled => "badge badge-ended",
    };
    let words = match (status, reservation) {
        (OrderStatus::Pending, ReservationState::Pending) => "Confirming items",
        (OrderStatus::Paid, _) if packed => "Packed",
        (OrderStatus::Paid, _) => "To pack",
        _ => words::status(status, reservation),
    };
    view! { <span class=class>{words}</span> }
}

/// Of a count that was refused and began when something else was to lie there: what was typed is not shown again.
pub const MOVED: &str = "Something left or came: count it again.";

/// What stands below a field: what is wrong with it, or else what more there is to say of it.
struct Below {
    id: String,
    problem: Option<String>,
    hint: Option<String>,
}

impl Below {
    /// What is empty says nothing.
    fn of(field: &str, problem: Option<String>, hint: Option<String>) -> Self {
        let said = |text: Option<String>| text.filter(|text| !text.is_empty());
        Self { id: format!("{field}-more"), problem: said(problem), hint: said(hint) }
    }

    const fn is_wrong(&self) -> bool {
        self.problem.is_some()
    }

    /// What the field names as its description; none: nothing is said.
    fn described(&self) -> Option<String> {
        (self.is_wrong() || self.hint.is_some()).then(|| self.id.clone())
    }

    fn view(self) -> Option<InertElement> {
        let class = if self.is_wrong() { "field-problem" } else { "field-hint" };
        let Self { id, problem, hint } = self;
        let line = |words: String| {
            view! {
                <p class=class id=id>
                    {words}
                </p>
            }
            .written()
        };
        problem.or(hint).map(line)
    }
}

/// A field whose name is made at run time, with what is wrong with it beside it.
#[component]
pub fn DeskField(
    #[prop(into)] name: String,
    /// As the core names it in its refusals.
    #[prop(into)]
    problem_name: String,
    #[prop(into)] label: String,
    #[prop(into)] value: String,
    flash: Flash,
    /// What more there is to say of it.
    #[prop(optional, into)]
    hint: Option<String>,
    #[prop(default = "text")] kind: &'static str,
    /// Seen only by who hears the page: a column's head says it to others.
    #[prop(optional)]
    quiet_label: bool,
    #[prop(optional)] required: bool,
    #[prop(optional, into)] list: Option<String>,
    /// What the page itself found wrong with it, which goes before what the core says.
    #[prop(optional, into)]
    problem: Option<String>,
    /// Where a page has several fields of this name.
    #[prop(optional, into)]
    id: Option<String>,
) -> impl IntoView {
    let id = id.unwrap_or_else(|| format!("field-{}", problem_name.replace(['[', '.'], "-").replace(']', "")));
    let problem = problem.filter(|text| !text.is_empty()).or_else(|| flash.problem(&problem_name).map(str::to_owned));
    let below = Below::of(&id, problem, hint);
    let (wrong, described) = (below.is_wrong(), below.described());
    view! {
        <div class="field" class:field-wrong=wrong>
            <label for=id.clone() class=quiet_label.then_some("visually-hidden")>
                {label}
            </label>
            <input
                id=id
                name=name
                type=kind
                value=value
                autocomplete="off"
                list=list
                required=required
                min=(kind == "number").then_some("0")
                aria-invalid=wrong.then_some("true")
                aria-describedby=described
            />
            {below.view()}
        </div>
    }
    .written()
}

/// A list to choose from whose name is made at run time.
#[component]
pub fn DeskSelect(
    #[prop(into)] name: String,
    #[prop(into)] id: String,
    #[prop(into)] label: String,
    #[prop(into)] value: String,
    choices: Vec<(String, String)>,
    #[prop(optional)] quiet_label: bool,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(optional, into)] problem: Option<String>,
) -> impl IntoView {
    let choices = choices.into_iter().map(|(choice, words)| {
        let chosen = choice == value;
        view! {
            <option value=choice selected=chosen>
                {words}
            </option>
        }
    });
    let below = Below::of(&id, problem, hint);
    let (wrong, described) = (below.is_wrong(), below.described());
    view! {
        <div class="field" class:field-wrong=wrong>
            <label for=id.clone() class=quiet_label.then_some("visually-hidden")>
                {label}
            </label>
            <select id=id name=name aria-invalid=wrong.then_some("true") aria-describedby=described>
                {choices.collect_view()}
            </select>
            {below.view()}
        </div>
    }
    .written()
}

/// A field for several lines. What stands in it is escaped here: Leptos writes the text of a textarea as it is.
#[component]
pub fn DeskText(
    #[prop(into)] name: String,
    #[prop(into)] id: String,
    #[prop(into)] label: String,
    value: String,
    rows: u32,
    max: u32,
    problem: Option<String>,
    #[prop(optional, into)] hint: Option<String>,
) -> impl IntoView {
    let below = Below::of(&id, problem, hint);
    let (wrong, described) = (below.is_wrong(), below.described());
    view! {
        <div class="field" class:field-wrong=wrong>
            <label for=id.clone()>{label}</label>
            <textarea
                id=id
                name=name
                rows=rows.to_string()
                maxlength=max.to_string()
                aria-invalid=wrong.then_some("true")
                aria-describedby=described
            >
                {encode_text(&value).into_owned()}
            </textarea>
            {below.view()}
        </div>
    }
    .written()
}

pub const fn status_words(status: ProductStatus) -> &'static str {
    match status {
        ProductStatus::Active => "For sale",
        ProductStatus::Draft => "Draft",
        ProductStatus::Archived => "Archived",
    }
}

/// The money of an order: what it comes to, and what was given back of it.
pub fn with_refund(total: Money, refunded: Option<Money>) -> String {
    match refunded {
        Some(refunded) => format!("{total}, {refunded} given back"),
        None => total.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_counted_exactly_up_to_a_thousand() {
        for (total, words) in [
            (0, "No orders"),
            (1, "1 order"),
            (999, "999 orders"),
            (1_000, "1,000 orders"),
            (1_001, "Over 1,000 orders"),
        ] {
            assert_eq!(counted(total, "order", "orders"), words);
        }
        assert_eq!(grouped(1_234_567), "1,234,567");
    }
}

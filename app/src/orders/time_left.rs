//! The time left to pay, ticking. It counts down from what the server said was left, so that the browser's clock may be
//! wrong; without scripts the server's words stand.

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast as _;
use shop::dto::words;
use web_sys::PerformanceNavigationTiming;
use web_sys::js_sys::Date;

use super::order_status::ask_again;

const TICK: std::time::Duration = std::time::Duration::from_millis(500);

/// `until` is the end in the shop's time zone, `machine` the same for machines.
#[island]
pub fn TimeLeft(seconds: u32, until: String, machine: Option<String>) -> impl IntoView {
    // None until it ticks.
    let left = RwSignal::new(None::<u32>);
    let shown = Memo::new(move |_| left.get().map_or_else(|| words::time_left(seconds), words::countdown));
    let over = Memo::new(move |_| left.get() == Some(0));
    // A timer says nothing by itself; this is read out, at few points.
    let said = Memo::new(move |_| left.get().map_or("", |left| announcement(seconds, left)));
    Effect::new(move |_| count_down(seconds, left));
    view! {
        <p class="time-left">
            <Show
                when=move || !over.get()
                fallback=|| {
                    view! {
                        <strong>"The time to pay is over."</strong>
                        " This page looks again by itself."
                    }
                }
            >
                "Your items are set aside for you: "
                <strong role="timer">{move || shown.get()}</strong>
                ", until "
                <time datetime=machine.clone()>{until.clone()}</time>
                "."
            </Show>
        </p>
        <p class="visually-hidden" role="status">
            {move || said.get()}
        </p>
    }
}

fn announcement(seconds: u32, left: u32) -> &'static str {
    match left {
        0 => "The time to pay is over.",
        1..=60 if seconds > 60 => "One minute left to pay.",
        61..=300 if seconds > 300 => "Five minutes left to pay.",
        _ => "",
    }
}

fn count_down(seconds: u32, left: RwSignal<Option<u32>>) {
    let passed = Stopwatch::since_the_answer();
    let interval = StoredValue::new(None::<IntervalHandle>);
    let tick = move || {
        let passed = u32::try_from(passed.milliseconds() / 1000).unwrap_or(u32::MAX);
        let now = seconds.saturating_sub(passed);
        if left.get_untracked() != Some(now) {
            left.set(Some(now));
        }
        if now == 0 {
            if let Some(interval) = interval.get_value() {
                interval.clear();
            }
            ask_again();
        }
    };
    interval.set_value(set_interval_with_handle(tick, TICK).ok());
}

/// Time that has passed, by two clocks: the steady one may stand still while a machine sleeps, the other may be set.
/// Whoever goes wrong, the page asks the shop too early rather than too late.
#[derive(Clone, Copy)]
struct Stopwatch {
    steady: i64,
    wall: i64,
}

impl Stopwatch {
    /// Begun when the server answered with this page, which the island woke some time after.
    fn since_the_answer() -> Self {
        let (steady, wall) = (steady_clock(), wall_clock());
        let answered = answered_at().filter(|at| (1..steady).contains(at)).unwrap_or(steady);
        Self { steady: answered, wall: wall - (steady - answered) }
    }

    fn milliseconds(self) -> i64 {
        (steady_clock() - self.steady).max(wall_clock() - self.wall).max(0)
    }
}

fn steady_clock() -> i64 {
    window().performance().map_or(0, |performance| performance.now() as i64)
}

fn wall_clock() -> i64 {
    Date::now() as i64
}

/// By the steady clock.
fn answered_at() -> Option<i64> {
    let navigation = window().performance()?.get_entries_by_type("navigation").get(0);
    Some(navigation.dyn_into::<PerformanceNavigationTiming>().ok()?.response_start() as i64)
}

//! A plot of two series of days, drawn on the server: SVG that is read as a picture, with the same in a table below.
//!
//! By hand and not by a library: those that draw SVG (plotters, charming) measure text with fonts, bring colours of their own
//! as attributes, and know neither the style sheet's tokens nor a page without inline styles. What is needed is two lines,
//! an axis and a table.

use leptos::prelude::*;

use super::parts::counted;
use crate::ui::Written;

/// A value and its words for each day, and those of as many days before.
#[derive(Debug, Clone)]
pub struct Series {
    pub labels: Vec<String>,
    pub now: Vec<(u64, String)>,
    pub before: Vec<(u64, String)>,
}

/// The plot's own units.
const WIDTH: u64 = 600;
const HEIGHT: u64 = 160;

impl Series {
    fn highest(&self) -> Option<&(u64, String)> {
        self.now.iter().chain(&self.before).max_by_key(|(value, _)| *value).filter(|(value, _)| *value > 0)
    }

    /// The points of a line, from left to right, as SVG has them.
    fn points(&self, values: &[(u64, String)]) -> String {
        let top = self.highest().map_or(1, |(value, _)| *value);
        let steps = u64::try_from(values.len().saturating_sub(1)).unwrap_or(1).max(1);
        let point = |(place, (value, _)): (u64, &(u64, String))| {
            let height = u128::from(*value) * u128::from(HEIGHT) / u128::from(top);
            let y = HEIGHT.saturating_sub(u64::try_from(height).unwrap_or(HEIGHT));
            format!("{},{y}", place * WIDTH / steps)
        };
        (0..).zip(values).map(point).collect::<Vec<_>>().join(" ")
    }
}

#[component]
pub fn Plot(title: &'static str, series: Series) -> impl IntoView {
    let id = title.to_lowercase().replace(' ', "-");
    let (title_id, lines) = (format!("{id}-title"), (series.points(&series.now), series.points(&series.before)));
    let area = format!("0,{HEIGHT} {} {WIDTH},{HEIGHT}", lines.0);
    let top = series.highest().map(|(_, words)| words.clone());
    let told = match (&top, series.labels.first(), series.labels.last()) {
        (Some(top), Some(first), Some(last)) => {
            format!("{title}, {first} to {last}, beside the days before. The highest is {top}.")
        }
        _ => format!("{title}: nothing yet."),
    };
    let (first, last) = (series.labels.first().cloned(), series.labels.last().cloned());
    let before = counted(u32::try_from(series.labels.len()).unwrap_or(u32::MAX), "day", "days");
    let rows: Vec<_> = series.labels.iter().cloned().zip(series.now).zip(series.before).collect();
    let row = |((label, (_, now)), (_, before)): ((String, (u64, String)), (u64, String))| {
        view! {
            <tr>
                <th scope="row">{label}</th>
                <td>{now}</td>
                <td>{before}</td>
            </tr>
        }
    };
    view! {
        <figure class="desk-plot">
            <figcaption id=title_id
                .clone()>{title} <span class="desk-more">{top.map(|top| format!("up to {top}"))}</span></figcaption>
            <svg viewBox=format!("0 -4 {WIDTH} {}", HEIGHT + 8) role="img" aria-label=told preserveAspectRatio="none">
                <line class="plot-axis" x1="0" x2=WIDTH.to_string() y1=HEIGHT.to_string() y2=HEIGHT.to_string()></line>
                <polygon class="plot-area" points=area></polygon>
                <polyline class="plot-before" points=lines.1></polyline>
                <polyline class="plot-now" points=lines.0></polyline>
            </svg>
            <p class="plot-ends">
                <span>{first}</span>
                <span>{last}</span>
            </p>
            <p class="plot-legend">
                <span class="plot-key plot-key-now">"these days"</span>
                <span class="plot-key plot-key-before">"the days before"</span>
            </p>
            <details>
                <summary>"As a table"</summary>
                <table class="desk-table desk-figures-table">
                    <thead>
                        <tr>
                            <th scope="col">"Day"</th>
                            <th scope="col">"These days"</th>
                            <th scope="col">{format!("{before} before")}</th>
                        </tr>
                    </thead>
                    <tbody>{rows.into_iter().map(row).collect_view()}</tbody>
                </table>
            </details>
        </figure>
    }
    .written()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_goes_from_the_left_to_the_right_and_its_highest_point_to_the_top() {
        let values = |values: &[u64]| values.iter().map(|value| (*value, value.to_string())).collect();
        let series = Series { labels: Vec::new(), now: values(&[0, 5, 10]), before: values(&[20, 0, 0]) };
        assert_eq!(series.points(&series.now), "0,160 300,120 600,80");
        assert_eq!(series.points(&series.before), "0,0 300,160 600,160");
        let nothing = Series { now: values(&[0]), before: values(&[]), ..series };
        assert_eq!((nothing.points(&nothing.now).as_str(), nothing.highest()), ("0,160", None));
        let huge = Series { labels: Vec::new(), now: values(&[u64::MAX, 0]), before: Vec::new() };
        assert_eq!(huge.points(&huge.now), "0,0 600,160");
    }
}

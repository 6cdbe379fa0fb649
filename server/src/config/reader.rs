//! Reading variables one by one, and noting every problem on the way.

use std::fmt;

use url::{Host, Url};

/// Every problem of an environment, one to a line.
#[derive(Debug, PartialEq, Eq)]
pub struct Problems(Vec<(&'static str, String)>);

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("small-ecommerce cannot start like this:")?;
        self.0.iter().try_for_each(|(name, what)| write!(f, "\n  {name}: {what}"))
    }
}

/// Reads variables and notes every problem.
#[derive(Default)]
pub(super) struct Reader(Vec<(&'static str, String)>);

impl Reader {
    pub(super) fn problem(&mut self, name: &'static str, what: String) {
        self.0.push((name, what));
    }

    pub(super) fn required<T>(
        &mut self,
        name: &'static str,
        value: &Option<String>,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        match text(value) {
            None => {
                self.problem(name, "is required and not set".to_owned());
                None
            }
            // It may be a secret: the value is not repeated.
            Some(value) => parse(value).or_else(|| {
                self.problem(name, "is not the address of a PostgreSQL database (postgres://…)".to_owned());
                None
            }),
        }
    }

    pub(super) fn optional<T>(
        &mut self,
        name: &'static str,
        value: &Option<String>,
        wanted: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let found = parse(text(value)?);
        if found.is_none() {
            self.problem(name, format!("must be {wanted}"));
        }
        found
    }

    pub(super) fn or<T>(
        &mut self,
        name: &'static str,
        value: &Option<String>,
        default: &str,
        wanted: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let value = text(value).unwrap_or(default).to_owned();
        self.optional(name, &Some(value), wanted, parse)
    }

    pub(super) fn number(
        &mut self,
        name: &'static str,
        value: &Option<String>,
        default: u32,
        range: std::ops::RangeInclusive<u32>,
    ) -> u32 {
        let wanted = format!("a whole number from {} to {}", range.start(), range.end());
        let parse = |text: &str| text.parse().ok().filter(|n| range.contains(n));
        self.or(name, value, &default.to_string(), &wanted, parse).unwrap_or(default)
    }

    /// The same, of days.
    pub(super) fn days(
        &mut self,
        name: &'static str,
        value: &Option<String>,
        default: u32,
        range: std::ops::RangeInclusive<u32>,
    ) -> time::Duration {
        time::Duration::days(self.number(name, value, default, range).into())
    }

    pub(super) fn finish<T>(self, config: T) -> Result<T, Problems> {
        if self.0.is_empty() { Ok(config) } else { Err(Problems(self.0)) }
    }
}

/// Scheme, host and port, and nothing behind them.
pub(super) fn origin(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    (bare && url.has_host() && matches!(url.scheme(), "http" | "https")).then_some(url)
}

/// Whether only this machine reaches the shop there.
pub(super) fn is_here(base_url: &Url) -> bool {
    match base_url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

/// The value, if there is one.
pub(super) fn text(value: &Option<String>) -> Option<&str> {
    value.as_deref().map(str::trim).filter(|v| !v.is_empty())
}

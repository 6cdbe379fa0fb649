//! How often what can be guessed may be tried. The variables, their options and what `--help` says of them come from the
//! table in the core.

use std::collections::BTreeMap;

use clap::{Arg, ArgMatches, Args, Command, FromArgMatches};
use shop::domain::{Limit, Limits};

use super::reader::Reader;

const WANTED: &str = "how many at once and how many more in an hour, such as 40+60, each from 1 to 1000000";

/// What is set of the limits, as it stands in the environment.
#[derive(Debug, Default, Clone)]
pub struct LimitSettings(BTreeMap<Limit, String>);

impl FromArgMatches for LimitSettings {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let value = |limit: &Limit| Some((*limit, matches.get_one::<String>(limit.option())?.clone()));
        Ok(Self(Limit::ALL.iter().filter_map(value).collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Args for LimitSettings {
    fn augment_args(command: Command) -> Command {
        command.args(Limit::ALL.iter().map(|limit| {
            let default = limit.by_default();
            Arg::new(limit.option())
                .long(limit.option())
                .env(limit.variable())
                .global(true)
                .value_name("AT_ONCE+AN_HOUR")
                .help_heading("Limits: so many at once, and so many more in each hour")
                .help(format!("{} [default: {}+{}]", limit.what(), default.at_once, default.an_hour))
        }))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

pub(super) fn limits(read: &mut Reader, factor: &Option<String>, settings: &LimitSettings) -> Limits {
    let factor = read.number("RATE_LIMIT_FACTOR", factor, 1, 1..=1_000_000);
    let mut set = BTreeMap::new();
    for limit in Limit::ALL.iter().copied() {
        let value = settings.0.get(&limit).cloned();
        let allowance = read.optional(limit.variable(), &value, WANTED, |text| text.parse().ok());
        set.extend(allowance.map(|allowance| (limit, allowance)));
    }
    Limits::new(factor, set)
}

#[cfg(test)]
mod tests {
    use shop::domain::Allowance;

    use super::*;

    fn read(factor: Option<&str>, set: &[(Limit, &str)]) -> Result<Limits, String> {
        let settings = LimitSettings(set.iter().map(|(limit, text)| (*limit, (*text).to_owned())).collect());
        let mut reader = Reader::default();
        let limits = limits(&mut reader, &factor.map(str::to_owned), &settings);
        reader.finish(limits).map_err(|problems| problems.to_string())
    }

    #[test]
    fn limits_are_what_is_set_times_the_factor() {
        assert_eq!(read(None, &[]).unwrap(), Limits::default());
        let limits = read(Some("3"), &[(Limit::CodesPerCart, "2+5"), (Limit::CodesInAll, " ")]).unwrap();
        assert_eq!(limits.of(Limit::CodesPerCart), Allowance { at_once: 6, an_hour: 15 });
        assert_eq!(limits.of(Limit::CodesInAll).at_once, 3 * Limit::CodesInAll.by_default().at_once);
    }

    #[test]
    fn what_is_no_limit_is_told_by_its_name() {
        for (factor, name) in [(Some("0"), "RATE_LIMIT_FACTOR"), (Some("1.5"), "RATE_LIMIT_FACTOR")] {
            assert!(read(factor, &[]).unwrap_err().contains(&format!("\n  {name}: ")), "{factor:?}");
        }
        for wrong in ["ten", "10", "0+1", "1+1+1"] {
            let told = read(None, &[(Limit::SignInPerDevice, wrong)]).unwrap_err();
            assert!(told.contains("\n  LIMIT_SIGN_IN_PER_DEVICE: must be how many"), "{wrong}: {told}");
        }
    }

    #[test]
    fn help_lists_every_limit_with_its_variable_and_what_it_is_if_nothing_is_set() {
        let help = LimitSettings::augment_args(Command::new("shop")).term_width(0).render_help().to_string();
        for limit in Limit::ALL {
            let default = limit.by_default();
            let said = format!("{} [default: {}+{}]", limit.what(), default.at_once, default.an_hour);
            for part in [format!("--{} ", limit.option()), format!("[env: {}", limit.variable()), said] {
                assert!(help.contains(&part), "{part}: {help}");
            }
        }
    }

    /// The documentation has the table that the program goes by, row by row.
    #[test]
    fn the_documentation_lists_every_limit_as_it_is() {
        let document = include_str!("../../../docs/security.md");
        let documented: Vec<&str> = document.lines().filter(|line| line.starts_with("| `LIMIT_")).collect();
        let rows = Limit::ALL.iter().map(|limit| {
            let default = limit.by_default();
            format!("| `{}` | {}+{} | {} |", limit.variable(), default.at_once, default.an_hour, limit.what())
        });
        assert_eq!(documented, rows.collect::<Vec<_>>());
        assert!(document.contains("`RATE_LIMIT_FACTOR`"));
    }
}

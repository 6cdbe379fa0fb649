//! What an endpoint hears of.

use std::collections::BTreeSet;

use super::super::{Consumer, Problem};

/// What is sent for a try: nothing happened.
pub const TEST_TOPIC: &str = "webhook.test";

/// The topics that were chosen, at least one, in the order of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChosenEvents(Vec<&'static str>);

impl ChosenEvents {
    /// All that there are to choose from.
    pub const fn all() -> &'static [&'static str] {
        Consumer::Webhooks.topics()
    }

    /// # Errors
    /// `NotAChoice` where nothing is chosen, or something that there is not.
    pub fn parse<'a>(chosen: impl IntoIterator<Item = &'a str>) -> Result<Self, Problem> {
        let chosen: BTreeSet<&str> = chosen.into_iter().collect();
        let known: Vec<_> = Self::all().iter().copied().filter(|topic| chosen.contains(topic)).collect();
        if known.is_empty() || known.len() < chosen.len() { Err(Problem::NotAChoice) } else { Ok(Self(known)) }
    }

    pub fn topics(&self) -> &[&'static str] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_least_one_event_is_chosen_and_only_what_there_is() {
        let chosen = ChosenEvents::parse(["order.paid", "order.created", "order.paid"]).unwrap();
        assert_eq!(chosen.topics(), ["order.created", "order.paid"]);
        for wrong in
            [&[][..], &["order.mislaid"], &["order.paid", "order.mislaid"], &["inventory.updated"], &[TEST_TOPIC]]
        {
            assert_eq!(ChosenEvents::parse(wrong.iter().copied()), Err(Problem::NotAChoice), "{wrong:?}");
        }
        assert_eq!(ChosenEvents::parse(ChosenEvents::all().iter().copied()).unwrap().topics(), ChosenEvents::all());
    }
}

//! How long a delivery is tried, and how it stands with its endpoint meanwhile.

use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

/// A delivery is given up so long after its first try, and an endpoint at which everything failed so long is disabled.
pub const RETRIED_FOR: Duration = Duration::hours(72);

/// The pauses after the first failures, in seconds: 10 s, a minute, 5, 30, two hours, five. Then ten hours each.
const PAUSES: [i64; 6] = [10, 60, 300, 1_800, 7_200, 18_000];
const LAST_PAUSE: i64 = 36_000;
/// The longest that an endpoint may ask us to wait.
const LONGEST_ASKED: Duration = Duration::hours(24);

/// When a delivery is tried again that failed for the `attempts`th time; none: it is given up. `asked`: how long the endpoint
/// wants us to wait, which is done within a day. By `chance` a pause is up to a tenth longer, so that what failed together does
/// not come back together. The last try is at the end of the three days.
pub fn next_try(
    first_tried_at: OffsetDateTime,
    attempts: u32,
    asked: Option<Duration>,
    chance: u16,
    now: OffsetDateTime,
) -> Option<OffsetDateTime> {
    let end = first_tried_at.saturating_add(RETRIED_FOR);
    let place = usize::try_from(attempts.saturating_sub(1)).unwrap_or(usize::MAX);
    let seconds = PAUSES.get(place).copied().unwrap_or(LAST_PAUSE);
    let by_chance = seconds * 100 * i64::from(chance) / i64::from(u16::MAX);
    let pause = Duration::milliseconds(seconds * 1_000 + by_chance);
    let pause = pause.max(asked.unwrap_or_default().min(LONGEST_ASKED));
    (now < end).then(|| now.saturating_add(pause).min(end))
}

/// How a try ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TriedOutcome {
    Delivered,
    Failed,
    /// There is nobody any more, and says so.
    Gone,
}

impl TriedOutcome {
    /// What a status says: 2xx is success, 410 is the end. A redirect is not followed.
    pub const fn of_status(status: u16) -> Self {
        match status {
            200..=299 => Self::Delivered,
            410 => Self::Gone,
            _ => Self::Failed,
        }
    }
}

/// Whether something is sent to an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndpointState {
    Active,
    /// By staff; what happens meanwhile waits.
    Paused,
    /// Disabled: everything failed for three days.
    Failing,
    /// Disabled: it answered that it is gone.
    Gone,
}

impl EndpointState {
    pub const ALL: [Self; 4] = [Self::Active, Self::Paused, Self::Failing, Self::Gone];

    /// As the database spells it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Paused => "paused",
            Self::Failing => "failing",
            Self::Gone => "gone",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

/// How it stands with an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    pub state: EndpointState,
    /// When the first of the tries began that have all failed since.
    pub failing_since: Option<OffsetDateTime>,
}

impl Standing {
    /// As it begins, and begins anew when staff say so.
    pub const ACTIVE: Self = Self { state: EndpointState::Active, failing_since: None };

    /// How it stands after a try that began at `tried_at`. What staff paused stays paused, whatever becomes of what was on its
    /// way.
    #[must_use]
    pub fn after(self, outcome: TriedOutcome, tried_at: OffsetDateTime, now: OffsetDateTime) -> Self {
        let since = self.failing_since.unwrap_or(tried_at);
        let state = match outcome {
            TriedOutcome::Delivered => return Self { failing_since: None, ..self },
            TriedOutcome::Gone if self.state != EndpointState::Paused => EndpointState::Gone,
            TriedOutcome::Failed if self.state == EndpointState::Active && now - since >= RETRIED_FOR => {
                EndpointState::Failing
            }
            TriedOutcome::Failed | TriedOutcome::Gone => self.state,
        };
        Self { state, failing_since: Some(since) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;

    #[test]
    fn a_delivery_is_tried_for_three_days_with_growing_pauses() {
        for chance in [0, 1, 30_000, u16::MAX] {
            let (mut now, mut attempts, mut pauses) = (START, 1, Vec::new());
            while let Some(next) = next_try(START, attempts, None, chance, now) {
                pauses.push(next - now);
                (now, attempts) = (next, attempts + 1);
            }
            assert_eq!(now, START + RETRIED_FOR, "the last try is at the end");
            let (last, grown) = pauses.split_last().unwrap();
            assert!(grown.is_sorted() && *last <= Duration::hours(11), "{pauses:?}");
            assert!((Duration::seconds(10)..=Duration::seconds(11)).contains(&pauses[0]), "{pauses:?}");
            assert!((13..=14).contains(&attempts), "{attempts}");
        }
    }

    #[test]
    fn an_endpoint_is_waited_for_as_it_asks_but_not_for_ever_and_not_for_less() {
        let next = |attempts, asked| next_try(START, attempts, Some(asked), 0, START).unwrap() - START;
        assert_eq!(next(1, Duration::minutes(7)), Duration::minutes(7));
        assert_eq!(next(1, Duration::days(9)), Duration::hours(24));
        assert_eq!(next(4, Duration::ZERO), Duration::minutes(30));
        assert_eq!(next_try(START, 1, None, u16::MAX, START), Some(START + Duration::seconds(11)), "a tenth by chance");
        let late = START + Duration::hours(71);
        assert_eq!(next_try(START, 9, Some(Duration::hours(5)), 0, late), Some(START + RETRIED_FOR));
        assert_eq!(next_try(START, u32::MAX, None, 0, START), Some(START + Duration::hours(10)));
    }

    #[test]
    fn statuses_say_how_it_ended() {
        for (status, outcome) in [
            (200, TriedOutcome::Delivered),
            (299, TriedOutcome::Delivered),
            (302, TriedOutcome::Failed),
            (404, TriedOutcome::Failed),
            (410, TriedOutcome::Gone),
            (429, TriedOutcome::Failed),
            (503, TriedOutcome::Failed),
            (199, TriedOutcome::Failed),
        ] {
            assert_eq!(TriedOutcome::of_status(status), outcome, "{status}");
        }
    }

    #[test]
    fn an_endpoint_is_disabled_when_everything_failed_for_three_days_or_it_is_gone() {
        use EndpointState as S;
        use TriedOutcome as O;
        let at = |hours| START + Duration::hours(hours);
        let standing = |state, since: Option<i64>| Standing { state, failing_since: since.map(at) };
        for (before, outcome, hour, after) in [
            (standing(S::Active, None), O::Delivered, 1, standing(S::Active, None)),
            (standing(S::Active, None), O::Failed, 1, standing(S::Active, Some(1))),
            (standing(S::Active, Some(1)), O::Failed, 72, standing(S::Active, Some(1))),
            (standing(S::Active, Some(1)), O::Failed, 73, standing(S::Failing, Some(1))),
            (standing(S::Active, Some(1)), O::Delivered, 80, standing(S::Active, None)),
            (standing(S::Active, None), O::Gone, 1, standing(S::Gone, Some(1))),
            (standing(S::Paused, Some(1)), O::Failed, 90, standing(S::Paused, Some(1))),
            (standing(S::Paused, None), O::Delivered, 1, standing(S::Paused, None)),
            (standing(S::Paused, None), O::Gone, 1, standing(S::Paused, Some(1))),
            (standing(S::Failing, Some(1)), O::Gone, 2, standing(S::Gone, Some(1))),
            (standing(S::Failing, Some(1)), O::Failed, 90, standing(S::Failing, Some(1))),
        ] {
            assert_eq!(before.after(outcome, at(hour), at(hour)), after, "{before:?} {outcome:?}");
        }
        for state in EndpointState::ALL {
            assert_eq!(EndpointState::parse(state.as_str()), Some(state));
            assert_eq!(serde_json::to_value(state).unwrap(), state.as_str());
        }
    }
}

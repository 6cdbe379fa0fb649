//! When goods arrive, in words.

use crate::domain::DeliveryDays;

/// When a parcel is there, or when what is collected is ready.
pub fn delivery(days: DeliveryDays, pick_up: bool) -> String {
    let DeliveryDays { min, max } = days;
    let working_days = if max == 1 { "1 working day".to_owned() } else { format!("{max} working days") };
    match (pick_up, min) {
        (true, 0) if max == 0 => "Ready for pick-up the same day".into(),
        (true, 0) => format!("Ready for pick-up within {working_days}"),
        (true, min) if min == max => format!("Ready for pick-up in {working_days}"),
        (true, min) => format!("Ready for pick-up in {min} to {working_days}"),
        (false, 0) if max == 0 => "The same day".into(),
        (false, 0) => format!("Within {working_days}"),
        (false, min) if min == max => working_days,
        (false, min) => format!("{min} to {working_days}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_is_told_in_words() {
        for (min, max, delivered, ready) in [
            (0, 0, "The same day", "the same day"),
            (0, 1, "Within 1 working day", "within 1 working day"),
            (0, 3, "Within 3 working days", "within 3 working days"),
            (1, 1, "1 working day", "in 1 working day"),
            (2, 2, "2 working days", "in 2 working days"),
            (2, 4, "2 to 4 working days", "in 2 to 4 working days"),
        ] {
            let days = DeliveryDays { min, max };
            assert_eq!(
                (delivery(days, false), delivery(days, true)),
                (delivered.into(), format!("Ready for pick-up {ready}"))
            );
        }
    }
}

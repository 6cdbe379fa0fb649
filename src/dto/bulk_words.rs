//! The words for what is done to many orders or products at once, as `words` hands them on.

use crate::domain::{NotPacked, PriceFlaw};

use super::LeftOut;

/// So many are named; of the others it is said how many there are.
const NAMED: usize = 5;

/// Behind "is not packed: ".
pub const fn not_packed(why: NotPacked) -> &'static str {
    match why {
        NotPacked::Unpaid => "it is not paid yet",
        NotPacked::Cancelled => "it is cancelled",
        NotPacked::Left => "all of it has left already",
        NotPacked::NothingLeft => "nothing of it is left to be sent",
    }
}

/// Behind the number of an order that is not printed.
pub const fn left_out(why: LeftOut) -> &'static str {
    match why {
        LeftOut::NotPacked(why) => not_packed(why),
        LeftOut::NoInvoice => "it has no invoice",
        LeftOut::Unreadable => "its invoice cannot be printed with others; open it by itself",
    }
}

pub const fn price_flaw(flaw: PriceFlaw) -> &'static str {
    match flaw {
        PriceFlaw::BelowZero => "would be below zero",
        PriceFlaw::TooHigh => "would be too high",
    }
}

pub fn changed_meanwhile(names: &[String]) -> String {
    let mut named: Vec<_> = names.iter().take(NAMED).cloned().collect();
    match names.len().saturating_sub(NAMED) {
        0 => {}
        more => named.push(format!("{more} more")),
    }
    let list = match named.as_slice() {
        [] => "something".to_owned(),
        [only] => only.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    };
    format!("Since you looked, somebody else has changed {list}. Nothing was changed: please look at it again.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_many_are_named() {
        let names: Vec<_> = (1..=7).map(|n| format!("Mug {n}")).collect();
        for (count, words) in [(1, "changed Mug 1."), (2, "Mug 1 and Mug 2."), (7, "Mug 4, Mug 5 and 2 more.")] {
            let told = changed_meanwhile(&names[..count]);
            assert!(told.contains(words), "{told}");
        }
    }
}

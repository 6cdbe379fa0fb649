//! The words for what becomes of an account, as `words` hands them on.

/// Why somebody cannot delete their account yet: orders by their numbers.
pub fn orders_under_way(numbers: &[i64]) -> String {
    let orders = match numbers {
        [only] => format!("Your order {only} is"),
        _ => {
            let listed: Vec<_> = numbers.iter().map(i64::to_string).collect();
            let (last, others) = listed.split_last().map_or(("", &[][..]), |(last, others)| (last.as_str(), others));
            format!("Your orders {} and {last} are", others.join(", "))
        }
    };
    format!(
        "{orders} not over yet: what we know of you is still needed for that. Cancel what you do not want, or come back once \
         everything has arrived and is paid back."
    )
}

/// What somebody does who works here and has no second factor, though the time to do without is over.
pub fn factor_by_mail() -> String {
    "The time to do so with a password alone is over. Choose a new password by the link that we mail you, and sign in with it: \
     then you can, for an hour."
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_are_named() {
        assert!(orders_under_way(&[1001]).starts_with("Your order 1001 is not over yet"));
        assert!(orders_under_way(&[1001, 1002]).starts_with("Your orders 1001 and 1002 are not over yet"));
        assert!(orders_under_way(&[1001, 1002, 1003]).starts_with("Your orders 1001, 1002 and 1003 are not"));
    }
}

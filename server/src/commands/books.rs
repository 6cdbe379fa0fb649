//! The books in words: what `check` says of each rule, and of the audit log.

use shop::usecase::{BookLine, BookRule, OrderRule};
use time::Duration;

use crate::compose;
use crate::config::Config;

/// Events of orders that changed later may be on their way.
const AT_REST: Duration = Duration::hours(1);

/// Prints a line for each rule and answers whether all of them hold.
///
/// # Errors
/// When the database does not answer, or its schema does not fit.
pub async fn report(config: &Config) -> anyhow::Result<bool> {
    let store = compose::migrated_store(config).await?;
    let shop = compose::shop(config, store.clone())?;
    let lines = shop.check_books(Some(AT_REST)).await;
    let log = shop.verify_audit_log().await;
    store.close().await;
    let (lines, log) = (lines.map_err(compose::cause_alone)?, log.map_err(compose::cause_alone)?);
    for line in &lines {
        println!("{}", printed_line(line));
    }
    match log.flaw {
        None => println!("books, audit log: ok ({} entries)", log.rows),
        Some(place) => println!("books, audit log: changed or cut by hand, from entry {place} on"),
    }
    Ok(log.flaw.is_none() && lines.iter().all(BookLine::balances))
}

fn printed_line(line: &BookLine) -> String {
    let BookLine { rows, wrong, .. } = line;
    let (name, counted, fault) = words(line.rule);
    if line.balances() {
        return format!("books, {name}: ok ({rows} {counted})");
    }
    format!("books, {name}: {wrong} of {rows} {counted} {fault}; the first: {}", line.first.join(", "))
}

/// What it is about, what is counted, and what the wrong ones do.
const fn words(rule: BookRule) -> (&'static str, &'static str, &'static str) {
    let (name, fault) = match rule {
        BookRule::Stock => return ("stock", "variants", "have another stock than their movements add up to"),
        BookRule::PaperNumbers => return ("invoice numbers", "series", "have a gap"),
        BookRule::Order(rule) => match rule {
            OrderRule::Movements => ("movements", "hold something else than they took out of stock"),
            OrderRule::Units => ("units", "hold something else than was ordered"),
            OrderRule::Standing => ("standing", "are cancelled and hold units, or are paid and do not"),
            OrderRule::Reservation => ("reservations", "know another reservation than the inventory"),
            OrderRule::Totals => ("totals", "have another total than their parts add up to"),
            OrderRule::Payment => ("payments", "are paid by more or less than one payment of their total"),
            OrderRule::Owed => ("money owed", "were paid for nothing, and the money is not given back"),
            OrderRule::Refunds => ("refunds", "gave back more than came in, or something else than stands with it"),
            OrderRule::RefundLines => ("refunded lines", "have a refund that its lines do not add up to"),
            OrderRule::Parcels => {
                ("parcels", "sent or gave back more than was ordered, or are shipped and have not sent all")
            }
            OrderRule::Returns => ("returns", "take back more than was sent"),
            OrderRule::CreditNotes => {
                ("credit notes", "have one of another amount than its refund, or of none that was given")
            }
        },
    };
    (name, "orders", fault)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_how_many_were_looked_at_or_which_are_wrong() {
        let line = BookLine { rows: 12, ..BookLine::of(BookRule::Stock) };
        assert_eq!(printed_line(&line), "books, stock: ok (12 variants)");
        let wrong = BookLine { wrong: 2, first: vec!["a".to_owned(), "b".to_owned()], ..line };
        let said = "books, stock: 2 of 12 variants have another stock than their movements add up to; the first: a, b";
        assert_eq!(printed_line(&wrong), said);
    }
}

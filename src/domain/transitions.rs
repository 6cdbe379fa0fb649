//! An order's life: `pending → paid → shipped → completed`, and `pending | paid → cancelled`. Nothing else.

use super::{OrderStatus, Refusal, Step};

/// The status an order has after a step.
///
/// # Errors
/// `IllegalStep` for every step that is not in the life above, a repeated one included.
pub fn next(status: OrderStatus, step: Step) -> Result<OrderStatus, Refusal> {
    use OrderStatus::{Cancelled, Completed, Paid, Pending, Shipped};
    match (status, step) {
        (Pending, Step::Pay) => Ok(Paid),
        (Paid, Step::Ship) => Ok(Shipped),
        (Shipped, Step::Complete) => Ok(Completed),
        (Pending | Paid, Step::Cancel) => Ok(Cancelled),
        (Pending, Step::Ship | Step::Complete)
        | (Paid, Step::Pay | Step::Complete)
        | (Shipped, Step::Pay | Step::Ship | Step::Cancel)
        | (Completed | Cancelled, Step::Pay | Step::Ship | Step::Complete | Step::Cancel) => {
            Err(Refusal::IllegalStep { from: status, step })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use OrderStatus::{Cancelled, Completed, Paid, Pending, Shipped};

    /// The whole life in one table: a row per status, a column per step.
    #[test]
    fn every_status_and_step_is_decided() {
        let table = [
            //           pay         ship           complete         cancel
            (Pending, [Some(Paid), None, None, Some(Cancelled)]),
            (Paid, [None, Some(Shipped), None, Some(Cancelled)]),
            (Shipped, [None, None, Some(Completed), None]),
            (Completed, [None, None, None, None]),
            (Cancelled, [None, None, None, None]),
        ];
        assert_eq!(table.len(), OrderStatus::ALL.len());
        for (from, row) in table {
            for (step, expected) in Step::ALL.into_iter().zip(row) {
                let refused = Err(Refusal::IllegalStep { from, step });
                assert_eq!(next(from, step), expected.map_or(refused, Ok), "{from:?} {step:?}");
            }
        }
    }
}

//! Whoever has just ordered waits until the inventory has decided.

use std::time::Duration;

use tokio::sync::broadcast::Receiver;
use tokio::time::timeout;

use crate::domain::{OrderId, ReservationState};

use super::super::{Shop, Store};

impl<S: Store> Shop<S> {
    /// Waits until the inventory has decided on the order, without an end: whoever waits has a limit. This process hears of
    /// it where it handles events; else the database is asked.
    pub async fn await_decision(&self, id: OrderId) {
        let mut decided = self.decided();
        let mut pause = Duration::from_millis(50);
        loop {
            if timeout(pause, is_told(&mut decided, id)).await == Ok(true) {
                return;
            }
            // Said before this listened, or by another process. The order is placed whatever this read says.
            if !matches!(self.store().reservation(id).await, Ok(Some(ReservationState::Pending))) {
                return;
            }
            pause = (pause * 2).min(Duration::from_millis(200));
        }
    }
}

/// Waits until it is told of this order; false: something was missed that was told meanwhile.
async fn is_told(decided: &mut Receiver<OrderId>, id: OrderId) -> bool {
    loop {
        match decided.recv().await {
            Ok(order) if order == id => return true,
            Ok(_) => {}
            Err(_) => return false,
        }
    }
}

#[cfg(all(test, shuttle))]
mod models {
    use std::pin::pin;
    use std::sync::Arc;

    use futures::future::{Either, select};
    use shuttle::future::{block_on, yield_now};
    use shuttle::thread;
    use tokio::sync::broadcast::channel;
    use uuid::Uuid;

    use super::super::super::explore::explore;
    use super::super::super::sync::Mutex;
    use super::*;

    #[test]
    fn whoever_waits_hears_of_it_or_finds_it_also_where_they_fall_behind() {
        explore(|| {
            let [mine, others] = [1, 2].map(|number| OrderId(Uuid::from_u128(number)));
            // Nobody can be behind by more than one.
            let (told, mut decided) = channel(1);
            let is_open = Arc::new(Mutex::new(true));
            let row = Arc::clone(&is_open);
            let inventory = thread::spawn(move || {
                let _ = told.send(others);
                *row.lock().unwrap() = false;
                for order in [mine, others] {
                    thread::yield_now();
                    let _ = told.send(order);
                }
            });
            block_on(async {
                loop {
                    // A pause is as long as chance will have it, and others have their turn in it.
                    thread::yield_now();
                    let heard = match select(pin!(is_told(&mut decided, mine)), pin!(yield_now())).await {
                        Either::Left((heard, _)) => heard,
                        Either::Right(_) => false,
                    };
                    let is_open = *is_open.lock().unwrap();
                    assert!(!heard || !is_open, "it is told once it is so");
                    if heard || !is_open {
                        return;
                    }
                }
            });
            inventory.join().unwrap();
        });
    }
}

//! Visitors, counted day by day without a cookie, and without a statement per page: each process notes in memory on which place
//! of the day they fall, and once a minute lays what it has seen over what the others have.
//!
//! A visitor is a browser at an address: a hash of the day's salt, the network and what the browser says of itself. The hash is
//! gone as soon as its place is taken, and the salt is thrown away when the day is over.

use std::future::Future;
use std::net::IpAddr;
use std::sync::{Arc, PoisonError};

use sha2::{Digest as _, Sha256};
use time::Date;

use crate::domain::{VISIT_PLACES, is_browser};

use super::sync::RwLock;
use super::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use super::{Result, Shop, Store};

/// Each is one statement.
pub trait Visits {
    /// Begins a day that has not begun, with this salt, and ends those before it: their salts are thrown away. Answers the salt
    /// that holds; none: the day is over.
    fn open_visits(&self, day: Date, salt: &[u8]) -> impl Future<Output = Result<Option<Vec<u8>>>> + Send;

    /// Takes places of a day, eight in a byte.
    fn take_visit_places(&self, day: Date, places: &[u8]) -> impl Future<Output = Result<()>> + Send;

    /// How many places were taken on each day from this one on; days on which nobody counted are left out.
    fn visits_since(&self, day: Date) -> impl Future<Output = Result<Vec<(Date, u32)>>> + Send;
}

/// What this process has seen of a day.
struct Board {
    day: Date,
    /// None: it is over, and nobody is counted.
    salt: Option<Vec<u8>>,
    places: Vec<AtomicU8>,
    is_changed: AtomicBool,
}

/// None: nobody is counted yet.
#[derive(Default)]
pub(super) struct VisitCounter(RwLock<Option<Arc<Board>>>);

impl VisitCounter {
    fn board(&self) -> Option<Arc<Board>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn begin(&self, board: Board) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(board));
    }
}

/// More of what a browser says of itself tells nothing more.
const SAID: usize = 512;

impl Board {
    fn new(day: Date, salt: Option<Vec<u8>>) -> Self {
        let places = (0..VISIT_PLACES / 8).map(|_| AtomicU8::new(0)).collect();
        Self { day, salt, places, is_changed: AtomicBool::new(false) }
    }

    fn note(&self, network: IpAddr, user_agent: &[u8]) {
        let Some(salt) = &self.salt else { return };
        let said = user_agent.get(..SAID).unwrap_or(user_agent);
        let hash = Sha256::new().chain_update(salt);
        let hash = match network {
            IpAddr::V4(address) => hash.chain_update(address.octets()),
            IpAddr::V6(address) => hash.chain_update(address.octets()),
        };
        let hash: [u8; 32] = hash.chain_update(said).finalize().into();
        let place = u16::from_be_bytes([hash[0], hash[1]]) % VISIT_PLACES;
        let bit = 1_u8 << (place % 8);
        let Some(eight) = self.places.get(usize::from(place / 8)) else { return };
        if eight.load(Ordering::Relaxed) & bit == 0 && is_browser(said) {
            self.take(eight, bit);
        }
    }

    /// The place first: whoever finds that something is changed finds what.
    fn take(&self, eight: &AtomicU8, bit: u8) {
        eight.fetch_or(bit, Ordering::Relaxed);
        self.is_changed.store(true, Ordering::Release);
    }

    /// What is taken, for whoever adds it to what all have; none: nothing is since the last time.
    fn changes(&self) -> Option<Vec<u8>> {
        let is_changed = self.is_changed.swap(false, Ordering::AcqRel);
        is_changed.then(|| self.places.iter().map(|eight| eight.load(Ordering::Relaxed)).collect())
    }

    /// They could not be added.
    fn keep_changes(&self) {
        self.is_changed.store(true, Ordering::Release);
    }
}

impl<S: Store> Shop<S> {
    /// Somebody looks at a page of the shop. Cheap: nothing waits.
    pub fn note_visit(&self, network: IpAddr, user_agent: &[u8]) {
        if let Some(board) = self.visit_counter().board() {
            board.note(network, user_agent);
        }
    }

    /// Adds what this process has seen to what all have, and begins a new day when there is one; once a minute. What cannot be
    /// added now is added the next time.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn count_visits(&self) -> Result<()> {
        let today = self.local_time(self.now()).date();
        if let Some(board) = self.visit_counter().board() {
            if let Some(places) = board.changes() {
                let added = self.store().take_visit_places(board.day, &places).await;
                added.inspect_err(|_| board.keep_changes())?;
            }
            if board.day == today {
                return Ok(());
            }
        }
        let fresh = [self.next_id().into_bytes(), self.next_id().into_bytes()].concat();
        let salt = self.store().open_visits(today, &fresh).await?;
        self.visit_counter().begin(Board::new(today, salt));
        Ok(())
    }
}

#[cfg(all(test, shuttle))]
mod models {
    use shuttle::rand::{Rng as _, thread_rng};
    use shuttle::thread;

    use super::super::explore::explore;
    use super::super::sync::Mutex;
    use super::*;

    /// What all have, or nothing where the database is away.
    fn add(board: &Board, all: &Mutex<Vec<u8>>, is_away: bool) {
        let Some(places) = board.changes() else { return };
        if is_away {
            return board.keep_changes();
        }
        let mut all = all.lock().unwrap();
        all.iter_mut().zip(places).for_each(|(eight, more)| *eight |= more);
    }

    #[test]
    fn nobody_is_lost_who_comes_while_what_was_seen_is_added() {
        explore(|| {
            let places = (0..2).map(|_| AtomicU8::new(0)).collect();
            let board = Board { day: Date::MIN, salt: None, places, is_changed: AtomicBool::new(false) };
            let (board, all) = (Arc::new(board), Arc::new(Mutex::new(vec![0; 2])));
            let visitors: Vec<_> = [(0, 1), (0, 2), (1, 4)]
                .map(|(eight, bit): (usize, u8)| {
                    let board = Arc::clone(&board);
                    thread::spawn(move || board.take(&board.places[eight], bit))
                })
                .into();
            for _ in 0..2 {
                add(&board, &all, thread_rng().gen_bool(0.5));
            }
            visitors.into_iter().for_each(|thread| thread.join().unwrap());
            add(&board, &all, false);
            assert_eq!(*all.lock().unwrap(), [3, 4]);
        });
    }
}

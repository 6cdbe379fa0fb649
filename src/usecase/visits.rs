//! Visitors, counted day by day without a cookie, and without a statement per page: each process notes in memory on which place
//! of the day they fall, and once a minute lays what it has seen over what the others have.
//!
//! A visitor is a browser at an address: a hash of the day's salt, the network and what the browser says of itself. The hash is
//! gone as soon as its place is taken, and the salt is thrown away when the day is over.

use std::future::Future;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use sha2::{Digest as _, Sha256};
use time::Date;

use crate::domain::{VISIT_PLACES, is_browser};

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
            eight.fetch_or(bit, Ordering::Relaxed);
            self.is_changed.store(true, Ordering::Release);
        }
    }

    fn taken(&self) -> Vec<u8> {
        self.places.iter().map(|eight| eight.load(Ordering::Relaxed)).collect()
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
            if board.is_changed.swap(false, Ordering::AcqRel) {
                let added = self.store().take_visit_places(board.day, &board.taken()).await;
                added.inspect_err(|_| board.is_changed.store(true, Ordering::Release))?;
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

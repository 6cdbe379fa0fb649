//! What was rendered a moment ago, by its address: one renders for all who ask meanwhile, and nothing is taken that began before
//! a change. What a page is, and what it is made of (its version), is not known here.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock, PoisonError};
#[cfg(not(all(test, shuttle)))]
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

#[cfg(all(test, shuttle))]
use shuttle::sync::{Mutex, MutexGuard};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// For how long a page is taken, from when its rendering began. With what is counted for it, which may be three times as old
/// (`usecase/catalog/facets.rs`), nothing on it is older than a second.
const LIFE: Duration = Duration::from_millis(250);
/// Of so many addresses at once.
const MOST_ADDRESSES: usize = 1_024;
/// What is too old is let go of so often, where anything is rendered.
const TIDIED_EVERY: Duration = Duration::from_secs(1);

/// `V` is what a page is made of, `P` the page. Cheap to clone.
pub(super) struct KeptPages<V, P> {
    most_bytes: usize,
    slots: Arc<Mutex<Slots<V, P>>>,
}

/// A rendering under way, or what it left.
pub(super) struct Rendering<V, P> {
    version: V,
    began: Instant,
    /// Once it is over, whatever became of it.
    ended: CancellationToken,
    page: OnceLock<Arc<P>>,
}

/// What is there for whoever looks.
pub(super) enum Look<V, P> {
    Found(Arc<P>),
    /// Somebody renders it, who began after the last change and a moment ago: what that leaves is for all who wait.
    UnderWay(Arc<Rendering<V, P>>),
    /// Whoever looked renders it, for all who look from now on.
    Turn(Turn<V, P>),
    /// There are too many others.
    Full,
}

/// Somebody's turn to render a page. Dropped without one it leaves nothing, and nobody waits any more.
#[must_use = "others wait for it"]
pub(super) struct Turn<V, P> {
    kept: KeptPages<V, P>,
    address: String,
    rendering: Arc<Rendering<V, P>>,
}

struct Slots<V, P> {
    by_address: HashMap<String, Slot<V, P>>,
    bytes: usize,
    tidied: Option<Instant>,
}

struct Slot<V, P> {
    rendering: Arc<Rendering<V, P>>,
    bytes: usize,
}

impl<V, P> Clone for KeptPages<V, P> {
    fn clone(&self) -> Self {
        Self { most_bytes: self.most_bytes, slots: Arc::clone(&self.slots) }
    }
}

impl<V, P> Rendering<V, P> {
    /// What it left, once it is over.
    pub(super) async fn left(&self) -> Option<Arc<P>> {
        self.ended.cancelled().await;
        self.page.get().cloned()
    }

    fn is_young(&self, now: Instant) -> bool {
        now.saturating_duration_since(self.began) < LIFE
    }

    /// Whether somebody may still take it.
    fn is_wanted(&self, now: Instant) -> bool {
        !self.ended.is_cancelled() || self.is_young(now)
    }
}

impl<V: PartialEq, P> KeptPages<V, P> {
    /// The page of an address as it is made of this version; `now` is when somebody asks for it.
    pub(super) fn look(&self, address: &str, version: V, now: Instant) -> Look<V, P> {
        let mut slots = self.lock();
        let known = slots.by_address.get(address).map(|slot| &slot.rendering);
        if let Some(rendering) = known.filter(|rendering| rendering.version == version) {
            match rendering.page.get() {
                Some(page) if rendering.is_young(now) => return Look::Found(Arc::clone(page)),
                // One that takes long may have read what it shows before a good while: nobody joins it any more.
                None if !rendering.ended.is_cancelled() && rendering.is_young(now) => {
                    return Look::UnderWay(Arc::clone(rendering));
                }
                Some(_) | None => {}
            }
        } else if known.is_none() && !slots.has_place(now) {
            return Look::Full;
        }
        let (ended, page) = (CancellationToken::new(), OnceLock::new());
        let rendering = Arc::new(Rendering { version, began: now, ended, page });
        slots.insert(address, Arc::clone(&rendering));
        Look::Turn(Turn { kept: self.clone(), address: address.to_owned(), rendering })
    }

    /// The same for whoever will not render it for others.
    pub(super) fn find(&self, address: &str, version: &V, now: Instant) -> Option<Arc<P>> {
        let slots = self.lock();
        let rendering = &slots.by_address.get(address)?.rendering;
        let page = rendering.page.get().filter(|_| rendering.version == *version && rendering.is_young(now));
        page.cloned()
    }
}

impl<V, P> KeptPages<V, P> {
    pub(super) fn new(most_bytes: usize) -> Self {
        let slots = Slots { by_address: HashMap::new(), bytes: 0, tidied: None };
        Self { most_bytes, slots: Arc::new(Mutex::new(slots)) }
    }

    fn lock(&self) -> MutexGuard<'_, Slots<V, P>> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<V, P> Turn<V, P> {
    /// Leaves the page, of so many bytes, to whoever waits, and to whoever looks while it is young and nothing has changed since
    /// this turn began.
    pub(super) fn keep(self, page: P, bytes: usize) {
        // It is this turn's alone to say, and said once.
        let _ = self.rendering.page.set(Arc::new(page));
        self.kept.lock().weigh(&self.address, &self.rendering, bytes, self.kept.most_bytes);
    }
}

impl<V, P> Drop for Turn<V, P> {
    fn drop(&mut self) {
        if self.rendering.page.get().is_none() {
            self.kept.lock().forget(&self.address, &self.rendering);
        }
        self.rendering.ended.cancel();
    }
}

impl<V, P> Slots<V, P> {
    fn insert(&mut self, address: &str, rendering: Arc<Rendering<V, P>>) {
        let now = rendering.began;
        if self.tidied.is_none_or(|tidied| now.saturating_duration_since(tidied) >= TIDIED_EVERY) {
            self.tidy(now);
        }
        if let Some(before) = self.by_address.insert(address.to_owned(), Slot { rendering, bytes: 0 }) {
            self.bytes = self.bytes.saturating_sub(before.bytes);
        }
    }

    fn has_place(&mut self, now: Instant) -> bool {
        if self.by_address.len() >= MOST_ADDRESSES {
            self.tidy(now);
        }
        self.by_address.len() < MOST_ADDRESSES
    }

    /// What a rendering has left counts from now on; where it is too much, it is kept for nobody but whoever waits for it.
    fn weigh(&mut self, address: &str, rendering: &Arc<Rendering<V, P>>, bytes: usize, most: usize) {
        let bytes = bytes.saturating_add(address.len());
        if self.bytes.saturating_add(bytes) > most {
            self.tidy(rendering.began);
        }
        if self.bytes.saturating_add(bytes) > most {
            return self.forget(address, rendering);
        }
        if let Some(slot) = self.by_address.get_mut(address).filter(|slot| Arc::ptr_eq(&slot.rendering, rendering)) {
            slot.bytes = bytes;
            self.bytes = self.bytes.saturating_add(bytes);
        }
    }

    /// Not where another rendering has taken its place: that is newer.
    fn forget(&mut self, address: &str, rendering: &Arc<Rendering<V, P>>) {
        let is_its = self.by_address.get(address).is_some_and(|slot| Arc::ptr_eq(&slot.rendering, rendering));
        if let Some(slot) = is_its.then(|| self.by_address.remove(address)).flatten() {
            self.bytes = self.bytes.saturating_sub(slot.bytes);
        }
    }

    fn tidy(&mut self, now: Instant) {
        self.by_address.retain(|_, slot| slot.rendering.is_wanted(now));
        self.bytes = self.by_address.values().map(|slot| slot.bytes).sum();
        self.tidied = Some(now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Versions and pages are numbers.
    fn kept() -> KeptPages<u32, u32> {
        KeptPages::new(100)
    }

    fn turn(look: Look<u32, u32>) -> Turn<u32, u32> {
        match look {
            Look::Turn(turn) => turn,
            Look::Found(page) => panic!("there is {page}"),
            Look::UnderWay(_) => panic!("somebody renders it"),
            Look::Full => panic!("there is no place"),
        }
    }

    fn found(look: Look<u32, u32>) -> Option<u32> {
        if let Look::Found(page) = look { Some(*page) } else { None }
    }

    #[tokio::test]
    async fn one_renders_and_whoever_comes_meanwhile_waits_for_that() {
        let (kept, now) = (kept(), Instant::now());
        let first = turn(kept.look("/", 1, now));
        let Look::UnderWay(rendering) = kept.look("/", 1, now) else { panic!("nobody renders it") };
        let waits = tokio::spawn(async move { rendering.left().await.map(|page| *page) });
        assert!(matches!(kept.look("/other", 1, now), Look::Turn(_)), "another address is nobody's business");
        first.keep(7, 10);
        assert_eq!(waits.await.unwrap(), Some(7));
        assert_eq!(found(kept.look("/", 1, now)), Some(7));
        assert_eq!(kept.find("/", &1, now).as_deref(), Some(&7));
    }

    #[tokio::test]
    async fn whoever_leaves_nothing_keeps_nobody_waiting() {
        let (kept, now) = (kept(), Instant::now());
        let gone = turn(kept.look("/", 1, now));
        let Look::UnderWay(rendering) = kept.look("/", 1, now) else { panic!("nobody renders it") };
        drop(gone);
        assert_eq!(rendering.left().await, None);
        turn(kept.look("/", 1, now)).keep(8, 10);
        assert_eq!(found(kept.look("/", 1, now)), Some(8));
    }

    #[test]
    fn what_began_before_a_change_is_not_taken_after_it_however_late_it_comes() {
        let (kept, now) = (kept(), Instant::now());
        let before = turn(kept.look("/", 1, now));
        // Something is changed while it is rendered: whoever asks now does not wait for what may be old.
        let after = turn(kept.look("/", 2, now));
        before.keep(1, 10);
        assert!(matches!(kept.look("/", 2, now), Look::UnderWay(_)), "what is new is still under way");
        assert_eq!(kept.find("/", &2, now), None);
        after.keep(2, 10);
        assert_eq!(found(kept.look("/", 2, now)), Some(2));
        let late = turn(kept.look("/", 3, now));
        drop(turn(kept.look("/", 4, now)));
        late.keep(3, 10);
        assert!(kept.find("/", &4, now).is_none() && matches!(kept.look("/", 4, now), Look::Turn(_)));
    }

    #[test]
    fn a_page_is_taken_for_a_quarter_of_a_second_from_when_its_rendering_began() {
        let (kept, began) = (kept(), Instant::now());
        turn(kept.look("/", 1, began)).keep(1, 10);
        assert_eq!(found(kept.look("/", 1, began + LIFE - Duration::from_millis(1))), Some(1));
        assert_eq!(kept.find("/", &1, began + LIFE), None);
        let again = turn(kept.look("/", 1, began + LIFE));
        assert!(matches!(kept.look("/", 1, began + LIFE), Look::UnderWay(_)), "one renders it anew");
        again.keep(2, 10);
        assert_eq!(found(kept.look("/", 1, began + LIFE)), Some(2));
        assert!(LIFE * 4 <= Duration::from_secs(1));
    }

    #[tokio::test]
    async fn nobody_joins_a_rendering_that_began_long_ago() {
        let (kept, began) = (kept(), Instant::now());
        let slow = turn(kept.look("/", 1, began));
        let Look::UnderWay(joined) = kept.look("/", 1, began + LIFE / 2) else { panic!("it has just begun") };
        let anew = turn(kept.look("/", 1, began + LIFE));
        assert!(matches!(kept.look("/", 1, began + LIFE), Look::UnderWay(_)), "the new one is joined");
        slow.keep(1, 10);
        assert_eq!(joined.left().await.as_deref(), Some(&1), "for whoever joined it");
        assert_eq!(kept.find("/", &1, began + LIFE), None, "and for nobody else");
        anew.keep(2, 10);
        assert_eq!(found(kept.look("/", 1, began + LIFE)), Some(2));
    }

    #[test]
    fn there_is_a_most_of_bytes_and_of_addresses() {
        let (kept, now) = (kept(), Instant::now());
        turn(kept.look("/a", 1, now)).keep(1, 50);
        turn(kept.look("/b", 1, now)).keep(2, 50);
        assert_eq!((found(kept.look("/a", 1, now)), kept.find("/b", &1, now)), (Some(1), None));
        turn(kept.look("/c", 1, now)).keep(3, 46);
        assert_eq!(found(kept.look("/c", 1, now)), Some(3));
        // What is too old makes room.
        let later = now + LIFE;
        turn(kept.look("/d", 1, later)).keep(4, 96);
        assert_eq!((found(kept.look("/d", 1, later)), kept.lock().by_address.len()), (Some(4), 1));
        let turns: Vec<_> = (0..MOST_ADDRESSES).map(|n| kept.look(&format!("/products?q={n}"), 1, later)).collect();
        assert!(matches!(turns.last(), Some(Look::Full)), "it has the last place");
        assert!(turns.iter().rev().skip(1).all(|look| matches!(look, Look::Turn(_))));
        drop(turns);
        drop(turn(kept.look("/e", 1, later)));
    }
}

#[cfg(all(test, shuttle))]
mod models {
    use std::sync::atomic::{AtomicU32, Ordering};

    use shuttle::future::block_on;
    use shuttle::thread;

    use super::*;
    use crate::explore::explore;

    /// A page says how often something was changed before it was rendered.
    fn seen(kept: &KeptPages<u32, u32>, changes: &AtomicU32) -> u32 {
        let render = || changes.load(Ordering::SeqCst);
        match kept.look("/", render(), Instant::now()) {
            Look::Found(page) => *page,
            Look::UnderWay(rendering) => block_on(rendering.left()).map_or_else(render, |page| *page),
            Look::Turn(turn) => {
                let page = render();
                thread::yield_now();
                turn.keep(page, 1);
                page
            }
            Look::Full => unreachable!("there is one address"),
        }
    }

    #[test]
    fn nobody_who_asks_after_a_change_sees_what_was_before_it() {
        explore(|| {
            let (kept, changes) = (KeptPages::<u32, u32>::new(100), Arc::new(AtomicU32::new(0)));
            let work: Vec<_> = (0..3)
                .map(|_| {
                    let (kept, changes) = (kept.clone(), Arc::clone(&changes));
                    thread::spawn(move || {
                        seen(&kept, &changes);
                        let changed = changes.fetch_add(1, Ordering::SeqCst) + 1;
                        assert!(seen(&kept, &changes) >= changed);
                    })
                })
                .collect();
            work.into_iter().for_each(|thread| thread.join().unwrap());
        });
    }
}

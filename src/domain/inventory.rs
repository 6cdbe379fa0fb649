//! Stock and the promises made on it.
//!
//! `stock` is what can still be promised. Reserving takes units out of it, releasing puts them back, claiming (the order
//! was paid) only marks them. Events of one order arrive on several topics in any order, so every transition is
//! idempotent and commutes: a release before its reserve leaves a tombstone, and the reserve that follows takes nothing.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{OrderId, Problem, Refusal, VariantId};

/// No shelf holds more of one variant.
pub const MAX_STOCK: u32 = 1_000_000;

/// So many of one variant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemQuantity {
    pub variant_id: VariantId,
    pub quantity: u32,
}

/// Where the promise to one order stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReservationState {
    /// Nobody has decided yet.
    Pending,
    /// All lines are held.
    Reserved,
    /// Not all lines could be held, so none is.
    Rejected,
    /// Given back, or cancelled before it was ever held.
    Released,
    /// Paid for.
    Claimed,
}

impl ReservationState {
    pub const ALL: [Self; 5] = [Self::Pending, Self::Reserved, Self::Rejected, Self::Released, Self::Claimed];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Reserved => "reserved",
            Self::Rejected => "rejected",
            Self::Released => "released",
            Self::Claimed => "claimed",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.as_str() == text)
    }

    /// Whether the inventory can say `next` of an order after it said `self`. What an order already knows, or what came
    /// late, is not followed.
    pub const fn leads_to(self, next: Self) -> bool {
        matches!(
            (self, next),
            (Self::Pending, Self::Reserved | Self::Rejected | Self::Released)
                | (Self::Reserved, Self::Claimed | Self::Released)
                | (Self::Claimed, Self::Released)
        )
    }
}

/// The promise to one order: its state and, once held, its lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reservation {
    pub state: ReservationState,
    pub lines: Vec<ItemQuantity>,
}

/// One entry of the ledger: so many units of a variant, out of stock (negative) or back into it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Movement {
    pub order: OrderId,
    pub variant: VariantId,
    pub units: i64,
}

/// What staff say of a variant's stock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StockChange {
    /// So many units came, or (negative) went.
    Adjustment(i32),
    /// So many units lie on the shelf, those that orders hold and that were not shipped yet among them.
    Count(u32),
}

impl StockChange {
    /// # Errors
    /// `Zero`, `NotWithin`.
    pub fn adjustment(units: i64) -> Result<Self, Problem> {
        match i32::try_from(units) {
            Ok(0) => Err(Problem::Zero),
            Ok(units) if units.unsigned_abs() <= MAX_STOCK => Ok(Self::Adjustment(units)),
            _ => Err(Problem::NotWithin { max: MAX_STOCK }),
        }
    }

    /// # Errors
    /// `OutOfRange`.
    pub fn count(units: i64) -> Result<Self, Problem> {
        let units = u32::try_from(units).ok().filter(|n| *n <= MAX_STOCK);
        units.map(Self::Count).ok_or(Problem::OutOfRange { min: 0, max: MAX_STOCK })
    }
}

/// A variant's stock as its row says, locked, and what lies on the shelf beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StockLevel {
    /// What can still be promised.
    pub stock: u32,
    /// What orders hold that were not shipped yet.
    pub reserved: u32,
}

impl StockLevel {
    /// What should lie on the shelf.
    pub const fn shelf(self) -> u32 {
        self.stock.saturating_add(self.reserved)
    }

    /// The units to move so that what was said is true.
    ///
    /// # Errors
    /// `NotEnoughStock` where more would go than there is, `CountBelowReserved` where fewer were counted than orders
    /// hold, `Invalid` (change) where more would be there than a shelf holds.
    pub fn movement(self, change: StockChange) -> Result<i64, Refusal> {
        match change {
            StockChange::Adjustment(units) => match i64::from(self.stock).saturating_add(units.into()) {
                left if left < 0 => Err(Refusal::NotEnoughStock { left: self.stock }),
                left if left > MAX_STOCK.into() => Err(Refusal::field("change", Problem::TooMuch { max: MAX_STOCK })),
                _ => Ok(units.into()),
            },
            StockChange::Count(counted) => match counted.checked_sub(self.reserved) {
                Some(stock) => Ok(i64::from(stock).saturating_sub(self.stock.into())),
                None => Err(Refusal::CountBelowReserved { reserved: self.reserved }),
            },
        }
    }
}

/// The rows a batch of events touches, locked by whoever loaded them, and what has been decided so far.
#[derive(Debug, Default)]
pub struct Warehouse {
    stock: BTreeMap<VariantId, u32>,
    reservations: BTreeMap<OrderId, Reservation>,
    movements: Vec<Movement>,
}

impl Warehouse {
    pub fn new(stock: BTreeMap<VariantId, u32>, reservations: BTreeMap<OrderId, Reservation>) -> Self {
        Self { stock, reservations, movements: Vec::new() }
    }

    /// All lines or none. Returns the state the order has now if this call changed it.
    pub fn reserve_stock(&mut self, order: OrderId, lines: &[ItemQuantity]) -> Option<ReservationState> {
        if self.state(order) != ReservationState::Pending {
            return None;
        }
        let wanted = lines.iter().fold(BTreeMap::new(), |mut sum: BTreeMap<VariantId, u32>, line| {
            let units = sum.entry(line.variant_id).or_default();
            *units = units.saturating_add(line.quantity);
            sum
        });
        let enough = wanted.iter().all(|(variant, units)| self.stock.get(variant).is_some_and(|left| left >= units));
        if !enough {
            return self.set(order, ReservationState::Rejected, Vec::new());
        }
        for (variant, units) in &wanted {
            self.shift(order, *variant, -i64::from(*units));
        }
        let lines = wanted.into_iter().map(|(variant_id, quantity)| ItemQuantity { variant_id, quantity }).collect();
        self.set(order, ReservationState::Reserved, lines)
    }

    /// The order was paid. Only what is held can be claimed; anything else is left as it is.
    pub fn claim_stock(&mut self, order: OrderId) -> Option<ReservationState> {
        let held = self.reservations.get_mut(&order).filter(|r| r.state == ReservationState::Reserved)?;
        held.state = ReservationState::Claimed;
        Some(ReservationState::Claimed)
    }

    /// The order was cancelled: held or claimed units go back; an order nobody has decided on is closed for good.
    pub fn release_stock(&mut self, order: OrderId) -> Option<ReservationState> {
        match self.state(order) {
            ReservationState::Released | ReservationState::Rejected => None,
            ReservationState::Pending => self.set(order, ReservationState::Released, Vec::new()),
            ReservationState::Reserved | ReservationState::Claimed => {
                let held = self.reservations.remove(&order).map(|r| r.lines).unwrap_or_default();
                for line in &held {
                    self.shift(order, line.variant_id, i64::from(line.quantity));
                }
                self.set(order, ReservationState::Released, held)
            }
        }
    }

    pub fn state(&self, order: OrderId) -> ReservationState {
        self.reservations.get(&order).map_or(ReservationState::Pending, |r| r.state)
    }

    pub fn reservation(&self, order: OrderId) -> Option<&Reservation> {
        self.reservations.get(&order)
    }

    /// What moved, in the order it moved.
    pub fn movements(&self) -> &[Movement] {
        &self.movements
    }

    pub fn stock(&self, variant: VariantId) -> u32 {
        self.stock.get(&variant).copied().unwrap_or(0)
    }

    fn set(&mut self, order: OrderId, state: ReservationState, lines: Vec<ItemQuantity>) -> Option<ReservationState> {
        self.reservations.insert(order, Reservation { state, lines });
        Some(state)
    }

    fn shift(&mut self, order: OrderId, variant: VariantId, units: i64) {
        let left = self.stock.entry(variant).or_default();
        *left = u32::try_from(i64::from(*left).saturating_add(units)).unwrap_or(0);
        self.movements.push(Movement { order, variant, units });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn variant(n: u128) -> VariantId {
        VariantId(Uuid::from_u128(n))
    }

    fn order(n: u128) -> OrderId {
        OrderId(Uuid::from_u128(n))
    }

    fn line(n: u128, quantity: u32) -> ItemQuantity {
        ItemQuantity { variant_id: variant(n), quantity }
    }

    fn with_stock(units: &[(u128, u32)]) -> Warehouse {
        Warehouse::new(units.iter().map(|(n, left)| (variant(*n), *left)).collect(), BTreeMap::new())
    }

    #[test]
    fn every_state_is_spelt_one_way() {
        let words = ["pending", "reserved", "rejected", "released", "claimed"];
        for (state, word) in ReservationState::ALL.into_iter().zip(words) {
            assert_eq!((state.as_str(), ReservationState::parse(word)), (word, Some(state)));
            assert_eq!(serde_json::to_value(state).unwrap(), word);
        }
        assert_eq!(ReservationState::parse("lost"), None);
    }

    /// A row per state that was said, a column per state that is said next.
    #[test]
    fn an_order_follows_only_what_is_news_to_it() {
        use ReservationState::{Claimed, Pending, Rejected, Released, Reserved};
        let table = [
            //         pending reserved rejected released claimed
            (Pending, [false, true, true, true, false]),
            (Reserved, [false, false, false, true, true]),
            (Rejected, [false; 5]),
            (Released, [false; 5]),
            (Claimed, [false, false, false, true, false]),
        ];
        for (before, row) in table {
            for (next, expected) in ReservationState::ALL.into_iter().zip(row) {
                assert_eq!(before.leads_to(next), expected, "{before:?} {next:?}");
            }
        }
    }

    #[test]
    fn all_lines_are_held_or_none() {
        let mut warehouse = with_stock(&[(1, 5), (2, 1)]);
        assert_eq!(warehouse.reserve_stock(order(1), &[line(1, 2), line(2, 2)]), Some(ReservationState::Rejected));
        assert_eq!((warehouse.stock(variant(1)), warehouse.stock(variant(2))), (5, 1));
        assert_eq!(warehouse.reserve_stock(order(2), &[line(1, 2), line(2, 1)]), Some(ReservationState::Reserved));
        assert_eq!((warehouse.stock(variant(1)), warehouse.stock(variant(2))), (3, 0));
    }

    #[test]
    fn a_variant_named_twice_counts_twice() {
        let mut warehouse = with_stock(&[(1, 5)]);
        assert_eq!(warehouse.reserve_stock(order(1), &[line(1, 3), line(1, 3)]), Some(ReservationState::Rejected));
        assert_eq!(warehouse.reserve_stock(order(2), &[line(1, 3), line(1, 2)]), Some(ReservationState::Reserved));
    }

    #[test]
    fn a_cancel_seen_before_its_create_takes_nothing() {
        let mut warehouse = with_stock(&[(1, 5)]);
        assert_eq!(warehouse.release_stock(order(1)), Some(ReservationState::Released));
        assert_eq!(warehouse.reserve_stock(order(1), &[line(1, 1)]), None);
        assert_eq!(warehouse.stock(variant(1)), 5);
    }

    #[test]
    fn paid_and_cancelled_gives_the_units_back() {
        let mut warehouse = with_stock(&[(1, 5)]);
        warehouse.reserve_stock(order(1), &[line(1, 2)]);
        assert_eq!(warehouse.claim_stock(order(1)), Some(ReservationState::Claimed));
        assert_eq!(warehouse.claim_stock(order(1)), None);
        assert_eq!(warehouse.release_stock(order(1)), Some(ReservationState::Released));
        assert_eq!(warehouse.release_stock(order(1)), None);
        assert_eq!(warehouse.stock(variant(1)), 5);
    }

    #[derive(Debug, Clone, Copy)]
    enum Seen {
        Created(u128, u32),
        Paid(u128),
        Cancelled(u128),
    }

    fn seen() -> impl Strategy<Value = Seen> {
        prop_oneof![
            (0_u128..6, 1_u32..5).prop_map(|(o, q)| Seen::Created(o, q)),
            (0_u128..6).prop_map(Seen::Paid),
            (0_u128..6).prop_map(Seen::Cancelled),
        ]
    }

    #[test]
    fn a_count_knows_what_lies_there_for_orders_and_an_adjustment_does_not_ask() {
        let level = StockLevel { stock: 7, reserved: 3 };
        assert_eq!(level.shelf(), 10);
        let left = |change| level.movement(change);
        assert_eq!(left(StockChange::Count(10)), Ok(0), "counted and found right");
        assert_eq!(left(StockChange::Count(12)), Ok(2));
        assert_eq!(left(StockChange::Count(3)), Ok(-7), "all that is there is promised");
        assert_eq!(left(StockChange::Count(2)), Err(Refusal::CountBelowReserved { reserved: 3 }));
        assert_eq!(left(StockChange::Adjustment(-7)), Ok(-7));
        assert_eq!(left(StockChange::Adjustment(-8)), Err(Refusal::NotEnoughStock { left: 7 }));
        assert_eq!(left(StockChange::Adjustment(999_993)), Ok(999_993));
        let full = left(StockChange::Adjustment(999_994)).unwrap_err();
        assert_eq!(full.problem_of("change"), Some(&Problem::TooMuch { max: 1_000_000 }));
    }

    #[test]
    fn a_change_of_stock_stays_within_a_shelf() {
        for (units, read) in [
            (1_000_000, Ok(StockChange::Adjustment(1_000_000))),
            (-1_000_000, Ok(StockChange::Adjustment(-1_000_000))),
            (0, Err(Problem::Zero)),
            (1_000_001, Err(Problem::NotWithin { max: 1_000_000 })),
            (-1_000_001, Err(Problem::NotWithin { max: 1_000_000 })),
            (i64::from(i32::MIN), Err(Problem::NotWithin { max: 1_000_000 })),
            (i64::MIN, Err(Problem::NotWithin { max: 1_000_000 })),
        ] {
            assert_eq!(StockChange::adjustment(units), read, "{units}");
        }
        let outside = Problem::OutOfRange { min: 0, max: 1_000_000 };
        for (units, read) in [
            (0, Ok(StockChange::Count(0))),
            (1_000_000, Ok(StockChange::Count(1_000_000))),
            (1_000_001, Err(outside.clone())),
            (-1, Err(outside)),
        ] {
            assert_eq!(StockChange::count(units), read, "{units}");
        }
    }

    proptest! {
        /// Whatever arrives, however often and in whatever order: the ledger explains the stock, and each order's
        /// movements add up to what it holds.
        #[test]
        fn the_books_balance(events in proptest::collection::vec(seen(), 0..60)) {
            let mut warehouse = with_stock(&[(1, 10)]);
            for event in events {
                match event {
                    Seen::Created(o, q) => warehouse.reserve_stock(order(o), &[line(1, q)]),
                    Seen::Paid(o) => warehouse.claim_stock(order(o)),
                    Seen::Cancelled(o) => warehouse.release_stock(order(o)),
                };
            }
            let moved: i64 = warehouse.movements().iter().map(|m| m.units).sum();
            prop_assert_eq!(i64::from(warehouse.stock(variant(1))), 10 + moved);
            for o in 0..6 {
                let moved: i64 = warehouse.movements().iter().filter(|m| m.order == order(o)).map(|m| m.units).sum();
                let held = warehouse.reservation(order(o)).map_or(0, |r| match r.state {
                    ReservationState::Reserved | ReservationState::Claimed => {
                        r.lines.iter().map(|l| i64::from(l.quantity)).sum()
                    }
                    _ => 0,
                });
                prop_assert_eq!(moved, -held);
            }
        }
    }
}

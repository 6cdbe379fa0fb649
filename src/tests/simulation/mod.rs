//! The protocol of reservations, with the domain's own decisions, under whatever may happen to it: events that are late, come
//! twice or overtake those of other topics, processes that die between two of their steps, a provider that tells late, never
//! or again. Every time nothing is under way the books balance.
//!
//! Nothing is left to chance but the seed: what fails is printed with it and happens again, step by step, by
//! `SIMULATION_SEED=n cargo test --test shop simulation -- --nocapture`. `SIMULATIONS` says how many seeds there are.

mod books;
mod tables;
mod world;

use std::collections::BTreeMap;

use rand::Rng as _;

use books::{check_end, check_quiet, note_ends};
use world::World;

/// What has to happen in some of many: else they show nothing of it.
const ENDS: [&str; 10] = [
    "paid",
    "cancelled after it was paid",
    "out of stock",
    "expired",
    "cancelled before anything was held",
    "rejected after it was cancelled",
    "amount",
    "late",
    "second",
    "repeated",
];

/// Says how to see it again.
struct Seed(u64);

impl Drop for Seed {
    fn drop(&mut self) {
        if std::thread::panicking() {
            println!("SIMULATION_SEED={} shows it again", self.0);
        }
    }
}

#[test]
fn whatever_comes_late_twice_or_never_the_books_balance_whenever_nothing_is_under_way() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let one = number("SIMULATION_SEED");
    let seeds = one.map_or(0..number("SIMULATIONS").unwrap_or(500), |seed| seed..seed + 1);
    let mut seen = BTreeMap::new();
    for seed in seeds {
        simulate(seed, one.is_some(), &mut seen);
    }
    println!("{seen:?}");
    for end in ENDS {
        assert!(one.is_some() || seen.get(end).is_some_and(|times| *times > 0), "{end} never happens: {seen:?}");
    }
}

fn simulate(seed: u64, is_told: bool, seen: &mut BTreeMap<&'static str, u64>) {
    let seed = Seed(seed);
    let mut world = World::of(seed.0, is_told);
    for _ in 0..3 {
        for _ in 0..world.random.random_range(20..120) {
            world.step();
        }
        world.deliver();
        check_quiet(&world.tables);
    }
    world.end();
    check_quiet(&world.tables);
    check_end(&world);
    note_ends(&world, seen);
}

//! The same work in both shops, in turns, one after the other, as somebody waits for it.

use std::time::Instant;

use anyhow::{Result, ensure};
use tokio::task::JoinSet;

use super::{Grown, Sample};
use crate::client::Client;
use crate::figures::{median, ms_since, percentile};
use crate::limits::GrownLimit;
use crate::stage::Stage;

/// Clients, and how many pages each looks at before anything counts: PostgreSQL keeps a plan after five on each connection.
const CLIENTS: usize = 8;
pub(super) const WARM_UP: usize = 20;

/// CPU of one, server and PostgreSQL together, and what each was waited for.
pub(super) type Taken = (f64, Vec<f64>);

/// Who looks at what in one of both shops.
pub(super) struct Side<'a> {
    pub stage: &'a Stage,
    pub person: Client,
    pub addresses: &'a [String],
    /// In a round.
    pub times: usize,
}

impl<'a> Side<'a> {
    /// Somebody whom nobody knows.
    pub(super) fn of_visitors(stage: &'a Stage, addresses: &'a [String], times: usize) -> Self {
        Self { stage, person: Client::new(stage.shop.address), addresses, times }
    }
}

/// Pages of a kind in both.
pub(super) async fn compared(name: &'static str, rounds: usize, both: &mut [Side<'_>; 2]) -> Result<Grown> {
    for side in &*both {
        at_once(&side.person, side.addresses, WARM_UP).await?;
    }
    in_turns(name, rounds, both, sample).await
}

/// Whatever it is.
pub(super) async fn in_turns<T>(
    name: &'static str,
    rounds: usize,
    both: &mut [T; 2],
    taken: impl AsyncFn(&mut T) -> Result<Taken>,
) -> Result<Grown> {
    let (mut cpu, mut waited, mut ratios) = ([Vec::new(), Vec::new()], [Vec::new(), Vec::new()], Vec::new());
    for _ in 0..rounds {
        let mut costs = Vec::new();
        for ((side, cpu), waited) in both.iter_mut().zip(&mut cpu).zip(&mut waited) {
            let (cost, times) = taken(side).await?;
            costs.push(cost);
            cpu.push(cost);
            waited.extend(times);
        }
        // Of each round by itself: both were measured on the same machine within seconds.
        if let [small, large] = costs.as_slice() {
            ratios.push(large / small);
        }
    }
    eprintln!("{name} in both shops");
    let [small, large] = cpu;
    let [small_waited, large_waited] = waited;
    Ok(Grown {
        name,
        small: Sample { cpu: median(small), p99: percentile(small_waited, 99) },
        large: Sample { cpu: median(large), p99: percentile(large_waited, 99) },
        ratio: median(ratios),
        limit: GrownLimit::default(),
    })
}

pub(super) async fn sample(side: &mut Side<'_>) -> Result<Taken> {
    let Side { stage, person, addresses, times } = side;
    ensure!(!addresses.is_empty(), "there is no such page");
    let mut client = person.on_another_connection();
    let (before, mut waited) = (spent(stage), Vec::new());
    for address in addresses.iter().cycle().take(*times) {
        let began = Instant::now();
        client.page(address).await?;
        waited.push(ms_since(began));
    }
    Ok((of_one(spent(stage) - before, *times)?, waited))
}

/// Of the shop and of PostgreSQL, in milliseconds so far.
pub(super) fn spent(stage: &Stage) -> f64 {
    let (server, postgres) = stage.cpu(&stage.shop);
    server + postgres
}

pub(super) fn of_one(spent: f64, times: usize) -> Result<f64> {
    Ok(spent / f64::from(u32::try_from(times)?))
}

/// Whoever it is looks at so many pages on each of several connections at once; how many a second are answered.
pub(super) async fn at_once(person: &Client, addresses: &[String], times: usize) -> Result<f64> {
    ensure!(!addresses.is_empty(), "there is no such page");
    let (mut clients, began) = (JoinSet::new(), Instant::now());
    for number in 0..CLIENTS {
        let (mut client, addresses) = (person.on_another_connection(), addresses.to_vec());
        clients.spawn(async move {
            for address in addresses.iter().cycle().skip(number).take(times) {
                client.page(address).await?;
            }
            Ok::<_, anyhow::Error>(())
        });
    }
    while let Some(done) = clients.join_next().await {
        done??;
    }
    Ok(f64::from(u32::try_from(CLIENTS * times)?) / began.elapsed().as_secs_f64())
}

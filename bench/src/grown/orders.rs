//! A shop of a million orders, or of ten (`SIZE`), beside one of ten thousand: an order with all its events, a journey from the first
//! page to the money, somebody's own orders, and the back office's lists. Products are as many in both, and so is what is open: what
//! grows is the past.

use std::time::Instant;

use anyhow::{Context as _, Result};

use super::compare::{Side, Taken, compared, in_turns, of_one, spent};
use super::{Grown, shop_of};
use crate::client::Client;
use crate::desk::LISTS;
use crate::figures::ms_since;
use crate::options::Options;
use crate::populate::Population;
use crate::stage::Stage;
use crate::work::{MeasuredProduct, Shopper, Work, staff};

const FEW: u32 = 10_000;
const MANY: u32 = 1_000_000;
const PRODUCTS: u32 = 10_000;

/// What a buyer does, as `bench/limits.toml` spells it, how often before anything counts, and how often in a round.
const BOUGHT: [(&str, Work, usize, usize); 2] = [("order", Work::Order, 100, 100), ("journey", Work::Journey, 20, 20)];
/// What they have ordered, by then.
const OWN: (&str, &str) = ("own-orders", "/orders");
/// Of the back office, those that read orders.
const OF_ORDERS: [&str; 2] = ["orders", "customers"];

/// Who is looked for in the lists, by number.
const LOOKED_FOR: &str = "4711";

/// Pages in a round. Lists take longer than what shoppers look at.
const TIMES: usize = 60;

struct Buyer<'a> {
    stage: &'a Stage,
    shopper: Shopper,
    work: Work,
    times: usize,
}

/// What is measured, in its order.
#[cfg(test)]
pub fn kinds() -> Vec<&'static str> {
    let bought = BOUGHT.into_iter().map(|(name, ..)| name);
    bought.chain([OWN.0]).chain(lists().map(|(name, _)| name)).collect()
}

fn lists() -> impl Iterator<Item = (&'static str, &'static str)> {
    LISTS.into_iter().filter(|(name, _)| OF_ORDERS.iter().any(|of| name.starts_with(of)))
}

/// The address in a shop of so many orders: of whom is looked for there is one, and no longer number begins with theirs.
fn address(page: &str, orders: u32) -> String {
    page.replace(LOOKED_FOR, &(orders / 2 - 289).to_string())
}

/// Both shops are made, measured, and closed.
pub async fn beside_few(options: &Options) -> Result<Vec<Grown>> {
    let of = |orders| Population { products: PRODUCTS, orders, has_customers: true };
    let few = Box::pin(shop_of(options, "few_orders", of(FEW))).await?;
    let many = Box::pin(shop_of(options, "many_orders", of(options.size.unwrap_or(MANY)))).await?;
    let grown = Box::pin(measured(options, [&few, &many])).await?;
    few.clear().await;
    many.clear().await;
    Ok(grown)
}

async fn measured(options: &Options, shops: [&Stage; 2]) -> Result<Vec<Grown>> {
    let mut grown = Vec::new();
    let [few, many] = shops;
    let mut buyers = [Box::pin(buyer(few)).await?, Box::pin(buyer(many)).await?];
    for (name, work, warm_up, times) in BOUGHT {
        for buyer in &mut buyers {
            (buyer.work, buyer.times) = (work, warm_up);
            Box::pin(buy(buyer)).await.context(name)?;
            buyer.times = times;
        }
        grown.push(Box::pin(in_turns(name, options.rounds, &mut buyers, buy)).await.context(name)?);
    }
    let people = buyers.map(|buyer| buyer.shopper.client);
    let own = [OWN.1.to_owned()];
    let mut both = sides(shops, &people, [&own, &own]);
    grown.push(Box::pin(compared(OWN.0, options.rounds, &mut both)).await.context(OWN.0)?);
    let people = [Box::pin(staff(few)).await?, Box::pin(staff(many)).await?];
    for (name, page) in lists() {
        let [in_few, in_many] = [FEW, options.size.unwrap_or(MANY)].map(|orders| [address(page, orders)]);
        let mut both = sides(shops, &people, [&in_few, &in_many]);
        grown.push(Box::pin(compared(name, options.rounds, &mut both)).await.context(name)?);
    }
    Ok(grown)
}

fn sides<'a>(shops: [&'a Stage; 2], people: &[Client; 2], addresses: [&'a [String]; 2]) -> [Side<'a>; 2] {
    let ([few, many], [in_few, in_many], [of_few, of_many]) = (shops, people, addresses);
    [(few, in_few, of_few), (many, in_many, of_many)].map(|(stage, person, addresses)| Side {
        stage,
        person: person.on_another_connection(),
        addresses,
        times: TIMES,
    })
}

/// Somebody with an account, and enough of what they want.
async fn buyer(stage: &Stage) -> Result<Buyer<'_>> {
    let mut staff = staff(stage).await?;
    let product = MeasuredProduct::create(&mut staff, "Bought over and over", 1_000_000).await?;
    let shopper = Shopper::register(stage, "buyer", &product).await?;
    Ok(Buyer { stage, shopper, work: Work::Order, times: 0 })
}

/// One after the other; over when their events have arrived and their letters are sent.
async fn buy(buyer: &mut Buyer<'_>) -> Result<Taken> {
    let Buyer { stage, shopper, work, times } = buyer;
    let (before, mut waited) = (spent(stage), Vec::new());
    for _ in 0..*times {
        let began = Instant::now();
        Box::pin(shopper.in_shop(*work)).await?;
        waited.push(ms_since(began));
    }
    stage.quiet().await?;
    Ok((of_one(spent(stage) - before, *times)?, waited))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_looked_for_in_a_shop_of_any_size() {
        let page = "/admin/orders?q=person+4711";
        assert_eq!([FEW, MANY].map(|orders| address(page, orders)), [page, "/admin/orders?q=person+499711"]);
        assert!(lists().filter(|(_, page)| page.contains(LOOKED_FOR)).count() == 2);
    }
}

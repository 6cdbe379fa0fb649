//! The release before and this one on one database and one Kafka, under load: every process is replaced by one of this release,
//! by one of the release before again, and by one of this release for good. `FLEET_BEFORE` is the program of the release before
//! (`scripts/fleet upgrade` builds it).

use std::path::PathBuf;

use tokio::time::Instant;

use crate::load::Load;
use crate::members::Fleet;
use crate::rolling::end_unnoticed;
use crate::visitor::Visitor;
use crate::{DEAD, brokers, open_shop, report, seed, turn};

#[tokio::test(flavor = "multi_thread")]
async fn upgrade_and_back_fails_no_request_and_gives_up_on_no_event() {
    let _turn = turn().await;
    let before = std::env::var_os("FLEET_BEFORE").expect("FLEET_BEFORE: run this with `scripts/fleet upgrade`");
    let (before, seed) = (PathBuf::from(before), seed());
    report(&format!("upgrade: from the release before to this one, back, and again, seed {seed}"));
    // The schema goes first, as in an upgrade: what the release before works on has all that this one adds.
    let database = open_shop().await;
    let mut fleet = Fleet::start_with(&database, &brokers(), (2, 2), &[], Some(&before)).await;
    let load = Load::start(&database, fleet.seen.port, seed).await;
    let visitor = Visitor::start(fleet.seen.port).await;
    fleet.seen.first_reservation(Instant::now()).await;
    let size = fleet.size();
    for release in [None, Some(before.as_path()), None] {
        // Web and worker processes in turn, so that each release hears what the other one says.
        for place in [0, 2, 1, 3] {
            fleet.replace_by(place, release).await;
            fleet.seen.first_reservation(Instant::now()).await;
        }
    }
    let what = format!("upgrade: {size} processes were replaced three times");
    end_unnoticed(&what, &database, fleet, load, visitor).await;
    assert_eq!(database.count(DEAD).await, 0, "events that the release before did not know were given up on");
    database.done().await;
}

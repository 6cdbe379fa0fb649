//! What a crowd does to everybody else, by the clock: pages while two hundred sign in for half a minute (T-25), pages while
//! more come than can be served (T-21), and whether the time of an answer tells who has an account (T-33).

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use http::{Method, StatusCode};
use serde_json::json;
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::client::{Client, field};
use crate::cpu::Memory;
use crate::figures::{Figure, median, ms_since, percentile};
use crate::stage::{PASSWORD, Stage};
use crate::work::{LISTING, MeasuredProduct, Shopper, staff};

/// As `--only` spells it.
pub const PRESSURE: &str = "pressure";

const STORM: usize = 200;
/// Connections that ask for pages without a pause: many times more than there are places for.
const CROWD: usize = 600;
const LASTS: Duration = Duration::from_secs(30);
/// How long more come than can be served.
const CROWDED: Duration = Duration::from_secs(60);
/// Visitors who look at pages meanwhile, and how long each reads one.
const VISITORS: usize = 4;
const READING: Duration = Duration::from_millis(20);
/// Whose passwords are tried.
const PEOPLE: usize = 8;
/// Answers of each kind, known and unknown.
const SAMPLES: usize = 500;

pub async fn figures(stage: &Stage) -> Result<Vec<Figure>> {
    let product = MeasuredProduct::create(&mut staff(stage).await?, "Pressed product", 1000).await?;
    let mut people = Vec::new();
    for number in 0..PEOPLE {
        people.push(Shopper::register(stage, &format!("pressed-{number}"), &product).await?.email);
    }
    let mut figures = Vec::new();
    let mut note = |name, value| figures.push(Figure { name, value, limit: None });
    let calm = look(stage.shop.address, Instant::now() + Duration::from_secs(3)).await?;
    note("calm-pages-p99-ms", percentile(calm, 99));

    let (times, grown) = beside(stage, storm(stage.shop.address, &people)).await?;
    note("storm-pages-p99-ms", percentile(times, 99));
    note("storm-memory-mib", grown);

    let before = Memory::of(stage.shop.pid)?.rss;
    let crowded = crowd(stage.shop.address).await?;
    ensure!(!crowded.admitted.is_empty(), "nobody was admitted");
    note("overload-admitted-p99-ms", percentile(crowded.admitted, 99));
    note("overload-memory-mib", Memory::of(stage.shop.pid)?.rss - before);
    note("overload-shed-percent", crowded.shed);
    note("overload-recovery-ms", recovery(stage.shop.address).await?);

    for (gap, auc, what) in [
        ("sign-in-gap-ms", "sign-in-auc", Asked::SignIn),
        ("forgotten-gap-ms", "forgotten-auc", Asked::ForgottenPassword),
    ] {
        let (known, unknown) = timed(stage.shop.address, &people, what).await?;
        note(auc, told_apart(&known, &unknown));
        note(gap, (median(known) - median(unknown)).abs());
    }
    Ok(figures)
}

/// Somebody looks at pages until then.
async fn look(address: SocketAddr, until: Instant) -> Result<Vec<f64>> {
    let (mut client, mut times) = (Client::new(address), Vec::new());
    while Instant::now() < until {
        let began = Instant::now();
        client.page(LISTING).await?;
        times.push(ms_since(began));
        sleep(READING).await;
    }
    Ok(times)
}

/// What pages take while something else goes on, and how many MiB the shop grew by at the most.
async fn beside(stage: &Stage, work: impl Future<Output = Result<()>>) -> Result<(Vec<f64>, f64)> {
    let (address, pid) = (stage.shop.address, stage.shop.pid);
    let before = Memory::of(pid)?.rss;
    let until = Instant::now() + LASTS;
    let mut visitors = JoinSet::new();
    for _ in 0..VISITORS {
        visitors.spawn(look(address, until));
    }
    let watched = async {
        let mut most = before;
        while Instant::now() < until {
            most = most.max(Memory::of(pid)?.rss);
            sleep(Duration::from_millis(250)).await;
        }
        Ok::<_, anyhow::Error>(most)
    };
    let (worked, most) = tokio::join!(work, watched);
    worked?;
    let mut times = Vec::new();
    while let Some(seen) = visitors.join_next().await {
        times.extend(seen??);
    }
    Ok((times, most? - before))
}

/// All of them sign in again and again; whoever is told to come back does.
async fn storm(address: SocketAddr, people: &[String]) -> Result<()> {
    let until = Instant::now() + LASTS;
    let mut crowd = JoinSet::new();
    for n in 0..STORM {
        let email = people[n % people.len()].clone();
        crowd.spawn(async move {
            while Instant::now() < until {
                let form = json!({"email": email, "password": PASSWORD});
                let status = Client::new(address).call(Method::POST, "/api/v1/auth/login", &form).await?.status;
                let away = matches!(status, StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS);
                ensure!(away || status == StatusCode::OK, "a sign-in was answered with {status}");
                if away {
                    sleep(Duration::from_millis(300)).await;
                }
            }
            Ok::<_, anyhow::Error>(())
        });
    }
    while let Some(done) = crowd.join_next().await {
        done??;
    }
    Ok(())
}

struct Crowded {
    /// What those took who got their page.
    admitted: Vec<f64>,
    /// Of a hundred.
    shed: f64,
}

/// More than can be served: each answer is a page, or a 503 that says when to come back.
async fn crowd(address: SocketAddr) -> Result<Crowded> {
    let until = Instant::now() + CROWDED;
    let mut crowd = JoinSet::new();
    for _ in 0..CROWD {
        crowd.spawn(async move {
            let (mut client, mut admitted, mut shed) = (Client::new(address), Vec::new(), 0_u32);
            while Instant::now() < until {
                let began = Instant::now();
                let answer = client.send(Method::GET, LISTING, "text/html", None).await?;
                match answer.status {
                    StatusCode::OK => admitted.push(ms_since(began)),
                    StatusCode::SERVICE_UNAVAILABLE => shed += 1,
                    status => anyhow::bail!("a page was answered with {status}"),
                }
            }
            Ok::<_, anyhow::Error>((admitted, shed))
        });
    }
    let (mut admitted, mut shed) = (Vec::new(), 0_u32);
    while let Some(done) = crowd.join_next().await {
        let (times, refused) = done??;
        admitted.extend(times);
        shed += refused;
    }
    let served = f64::from(u32::try_from(admitted.len())?);
    Ok(Crowded { shed: 100.0 * f64::from(shed) / (served + f64::from(shed)), admitted })
}

/// How long after a crowd it takes until a page comes within a tenth of a second again.
async fn recovery(address: SocketAddr) -> Result<f64> {
    let (mut client, began) = (Client::new(address), Instant::now());
    loop {
        ensure!(began.elapsed() < Duration::from_secs(60), "the shop does not recover");
        let asked = Instant::now();
        let answer = client.send(Method::GET, LISTING, "text/html", None).await?;
        if answer.status == StatusCode::OK && asked.elapsed() < Duration::from_millis(100) {
            return Ok(ms_since(began));
        }
    }
}

#[derive(Debug, Clone, Copy)]
enum Asked {
    SignIn,
    ForgottenPassword,
}

/// Times of answers about addresses that have an account and about such as have none, in turns.
async fn timed(address: SocketAddr, people: &[String], what: Asked) -> Result<(Vec<f64>, Vec<f64>)> {
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for number in 0..SAMPLES {
        let email = people.get(number % people.len()).context("nobody is known")?;
        for (times, email) in [(&mut known, email.clone()), (&mut unknown, email.replace("pressed", "nobody0"))] {
            let mut client = Client::new(address);
            // The connection is no part of it.
            client.page("/healthz").await?;
            let began = Instant::now();
            match what {
                Asked::SignIn => {
                    let form = json!({"email": email, "password": "wrong horse"});
                    let answer = client.call(Method::POST, "/api/v1/auth/login", &form).await?;
                    ensure!(answer.status == StatusCode::UNAUTHORIZED, "{}: {}", answer.status, answer.body);
                }
                Asked::ForgottenPassword => {
                    client.form("/do/forgot-password", &[field("email", &email)]).await?;
                }
            }
            times.push(ms_since(began));
        }
    }
    Ok((known, unknown))
}

/// How well one threshold tells both apart: 0.5 is not at all, 1 is always (the area under the curve, whichever is slower).
fn told_apart(known: &[f64], unknown: &[f64]) -> f64 {
    let mut wins = 0.0;
    for one in known {
        for other in unknown {
            wins += match one.total_cmp(other) {
                std::cmp::Ordering::Greater => 1.0,
                std::cmp::Ordering::Equal => 0.5,
                std::cmp::Ordering::Less => 0.0,
            };
        }
    }
    let pairs = u32::try_from(known.len() * unknown.len()).map_or(f64::NAN, f64::from);
    let area = wins / pairs;
    area.max(1.0 - area)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_alike_is_not_told_apart() {
        let alike = [1.0, 2.0, 3.0, 4.0];
        assert!((told_apart(&alike, &alike) - 0.5).abs() < 1e-9);
        assert!((told_apart(&[5.0, 6.0], &[1.0, 2.0]) - 1.0).abs() < 1e-9);
        assert!((told_apart(&[1.0, 2.0], &[5.0, 6.0]) - 1.0).abs() < 1e-9);
    }
}

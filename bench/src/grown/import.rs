//! A hundred thousand products by files, as staff send them: checked, wanted, and written by the worker, one file after the other,
//! while visitors look at pages.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use http::{Method, StatusCode};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::sleep;
use uuid::Uuid;

use crate::client::{Client, field};
use crate::figures::ms_since;
use crate::stage::Stage;
use crate::work::staff;

/// Files, and products of each.
const FILES: u32 = 10;
const OF_A_FILE: u32 = 10_000;
/// A file that takes longer is none that anybody waits for.
const LONGEST: Duration = Duration::from_secs(600);
const BOUNDARY: &str = "----bench-with-a-browser";
const HEAD: &str = "Handle,Title,Body (HTML),Vendor,Tags,Published,Option1 Name,Option1 Value,Variant SKU,Variant Grams,\
                    Variant Inventory Qty,Variant Price\n";
const READING: Duration = Duration::from_millis(20);

/// Seconds of all files, from when the first is sent until the last is imported, and what pages took meanwhile in milliseconds.
pub async fn timed(stage: &Stage) -> Result<(f64, Vec<f64>)> {
    let mut client = staff(stage).await?;
    let (over, is_over) = watch::channel(false);
    let visitor = look(stage, is_over);
    let began = Instant::now();
    let imported = all(stage, &mut client).await;
    let took = began.elapsed().as_secs_f64();
    over.send_replace(true);
    let waited = visitor.await??;
    imported?;
    let found: i64 = sqlx::query_scalar("select count(*) from product_variants where sku like 'IMPORTED-%'")
        .fetch_one(&mut *stage.connection().await?)
        .await?;
    ensure!(found == i64::from(FILES * OF_A_FILE), "{found} variants were imported");
    Ok((took, waited))
}

async fn all(stage: &Stage, client: &mut Client) -> Result<()> {
    for number in 0..FILES {
        let id = send(client, &file(number * OF_A_FILE, OF_A_FILE)).await?;
        until(stage, id, "checked").await?;
        client.form("/do/admin-want-import", &[field("id", &id.to_string())]).await?;
        until(stage, id, "done").await?;
        eprintln!("file {} of {FILES} is imported", number + 1);
    }
    Ok(())
}

/// Somebody looks at pages until it is over.
fn look(stage: &Stage, is_over: watch::Receiver<bool>) -> JoinHandle<Result<Vec<f64>>> {
    let address = stage.shop.address;
    tokio::spawn(async move {
        let (mut client, mut waited) = (Client::new(address), Vec::new());
        while !*is_over.borrow() {
            for page in ["/products", "/products?q=stoneware", "/"] {
                let began = Instant::now();
                client.page(page).await?;
                waited.push(ms_since(began));
                sleep(READING).await;
            }
        }
        Ok(waited)
    })
}

/// By the form of the back office; the import that it became.
async fn send(client: &mut Client, csv: &str) -> Result<Uuid> {
    let body = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"products.csv\"\r\n\
         Content-Type: text/csv\r\n\r\n{csv}\r\n--{BOUNDARY}--\r\n"
    );
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    let answer = client.send(Method::POST, "/admin/import/file", "text/html", Some((body, kind.as_str()))).await?;
    ensure!(answer.status == StatusCode::SEE_OTHER, "/admin/import/file: {} {}", answer.status, answer.body);
    let page = answer.location.context("the file leads nowhere")?;
    let id = page.rsplit('/').next().unwrap_or_default();
    id.parse().with_context(|| format!("the file was not taken: {page}"))
}

async fn until(stage: &Stage, id: Uuid, wanted: &str) -> Result<()> {
    let (mut connection, began) = (stage.connection().await?, Instant::now());
    while began.elapsed() < LONGEST {
        let state: String =
            sqlx::query_scalar("select state from imports where id = $1").bind(id).fetch_one(&mut *connection).await?;
        match state.as_str() {
            state if state == wanted => return Ok(()),
            "failed" => bail!("the import failed; the server's log in the bench folder says why"),
            _ => sleep(Duration::from_millis(50)).await,
        }
    }
    bail!("after {LONGEST:?} the file is not {wanted}")
}

/// A file as Shopify exports it, of products from this number on.
fn file(first: u32, products: u32) -> String {
    let mut csv = HEAD.to_owned();
    for n in first..first.saturating_add(products) {
        let colour = ["Moss", "Oat", "Ink", "Clay"][(n % 4) as usize];
        // A String takes all that is written to it.
        let _ = writeln!(
            csv,
            "imported-{n},Imported Stoneware Bowl {n},Thrown by hand and glazed in {colour}. Number {n} of its kind.,\
             Workshop Import,\"imported, bowl\",true,Colour,{colour},IMPORTED-{n},450,{},{}.00",
            n % 50,
            12 + n % 40
        );
    }
    csv
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_a_row_for_each_product_and_files_have_none_twice() {
        let (one, other) = (file(0, 3), file(3, 2));
        assert_eq!((one.lines().count(), other.lines().count()), (4, 3));
        assert!(one.lines().all(|line| line.replace("imported, bowl", "").split(',').count() == 12), "{one}");
        assert!(one.contains("IMPORTED-2,") && !one.contains("IMPORTED-3,") && other.contains("IMPORTED-3,"));
    }
}

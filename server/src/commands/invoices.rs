//! `invoices make`: invoices for orders that were paid and have none, and credit notes for refunds that have none.

use clap::Subcommand;

use crate::compose;
use crate::config::Config;

/// More than a shop of this size has at once; what is left is made by the next call.
const MOST: u32 = 10_000;

#[derive(Debug, Subcommand)]
pub enum Invoices {
    /// Make the invoices of paid orders that have none, and the credit notes of refunds: of a time before there was a
    /// seller, or of an older release
    Make,
}

/// # Errors
/// When nobody has said who sells, or the database does not answer.
pub async fn make(config: &Config) -> anyhow::Result<()> {
    let store = compose::migrated_store(config).await?;
    let shop = compose::shop(config, store.clone())?;
    let made = async {
        shop.refresh_content().await?;
        let invoices = shop.make_missing_invoices(MOST).await?;
        // Afterwards: a credit note is of an invoice.
        Ok(invoices.zip(shop.make_missing_credit_notes(MOST).await?))
    };
    let made = made.await.map_err(compose::cause_alone);
    store.close().await;
    let Some((invoices, credit_notes)) = made? else {
        anyhow::bail!("nobody has said who sells: `settings export`, fill in `seller`, `settings import`")
    };
    for left in &invoices.not_made {
        println!("Order {} gets none: {}.", left.order, left.why);
    }
    for left in &credit_notes.not_made {
        println!("A refund of order {} gets no credit note: {}.", left.order, left.why);
    }
    println!("{} invoices were made.", invoices.made);
    println!("{} credit notes were made.", credit_notes.made);
    Ok(())
}

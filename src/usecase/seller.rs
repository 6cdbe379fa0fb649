//! Who sells, as invoices say it. Staff save it with the rest of the business (`business`), a file with the
//! other settings (`pricing/settings`).

use std::future::Future;

use crate::domain::Seller;

use super::{Result, Shop, Store};

pub trait SellerViews {
    /// None: nobody has said it yet.
    fn seller(&self) -> impl Future<Output = Result<Option<Seller>>> + Send;
}

pub trait Sellers {
    /// The same, as this transaction has left it.
    fn current_seller(&mut self) -> impl Future<Output = Result<Option<Seller>>> + Send;

    fn save_seller(&mut self, seller: &Seller) -> impl Future<Output = Result<()>> + Send;
}

impl<S: Store> Shop<S> {
    /// Who sells; none: nobody has said it yet.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn seller(&self) -> Result<Option<Seller>> {
        self.store().seller().await
    }
}

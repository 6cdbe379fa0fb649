//! How far requests of ours to other places go: a name is looked at when its connection is made, for it may lead elsewhere than
//! when it was typed.

use std::error::Error;
use std::fmt;
use std::net::SocketAddr;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::net::lookup_host;

use crate::domain::{Reach, is_public_address};

/// It leads where nothing may go.
#[derive(Debug)]
pub struct OutOfReach;

impl fmt::Display for OutOfReach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("it leads into a private network")
    }
}

impl Error for OutOfReach {}

/// Where names lead, or nowhere where one of its addresses is out of reach.
pub struct WithinReach(pub Reach);

impl Resolve for WithinReach {
    fn resolve(&self, name: Name) -> Resolving {
        let reach = self.0;
        Box::pin(async move {
            let found = resolve(name.as_str(), reach).await?;
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// # Errors
/// `OutOfReach`, or what the resolver says.
pub async fn resolve(name: &str, reach: Reach) -> Result<Vec<SocketAddr>, Box<dyn Error + Send + Sync>> {
    let found: Vec<_> = lookup_host((name, 0)).await?.collect();
    match reach == Reach::Private || found.iter().all(|address| is_public_address(address.ip())) {
        true => Ok(found),
        false => Err(OutOfReach.into()),
    }
}

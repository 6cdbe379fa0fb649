//! Programs that call with a key instead of a session: known by the key alone, with every call anew. Theirs is what
//! staff may, as far as the key goes; they are nobody, so they have no cart, no orders and no account.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::ConnectInfo;
use http::{Extensions, HeaderMap};
use shop::domain::{ApiKey, Limit};
use shop::usecase::{ApiKeyToken, Result};

use crate::rate_limit::{network, of_network, place};
use crate::site::Site;

/// Whoever calls with a key that works.
#[derive(Debug, Clone)]
pub struct Program(Arc<ApiKey>);

impl Program {
    pub(crate) fn key(&self) -> &ApiKey {
        &self.0
    }
}

impl Site {
    /// The program that brings this key from this place; none: the key does not work, and nobody learns why.
    ///
    /// # Errors
    /// `TooManyTries`, `Unavailable`, `Broken`.
    pub async fn program(&self, brought: &ApiKeyToken, from: Option<IpAddr>) -> Result<Option<Program>> {
        // What looks like no key costs nothing to turn away.
        let Some(id) = brought.id() else { return Ok(None) };
        // It is looked up first: whoever guesses in its name, from the same place, too, keeps no right key out.
        let Some(key) = self.shop.use_api_key(brought).await? else {
            let of_key = (Limit::WrongKeysPerKey, format!("{id} from {}", place(from)));
            let limits = [of_key].into_iter().chain(of_network(Limit::WrongKeysPerNetwork, from));
            let _counted = self.shop.take_tries(limits.collect()).await?;
            return Ok(None);
        };
        self.key_limiter.count_call(id)?;
        Ok(Some(Program(Arc::new(key))))
    }

    /// Where a request comes from; unknown where there is no socket.
    pub fn address(&self, extensions: &Extensions, headers: &HeaderMap) -> Option<IpAddr> {
        let peer = extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
        peer.map(|peer| self.proxies.client(peer, headers))
    }

    /// The network that it comes from.
    pub fn network(&self, extensions: &Extensions, headers: &HeaderMap) -> Option<IpAddr> {
        self.address(extensions, headers).map(network)
    }
}

//! An HTTPS client that is made when something is first sent: most processes never send anything, and its roots of trust and
//! its code would lie in their memory all the same.

use std::sync::OnceLock;

use reqwest::{Client, ClientBuilder};

pub struct LazyClient {
    made: OnceLock<Client>,
    settings: Box<dyn Fn(ClientBuilder) -> ClientBuilder + Send + Sync>,
}

impl LazyClient {
    pub fn new(settings: impl Fn(ClientBuilder) -> ClientBuilder + Send + Sync + 'static) -> Self {
        Self { made: OnceLock::new(), settings: Box::new(settings) }
    }

    /// # Errors
    /// What the library says of the settings; not, where a test has made it once.
    pub fn get(&self) -> reqwest::Result<&Client> {
        if let Some(client) = self.made.get() {
            return Ok(client);
        }
        let client = (self.settings)(Client::builder()).build()?;
        // Two that come at once make two, and one of them is let go.
        Ok(self.made.get_or_init(|| client))
    }
}

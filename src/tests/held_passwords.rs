//! Passwords that stay where they are looked at until they are let go: a crowd that signs in, for as long as a test wants.

use std::sync::Arc;

use shop::domain::Password;
use shop::infrastructure::password::{Argon2Passwords, Cost};
use shop::usecase::{BoxFuture, Passwords, Result};
use tokio::sync::Semaphore;

#[derive(Clone)]
pub struct HeldPasswords {
    passwords: Arc<Argon2Passwords>,
    arrived: Arc<Semaphore>,
    let_go: Arc<Semaphore>,
}

impl HeldPasswords {
    pub fn all() -> Self {
        Self {
            passwords: Arc::new(Argon2Passwords::new(Cost::CHEAP).unwrap()),
            arrived: Arc::new(Semaphore::new(0)),
            let_go: Arc::new(Semaphore::new(0)),
        }
    }

    /// Until so many are looked at, at once.
    pub async fn all_here(&self, people: u32) {
        self.arrived.acquire_many(people).await.unwrap().forget();
    }

    /// Whoever is here, and whoever comes.
    pub fn let_go(&self, people: usize) {
        self.let_go.add_permits(people);
    }
}

impl Passwords for HeldPasswords {
    fn hash(&self, password: Password, about: Vec<String>) -> BoxFuture<'_, Result<String>> {
        self.passwords.hash(password, about)
    }

    fn rehash(&self, password: String) -> BoxFuture<'_, Result<String>> {
        self.passwords.rehash(password)
    }

    fn is_outdated(&self, hash: &str) -> bool {
        self.passwords.is_outdated(hash)
    }

    fn verify(&self, password: String, hash: Option<String>) -> BoxFuture<'_, Result<bool>> {
        Box::pin(async move {
            self.arrived.add_permits(1);
            let _turn = self.let_go.acquire().await.unwrap();
            self.passwords.verify(password, hash).await
        })
    }

    fn new_secret(&self) -> Result<[u8; 32]> {
        self.passwords.new_secret()
    }
}

//! Passwords, hashed with argon2id: slow on purpose, so never on a thread that serves requests, and never more at once
//! than there are cores. What is guessed first is no password: zxcvbn knows the 30,000 most common ones, names, words, and what
//! people make of them.

use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::Duration;

use anyhow::anyhow;
use argon2::password_hash::rand_core::{OsRng, RngCore as _};
use argon2::password_hash::{Output, ParamsString, PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use crate::domain::{Password, Problem, Refusal};
use crate::usecase::{BoxFuture, COUNTS, Error, Passwords, Result};

use super::leaked::LeakedPasswords;

/// How much work one hash is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    pub memory_kib: u32,
    pub passes: u32,
    pub lanes: u32,
}

impl Cost {
    /// OWASP's choice for argon2id: 19 MiB, two passes, one lane; about 50 ms of a core.
    pub const STRONG: Self = Self { memory_kib: 19 * 1024, passes: 2, lanes: 1 };
    /// For tests that sign in often.
    pub const CHEAP: Self = Self { memory_kib: 8, passes: 1, lanes: 1 };
}

/// Whoever needs fewer guesses than this is refused: about what a common password with a digit and a capital comes to.
const FEWEST_GUESSES: u64 = 1_000_000;

/// How long a caller waits for a free core.
const PATIENCE: Duration = Duration::from_secs(2);

#[derive(Clone)]
pub struct Argon2Passwords {
    argon2: Argon2<'static>,
    cores: Arc<Semaphore>,
    /// What is verified for people who have no hash: it costs the same and never matches.
    nobody: Arc<str>,
    patience: Duration,
    /// Nobody is given one of these.
    leaked: Option<LeakedPasswords>,
}

impl Argon2Passwords {
    /// # Errors
    /// For a cost that argon2 does not accept.
    pub fn new(cost: Cost) -> anyhow::Result<Self> {
        let Cost { memory_kib, passes, lanes } = cost;
        let params = Params::new(memory_kib, passes, lanes, None).map_err(|e| anyhow!("argon2: {e}"))?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let nobody = hash_of_nobody(&argon2).map_err(|e| anyhow!("argon2: {e}"))?.into();
        let cores = available_parallelism().map_or(1, std::num::NonZero::get);
        Ok(Self { argon2, cores: Arc::new(Semaphore::new(cores)), nobody, patience: PATIENCE, leaked: None })
    }

    /// The same, which refuses what was leaked elsewhere, too.
    #[must_use]
    pub fn refusing(self, leaked: Option<LeakedPasswords>) -> Self {
        Self { leaked, ..self }
    }

    async fn core(&self) -> Result<OwnedSemaphorePermit> {
        let waiting = COUNTS.hashing_waiting.enter();
        let found = timeout(self.patience, Arc::clone(&self.cores).acquire_owned()).await;
        drop(waiting);
        match found {
            Ok(permit) => permit.map_err(|e| Error::Broken(e.into())),
            Err(_) => {
                COUNTS.hashing_refused.add(1);
                Err(Refusal::Busy.into())
            }
        }
    }

    /// Runs `work` on a thread for slow work. The permit goes with it: when the caller is gone, the core is still busy.
    async fn on_a_core<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Argon2<'static>) -> anyhow::Result<T> + Send + 'static,
    ) -> Result<T> {
        let permit = self.core().await?;
        let working = COUNTS.hashing_working.enter();
        let argon2 = self.argon2.clone();
        let answer = spawn_blocking(move || {
            let answer = work(&argon2);
            drop((permit, working));
            answer
        });
        answer.await.map_err(|e| Error::Broken(e.into()))?.map_err(Error::Broken)
    }
}

impl Passwords for Argon2Passwords {
    fn hash(&self, password: Password, about: Vec<String>) -> BoxFuture<'_, Result<String>> {
        let leaked = self.leaked.clone();
        let hashed = self.on_a_core(move |argon2| {
            let is_leaked = || leaked.as_ref().map_or(Ok(false), |leaked| leaked.contains(password.expose()));
            match is_guessed_soon(password.expose(), &about) || is_leaked()? {
                true => Ok(None),
                false => hash(argon2, password.expose()).map(Some),
            }
        });
        let refused = || Error::Refused(Refusal::field("password", Problem::TooCommon));
        Box::pin(async move { hashed.await?.ok_or_else(refused) })
    }

    fn rehash(&self, password: String) -> BoxFuture<'_, Result<String>> {
        Box::pin(self.on_a_core(move |argon2| hash(argon2, &password)))
    }

    fn is_outdated(&self, stored: &str) -> bool {
        let current = self.argon2.params();
        let same = |params: Params| {
            (params.m_cost(), params.t_cost(), params.p_cost())
                == (current.m_cost(), current.t_cost(), current.p_cost())
        };
        let stored = PasswordHash::new(stored).ok().filter(|hash| hash.algorithm == Algorithm::Argon2id.ident());
        // What is no hash of ours nobody signs in with.
        stored.is_none_or(|hash| !Params::try_from(&hash).is_ok_and(same))
    }

    fn verify(&self, password: String, stored: Option<String>) -> BoxFuture<'_, Result<bool>> {
        let nobody = Arc::clone(&self.nobody);
        Box::pin(self.on_a_core(move |argon2| {
            let known = stored.is_some();
            let right = matches(argon2, &password, stored.as_deref().unwrap_or(&nobody))?;
            Ok(known && right)
        }))
    }

    fn new_secret(&self) -> Result<[u8; 32]> {
        let mut secret = [0; 32];
        OsRng.try_fill_bytes(&mut secret).map_err(|e| Error::Broken(anyhow!("no randomness: {e}")))?;
        Ok(secret)
    }
}

/// `about`: what whoever guesses tries first, in parts, too.
fn is_guessed_soon(password: &str, about: &[String]) -> bool {
    let parts = about.iter().flat_map(|text| text.split(|c: char| !c.is_alphanumeric()).chain([text.as_str()]));
    let parts: Vec<_> = parts.filter(|part| part.chars().count() > 2).collect();
    zxcvbn::zxcvbn(password, &parts).guesses() < FEWEST_GUESSES
}

fn hash(argon2: &Argon2<'_>, password: &str) -> anyhow::Result<String> {
    let salt = SaltString::generate(&mut OsRng);
    let hash = argon2.hash_password(password.as_bytes(), &salt).map_err(|e| anyhow!("argon2: {e}"))?;
    Ok(hash.to_string())
}

/// Random: what it would be the hash of nobody knows, and nothing was hashed to have it, which would take 19 MiB at each start.
fn hash_of_nobody(argon2: &Argon2<'_>) -> argon2::password_hash::Result<String> {
    let salt = SaltString::generate(&mut OsRng);
    let mut output = [0; Params::DEFAULT_OUTPUT_LEN];
    OsRng.fill_bytes(&mut output);
    let hash = PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(argon2.params())?,
        salt: Some(salt.as_salt()),
        hash: Some(Output::new(&output)?),
    };
    Ok(hash.to_string())
}

/// The parameters are the stored hash's own, so that old hashes stay good when the cost is raised.
fn matches(argon2: &Argon2<'_>, password: &str, stored: &str) -> anyhow::Result<bool> {
    let stored = PasswordHash::new(stored).map_err(|e| anyhow!("a stored password hash is not one: {e}"))?;
    match argon2.verify_password(password.as_bytes(), &stored) {
        Ok(()) => Ok(true),
        Err(argon2::password_hash::Error::Password) => Ok(false),
        Err(e) => Err(anyhow!("argon2: {e}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cheap() -> Argon2Passwords {
        Argon2Passwords::new(Cost::CHEAP).unwrap()
    }

    #[tokio::test]
    async fn only_the_right_password_matches() {
        let passwords = cheap();
        let hash = passwords.hash(Password::parse("correct horse").unwrap(), Vec::new()).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=8,t=1,p=1$"), "{hash}");
        assert!(passwords.verify("correct horse".into(), Some(hash.clone())).await.unwrap());
        assert!(!passwords.verify("correct house".into(), Some(hash)).await.unwrap());
        assert!(!passwords.verify("correct horse".into(), None).await.unwrap());
    }

    #[tokio::test]
    async fn what_is_guessed_first_is_no_password() {
        let passwords = cheap();
        let about = vec!["Wilhelmina Quux".to_owned(), "w.quuxington@example.org".to_owned()];
        let told = async |typed: &str| passwords.hash(Password::parse(typed).unwrap(), about.clone()).await;
        for common in ["password", "Password1", "12345678", "qwertyuiop", "iloveyou", "aaaaaaaaaaaa", "quuxington"] {
            let Err(Error::Refused(refusal)) = told(common).await else { panic!("{common} will do") };
            assert_eq!(refusal.problem_of("password"), Some(&Problem::TooCommon), "{common}");
        }
        for good in ["correct horse", "Ljósmóðir á heiði", "x7#Kq!vT2m", "the owl ate my bread", "密码是八个字的句子"]
        {
            assert!(told(good).await.is_ok(), "{good}");
        }
    }

    #[tokio::test]
    async fn a_hash_of_another_cost_is_outdated_and_good_all_the_same() {
        let (before, now) = (cheap(), Argon2Passwords::new(Cost { passes: 2, ..Cost::CHEAP }).unwrap());
        let old = before.rehash("password".into()).await.unwrap();
        assert!(!before.is_outdated(&old) && now.is_outdated(&old) && now.is_outdated("-"));
        assert!(now.verify("password".into(), Some(old)).await.unwrap(), "what somebody has already is theirs");
        assert!(!now.is_outdated(&now.rehash("password".into()).await.unwrap()));
    }

    #[tokio::test]
    async fn who_has_no_hash_is_refused_at_the_cost_of_all_others() {
        let passwords = Argon2Passwords::new(Cost { passes: 2, ..Cost::CHEAP }).unwrap();
        assert!(!passwords.is_outdated(&passwords.nobody), "{}", passwords.nobody);
        let nobody = PasswordHash::new(&passwords.nobody).unwrap();
        assert_eq!(nobody.hash.map(|hash| hash.len()), Some(Params::DEFAULT_OUTPUT_LEN));
        assert!(!passwords.verify("anything".into(), None).await.unwrap());
    }

    #[test]
    fn no_secret_is_like_another() {
        let (one, other) = (cheap().new_secret().unwrap(), cheap().new_secret().unwrap());
        assert!(one != other && one.iter().any(|byte| *byte != one[0]));
    }

    #[tokio::test]
    async fn a_caller_waits_for_a_core_only_so_long() {
        let passwords = Argon2Passwords { patience: Duration::from_millis(1), ..cheap() };
        let all = u32::try_from(passwords.cores.available_permits()).unwrap();
        let busy = Arc::clone(&passwords.cores).acquire_many_owned(all).await.unwrap();
        let refused = passwords.verify("whatever".into(), None).await;
        assert!(matches!(refused, Err(Error::Refused(Refusal::Busy))), "{refused:?}");
        drop(busy);
        assert!(passwords.verify("whatever".into(), None).await.is_ok());
    }
}

//! What the whole suite logs, as much as an operator may ask of it, and beside it the secrets that its visitors were given:
//! `scripts/secret-scan` looks for the ones in the other when all tests are over (T-36).

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::sync::{Mutex, OnceLock};

use server::telemetry;
use tracing_subscriber::layer::SubscriberExt as _;

static SECRETS: OnceLock<Mutex<File>> = OnceLock::new();

fn file(name: &str) -> Mutex<File> {
    Mutex::new(File::create(Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)).unwrap())
}

/// From here on, what no test keeps for itself goes to `http.log`.
pub fn begin() {
    SECRETS.get_or_init(|| {
        let lines = tracing_subscriber::fmt::layer().with_ansi(false).with_writer(file("http.log"));
        let subscriber = tracing_subscriber::registry().with(telemetry::filter("debug")).with(lines);
        tracing::subscriber::set_global_default(subscriber).unwrap();
        file("http.secrets")
    });
}

/// Cookies that open something: a session has 22 letters, and links and devices have 64 digits of a secret. What a test
/// made up is shorter, and no secret.
pub fn note_secret(name: &str, value: &str) {
    let opens =
        ["session", "device", "reset-link", "verify-link", "wish-link", "invitation-link", "review-link", "order-link"]
            .contains(&name.trim_start_matches("__Host-").trim_start_matches("__Secure-"));
    if let Some(secrets) = SECRETS.get().filter(|_| opens && (value.len() == 22 || value.len() >= 64)) {
        writeln!(secrets.lock().unwrap(), "{value}").unwrap();
    }
}

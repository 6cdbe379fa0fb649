//! TLS to PostgreSQL, as the address says: the pool, the relay's lock and migrations, on a server that takes nothing
//! else. The server and its certificates are made by `scripts/postgres start tls`.

use std::path::{Path, PathBuf};
use std::process::Command;

use shop::domain::Currency;
use shop::infrastructure::postgres::PgStore;
use shop::usecase::Error;

fn script(words: &[&str]) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("scripts/postgres");
    let output = Command::new(path).args(words).output().unwrap();
    assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// The server, gone with the test.
struct Server {
    url: String,
    certificates: PathBuf,
}

impl Server {
    fn start() -> Self {
        let url = script(&["start", "tls"]);
        let certificates = Path::new(&script(&["certificates", "tls"])).to_owned();
        Self { url, certificates }
    }

    fn with(&self, mode: &str, ca: &str) -> String {
        format!("{}?sslmode={mode}&sslrootcert={}", self.url, self.certificates.join(ca).display())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        script(&["stop", "tls"]);
    }
}

async fn connect(url: &str) -> Result<PgStore, Error> {
    PgStore::connect(url, 2, Currency::USD).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_address_decides_about_tls_for_pool_lock_and_migrations() {
    let server = Server::start();
    let store = connect(&server.with("verify-full", "ca.pem")).await.unwrap();
    assert!(store.migrate().await.unwrap() > 0);
    let mut lock = store.session_lock().await.unwrap();
    assert!(lock.try_relay().await.unwrap());
    let encrypted: (i64, i64) = sqlx::query_as(
        "select count(*), count(*) filter (where ssl) from pg_stat_ssl join pg_stat_activity using (pid)
            where usename = 'shop'",
    )
    .fetch_one(store.pool())
    .await
    .unwrap();
    assert_eq!(encrypted, (2, 2), "the pool's connection and the lock's");
    store.close().await;

    let refused = connect(&server.with("verify-full", "other-ca.pem")).await.unwrap_err();
    assert!(format!("{:#}", anyhow::Error::from(refused)).contains("certificate"), "the wrong authority");
    // The certificate is for 127.0.0.1; another name of the same machine is not in it.
    let elsewhere = server.with("verify-full", "ca.pem").replace("127.0.0.1", "localhost");
    let refused = connect(&elsewhere).await.unwrap_err();
    assert!(format!("{:#}", anyhow::Error::from(refused)).contains("certificate"), "another name");
    connect(&elsewhere.replace("verify-full", "verify-ca")).await.unwrap().close().await;
    assert!(connect(&format!("{}?sslmode=disable", server.url)).await.is_err(), "the server takes nothing else");
}

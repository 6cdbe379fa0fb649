//! TLS to PostgreSQL, as the address says: the pool, the relay's lock and migrations, on a server that takes nothing
//! else; and certificates that show a server who the shop is, in the place of a password. The server and its certificates are
//! made by `scripts/postgres start tls`.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use shop::domain::Currency;
use shop::infrastructure::kafka::{ClientCertificate, Kafka, Protocol, Security, count_brokers};
use shop::infrastructure::postgres::PgStore;
use shop::usecase::Error;
use tokio::sync::{Mutex, MutexGuard};

fn script(words: &[&str]) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("scripts/postgres");
    let output = Command::new(path).args(words).output().unwrap();
    assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// There is one such server.
static ONE_AT_A_TIME: Mutex<()> = Mutex::const_new(());

/// The server, gone with the test.
struct Server {
    url: String,
    certificates: PathBuf,
    // The last field: the next test begins once this server is gone.
    _turn: MutexGuard<'static, ()>,
}

impl Server {
    async fn start() -> Self {
        let turn = ONE_AT_A_TIME.lock().await;
        let url = script(&["start", "tls"]);
        let certificates = Path::new(&script(&["certificates", "tls"])).to_owned();
        Self { url, certificates, _turn: turn }
    }

    /// As the account that a certificate of its own opens, and nothing else; `own`: which it shows.
    fn certified(&self, own: Option<&str>) -> String {
        let url = self.with("verify-full", "ca.pem").replace("//shop@", "//certified@");
        own.map_or(url.clone(), |own| {
            format!("{url}&sslcert={}&sslkey={}", self.file(own, "pem"), self.file(own, "key"))
        })
    }

    fn file(&self, name: &str, kind: &str) -> String {
        self.certificates.join(format!("{name}.{kind}")).display().to_string()
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
    let server = Server::start().await;
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

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_in_the_place_of_a_password_opens_the_database_and_nothing_else_does() {
    let server = Server::start().await;
    let owner = connect(&server.with("verify-full", "ca.pem")).await.unwrap();
    sqlx::query("create role certified login").execute(owner.pool()).await.unwrap();
    owner.close().await;
    let store = connect(&server.certified(Some("certified"))).await.unwrap();
    let shown: String = sqlx::query_scalar("select client_dn from pg_stat_ssl where pid = pg_backend_pid()")
        .fetch_one(store.pool())
        .await
        .unwrap();
    assert_eq!(shown, "/CN=certified");
    assert!(store.session_lock().await.unwrap().try_relay().await.unwrap(), "the relay's lock by the same");
    store.close().await;
    assert!(connect(&server.certified(None)).await.is_err(), "it shows none");
    assert!(connect(&server.certified(Some("certified-by-other"))).await.is_err(), "of another authority");
    assert!(connect(&server.certified(Some("server"))).await.is_err(), "of another name");
}

/// Something that speaks TLS to whoever shows a certificate of our authority, and says whose it was. Gone with the test.
struct Doorkeeper(Child);

impl Doorkeeper {
    fn open(port: u16, server: &Server) -> Self {
        let arguments = ["s_server", "-accept", &format!("127.0.0.1:{port}"), "-Verify", "1", "-verify_return_error"];
        let files = ["server.pem", "server.key", "ca.pem"].map(|name| server.certificates.join(name));
        // Where nobody comes it ends all the same, and so does the test.
        let child = Command::new("timeout")
            .args(["30", "openssl"])
            .args(arguments)
            .arg("-cert")
            .arg(&files[0])
            .arg("-key")
            .arg(&files[1])
            .arg("-CAfile")
            .arg(&files[2])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        Self(child.unwrap())
    }

    /// Whose certificate is shown first; empty: the door was closed before anybody showed one that it takes.
    fn shown(mut self) -> String {
        let lines = BufReader::new(self.0.stdout.take().unwrap()).lines().map_while(Result::ok);
        let subject = |line: String| line.strip_prefix("subject=").map(|name| name.replace(' ', ""));
        lines.filter_map(subject).next().unwrap_or_default()
    }
}

impl Drop for Doorkeeper {
    fn drop(&mut self) {
        // A word that it hands on, which a kill is not.
        Command::new("kill").arg(self.0.id().to_string()).status().unwrap();
        self.0.wait().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn brokers_are_shown_the_shops_certificate() {
    let server = Server::start().await;
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    let door = Doorkeeper::open(port, &server);
    let own = |name: &str| ClientCertificate {
        certificate_file: server.file(name, "pem").into(),
        key_file: server.file(name, "key").into(),
    };
    let kafka = Kafka {
        security: Security {
            protocol: Protocol::Ssl,
            ca_file: Some(server.file("ca", "pem").into()),
            certificate: Some(own("certified")),
            sasl: None,
        },
        ..Kafka::new(format!("127.0.0.1:{port}"))
    };
    // It is no broker: that it is asked is all there is to see.
    let asking = tokio::spawn(async move { count_brokers(&kafka, Duration::from_secs(3)).await.is_err() });
    let shown = tokio::task::spawn_blocking(move || door.shown()).await.unwrap();
    assert_eq!(shown, "CN=certified");
    assert!(asking.await.unwrap());
}

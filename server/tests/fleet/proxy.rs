//! A real HAProxy (`scripts/setup proxy`) before web processes or before PostgreSQL, that asks who may be sent to.

use std::fmt::Write as _;
use std::fs::File;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;
use tokio::time::{sleep, timeout};

/// Sent requests while they say that they are ready. No connection to them lies idle, since they close those that do; what
/// finds nobody at the other end goes to another, for nothing was said yet.
const WEB: &str = "mode http
    option forwardfor
    option http-server-close
    balance roundrobin
    retries 3
    option redispatch 1
    option httpchk GET /readyz
    http-check expect status 200";

/// Sent connections while it is the one that is written to. Whoever finds nobody there is told at once.
const POSTGRES: &str = "mode tcp
    default-server on-marked-down shutdown-sessions
    retries 0
    option tcp-check
    tcp-check connect";

/// `ReadyForQuery`, outside of a transaction.
const READY: &str = "5a0000000549";
/// One row of one column: `f`.
const NOT_IN_RECOVERY: &str = "440000000b00010000000166";

/// Gone with the test.
pub struct Proxy {
    process: Child,
    folder: PathBuf,
    pub port: u16,
}

impl Proxy {
    /// On `port`, before processes of the shop on those of this machine.
    pub async fn before_web(port: u16, members: &[u16]) -> Self {
        Self::start(port, WEB, members).await
    }

    /// Before servers of PostgreSQL, of which one is written to and the others follow it.
    pub async fn before_postgres(port: u16, members: &[u16]) -> Self {
        let asking = format!("{}{}", packet('Q', b"select pg_is_in_recovery()\0"), packet('X', b""));
        let role = format!(
            "{POSTGRES}\n    tcp-check send-binary {}\n    tcp-check expect binary {READY}\n    \
             tcp-check send-binary {asking}\n    tcp-check expect binary {NOT_IN_RECOVERY}",
            greeting()
        );
        Self::start(port, &role, members).await
    }

    async fn start(port: u16, rules: &str, members: &[u16]) -> Self {
        let folder = std::env::temp_dir().join(format!("shop-proxy-{}-{port}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let mut settings = format!(
            "global\n    stats socket {} mode 600\n    maxconn 400\n    nbthread 1\n\
             defaults\n    timeout connect 2s\n    timeout client 120s\n    timeout server 120s\n    timeout check 2s\n\
             listen members\n    bind 127.0.0.1:{port}\n    {rules}\n    \
             default-server check inter 250ms fall 2 rise 1\n",
            folder.join("stats").display(),
        );
        for member in members {
            writeln!(settings, "    server at-{member} 127.0.0.1:{member}").unwrap();
        }
        let (written, log) = (folder.join("haproxy.cfg"), File::create(folder.join("log")).unwrap());
        std::fs::write(&written, settings).unwrap();
        // It lies where root alone looks.
        let path = format!("PATH={}:/usr/sbin", std::env::var("PATH").unwrap());
        let mut command = Command::new("/usr/bin/env");
        command.arg(path).args(["haproxy", "-db", "-f"]).arg(&written);
        command.stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log);
        let proxy = Self { process: command.spawn().unwrap(), folder, port };
        proxy.until("it listens (scripts/setup proxy)", |_, _| true).await;
        proxy
    }

    /// Waits until it sends to so many of its members, each of them asked and well: before one is asked it is believed to be.
    pub async fn has(&self, members: usize) {
        self.until(&format!("{members} are well"), |sent_to, well| sent_to == members && well == members).await;
    }

    async fn until(&self, what: &str, is_so: impl Fn(usize, usize) -> bool) {
        let seen = async {
            while !self.members().await.is_some_and(|(sent_to, well)| is_so(sent_to, well)) {
                sleep(Duration::from_millis(20)).await;
            }
        };
        let log = self.folder.join("log");
        timeout(Duration::from_secs(60), seen).await.unwrap_or_else(|_| panic!("not {what}: {}", log.display()));
    }

    /// How many members are sent to, and how many of them were asked and are well.
    async fn members(&self) -> Option<(usize, usize)> {
        let mut socket = UnixStream::connect(self.folder.join("stats")).await.ok()?;
        socket.write_all(b"show stat\n").await.ok()?;
        let mut told = String::new();
        socket.read_to_string(&mut told).await.ok()?;
        let rows = told.lines().map(|line| line.split(',').collect::<Vec<_>>());
        let is_sent_to = |fields: &Vec<&str>| {
            fields.get(1).is_some_and(|name| name.starts_with("at-"))
                && fields.get(17).is_some_and(|status| status.starts_with("UP"))
        };
        let is_well = |fields: &&Vec<&str>| fields.get(36).is_some_and(|check| check.ends_with("L7OK"));
        let sent_to: Vec<_> = rows.filter(is_sent_to).collect();
        Some((sent_to.len(), sent_to.iter().filter(is_well).count()))
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        if !std::thread::panicking() {
            let _ = std::fs::remove_dir_all(&self.folder);
        }
    }
}

/// Who asks, and in which database: a packet without a kind.
fn greeting() -> String {
    let words = b"user\0shop\0database\0shop\0\0";
    let length = u32::try_from(words.len() + 8).unwrap();
    hex(&[&length.to_be_bytes()[..], &196_608_u32.to_be_bytes(), words].concat())
}

fn packet(kind: char, body: &[u8]) -> String {
    let length = u32::try_from(body.len() + 4).unwrap();
    format!("{:02x}{}{}", u32::from(kind), hex(&length.to_be_bytes()), hex(body))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

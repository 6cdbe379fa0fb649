//! A real mail server that takes nothing without STARTTLS and a password (Mailpit; `scripts/setup mail`), on ports and with
//! certificates of its own.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use shop::infrastructure::mail::{MailIdentity, Security, SmtpMailer, SmtpServer};

pub struct MailServer {
    pub process: Child,
    folder: PathBuf,
    pub smtp: u16,
    http: u16,
}

/// A message as it was read back.
#[derive(Debug)]
pub struct Received {
    pub id: String,
    pub to: String,
    pub reply_to: String,
    pub subject: String,
    pub text: String,
    pub html: String,
    /// Name, kind, bytes.
    pub files: Vec<(String, String, Vec<u8>)>,
}

pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn openssl(folder: &Path, words: &[&str]) {
    let output = Command::new("openssl").args(words).current_dir(folder).output().expect("openssl");
    assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Where `scripts/setup` has put it.
pub fn program(name: &str) -> PathBuf {
    let cache = std::env::var("SHOP_CACHE")
        .unwrap_or_else(|_| format!("{}/.cache/small-ecommerce", std::env::var("HOME").unwrap_or_default()));
    PathBuf::from(cache).join("bin").join(name)
}

impl MailServer {
    pub fn start(name: &str) -> Self {
        Self::start_at(name, free_port())
    }

    /// At a port that clients know already.
    pub fn start_at(name: &str, smtp: u16) -> Self {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        openssl(
            &folder,
            &words("req -x509 -newkey rsa:2048 -nodes -days 7 -subj /CN=tests -keyout ca.key -out ca.pem"),
        );
        openssl(&folder, &words("req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout server.key -out server.csr"));
        std::fs::write(folder.join("names"), "subjectAltName=DNS:localhost\n").unwrap();
        let sign =
            "x509 -req -days 7 -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out server.pem -extfile names";
        openssl(&folder, &words(sign));
        std::fs::write(folder.join("users"), "shop:a-pass-phrase\n").unwrap();
        let http = free_port();
        let process = Command::new(program("mailpit"))
            .current_dir(&folder)
            .args(["--smtp-tls-cert", "server.pem", "--smtp-tls-key", "server.key", "--smtp-require-starttls"])
            .args(["--smtp-auth-file", "users", "--disable-version-check", "--quiet"])
            .args(["--smtp", &format!("127.0.0.1:{smtp}"), "--listen", &format!("127.0.0.1:{http}")])
            .stdout(Stdio::null())
            .stderr(std::fs::File::create(folder.join("log")).unwrap())
            .spawn()
            .expect("mailpit: scripts/setup mail");
        let server = Self { process, folder, smtp, http };
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", smtp)).is_err() || TcpStream::connect(("127.0.0.1", http)).is_err() {
            let log = || std::fs::read_to_string(server.folder.join("log")).unwrap();
            assert!(begun.elapsed() < Duration::from_secs(20), "mailpit does not answer: {}", log());
            std::thread::yield_now();
        }
        server
    }

    pub fn address(&self, password: &str) -> SmtpServer {
        SmtpServer {
            host: "localhost".into(),
            port: self.smtp,
            security: Security::StartTls,
            credentials: Some(("shop".into(), password.into())),
            ca_file: Some(self.folder.join("ca.pem")),
        }
    }

    pub fn mailer(&self) -> SmtpMailer {
        SmtpMailer::new(self.address("a-pass-phrase"), MailIdentity::new("Kiln & Loom", "shop.example", None).unwrap())
    }

    /// Everything it has, the oldest first.
    pub fn received(&self) -> Vec<Received> {
        let list: Value = serde_json::from_slice(&self.get("/api/v1/messages?limit=500")).unwrap();
        let mut all: Vec<_> =
            list["messages"].as_array().unwrap().iter().map(|m| self.message(text(&m["ID"]))).collect();
        all.reverse();
        all
    }

    fn message(&self, id: &str) -> Received {
        let message: Value = serde_json::from_slice(&self.get(&format!("/api/v1/message/{id}"))).unwrap();
        let file = |part: &Value| {
            let bytes = self.get(&format!("/api/v1/message/{id}/part/{}", text(&part["PartID"])));
            (text(&part["FileName"]).to_owned(), text(&part["ContentType"]).to_owned(), bytes)
        };
        Received {
            id: text(&message["MessageID"]).to_owned(),
            to: text(&message["To"][0]["Address"]).to_owned(),
            reply_to: text(&message["ReplyTo"][0]["Address"]).to_owned(),
            subject: text(&message["Subject"]).to_owned(),
            text: text(&message["Text"]).replace("\r\n", "\n"),
            html: text(&message["HTML"]).to_owned(),
            files: message["Attachments"].as_array().into_iter().flatten().map(file).collect(),
        }
    }

    fn get(&self, path: &str) -> Vec<u8> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.http)).unwrap();
        stream.write_all(format!("GET {path} HTTP/1.0\r\nHost: localhost\r\n\r\n").as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let head = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
        assert!(answer.starts_with(b"HTTP/1.0 200"), "{path}: {}", String::from_utf8_lossy(&answer[..head]));
        answer.split_off(head + 4)
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn words(text: &str) -> Vec<&str> {
    text.split(' ').collect()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

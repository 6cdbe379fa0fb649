//! A program of somebody else's that listens for webhooks: it keeps what it gets, and answers as a test says.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// A request as it came.
#[derive(Debug, Clone)]
pub struct Received {
    pub headers: BTreeMap<String, String>,
    pub body: String,
}

impl Received {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(String::as_str).unwrap_or_default()
    }
}

/// How it answers.
#[derive(Debug, Clone)]
pub enum Says {
    /// This status, with a line of a header or none, and this body.
    Status(u16, String, String),
    /// Nothing, for as long as anybody waits.
    Nothing,
}

impl Says {
    pub fn status(status: u16) -> Self {
        Self::Status(status, String::new(), format!("says {status}"))
    }
}

pub struct Receiver {
    pub url: String,
    seen: Arc<Mutex<Vec<Received>>>,
    says: Arc<Mutex<Says>>,
}

impl Receiver {
    pub async fn saying(says: Says) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hooks", listener.local_addr().unwrap());
        let receiver = Self { url, seen: Arc::default(), says: Arc::new(Mutex::new(says)) };
        let (seen, says) = (Arc::clone(&receiver.seen), Arc::clone(&receiver.says));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&seen), Arc::clone(&says)));
            }
        });
        receiver
    }

    pub async fn open() -> Self {
        Self::saying(Says::status(200)).await
    }

    pub fn says(&self, says: Says) {
        *self.says.lock().unwrap() = says;
    }

    pub fn seen(&self) -> Vec<Received> {
        self.seen.lock().unwrap().clone()
    }
}

async fn serve(mut stream: TcpStream, seen: Arc<Mutex<Vec<Received>>>, says: Arc<Mutex<Says>>) {
    let Some(request) = read(&mut stream).await else { return };
    let says = {
        seen.lock().unwrap().push(request);
        says.lock().unwrap().clone()
    };
    match says {
        Says::Nothing => std::future::pending().await,
        Says::Status(status, header, body) => {
            let length = body.len();
            let head = format!("HTTP/1.1 {status} X\r\n{header}content-length: {length}\r\nconnection: close\r\n\r\n");
            let _ = stream.write_all(format!("{head}{body}").as_bytes()).await;
            let _ = stream.shutdown().await;
        }
    }
}

/// None: the other side went away.
async fn read(stream: &mut TcpStream) -> Option<Received> {
    let (mut bytes, mut part): (Vec<u8>, _) = (Vec::new(), [0_u8; 4096]);
    let (head, begins) = loop {
        if let Some(at) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break (String::from_utf8_lossy(&bytes[..at]).into_owned(), at + 4);
        }
        match stream.read(&mut part).await {
            Ok(0) | Err(_) => return None,
            Ok(read) => bytes.extend_from_slice(&part[..read]),
        }
    };
    let pairs = head.lines().skip(1).filter_map(|line| line.split_once(':'));
    let headers: BTreeMap<_, _> =
        pairs.map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned())).collect();
    let length: usize = headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    while bytes.len() < begins + length {
        match stream.read(&mut part).await {
            Ok(0) | Err(_) => return None,
            Ok(read) => bytes.extend_from_slice(&part[..read]),
        }
    }
    let body = String::from_utf8_lossy(&bytes[begins..begins + length]).into_owned();
    Some(Received { headers, body })
}

//! A way to the database on which whoever writes can be held before any statement: `begin`, each statement, `commit`. Between
//! two of them nobody waits for anything, so whoever is held once before each was held wherever another can come between.

use tokio::io::{AsyncReadExt, AsyncWriteExt, copy};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// What stands in front of the end of a statement (`Parse`, `Bind`, `Describe`, `Execute`, `Close`), and its ends (`Sync`,
/// `Query`).
const BEFORE: [u8; 5] = *b"PBDEC";
const ENDS: [u8; 2] = *b"SQ";

#[derive(Default)]
struct Gate {
    /// How many statements may pass; none: all.
    left: Option<u32>,
    is_held: bool,
}

pub struct HeldWay {
    pub url: String,
    gate: watch::Sender<Gate>,
}

impl HeldWay {
    pub async fn to(database: &str) -> Self {
        let (before, rest) = database.split_once('@').unwrap();
        let (server, name) = rest.split_once('/').unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        // Without TLS: what is not read cannot be held.
        let url = format!("{before}@{}/{name}?sslmode=disable", listener.local_addr().unwrap());
        let (server, gate) = (server.to_owned(), watch::Sender::new(Gate::default()));
        let of_way = gate.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let upstream = TcpStream::connect(&server).await.unwrap();
                client.set_nodelay(true).unwrap();
                upstream.set_nodelay(true).unwrap();
                let (from_client, mut to_client) = client.into_split();
                let (mut from_server, to_server) = upstream.into_split();
                tokio::spawn(async move { copy(&mut from_server, &mut to_client).await });
                tokio::spawn(carry(from_client, to_server, of_way.clone()));
            }
        });
        Self { url, gate }
    }

    /// So many statements pass from now on, and the next is held.
    pub fn hold_after(&self, statements: u32) {
        self.gate.send_replace(Gate { left: Some(statements), is_held: false });
    }

    /// Until one is held.
    pub async fn held(&self) {
        let mut gate = self.gate.subscribe();
        gate.wait_for(|gate| gate.is_held).await.unwrap();
    }

    pub fn let_go(&self) {
        self.gate.send_replace(Gate::default());
    }
}

/// Each message is a letter, its length and as many bytes; only what a connection begins with has no letter.
async fn carry(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, gate: watch::Sender<Gate>) -> std::io::Result<()> {
    let mut statement = Vec::new();
    read(&mut from, &mut statement).await?;
    loop {
        to.write_all(&statement).await?;
        statement.clear();
        loop {
            let kind = from.read_u8().await?;
            statement.push(kind);
            read(&mut from, &mut statement).await?;
            if ENDS.contains(&kind) {
                pass(&gate).await;
            }
            if !BEFORE.contains(&kind) {
                break;
            }
        }
    }
}

/// A length and as many bytes.
async fn read(from: &mut OwnedReadHalf, message: &mut Vec<u8>) -> std::io::Result<()> {
    let length = from.read_u32().await?;
    message.extend(length.to_be_bytes());
    let begun = message.len();
    message.resize(begun + usize::try_from(length).unwrap() - 4, 0);
    from.read_exact(&mut message[begun..]).await.map(drop)
}

async fn pass(gate: &watch::Sender<Gate>) {
    let mut heard = gate.subscribe();
    loop {
        let mut passes = true;
        gate.send_modify(|gate| match &mut gate.left {
            None => {}
            Some(0) => {
                gate.is_held = true;
                passes = false;
            }
            Some(left) => *left -= 1,
        });
        if passes || heard.wait_for(|gate| gate.left != Some(0)).await.is_err() {
            return;
        }
    }
}

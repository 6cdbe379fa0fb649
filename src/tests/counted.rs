//! A way to the database that counts round trips: how often the server has done something and says that it is ready for the
//! next query, which it does once for each statement that is waited for, `begin` and `commit` among them. Preparing a
//! statement, once for each connection, and asking whether an idle connection lives do nothing; these are counted apart.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt, copy};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};

/// `ReadyForQuery`, and what tells the end of a statement: `CommandComplete` or `ErrorResponse`.
const READY: u8 = b'Z';
const DONE: [u8; 2] = *b"CE";

pub struct CountedWay {
    pub url: String,
    trips: Arc<AtomicU64>,
    idle_trips: Arc<AtomicU64>,
}

impl CountedWay {
    pub async fn to(database: &str) -> Self {
        let (before, rest) = database.split_once('@').unwrap();
        let (server, name) = rest.split_once('/').unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        // Without TLS: what is not read cannot be counted.
        let url = format!("{before}@{}/{name}?sslmode=disable", listener.local_addr().unwrap());
        let (server, trips, idle_trips) = (server.to_owned(), Arc::<AtomicU64>::default(), Arc::<AtomicU64>::default());
        let counted = (Arc::clone(&trips), Arc::clone(&idle_trips));
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (mut from_client, to_client) = client.into_split();
                let (from_server, mut to_server) = TcpStream::connect(&server).await.unwrap().into_split();
                tokio::spawn(async move { copy(&mut from_client, &mut to_server).await });
                tokio::spawn(count(from_server, to_client, counted.clone()));
            }
        });
        Self { url, trips, idle_trips }
    }

    /// How many there were since this was asked before.
    pub fn take(&self) -> u64 {
        self.trips.swap(0, Ordering::SeqCst)
    }

    /// How often the server was asked for nothing.
    pub fn take_idle(&self) -> u64 {
        self.idle_trips.swap(0, Ordering::SeqCst)
    }
}

/// Each message is a letter, its length and as many bytes.
async fn count(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    (trips, idle_trips): (Arc<AtomicU64>, Arc<AtomicU64>),
) -> std::io::Result<()> {
    let mut done = false;
    loop {
        let (kind, length) = (from.read_u8().await?, from.read_u32().await?);
        let mut rest = vec![0; usize::try_from(length).unwrap() - 4];
        from.read_exact(&mut rest).await?;
        done |= DONE.contains(&kind);
        if kind == READY {
            let counter = if std::mem::take(&mut done) { &trips } else { &idle_trips };
            counter.fetch_add(1, Ordering::SeqCst);
        }
        let mut message = vec![kind];
        message.extend(length.to_be_bytes());
        message.append(&mut rest);
        to.write_all(&message).await?;
    }
}

//! T-30, the short form: clients that are slow with their head, slow with their body, or do not read, on real sockets
//! and with the limits of production. They hold every place there is; after a while the places are free again.

use std::net::SocketAddr;
use std::time::Duration;

use axum::routing::get;
use bytes::Bytes;
use server::web::WebServer;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{Instant, interval, timeout};

use crate::visitor::Site;

const OF_EACH: u32 = 20;

async fn connect(address: SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    // So that what is not read stays with the server.
    socket.set_recv_buffer_size(4096).unwrap();
    socket.connect(address).await.unwrap()
}

/// Sends a byte every half a second until the server has had enough, and answers how long that took.
async fn dribble(mut stream: TcpStream, begin: &str) -> Duration {
    let began = Instant::now();
    let mut pace = interval(Duration::from_millis(500));
    let mut answer = [0; 1024];
    stream.write_all(begin.as_bytes()).await.unwrap();
    loop {
        tokio::select! {
            read = stream.read(&mut answer) => if !matches!(read, Ok(1..)) { return began.elapsed() },
            _ = pace.tick() => if stream.write_all(b"a").await.is_err() { return began.elapsed() },
        }
    }
}

/// Asks for much and takes nothing of it.
async fn ignore(mut stream: TcpStream) -> Duration {
    let began = Instant::now();
    stream.write_all(b"GET /much HTTP/1.1\r\nhost: shop.example\r\n\r\n").await.unwrap();
    // A reset shows without reading anything.
    stream.ready(tokio::io::Interest::ERROR).await.unwrap();
    began.elapsed()
}

async fn healthy(address: SocketAddr) -> bool {
    let asked = async {
        let mut stream = TcpStream::connect(address).await?;
        stream.write_all(b"GET /healthz HTTP/1.0\r\n\r\n").await?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await?;
        std::io::Result::Ok(answer.starts_with("HTTP/1.0 200"))
    };
    matches!(timeout(Duration::from_secs(5), asked).await, Ok(Ok(true)))
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_and_deaf_clients_give_their_places_back() {
    let site = Site::open().await;
    // One for all: what this test is about is not memory.
    let much = Bytes::from(vec![b'x'; 64 << 20]);
    let router = site.router.clone().route("/much", get(async move || much.clone()));
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let server = WebServer::start(listener, router, 3 * OF_EACH).unwrap();
    let address = server.address();
    assert!(healthy(address).await);
    let mut clients = JoinSet::new();
    // All have their places before the first of them is let go.
    for _ in 0..OF_EACH {
        let (head, body, answer) = (connect(address).await, connect(address).await, connect(address).await);
        clients.spawn(async move { ("heads", dribble(head, "GET / HTTP/1.1\r\nx: ").await, 15) });
        clients.spawn(async move {
            let head = "POST /api/v1/auth/login HTTP/1.1\r\nhost: shop.example\r\ncontent-type: application/json\r\n\
                        content-length: 3000\r\n\r\n";
            ("bodies", dribble(body, head).await, 30)
        });
        clients.spawn(async move { ("answers", ignore(answer).await, 30) });
    }
    // All places are taken, so nobody else is served.
    let taken = timeout(Duration::from_secs(5), async {
        while healthy(address).await {
            tokio::task::yield_now().await;
        }
    });
    taken.await.expect("every place is taken");
    while let Some(client) = clients.join_next().await {
        let (what, took, limit) = client.unwrap();
        assert!(took <= Duration::from_secs(limit), "slow {what} were let go after {took:?}");
    }
    assert!(healthy(address).await);
    let began = Instant::now();
    server.stop(Duration::from_secs(10)).await;
    assert!(began.elapsed() < Duration::from_secs(10));
    site.shop.done().await;
}

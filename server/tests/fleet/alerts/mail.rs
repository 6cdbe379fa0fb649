//! A mail server that is gone, one that hangs up when it was told everything, and one that says nothing.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::members::Fleet;
use crate::program::free_port;
use crate::prometheus::{Prometheus, TIMES};
use crate::{brokers, open_shop, turn};

/// Letters that are due one after the other, two a second.
const LETTERS: &str =
    "insert into email_messages (id, cause, recipient, kind, subject, body, created_at, updated_at, due_at)
    select gen_random_uuid(), gen_random_uuid(), 'carl@example.org', 'welcome', 'Welcome', 'Hello', now(), now(),
        now() + n * interval '500 ms' from generate_series(1, 60) n";
const ALL_DUE: &str = "update email_messages set due_at = now() where state = 'queued'";

/// A mail server that answers what is said to it until it was told the whole of a letter, and then hangs up.
async fn hang_up_at_the_end(listener: TcpListener) {
    while let Ok((stream, _)) = listener.accept().await {
        tokio::spawn(converse(stream));
    }
}

async fn converse(mut stream: TcpStream) -> std::io::Result<()> {
    stream.write_all(b"220 ill\r\n").await?;
    let (mut heard, mut buffer, mut in_letter) = (Vec::new(), [0; 4096], false);
    loop {
        let read = stream.read(&mut buffer).await?;
        heard.extend_from_slice(&buffer[..read]);
        if read == 0 || (in_letter && heard.ends_with(b"\r\n.\r\n")) {
            return Ok(());
        }
        if !in_letter && heard.ends_with(b"\r\n") {
            in_letter = heard.starts_with(b"DATA");
            let answer: &[u8] = if in_letter { b"354 go on\r\n" } else { b"250 ill\r\n" };
            stream.write_all(answer).await?;
            heard.clear();
        }
    }
}

/// One that takes whoever comes, and says nothing.
async fn say_nothing(listener: TcpListener) {
    let mut taken = Vec::new();
    while let Ok((stream, _)) = listener.accept().await {
        taken.push(stream);
    }
}

fn listen<F>(port: u16, server: impl FnOnce(TcpListener) -> F + Send + 'static) -> JoinHandle<()>
where
    F: Future<Output = ()> + Send + 'static,
{
    tokio::spawn(async move {
        let listener = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
        server(listener).await;
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn alerts_of_a_mail_server_that_is_ill_fire() {
    let _turn = turn().await;
    let port = free_port();
    let database = open_shop().await;
    let more = [("SMTP_URL", format!("smtp://127.0.0.1:{port}"))];
    let fleet = Fleet::start_with(&database, &brokers(), (1, 1), &more, None).await;
    let prometheus = Prometheus::watching(&fleet, TIMES).await;
    prometheus.has_none_of(&["ShopMailFails", "ShopMailUncertain", "ShopMailWaits"]).await;

    database.execute(LETTERS).await;
    prometheus.fires("ShopMailFails", &[]).await;

    let hanging_up = listen(port, hang_up_at_the_end);
    database.execute(ALL_DUE).await;
    prometheus.fires("ShopMailUncertain", &[]).await;
    hanging_up.abort();
    assert!(hanging_up.await.unwrap_err().is_cancelled());

    let silent = listen(port, say_nothing);
    database.execute(LETTERS).await;
    database.execute(ALL_DUE).await;
    prometheus.fires("ShopMailWaits", &[]).await;
    silent.abort();
    fleet.stop().await;
    database.done().await;
}

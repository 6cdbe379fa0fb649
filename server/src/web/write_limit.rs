//! A connection whose reader must read: one that takes nothing, or next to nothing, of its response is closed.

use std::future::Future;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};

/// What a reader has to take on the average, in bytes a second: less than any network in use.
const SLOWEST: u32 = 1024;

/// A stream whose writes may be held up for `stall`, and for as long again as what was taken meanwhile is worth.
pub struct WriteLimit<S> {
    stream: S,
    stall: Duration,
    /// What is done to a stream that is given up.
    give_up: fn(&S),
    /// Running since a write of this response was first held up.
    timer: Option<Pin<Box<Sleep>>>,
}

impl<S> WriteLimit<S> {
    pub const fn new(stream: S, stall: Duration, give_up: fn(&S)) -> Self {
        Self { stream, stall, give_up, timer: None }
    }

    /// Looks at the time while a write is held up, and gives time for what was written.
    fn limit<T>(
        &mut self,
        context: &mut Context<'_>,
        write: Poll<io::Result<T>>,
        bytes: impl Fn(&T) -> usize,
    ) -> Poll<io::Result<T>> {
        match write {
            Poll::Ready(Ok(done)) => {
                if let Some(timer) = &mut self.timer {
                    let bytes = u32::try_from(bytes(&done)).unwrap_or(u32::MAX);
                    let earned = timer.deadline() + Duration::from_secs(1) * bytes / SLOWEST;
                    timer.as_mut().reset(earned.min(Instant::now() + self.stall));
                }
                Poll::Ready(Ok(done))
            }
            Poll::Pending => {
                let stall = self.stall;
                let timer = self.timer.get_or_insert_with(|| Box::pin(sleep_until(Instant::now() + stall)));
                ready!(timer.as_mut().poll(context));
                (self.give_up)(&self.stream);
                Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "the client does not read")))
            }
            failed => failed,
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for WriteLimit<S> {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(context, buf);
        if read.is_ready() && buf.filled().len() > before {
            // The next request: its response has time of its own.
            self.timer = None;
        }
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for WriteLimit<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let write = Pin::new(&mut self.stream).poll_write(context, buf);
        self.limit(context, write, |n| *n)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let write = Pin::new(&mut self.stream).poll_write_vectored(context, bufs);
        self.limit(context, write, |n| *n)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flush = Pin::new(&mut self.stream).poll_flush(context);
        self.limit(context, flush, |()| 0)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};
    use tokio::time::sleep;

    use super::*;

    const STALL: Duration = Duration::from_secs(20);

    #[tokio::test(start_paused = true)]
    async fn a_client_that_does_not_read_is_let_go_after_the_stall() {
        let (mut client, server) = duplex(1024);
        let mut server = WriteLimit::new(server, STALL, |_| {});
        let began = Instant::now();
        let cause = server.write_all(&[0; 4096]).await.unwrap_err();
        assert_eq!((cause.kind(), began.elapsed().as_secs()), (io::ErrorKind::TimedOut, 20));
        client.write_all(b"next").await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_reads_a_byte_now_and_then_is_let_go_as_well() {
        let (mut client, server) = duplex(1024);
        let mut server = WriteLimit::new(server, STALL, |_| {});
        let trickle = tokio::spawn(async move {
            while client.read_u8().await.is_ok() {
                sleep(Duration::from_secs(5)).await;
            }
        });
        let began = Instant::now();
        let cause = server.write_all(&[0; 4096]).await.unwrap_err();
        assert_eq!(cause.kind(), io::ErrorKind::TimedOut);
        assert!(began.elapsed() <= Duration::from_secs(30), "{:?}", began.elapsed());
        drop(server);
        trickle.await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_reader_gets_it_all_and_the_next_request_starts_afresh() {
        let (mut client, server) = duplex(1024);
        let mut server = WriteLimit::new(server, STALL, |_| {});
        let reader = tokio::spawn(async move {
            let mut piece = [0; 1024];
            for _ in 0..100 {
                client.read_exact(&mut piece).await.unwrap();
                sleep(Duration::from_millis(900)).await;
            }
            client.write_all(b"n").await.unwrap();
            client
        });
        server.write_all(&[0; 100 * 1024]).await.unwrap();
        assert_eq!(server.read_u8().await.unwrap(), b'n');
        assert!(server.timer.is_none());
        drop(reader.await.unwrap());
    }
}

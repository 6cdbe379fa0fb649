//! The listening socket: slow, idle and deaf connections are let go, there is a most of them, and a stop drains them.

use std::future::{Ready, ready};
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use anyhow::Context as _;
use axum::Router;
use axum_server::Handle;
use axum_server::accept::Accept;
use hyper_util::rt::TokioTimer;
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinHandle;
use tower::Service;

use super::write_limit::WriteLimit;

/// How long the head of a request may take, and how long a connection may stay idle.
const HEAD: Duration = Duration::from_secs(5);
/// How long a client may take nothing of its response.
const STALL: Duration = Duration::from_secs(20);

pub struct WebServer {
    address: SocketAddr,
    handle: Handle<SocketAddr>,
    running: JoinHandle<io::Result<()>>,
}

impl WebServer {
    /// Serves on a socket that is bound already, so that a taken port is told at start.
    ///
    /// # Errors
    /// When the socket cannot be used.
    pub fn start(listener: TcpListener, router: Router, most: u32) -> anyhow::Result<Self> {
        listener.set_nonblocking(true).context("the listening socket")?;
        let address = listener.local_addr().context("the listening socket")?;
        let handle = Handle::new();
        let places = Arc::new(Semaphore::new(usize::try_from(most)?));
        // HTTP/1.1 alone: behind a proxy nothing else is spoken, and the limit below covers the first byte, too.
        let mut server = axum_server::from_tcp(listener)
            .context("the listening socket")?
            .handle(handle.clone())
            .acceptor(Bounded { places })
            .http1_only();
        server.http_builder().http1().timer(TokioTimer::new()).header_read_timeout(HEAD);
        let running = tokio::spawn(server.serve(router.into_make_service_with_connect_info::<SocketAddr>()));
        Ok(Self { address, handle, running })
    }

    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Stops accepting at once, and waits for requests under way at most `draining`.
    pub async fn stop(self, draining: Duration) {
        self.handle.graceful_shutdown(Some(draining));
        match self.running.await {
            Ok(Ok(())) => {}
            Ok(Err(cause)) => tracing::error!(error = %cause, "the server ended badly"),
            Err(cause) => tracing::error!(error = %cause, "the server ended badly"),
        }
    }
}

/// Takes a connection if there is a place for it, and closes it at once if not.
#[derive(Clone)]
struct Bounded {
    places: Arc<Semaphore>,
}

impl<S> Accept<TcpStream, S> for Bounded {
    type Stream = WriteLimit<TcpStream>;
    type Service = Placed<S>;
    type Future = Ready<io::Result<(WriteLimit<TcpStream>, Placed<S>)>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        let Ok(place) = Arc::clone(&self.places).try_acquire_owned() else {
            return ready(Err(io::Error::other("too many connections")));
        };
        let placed = Placed { service, _place: Arc::new(place) };
        ready(stream.set_nodelay(true).map(|()| (WriteLimit::new(stream, STALL, reset), placed)))
    }
}

/// Ends a connection with a reset: an orderly end would wait in the kernel, with all that was not read, for a client that
/// does not read.
fn reset(stream: &TcpStream) {
    if let Err(cause) = stream.set_zero_linger() {
        tracing::debug!(error = %cause, "a connection is not reset");
    }
}

/// A connection's service, with its place, which is free again when the connection ends.
#[derive(Clone)]
struct Placed<S> {
    service: S,
    _place: Arc<OwnedSemaphorePermit>,
}

impl<S: Service<R>, R> Service<R> for Placed<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.service.poll_ready(context)
    }

    fn call(&mut self, request: R) -> S::Future {
        self.service.call(request)
    }
}

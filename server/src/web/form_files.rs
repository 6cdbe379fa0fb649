//! How files of a form arrive: piece by piece, in a time that ends, and no more of them than is taken.

use std::time::Duration;

use axum::extract::multipart::{Field, MultipartError};
use bytes::{Bytes, BytesMut};
use http::StatusCode;
use tokio::time::timeout;

/// How long the next piece may take to arrive.
const NEXT_PIECE: Duration = Duration::from_secs(20);
/// How long all of it may take.
pub const TO_ARRIVE: Duration = Duration::from_secs(15 * 60);
/// How long to wait for another upload to end.
pub const TURN: Duration = Duration::from_secs(20);

/// Reads a file to its end, and keeps no more of it than is taken; none: it is larger.
pub async fn read(mut field: Field<'_>, most: usize) -> Result<Option<Bytes>, StatusCode> {
    let (mut bytes, mut is_large) = (BytesMut::new(), false);
    while let Some(piece) = arrived(field.chunk()).await? {
        is_large |= bytes.len().saturating_add(piece.len()) > most;
        if is_large {
            bytes = BytesMut::new();
        } else {
            bytes.extend_from_slice(&piece);
        }
    }
    Ok((!is_large).then(|| bytes.freeze()))
}

pub async fn arrived<T>(piece: impl Future<Output = Result<T, MultipartError>>) -> Result<T, StatusCode> {
    match timeout(NEXT_PIECE, piece).await {
        Ok(piece) => piece.map_err(|cause| cause.status()),
        Err(_) => Err(StatusCode::REQUEST_TIMEOUT),
    }
}

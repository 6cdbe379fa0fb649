//! An envelope as a Kafka message, and back.
//!
//! What comes from the broker may be anything, from anybody. NUL characters are replaced: JSON has none, and the
//! database could not keep a dead letter with one.

use rdkafka::Message;
use rdkafka::message::{BorrowedMessage, Header, Headers, OwnedHeaders};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::domain::{Envelope, EventError};
use crate::usecase::id_of_place;

use super::Kafka;

const ID: &str = "ce_id";
const KIND: &str = "ce_type";
const TIME: &str = "ce_time";
/// Headers that say nothing that the envelope does not say elsewhere.
const KNOWN: [&str; 7] = [ID, KIND, TIME, "ce_source", "ce_specversion", "ce_subject", "content-type"];

/// A message with the place it was read from.
#[derive(Debug, Clone)]
pub(super) struct Received {
    /// As the broker spells it.
    pub topic: String,
    pub partition: i32,
    pub offset: i64,
    pub envelope: Envelope,
    /// Why nobody can read it.
    pub undecodable: Option<String>,
}

impl Received {
    pub(super) fn place(&self) -> (String, i32) {
        (self.topic.clone(), self.partition)
    }
}

/// The most of a dead letter's payload that goes to its topic: whatever it was, it fits. The whole stays in the outbox,
/// and is what a replay sends.
const DEAD_BODY: usize = 64 * 1024;

/// The payload as it is sent, and its length if that is not all of it.
pub(super) fn body_of(envelope: &Envelope) -> (&str, Option<usize>) {
    let whole = envelope.payload.as_str();
    if !envelope.is_dead_letter() || whole.len() <= DEAD_BODY {
        return (whole, None);
    }
    (&whole[..whole.floor_char_boundary(DEAD_BODY)], Some(whole.len()))
}

pub(super) fn headers_of(envelope: &Envelope, cut: Option<usize>) -> OwnedHeaders {
    let length = cut.map(|length| length.to_string());
    let time = envelope.occurred_at.format(&Rfc3339).unwrap_or_default();
    let id = envelope.id.to_string();
    let own = [
        (ID, id.as_str()),
        (KIND, &envelope.kind),
        ("ce_source", "/shop"),
        ("ce_specversion", "1.0"),
        (TIME, &time),
        ("ce_subject", &envelope.key),
        ("content-type", "application/json"),
    ];
    let others = envelope.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    own.into_iter()
        .chain(others)
        .chain(length.as_deref().map(|length| ("dlq_payload_bytes", length)))
        .fold(OwnedHeaders::new(), |all, (key, value)| all.insert(Header { key, value: Some(value) }))
}

pub(super) fn received(kafka: &Kafka, message: &BorrowedMessage<'_>) -> Received {
    let headers: Vec<(String, String)> = message
        .headers()
        .map(|all| all.iter().map(|h| (readable(h.key.as_bytes()), readable(h.value.unwrap_or_default()))).collect())
        .unwrap_or_default();
    let sent_at = message.timestamp().to_millis().map(|ms| i128::from(ms) * 1_000_000);
    let place = (message.topic(), message.partition(), message.offset());
    let payload = message.payload().unwrap_or_default();
    let mut envelope = Envelope {
        id: id_of_place(place.0, place.1, place.2),
        topic: kafka.name_of(message.topic()).to_owned(),
        key: readable(message.key().unwrap_or_default()),
        kind: String::new(),
        occurred_at: sent_at
            .and_then(|ns| OffsetDateTime::from_unix_timestamp_nanos(ns).ok())
            .unwrap_or(OffsetDateTime::UNIX_EPOCH),
        payload: readable(payload),
        headers: Vec::new(),
    };
    let undecodable = read_headers(&mut envelope, headers).err().map(|e| e.to_string());
    Received { topic: place.0.to_owned(), partition: place.1, offset: place.2, envelope, undecodable }
}

/// Moves the headers into the envelope. Without a readable id the envelope keeps the id of its place.
fn read_headers(envelope: &mut Envelope, headers: Vec<(String, String)>) -> Result<(), EventError> {
    let find = |name: &str| headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str());
    if let Some(time) = find(TIME).and_then(|text| OffsetDateTime::parse(text, &Rfc3339).ok()) {
        envelope.occurred_at = time;
    }
    let id = find(ID).and_then(|text| text.parse().ok());
    let kind = find(KIND).filter(|kind| !kind.is_empty() && kind.len() <= 200).map(str::to_owned);
    envelope.headers = headers.into_iter().filter(|(name, _)| !KNOWN.contains(&name.as_str())).collect();
    envelope.kind = kind.ok_or(EventError::BadHeader(KIND))?;
    envelope.id = id.ok_or(EventError::BadHeader(ID))?;
    Ok(())
}

fn readable(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).replace('\0', "\u{fffd}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::EventId;
    use time::macros::datetime;
    use uuid::Uuid;

    fn envelope() -> Envelope {
        Envelope {
            id: EventId(Uuid::from_u128(7)),
            topic: "order.paid".into(),
            key: "some-order".into(),
            kind: "shop.order.paid.v1".into(),
            occurred_at: datetime!(2026-11-22 10:00:00.123456 UTC),
            payload: "{}".into(),
            headers: vec![("traceparent".into(), "00-ab-cd-01".into())],
        }
    }

    #[test]
    fn headers_carry_everything_but_topic_and_payload() {
        let sent = envelope();
        let headers = headers_of(&sent, None);
        let headers = headers.iter().map(|h| (h.key.to_owned(), readable(h.value.unwrap()))).collect();
        let mut read = Envelope {
            id: id_of_place("t", 0, 0),
            kind: String::new(),
            occurred_at: OffsetDateTime::UNIX_EPOCH,
            headers: vec![],
            ..sent.clone()
        };
        read_headers(&mut read, headers).unwrap();
        assert_eq!(read, sent);
    }

    #[test]
    fn without_id_or_type_it_is_garbled_and_keeps_the_id_of_its_place() {
        for bad in [
            vec![("ce_type", "shop.order.paid.v1")],
            vec![("ce_id", "17"), ("ce_type", "shop.order.paid.v1")],
            vec![("ce_id", "00000000-0000-0000-0000-000000000007")],
        ] {
            let mut read = Envelope { id: id_of_place("t", 3, 9), ..envelope() };
            let headers = bad.into_iter().map(|(n, v)| (n.to_owned(), v.to_owned())).collect();
            assert!(read_headers(&mut read, headers).is_err());
            assert_eq!(read.id, id_of_place("t", 3, 9));
        }
    }

    #[test]
    fn a_dead_letter_is_cut_to_what_every_topic_takes() {
        let long = Envelope { payload: "ö".repeat(DEAD_BODY), ..envelope() };
        assert_eq!(body_of(&long), (long.payload.as_str(), None), "a live event goes whole or not at all");
        let dead = Envelope { topic: "order.paid.dlq".into(), payload: format!("x{}", long.payload), ..long };
        let (body, cut) = body_of(&dead);
        assert_eq!((body.len(), cut), (DEAD_BODY - 1, Some(2 * DEAD_BODY + 1)));
        let headers = headers_of(&dead, cut);
        assert!(headers.iter().any(|h| h.key == "dlq_payload_bytes" && h.value == Some(b"131073")));
    }

    #[test]
    fn text_from_outside_has_no_nul() {
        assert_eq!(readable(b"a\0b\xff"), "a\u{fffd}b\u{fffd}");
    }
}

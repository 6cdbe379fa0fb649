//! The files for browsers that lie in the program itself, so that one file is the shop. They are answered from where the
//! program lies in memory, and not copied: only who takes nothing compressed, which no browser does, has it unpacked, once for all.

use std::collections::BTreeMap;
use std::io::{self, Read as _};
use std::sync::{Mutex, PoisonError};

use axum::body::{Body, Bytes};
use axum::response::{IntoResponse as _, Response};
use flate2::read::GzDecoder;
use http::header::{ACCEPT_ENCODING, ALLOW, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};

/// One file, and what it is ready-compressed to.
#[derive(Debug, Clone, Copy)]
pub(super) struct File {
    /// As it stands in a URL: `/pkg/shop.css`.
    pub(super) address: &'static str,
    /// Of the plain content, with its quotes.
    pub(super) etag: &'static str,
    /// None: it lies here as gzip, and not twice.
    pub(super) plain: Option<&'static [u8]>,
    pub(super) brotli: Option<&'static [u8]>,
    pub(super) gzip: Option<&'static [u8]>,
}

impl File {
    pub(super) fn plain(&self) -> io::Result<Bytes> {
        match (self.plain, self.gzip) {
            (Some(plain), _) => Ok(Bytes::from_static(plain)),
            (None, Some(gzip)) => {
                let mut plain = Vec::new();
                GzDecoder::new(gzip).read_to_end(&mut plain)?;
                // Of its own length: it grew by doubling.
                Ok(plain.into_boxed_slice().into())
            }
            (None, None) => Err(io::ErrorKind::NotFound.into()),
        }
    }

    /// The same, unpacked by the first who asks and kept: else nine hundred who read slowly would hold as many copies, and whoever
    /// asks for nothing but its head would have it unpacked each time.
    fn plain_of_all(&self) -> io::Result<Bytes> {
        static UNPACKED: Mutex<BTreeMap<&str, Bytes>> = Mutex::new(BTreeMap::new());
        if self.plain.is_some() {
            return self.plain();
        }
        let mut unpacked = UNPACKED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(plain) = unpacked.get(self.etag) {
            return Ok(plain.clone());
        }
        let plain = self.plain()?;
        unpacked.insert(self.etag, plain.clone());
        Ok(plain)
    }
}

/// What the program was built with, by address; nothing in a build without `SHOP_SITE_DIR`.
pub(super) static FILES: &[File] = include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// How the address of that list begins.
const PARTS: &str = "/pkg/__wasm_split_manifest.";

/// A piece of the texts in the table of `build.rs`.
const fn part(texts: &'static str, begin: usize, len: usize) -> &'static str {
    texts.split_at(begin).1.split_at(len).0
}

/// The addresses of a table of files, `FILES` for one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Embedded(pub(super) &'static [File]);

impl Embedded {
    pub(super) const fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn find(self, address: &str) -> Option<&'static File> {
        self.0.binary_search_by(|file| file.address.cmp(address)).ok().and_then(|at| self.0.get(at))
    }

    /// What cargo-leptos writes into `hash.txt`: `kind: hash` for each of `/pkg/shop.<hash>.<kind>`, and for the list of what
    /// lies in which part of the wasm.
    pub(super) fn hashes(self, output_name: &str) -> String {
        let begins = format!("/pkg/{output_name}.");
        let names = self.0.iter().filter_map(|file| file.address.strip_prefix(&begins)?.rsplit_once('.'));
        let lists = self.0.iter().filter_map(|file| file.address.strip_prefix(PARTS)?.strip_suffix(".json"));
        let lists = lists.map(|hash| format!("manifest: {hash}\n"));
        names.map(|(hash, kind)| format!("{kind}: {hash}\n")).chain(lists).collect()
    }
}

/// Answers a request with a file.
pub(super) fn answer(file: &'static File, method: &Method, headers: &HeaderMap) -> Response {
    let mut response = Response::new(Body::empty());
    let mut set = |name: HeaderName, value| response.headers_mut().insert(name, HeaderValue::from_static(value));
    if method != Method::GET && method != Method::HEAD {
        set(ALLOW, "GET,HEAD");
        *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
        return response;
    }
    set(ETAG, file.etag);
    set(VARY, "accept-encoding");
    if is_known(headers, file.etag) {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        return response;
    }
    set(CONTENT_TYPE, kind(file.address));
    let packed = [("br", file.brotli), ("gzip", file.gzip)];
    let packed = packed.into_iter().find_map(|(name, content)| takes(headers, name).then_some((name, content?)));
    if let Some((name, _)) = packed {
        set(CONTENT_ENCODING, name);
    }
    let content = match packed.map_or_else(|| file.plain_of_all(), |(_, content)| Ok(Bytes::from_static(content))) {
        Ok(content) => content,
        Err(cause) => {
            tracing::error!(address = file.address, error = %cause, "a file in the program cannot be unpacked");
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
    };
    // For HEAD, hyper keeps the length and leaves out the rest.
    *response.body_mut() = Body::from(content);
    response
}

/// Whether the browser has this very content.
fn is_known(headers: &HeaderMap, etag: &str) -> bool {
    let known = headers.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    known
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .any(|tag| tag.trim_start_matches("W/") == etag || tag == "*")
}

/// Whether the browser takes this compression: named, and not with a weight of nothing.
pub(super) fn takes(headers: &HeaderMap, encoding: &str) -> bool {
    let offers = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    offers.flat_map(|value| value.split(',')).any(|offer| {
        let mut parts = offer.split(';').map(str::trim);
        let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(encoding));
        let weight = parts.filter_map(|part| part.split_once('=')).find(|(name, _)| name.eq_ignore_ascii_case("q"));
        named && weight.is_none_or(|(_, weight)| !weight.trim_end_matches(['0', '.']).is_empty())
    })
}

fn kind(address: &str) -> &'static str {
    match address.rsplit_once('.').map(|(_, ending)| ending) {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("json") => "application/json",
        Some("svg") => "image/svg+xml",
        Some("webp") => "image/webp",
        Some("png") => "image/png",
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("ico") => "image/vnd.microsoft.icon",
        Some("woff2") => "font/woff2",
        Some("txt") => "text/plain; charset=utf-8",
        Some("webmanifest") => "application/manifest+json",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `printf unpacked | gzip -9n`.
    const UNPACKED: &[u8] = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03+\xcd+HL\xceNM\x01\x00\x96b/\xca\x08\x00\x00\x00";

    static SAMPLE: [File; 3] = [
        File {
            address: "/pkg/shop.Ab-1_.css",
            etag: "\"1\"",
            plain: Some(b"plain"),
            brotli: Some(b"br"),
            gzip: Some(b"gz"),
        },
        File { address: "/pkg/shop.Zz.js", etag: "\"2\"", plain: Some(b"js"), brotli: None, gzip: None },
        File { address: "/words.js", etag: "\"3\"", plain: None, brotli: Some(b"br"), gzip: Some(UNPACKED) },
    ];

    fn asked(name: HeaderName, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_static(value))])
    }

    async fn body(headers: &HeaderMap) -> (Bytes, Option<HeaderValue>) {
        let answer = answer(&SAMPLE[0], &Method::GET, headers);
        assert_eq!(answer.status(), StatusCode::OK);
        let encoding = answer.headers().get(CONTENT_ENCODING).cloned();
        (axum::body::to_bytes(answer.into_body(), 99).await.unwrap(), encoding)
    }

    #[tokio::test]
    async fn a_browser_gets_the_best_form_it_takes() {
        for (offer, content, encoding) in [
            ("gzip, deflate, br", "br", Some("br")),
            ("BR;q=0.5", "br", Some("br")),
            ("br;q=0, gzip", "gz", Some("gzip")),
            ("br;q=0.000,gzip; q=0.0", "plain", None),
            ("br;Q=0,gzip;q=0.001", "gz", Some("gzip")),
            ("identity", "plain", None),
            ("brotli", "plain", None),
        ] {
            let (found, named) = body(&asked(ACCEPT_ENCODING, offer)).await;
            assert_eq!((&found[..], named), (content.as_bytes(), encoding.map(HeaderValue::from_static)), "{offer}");
        }
        assert_eq!(body(&HeaderMap::new()).await.0, "plain");
    }

    #[tokio::test]
    async fn what_lies_here_as_gzip_alone_is_unpacked_for_who_takes_nothing_else() {
        for (offer, content) in
            [("br", "br".as_bytes()), ("gzip", UNPACKED), ("identity", b"unpacked"), ("", b"unpacked")]
        {
            let answer = answer(&SAMPLE[2], &Method::GET, &asked(ACCEPT_ENCODING, offer));
            assert_eq!(answer.headers().contains_key(CONTENT_ENCODING), content != b"unpacked", "{offer}");
            assert_eq!(axum::body::to_bytes(answer.into_body(), 99).await.unwrap(), content, "{offer}");
        }
        let torn = File { gzip: Some(&UNPACKED[..12]), ..SAMPLE[2] };
        assert!(torn.plain().is_err() && File { gzip: None, ..torn }.plain().is_err());
    }

    #[tokio::test]
    async fn what_is_unpacked_is_there_once_however_many_ask_for_it() {
        let mut bodies = Vec::new();
        for _ in 0..2 {
            let answer = answer(&SAMPLE[2], &Method::GET, &HeaderMap::new());
            bodies.push(axum::body::to_bytes(answer.into_body(), 99).await.unwrap());
        }
        assert_eq!(bodies[0], "unpacked");
        assert_eq!(bodies[0].as_ptr(), bodies[1].as_ptr(), "each has a copy");
    }

    #[test]
    fn what_a_browser_has_is_not_sent_again() {
        for known in ["\"1\"", "W/\"1\"", "\"0\", \"1\"", "*"] {
            let answer = answer(&SAMPLE[0], &Method::GET, &asked(IF_NONE_MATCH, known));
            assert_eq!(answer.status(), StatusCode::NOT_MODIFIED, "{known}");
        }
        assert_eq!(answer(&SAMPLE[0], &Method::GET, &asked(IF_NONE_MATCH, "\"2\"")).status(), StatusCode::OK);
        assert_eq!(answer(&SAMPLE[0], &Method::POST, &HeaderMap::new()).status(), StatusCode::METHOD_NOT_ALLOWED);
    }

    #[test]
    fn files_are_found_by_their_address_alone() {
        let embedded = Embedded(&SAMPLE);
        assert_eq!(embedded.find("/pkg/shop.Zz.js").and_then(|file| file.plain), Some(b"js".as_slice()));
        for other in ["/pkg/shop.css", "/pkg", "pkg/shop.Zz.js", "/pkg/../pkg/shop.Zz.js", ""] {
            assert!(embedded.find(other).is_none(), "{other}");
        }
        assert_eq!(embedded.hashes("shop"), "css: Ab-1_\njs: Zz\n");
        static LIST: [File; 1] = [File {
            address: "/pkg/__wasm_split_manifest.Cd.json",
            etag: "\"4\"",
            plain: Some(b"{}"),
            brotli: None,
            gzip: None,
        }];
        assert_eq!(Embedded(&LIST).hashes("shop"), "manifest: Cd\n");
    }

    #[test]
    fn what_was_built_in_is_in_order_and_compressed_only_where_it_helps() {
        assert!(FILES.is_sorted_by_key(|file| file.address));
        for file in FILES {
            let plain = file.plain().unwrap();
            let mut packed = file.brotli.into_iter().chain(file.gzip);
            assert!(packed.all(|form| form.len() < plain.len()), "{}", file.address);
            assert!(file.plain.is_none() || file.gzip.is_none(), "{} lies here twice", file.address);
            assert_ne!(kind(file.address), "application/octet-stream", "{}", file.address);
        }
    }
}

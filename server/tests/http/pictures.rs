//! Pictures by a form with files, as a browser without scripts sends it, until the shop shows them; and everything else that
//! may be sent there.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::body::{Body, to_bytes};
use futures::future::join_all;
use futures::stream::unfold;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HOST};
use http::{HeaderMap, Request, StatusCode};
use shop::domain::{MAX_PICTURE_BYTES, StaffRole};
use tower::ServiceExt as _;

use crate::admin::Desk;
use crate::roles::works_as;
use crate::sample_pictures::{SECRET, avif_size, is_red, jpeg, taken_by_camera, webp_pixels};
use crate::visitor::{Answer, Visitor, hidden};

const BOUNDARY: &str = "----somebody-with-a-browser";

/// A field of files: what each is called, and what is in it.
fn multipart(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, bytes) in files {
        // What its sender says of it is never believed.
        let head = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"pictures\"; filename=\"{name}\"\r\n\
             Content-Type: text/plain\r\n\r\n"
        );
        body.extend(head.as_bytes());
        body.extend(*bytes);
        body.extend(b"\r\n");
    }
    body.extend(format!("--{BOUNDARY}--\r\n").as_bytes());
    body
}

fn request(product: &str) -> http::request::Builder {
    Request::post(format!("/admin/products/{product}/pictures"))
        .header("accept", "text/html")
        .header("sec-fetch-site", "same-origin")
        .header(CONTENT_TYPE, format!("multipart/form-data; boundary={BOUNDARY}"))
}

async fn send(visitor: &Visitor<'_>, product: &str, files: &[(&str, &[u8])]) -> Answer {
    visitor.send(request(product), Body::from(multipart(files))).await
}

/// Sends files and looks at the page that this leads to.
async fn submit(visitor: &Visitor<'_>, product: &str, files: &[(&str, &[u8])]) -> String {
    let answer = send(visitor, product, files).await;
    let page = format!("/admin/products/{product}");
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, &*format!("{page}#pictures")));
    visitor.get(&page).await.text
}

async fn file(desk: &Desk, path: &str) -> (StatusCode, HeaderMap, Vec<u8>) {
    let request = Request::get(path).header(HOST, "shop.example").body(Body::empty()).unwrap();
    let (parts, body) = desk.site.router.clone().oneshot(request).await.unwrap().into_parts();
    (parts.status, parts.headers, to_bytes(body, 1 << 20).await.unwrap().to_vec())
}

/// The addresses of a page that begin so.
fn addresses<'a>(page: &'a str, begin: &str) -> Vec<&'a str> {
    let ends = |rest: &'a str| &rest[..rest.find([' ', '"', ',', '?']).unwrap()];
    page.match_indices(begin).map(|(at, _)| ends(&page[at..])).collect()
}

#[tokio::test]
async fn a_picture_is_uploaded_and_the_shop_shows_it() {
    let desk = Desk::open().await;
    let (olga, mug) = (desk.olga().await, desk.site.shop.record("mug").await.id.to_string());
    let picture = taken_by_camera(&jpeg(1_000, 800), 3);
    let page = submit(&olga, &mug, &[("mug.jpg", &picture), ("", b""), ("notes.txt", b"Not a picture")]).await;
    for part in ["1 picture was uploaded", "Being made ready", "mug.jpg", "notes.txt", "no picture that can be shown"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(!desk.site.visitor().get("/products/mug").await.text.contains("/media/"), "not before it is ready");
    assert!(desk.site.shop.shop.make_next_picture().await.unwrap());
    let page = olga.get(&format!("/admin/products/{mug}")).await.text;
    assert!(page.contains("What picture 1 shows") && !page.contains("Being made ready"), "{page}");

    let alt = page.split("fields[alt-").nth(1).and_then(|rest| rest.split(']').next()).unwrap().to_owned();
    let (version, base) = (hidden(&page, "fields[version]"), hidden(&page, "fields[base]"));
    let words = format!("fields[alt-{alt}]");
    let of_pictures = page.split("id=\"pictures\"").nth(1).unwrap();
    assert_eq!((hidden(of_pictures, "fields[version]"), version), ("1".to_owned(), "1".to_owned()));
    let mut form = [
        ("fields[pictures]", "yes"),
        ("fields[id]", mug.as_str()),
        ("fields[version]", "1"),
        ("fields[base]", base.as_str()),
        (words.as_str(), ""),
    ];
    let editor = format!("/admin/products/{mug}");
    let refused = olga.submit(&editor, "admin-save-pictures", &form).await.text;
    assert!(refused.contains("Please fill this in"), "{refused}");
    form[4].1 = "The mug <from> its side";
    let saved = olga.submit(&editor, "admin-save-pictures", &form).await.text;
    assert!(saved.contains("The pictures are saved") && saved.contains("&lt;from&gt;"), "{saved}");

    for path in ["/products/mug", "/products", "/"] {
        let page = desk.site.visitor().get(path).await.text;
        let files = addresses(&page, "/media/");
        assert!(path == "/" || files.len() >= 4, "{path}: {files:?}");
    }
    let shown = desk.site.visitor().get("/products/mug").await.text;
    for part in ["<source type=\"image/avif\"", "width=\"1000\"", "height=\"800\"", "The mug &lt;from&gt; its side"] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    for width in [400, 800, 1_000] {
        for ending in ["avif", "webp"] {
            let path = format!("/media/{alt}-{width}.{ending}");
            assert!(addresses(&shown, "/media/").contains(&path.as_str()), "{path}");
            let (status, headers, bytes) = file(&desk, &path).await;
            assert_eq!(
                (status, headers[CONTENT_TYPE].to_str().unwrap()),
                (StatusCode::OK, &*format!("image/{ending}"))
            );
            assert_eq!(headers["cache-control"], "public, max-age=31536000, immutable");
            assert_eq!(headers["x-content-type-options"], "nosniff");
            assert_eq!(headers[CONTENT_LENGTH].to_str().unwrap(), bytes.len().to_string());
            assert!(
                !bytes.windows(SECRET.len()).any(|part| part == SECRET.as_bytes()),
                "{path} tells where it was taken"
            );
            let size = if ending == "avif" { avif_size(&bytes) } else { webp_pixels(&bytes).dimensions() };
            assert_eq!(size, (width, width * 4 / 5));
            assert!(ending == "avif" || is_red(&webp_pixels(&bytes), width - 2, 2), "it was held upside down");
        }
    }
    let told: serde_json::Value =
        serde_json::from_str(&desk.site.visitor().get(&format!("/api/v1/products/{mug}")).await.text).unwrap();
    assert_eq!(told["images"][0]["url"], format!("/media/{alt}-1000.webp"), "{told}");
    for path in ["/media/x", "/media/%2e%2e%2fCargo.toml", &format!("/media/{}-400.avif", "0".repeat(32))] {
        assert_eq!(file(&desk, path).await.0.as_u16() / 100, 4, "{path}");
    }
    desk.site.shop.done().await;
}

#[tokio::test]
async fn for_others_there_is_no_such_address_and_nothing_of_theirs_is_kept() {
    let desk = Desk::open().await;
    let (bob, olga) = (desk.site.visitor(), desk.olga().await);
    bob.register("Bob").await;
    let mug = desk.site.shop.record("mug").await.id.to_string();
    let picture = jpeg(80, 80);
    for stranger in [desk.site.visitor(), bob] {
        assert_eq!(send(&stranger, &mug, &[("mug.jpg", &picture)]).await.status, StatusCode::NOT_FOUND);
    }
    let packer = works_as(&desk, StaffRole::Packing).await;
    assert_eq!(send(&packer, &mug, &[("mug.jpg", &picture)]).await.status, StatusCode::FORBIDDEN);
    for nowhere in ["nonsense", "00000000-0000-4000-8000-000000000000"] {
        assert_eq!(send(&olga, nowhere, &[("mug.jpg", &picture)]).await.status, StatusCode::NOT_FOUND, "{nowhere}");
    }
    let path = format!("/admin/products/{mug}/pictures");
    assert_eq!(olga.get(&path).await.status, StatusCode::NOT_FOUND, "nothing is read there");
    for site in ["cross-site", "same-site"] {
        let elsewhere = Request::post(&path)
            .header("sec-fetch-site", site)
            .header(CONTENT_TYPE, format!("multipart/form-data; boundary={BOUNDARY}"));
        let answer = olga.send(elsewhere, Body::from(multipart(&[("mug.jpg", &picture)]))).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{site}");
    }
    assert_eq!(desk.site.shop.count("select count(*) from pictures").await, 0);
    assert!(!desk.site.shop.media_folder().exists());
    desk.site.shop.done().await;
}

#[tokio::test]
async fn what_is_too_much_or_makes_no_sense_is_told_and_the_rest_is_taken() {
    let desk = Desk::open().await;
    let (olga, mug) = (desk.olga().await, desk.site.shop.record("mug").await.id.to_string());
    let page = submit(&olga, &mug, &[("", b"")]).await;
    assert!(page.contains("Please choose a picture first"), "{page}");
    let mut heavy = jpeg(80, 80);
    heavy.resize(MAX_PICTURE_BYTES + 1, 0);
    let page = submit(&olga, &mug, &[("<b>heavy</b>.jpg", &heavy), ("small.png", &jpeg(80, 80))]).await;
    for part in ["1 picture was uploaded", "larger than 20 MB", "&lt;b&gt;heavy", "small.png"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let many: Vec<_> = (0..30).map(|n| format!("{n:0>90}.gif")).collect();
    let many: Vec<_> = many.iter().map(|name| (name.as_str(), b"GIF89a".as_slice())).collect();
    let page = submit(&olga, &mug, &many).await;
    assert_eq!(page.matches("This is a GIF").count(), 20, "no more are told of than may be there: {page}");

    let announced = request(&mug).header(CONTENT_LENGTH, "900000000");
    assert_eq!(olga.send(announced, Body::empty()).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    let whole = multipart(&[("mug.jpg", &jpeg(80, 80))]);
    let broken_off = olga.send(request(&mug), Body::from(whole[..whole.len() - 40].to_vec())).await;
    assert_eq!(broken_off.status, StatusCode::BAD_REQUEST);
    for kind in ["text/plain", "multipart/form-data", "application/x-www-form-urlencoded"] {
        let answer = Request::post(format!("/admin/products/{mug}/pictures"))
            .header("sec-fetch-site", "same-origin")
            .header(CONTENT_TYPE, kind);
        let answer = olga.send(answer, Body::from("pictures=x")).await;
        assert_eq!(answer.status.as_u16() / 100, 4, "{kind}");
    }
    assert_eq!(desk.site.shop.count("select count(*) from pictures").await, 1);
    desk.site.shop.done().await;
}

/// How many uploads are being read now, and how many were at most.
#[derive(Clone, Default)]
struct Gauge(Arc<(AtomicUsize, AtomicUsize)>);

/// One of them.
struct Reading(Gauge);

impl Gauge {
    fn enter(&self) -> Reading {
        let now = self.0.0.fetch_add(1, Ordering::SeqCst) + 1;
        self.0.1.fetch_max(now, Ordering::SeqCst);
        Reading(self.clone())
    }

    /// A body that is counted from its first piece until it is let go.
    fn body(&self, bytes: Vec<u8>) -> Body {
        let pieces = bytes.chunks(512).map(<[u8]>::to_vec).collect::<Vec<_>>().into_iter();
        Body::from_stream(unfold((self.clone(), None, pieces), |(gauge, reading, mut pieces)| async move {
            let reading = reading.or_else(|| Some(gauge.enter()));
            // Others may begin meanwhile, as they do where pieces take their time.
            tokio::task::yield_now().await;
            let piece = pieces.next()?;
            Some((Ok::<_, std::io::Error>(piece), (gauge, reading, pieces)))
        }))
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        self.0.0.0.fetch_sub(1, Ordering::SeqCst);
    }
}

#[tokio::test]
async fn no_more_than_two_uploads_are_in_memory_at_once() {
    let desk = Desk::open().await;
    let (olga, mug) = (desk.olga().await, desk.site.shop.record("mug").await.id.to_string());
    let (gauge, picture) = (Gauge::default(), jpeg(80, 80));
    let uploads = (0..6).map(|_| olga.send(request(&mug), gauge.body(multipart(&[("mug.jpg", &picture)]))));
    for answer in join_all(uploads).await {
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    }
    let Gauge(counts) = &gauge;
    assert_eq!((counts.0.load(Ordering::SeqCst), counts.1.load(Ordering::SeqCst)), (0, 2));
    assert_eq!(desk.site.shop.count("select count(*) from pictures").await, 6);
    desk.site.shop.done().await;
}

//! The files for browsers: where they lie, what they are called, and how long a browser may keep them.
//!
//! A program that carries them answers them itself. What it lacks is looked up in a folder, where every release leaves
//! its code and styles for the tabs that are still open when the next one runs.

use std::collections::BTreeMap;
use std::fs;

use anyhow::Context as _;
use app::{Assets, WasmParts};
use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use http::HeaderValue;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use leptos::config::{LeptosOptions, get_configuration};
use shop::infrastructure::clock::SystemClock;
use shop::usecase::Clock as _;
use tower_http::services::ServeDir;

use super::asset_folder::leave_for_the_next_release;
use super::embedded::{Embedded, FILES, answer};
use crate::config::Config;

const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const A_DAY: HeaderValue = HeaderValue::from_static("public, max-age=86400");
const SOON: HeaderValue = HeaderValue::from_static("public, max-age=300");
const ASK_AGAIN: HeaderValue = HeaderValue::from_static("no-cache");

/// What the program carries. While cargo-leptos watches the sources, the files on disk are the newer ones.
fn embedded() -> Option<Embedded> {
    let embedded = Embedded(FILES);
    (!embedded.is_empty() && std::env::var_os("LEPTOS_WATCH").is_none()).then_some(embedded)
}

/// What Leptos knows of its files: as cargo-leptos says, if it started us, else as the program is laid out.
pub(super) fn leptos_options(config: &Config) -> anyhow::Result<LeptosOptions> {
    let mut options = if let Some(embedded) = embedded() {
        let folder = assets_dir(config)?;
        leave_for_the_next_release(embedded, &folder, SystemClock.now().into())
            .unwrap_or_else(|cause| tracing::warn!(%folder, error = %cause, "this release's assets were not kept"));
        of_release(&folder)
    } else if std::env::var_os("LEPTOS_OUTPUT_NAME").is_some() {
        get_configuration(None)?.leptos_options
    } else {
        of_release(&config.site_root)
    };
    options.site_addr = config.site_addr;
    if options.hash_files && hashes(&options).is_none() {
        tracing::warn!("there is no hash.txt beside the program: files for browsers are named without hashes");
        options.hash_files = false;
    }
    Ok(options)
}

fn of_release(root: &str) -> LeptosOptions {
    LeptosOptions::builder()
        .output_name("shop")
        .site_root(root)
        .site_pkg_dir("pkg")
        .env(leptos::config::Env::PROD)
        .hash_files(true)
        .build()
}

/// Where the assets of earlier releases lie: as it was set, else `assets` beside the program, where somebody made it.
fn assets_dir(config: &Config) -> anyhow::Result<String> {
    if let Some(folder) = &config.assets_dir {
        fs::create_dir_all(folder).with_context(|| format!("ASSETS_DIR: {folder}"))?;
        return Ok(folder.clone());
    }
    let program = std::env::current_exe().context("where the program lies")?;
    Ok(program.with_file_name("assets").to_string_lossy().into_owned())
}

/// The addresses of what pages load.
pub(super) fn addresses(options: &LeptosOptions) -> Assets {
    let hashes = hashes(options).filter(|_| options.hash_files).unwrap_or_default();
    let address = |kind: &str| {
        let hash = dotted_hash(&hashes, kind);
        format!("{}{}{hash}.{kind}", options.site_pkg_dir_route_base(), options.output_name).into()
    };
    let watch = std::env::var_os("LEPTOS_WATCH").map(|_| options.clone());
    let parts = parts(options, &hashes);
    Assets::new(address("css"), address("js"), address("wasm"), parts, watch)
}

/// Which files each lazy island lies in, as cargo-leptos has noted it. Who does not know fetches none ahead.
fn parts(options: &LeptosOptions, hashes: &str) -> WasmParts {
    let hash = dotted_hash(hashes, "manifest");
    let base = options.site_pkg_dir_route_base();
    let address = format!("{base}__wasm_split_manifest{hash}.json");
    let noted = match embedded() {
        Some(embedded) => embedded.find(&address).and_then(|file| file.plain().ok()),
        None => fs::read(format!("{}{address}", options.site_root)).ok().map(Into::into),
    };
    let Some(noted) = noted else { return WasmParts::default() };
    match serde_json::from_slice::<BTreeMap<String, Vec<String>>>(&noted) {
        Ok(noted) => WasmParts::new(with_addresses(noted, &base)),
        Err(error) => {
            tracing::warn!(%address, %error, "which island lies in which file is not to be read");
            WasmParts::default()
        }
    }
}

/// Files are noted by their names, without folder and ending.
fn with_addresses(noted: BTreeMap<String, Vec<String>>, base: &str) -> BTreeMap<String, Vec<String>> {
    let address = |name: String| format!("{base}{name}.wasm");
    noted.into_iter().map(|(island, names)| (island, names.into_iter().map(address).collect())).collect()
}

/// The hash of this kind of file as it stands in a name, after a dot; empty: names have none.
fn dotted_hash(hashes: &str, kind: &str) -> String {
    let hash = hashes.lines().filter_map(|line| line.trim().split_once(':')).find(|(name, _)| *name == kind);
    hash.map(|(_, hash)| format!(".{}", hash.trim())).unwrap_or_default()
}

fn hashes(options: &LeptosOptions) -> Option<String> {
    if let Some(embedded) = embedded() {
        return Some(embedded.hashes(&options.output_name));
    }
    let program = std::env::current_exe().ok()?;
    std::fs::read_to_string(program.parent()?.join(options.hash_file.as_ref())).ok()
}

/// The icon of a shop that has none of its own. It may have one soon.
pub(super) fn icon() -> impl IntoResponse {
    const ICON: &[u8] = include_bytes!("../../../public/favicon.ico");
    ([(CONTENT_TYPE, HeaderValue::from_static("image/x-icon")), (CACHE_CONTROL, SOON)], ICON)
}

/// Code and styles under `/pkg`, fonts under `/fonts`, pictures under `/pictures`; compressed ones where they lie ready.
pub(super) fn routes(options: &LeptosOptions) -> Router {
    routes_of(options, embedded())
}

fn routes_of(options: &LeptosOptions, embedded: Option<Embedded>) -> Router {
    let root = options.site_root.as_ref();
    let pkg = options.site_pkg_dir.as_ref();
    let code = ServeDir::new(format!("{root}/{pkg}")).precompressed_br().precompressed_gzip();
    let pictures = ServeDir::new(format!("{root}/pictures"));
    let kept = if options.hash_files { FOR_EVER } else { ASK_AGAIN };
    let code = Router::new().nest_service(options.site_pkg_dir_route_base().trim_end_matches('/'), code);
    let code = embedded_first(code, embedded).layer(from_fn_with_state(kept, keep));
    let pictures = Router::new().nest_service("/pictures", pictures);
    let pictures = embedded_first(pictures, embedded).layer(from_fn_with_state(A_DAY, keep));
    // The name of a font is a hash of it; that of its licence says nothing, so nobody keeps it for long.
    let fonts = Router::new().nest_service("/fonts", ServeDir::new(format!("{root}/fonts")));
    let fonts = embedded_first(fonts, embedded).layer(from_fn(keep_font));
    code.merge(pictures).merge(fonts)
}

/// Whatever else there is, the icon for one; `missing` answers for what does not lie in the folder.
pub(super) fn other_files(options: &LeptosOptions, missing: Router) -> Router {
    let files = ServeDir::new(options.site_root.as_ref()).append_index_html_on_directories(false).fallback(missing);
    embedded_first(Router::new().fallback_service(files), embedded())
}

fn embedded_first(router: Router, embedded: Option<Embedded>) -> Router {
    match embedded {
        Some(embedded) => router.layer(from_fn_with_state(embedded, answer_embedded)),
        None => router,
    }
}

async fn answer_embedded(State(embedded): State<Embedded>, request: Request, next: Next) -> Response {
    match embedded.find(request.uri().path()) {
        Some(file) => answer(file, request.method(), request.headers()),
        None => next.run(request).await,
    }
}

async fn keep_font(request: Request, next: Next) -> Response {
    let kept = if request.uri().path().ends_with(".woff2") { FOR_EVER } else { A_DAY };
    keep(State(kept), request, next).await
}

async fn keep(State(kept): State<HeaderValue>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    if response.status().is_success() || response.status() == http::StatusCode::NOT_MODIFIED {
        response.headers_mut().insert(CACHE_CONTROL, kept);
    }
    response
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use axum::body::Body;
    use http::StatusCode;
    use tower::ServiceExt as _;

    use super::super::embedded::File;
    use super::*;

    const fn styles(address: &'static str, plain: &'static [u8]) -> File {
        File { address, etag: "\"1\"", plain: Some(plain), brotli: None, gzip: None }
    }

    static BEFORE: [File; 1] = [styles("/pkg/shop.before.css", b"before")];
    static NOW: [File; 2] = [styles("/pictures/mug.webp", b"mug"), styles("/pkg/shop.now.css", b"now")];

    async fn get(router: &Router, address: &str) -> (StatusCode, String, String) {
        let answer = router.clone().oneshot(Request::get(address).body(Body::empty()).unwrap()).await.unwrap();
        let kept = answer.headers().get(CACHE_CONTROL).map_or("", |value| value.to_str().unwrap()).to_owned();
        let status = answer.status();
        let body = axum::body::to_bytes(answer.into_body(), 99).await.unwrap();
        (status, kept, String::from_utf8(body.to_vec()).unwrap())
    }

    #[test]
    fn an_island_lies_in_files_of_the_same_folder() {
        let noted = serde_json::from_str(r#"{"buy_box_loader_1":["chunk_2.Ab","split_buy_box_loader_1.Cd"]}"#).unwrap();
        let addresses = with_addresses(noted, "/pkg/");
        assert_eq!(addresses["buy_box_loader_1"], ["/pkg/chunk_2.Ab.wasm", "/pkg/split_buy_box_loader_1.Cd.wasm"]);
    }

    #[tokio::test]
    async fn a_tab_of_the_release_before_still_finds_its_files() {
        let folder = std::env::temp_dir().join(format!("assets-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let folder = folder.to_str().unwrap();
        for release in [Embedded(&BEFORE), Embedded(&NOW)] {
            leave_for_the_next_release(release, folder, SystemClock.now().into()).unwrap();
        }
        let router = routes_of(&of_release(folder), Some(Embedded(&NOW)));
        for (address, content) in [("/pkg/shop.now.css", "now"), ("/pkg/shop.before.css", "before")] {
            let expected = (StatusCode::OK, FOR_EVER.to_str().unwrap().to_owned(), content.to_owned());
            assert_eq!(get(&router, address).await, expected, "{address}");
        }
        assert_eq!(get(&router, "/pictures/mug.webp").await.1, A_DAY.to_str().unwrap());
        assert_eq!(get(&router, "/pkg/shop.never.css").await, (StatusCode::NOT_FOUND, String::new(), String::new()));
        assert!(!Path::new(folder).join("pictures").exists(), "only what has a hash in its name is left");
        fs::remove_dir_all(folder).unwrap();
    }

    /// As they lie in the clone. That each is named by its hash is told by `src/tests/looks.rs`.
    #[tokio::test]
    async fn fonts_are_kept_for_ever_and_their_licences_for_a_day() {
        let router = routes_of(&of_release(concat!(env!("CARGO_MANIFEST_DIR"), "/../public")), None);
        let sheet = include_str!("../../../style/fonts.css");
        let fonts: Vec<_> = sheet.split("url(\"").skip(1).filter_map(|rest| Some(rest.split_once('"')?.0)).collect();
        assert_eq!(fonts.len(), 6, "{fonts:?}");
        let licences = ["/fonts/newsreader.OFL.txt", "/fonts/figtree.OFL.txt"];
        let kinds = fonts.into_iter().map(|font| (font, "font/woff2", FOR_EVER));
        for (address, kind, kept) in kinds.chain(licences.map(|licence| (licence, "text/plain", A_DAY))) {
            let request = Request::get(address).body(Body::empty()).unwrap();
            let answer = router.clone().oneshot(request).await.unwrap();
            let named = answer.headers().get(CONTENT_TYPE).unwrap().to_str().unwrap();
            assert_eq!((answer.status(), named), (StatusCode::OK, kind), "{address}");
            assert_eq!(answer.headers().get(CACHE_CONTROL), Some(&kept), "{address}");
        }
        assert_eq!(get(&router, "/fonts/figtree-latin.woff2").await.0, StatusCode::NOT_FOUND);
    }

    #[test]
    fn nothing_is_left_where_no_folder_is() {
        let nowhere = std::env::temp_dir().join(format!("no-assets-{}", std::process::id()));
        leave_for_the_next_release(Embedded(&NOW), nowhere.to_str().unwrap(), SystemClock.now().into()).unwrap();
        assert!(!nowhere.exists());
    }
}

//! The files for browsers: where they lie, what they are called, and how long a browser may keep them.

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use http::HeaderValue;
use http::header::CACHE_CONTROL;
use leptos::config::{LeptosOptions, get_configuration};
use tower_http::services::ServeDir;

use crate::config::Config;

const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const A_DAY: HeaderValue = HeaderValue::from_static("public, max-age=86400");
const ASK_AGAIN: HeaderValue = HeaderValue::from_static("no-cache");

/// Where Leptos finds its files: as cargo-leptos says, if it started us, else as the program is laid out. Names bear
/// hashes where `hash.txt` lies beside the program.
pub(super) fn leptos_options(config: &Config) -> anyhow::Result<LeptosOptions> {
    let mut options = if std::env::var_os("LEPTOS_OUTPUT_NAME").is_some() {
        get_configuration(None)?.leptos_options
    } else {
        LeptosOptions::builder()
            .output_name("shop")
            .site_root(config.site_root.as_str())
            .site_pkg_dir("pkg")
            .env(leptos::config::Env::PROD)
            .hash_files(true)
            .build()
    };
    options.site_addr = config.site_addr;
    if options.hash_files && hashes(&options).is_none() {
        tracing::warn!("there is no hash.txt beside the program: files for browsers are named without hashes");
        options.hash_files = false;
    }
    Ok(options)
}

/// The address of the stylesheet, for pages that Leptos does not render.
pub(super) fn stylesheet(options: &LeptosOptions) -> String {
    let hash = hashes(options).filter(|_| options.hash_files).and_then(|hashes| {
        let line = hashes.lines().find_map(|line| line.trim().strip_prefix("css:"));
        line.map(|hash| format!(".{}", hash.trim()))
    });
    format!("{}{}{}.css", options.site_pkg_dir_route_base(), options.output_name, hash.unwrap_or_default())
}

fn hashes(options: &LeptosOptions) -> Option<String> {
    let program = std::env::current_exe().ok()?;
    std::fs::read_to_string(program.parent()?.join(options.hash_file.as_ref())).ok()
}

/// Code and styles under `/pkg`, pictures under `/pictures`; compressed ones where they lie ready.
pub(super) fn routes(options: &LeptosOptions) -> Router {
    let root = options.site_root.as_ref();
    let pkg = options.site_pkg_dir.as_ref();
    let code = ServeDir::new(format!("{root}/{pkg}")).precompressed_br().precompressed_gzip();
    let pictures = ServeDir::new(format!("{root}/pictures"));
    let kept = if options.hash_files { FOR_EVER } else { ASK_AGAIN };
    let code = Router::new()
        .nest_service(options.site_pkg_dir_route_base().trim_end_matches('/'), code)
        .layer(from_fn_with_state(kept, keep));
    let pictures = Router::new().nest_service("/pictures", pictures).layer(from_fn_with_state(A_DAY, keep));
    code.merge(pictures)
}

/// Whatever else lies in the folder, the icon for one; `missing` answers for what does not.
pub(super) fn other_files<F>(options: &LeptosOptions, missing: F) -> ServeDir<F> {
    ServeDir::new(options.site_root.as_ref()).append_index_html_on_directories(false).fallback(missing)
}

pub(super) async fn keep(
    axum::extract::State(kept): axum::extract::State<HeaderValue>,
    request: Request,
    next: Next,
) -> Response {
    let mut response = next.run(request).await;
    if response.status().is_success() || response.status() == http::StatusCode::NOT_MODIFIED {
        response.headers_mut().insert(CACHE_CONTROL, kept);
    }
    response
}

//! What a browser has to fetch before it can read and use a page: the document, styles, scripts, wasm and the fonts it loads at
//! once, as they come over the wire. Pictures are left out.

use std::net::SocketAddr;

use anyhow::{Result, ensure};
use http::{Method, StatusCode};

use crate::client::Client;
use crate::report::PageBytes;
use crate::work::{LISTING, PRODUCT};

pub const PAGES: [(&str, &str); 3] = [("home", "/"), ("listing", LISTING), ("product", PRODUCT)];

pub async fn of_pages(shop: SocketAddr) -> Result<Vec<PageBytes>> {
    let mut client = Client::new(shop);
    let mut found = Vec::new();
    for (name, path) in PAGES {
        let page = client.send(Method::GET, path, "text/html", None).await?;
        let mut bytes = PageBytes { name: name.to_owned(), html: page.length, css: 0, js: 0, wasm: 0, fonts: 0 };
        for file in files(&page.body) {
            let answer = client.send(Method::GET, &file, "*/*", None).await?;
            ensure!(answer.status == StatusCode::OK, "{file}: {}", answer.status);
            match file.rsplit('.').next() {
                Some("css") => bytes.css += answer.length,
                Some("js") => bytes.js += answer.length,
                Some("woff2") => bytes.fonts += answer.length,
                _ => bytes.wasm += answer.length,
            }
        }
        found.push(bytes);
    }
    Ok(found)
}

/// The addresses under /pkg/ and /fonts/ that the page names.
fn files(page: &str) -> Vec<String> {
    let mut files: Vec<String> = page
        .split(['"', '\''])
        .filter(|text| text.starts_with("/pkg/") || text.starts_with("/fonts/"))
        .filter(|text| [".css", ".js", ".wasm", ".woff2"].iter().any(|end| text.ends_with(end)))
        .map(str::to_owned)
        .collect();
    files.sort();
    files.dedup();
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_file_counts_once() {
        let page = r#"<link href="/fonts/d.1.woff2"><link href="/pkg/a.css"><link href="/pkg/b.wasm"><script>import("/pkg/c.js"); f('/pkg/b.wasm')</script>"#;
        assert_eq!(files(page), ["/fonts/d.1.woff2", "/pkg/a.css", "/pkg/b.wasm", "/pkg/c.js"]);
    }
}

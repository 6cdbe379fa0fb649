//! A shopper's browser without a screen: one kept connection to 127.0.0.1, cookies, forms.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use anyhow::{Context, Result, bail, ensure};
use http::header::{ACCEPT, CONTENT_TYPE, COOKIE, HOST, LOCATION, ORIGIN, REFERER, SET_COOKIE};
use http::{Method, Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

pub struct Client {
    server: SocketAddr,
    wire: Option<(SendRequest<Full<Bytes>>, JoinHandle<()>)>,
    cookies: BTreeMap<String, String>,
}

pub struct Answer {
    pub status: StatusCode,
    pub location: Option<String>,
    pub body: String,
    /// Bytes as they came over the wire.
    pub length: usize,
}

impl Client {
    pub fn new(server: SocketAddr) -> Self {
        Self { server, wire: None, cookies: BTreeMap::new() }
    }

    /// The same person on a connection of their own.
    pub fn on_another_connection(&self) -> Self {
        Self { server: self.server, wire: None, cookies: self.cookies.clone() }
    }

    /// A page that must be there.
    pub async fn page(&mut self, path: &str) -> Result<String> {
        let answer = self.send(Method::GET, path, "text/html", None).await?;
        ensure!(answer.status == StatusCode::OK, "GET {path}: {} {}", answer.status, start_of(&answer.body));
        Ok(answer.body)
    }

    /// A form as a browser sends it without scripts; answers where it leads.
    pub async fn form(&mut self, action: &str, fields: &[(String, String)]) -> Result<String> {
        let answer = self.post_form(action, fields).await?;
        match answer.location {
            Some(to) if answer.status.is_redirection() && !to.contains("__err") => {
                Ok(to.trim_start_matches(&format!("http://{}", self.server)).to_owned())
            }
            _ => bail!("POST {action}: {} {}", answer.status, start_of(&answer.body)),
        }
    }

    /// The same, whatever comes of it.
    pub async fn post_form(&mut self, action: &str, fields: &[(String, String)]) -> Result<Answer> {
        let body = (encoded(fields), "application/x-www-form-urlencoded");
        self.send(Method::POST, action, "text/html", Some(body)).await
    }

    /// Goes on elsewhere, with the same cookies.
    pub fn move_to(&mut self, server: SocketAddr) {
        self.server = server;
        self.wire = None;
    }

    pub const fn server(&self) -> SocketAddr {
        self.server
    }

    /// A call of the JSON API, whatever its status.
    pub async fn call(&mut self, method: Method, path: &str, body: &serde_json::Value) -> Result<Answer> {
        self.send(method, path, "application/json", Some((body.to_string(), "application/json"))).await
    }

    pub async fn send(
        &mut self,
        method: Method,
        path: &str,
        accept: &str,
        body: Option<(String, &str)>,
    ) -> Result<Answer> {
        let origin = format!("http://{}", self.server);
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(HOST, self.server.to_string())
            .header(ACCEPT, accept)
            .header("user-agent", "bench")
            .header("sec-fetch-site", "same-origin")
            .header("accept-encoding", "gzip, br");
        if !self.cookies.is_empty() {
            let pairs: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            request = request.header(COOKIE, pairs.join("; "));
        }
        let (text, kind) = body.unzip();
        if let Some(kind) = kind {
            request = request.header(CONTENT_TYPE, kind).header(ORIGIN, &origin).header(REFERER, format!("{origin}/"));
        }
        let request = request.body(Full::new(Bytes::from(text.unwrap_or_default())))?;
        let response = self.connection().await?.send_request(request).await.context("sending a request")?;
        let (head, body) = response.into_parts();
        let body = body.collect().await.context("reading an answer")?.to_bytes();
        for line in head.headers.get_all(SET_COOKIE) {
            self.keep(line.to_str()?);
        }
        let location = head.headers.get(LOCATION).map(|to| to.to_str().map(str::to_owned)).transpose()?;
        let length = body.len();
        Ok(Answer { status: head.status, location, body: String::from_utf8_lossy(&body).into_owned(), length })
    }

    async fn connection(&mut self) -> Result<&mut SendRequest<Full<Bytes>>> {
        let open = match &mut self.wire {
            Some((sender, _)) => sender.ready().await.is_ok(),
            None => false,
        };
        if !open {
            let stream =
                TcpStream::connect(self.server).await.with_context(|| format!("connecting to {}", self.server))?;
            stream.set_nodelay(true)?;
            let (sender, connection) = handshake(TokioIo::new(stream)).await?;
            // It ends with the connection.
            let task = tokio::spawn(async move {
                let _ = connection.await;
            });
            self.wire = Some((sender, task));
        }
        self.wire.as_mut().map(|(sender, _)| sender).context("no connection")
    }

    /// Keeps a cookie as a `Set-Cookie` line has it.
    pub fn keep(&mut self, line: &str) {
        let pair = line.split(';').next().unwrap_or_default();
        if let Some((name, value)) = pair.split_once('=') {
            if value.is_empty() || line.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

/// The hidden fields of the form with this action, as a browser would send them.
pub fn hidden_fields(page: &str, action: &str) -> Result<Vec<(String, String)>> {
    fields_of(page, action, |input| input.contains("type=\"hidden\""))
}

/// What is chosen on a form as it came: its buttons of which one is pressed.
pub fn chosen_fields(page: &str, action: &str) -> Result<Vec<(String, String)>> {
    fields_of(page, action, |input| input.contains("type=\"radio\"") && input.contains(" checked"))
}

fn fields_of(page: &str, action: &str, is_meant: impl Fn(&str) -> bool) -> Result<Vec<(String, String)>> {
    let at = page.find(&format!("action=\"{action}\"")).with_context(|| format!("no form {action} on the page"))?;
    let form = page.get(at..).unwrap_or_default();
    let form = form.split("</form>").next().unwrap_or_default();
    let inputs = form.split("<input").skip(1).filter_map(|input| input.split('>').next());
    let meant = inputs.filter(|input| is_meant(input));
    Ok(meant.filter_map(|input| Some((attribute(input, "name")?, attribute(input, "value")?))).collect())
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    Some(rest.split('"').next()?.replace("&amp;", "&"))
}

fn encoded(fields: &[(String, String)]) -> String {
    let escape = |text: &str| {
        text.bytes().fold(String::new(), |mut out, byte| {
            if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                out.push(char::from(byte));
            } else {
                out.push_str(&format!("%{byte:02X}"));
            }
            out
        })
    };
    fields.iter().map(|(name, value)| format!("{}={}", escape(name), escape(value))).collect::<Vec<_>>().join("&")
}

fn start_of(body: &str) -> String {
    body.chars().take(400).collect()
}

pub fn field(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_fields_are_those_of_the_form_that_is_meant() {
        let page = r#"<form action="/do/a"><input type="hidden" name="x" value="1"></form>
            <form method="post" action="/do/b"><input type="hidden" name="key" value="a&amp;b"/><input name="q" value="2"></form>"#;
        assert_eq!(hidden_fields(page, "/do/b").unwrap(), [field("key", "a&b")]);
        assert!(hidden_fields(page, "/do/c").is_err());
        let page = r#"<form action="/do/a"><input type="radio" name="x" value="1"><input type="radio" name="x" value="2" checked>"#;
        assert_eq!(chosen_fields(page, "/do/a").unwrap(), [field("x", "2")]);
        assert_eq!(encoded(&[field("a b", "ö&")]), "a%20b=%C3%B6%26");
    }
}

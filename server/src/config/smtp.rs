//! The address of a mail server: `smtp://user:password@host:port`, `smtps://…`, or `smtp://…?tls=required` for STARTTLS.

use percent_encoding::percent_decode_str;
use shop::infrastructure::mail::{Security, SmtpServer};
use url::Url;

pub(super) fn smtp_server(text: &str) -> Option<SmtpServer> {
    let url = Url::parse(text).ok()?;
    let starttls = match url.query() {
        None => false,
        Some("tls=required") => true,
        Some(_) => return None,
    };
    let (security, port) = match (url.scheme(), starttls) {
        ("smtp", false) => (Security::Plain, 25),
        ("smtp", true) => (Security::StartTls, 587),
        ("smtps", false) => (Security::Tls, 465),
        _ => return None,
    };
    let credentials = match url.password() {
        Some(password) => Some((decoded(url.username())?, decoded(password)?)),
        None if url.username().is_empty() => None,
        None => return None,
    };
    let host = url.host_str().filter(|host| !host.is_empty())?.to_owned();
    Some(SmtpServer { host, port: url.port().unwrap_or(port), security, credentials, ca_file: None })
}

fn decoded(text: &str) -> Option<String> {
    percent_decode_str(text).decode_utf8().ok().map(std::borrow::Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_how_and_as_whom() {
        let server = smtp_server("smtps://ada:p%40ss@mail.example").unwrap();
        assert_eq!((server.port, server.security), (465, Security::Tls));
        assert_eq!(server.credentials, Some(("ada".into(), "p@ss".into())));
        assert!(!format!("{server:?}").contains("p@ss"));
        assert_eq!(smtp_server("smtp://127.0.0.1:1025").unwrap().port, 1025);
        assert_eq!(smtp_server("smtp://mail.example?tls=required").unwrap().security, Security::StartTls);
        for bad in ["mail.example", "http://mail.example", "smtp://", "smtp://m?tls=maybe", "smtp://ada@mail"] {
            assert!(smtp_server(bad).is_none(), "{bad}");
        }
    }
}

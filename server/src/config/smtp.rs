//! The address of a mail server: `smtp://user:password@host:port`, `smtps://…`, or `smtp://…?tls=required` for STARTTLS.

use std::path::PathBuf;

use percent_encoding::percent_decode_str;
use shop::infrastructure::mail::{Security, SmtpServer};
use url::Url;

use super::environment::Environment;
use super::reader::Reader;

pub(super) fn smtp(read: &mut Reader, env: &Environment) -> Option<SmtpServer> {
    let server = read.optional("SMTP_URL", &env.smtp_url, "smtp://host:port or smtps://host:port", smtp_server)?;
    if server.sends_password_in_clear() {
        let how = "its password would go over the network in clear text: use smtps://, or ?tls=required for STARTTLS";
        read.problem("SMTP_URL", how.to_owned());
    }
    let ca_file = read.optional("SMTP_CA_FILE", &env.smtp_ca_file, "a file that can be read", |file| {
        std::fs::File::open(file).is_ok().then(|| PathBuf::from(file))
    });
    if ca_file.is_some() && server.security == Security::Plain {
        read.problem(
            "SMTP_CA_FILE",
            "says nothing without TLS: use smtps://, or ?tls=required for STARTTLS".to_owned(),
        );
    }
    Some(SmtpServer { ca_file, ..server })
}

fn smtp_server(text: &str) -> Option<SmtpServer> {
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

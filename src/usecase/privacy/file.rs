//! Everything that is kept of somebody, as a file for them: asked for with the password, made by a worker, told of by mail, and
//! handed to the account that asked and to nobody else. JSON for programs, and the same for people to read.

use std::io::{Cursor, Write as _};

use html_escape::encode_text;
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use zip::CompressionMethod;
use zip::write::{SimpleFileOptions, ZipWriter};

use crate::domain::{Customer, EventId, Refusal};

use super::super::shop::retried;
use super::super::{AccountWrites, Error, Result, Shop, Store, Tx, mail_account};
use super::{DataExportJob, KEPT, LEASE, MOST_TRIES, PAUSE, PrivacyWrites};

impl<S: Store> Shop<S> {
    /// Asks for the file, which a worker makes. One that is being made, or was asked for a moment ago, is not made anew.
    ///
    /// # Errors
    /// `WrongCredentials` for a wrong password, `AddressUnconfirmed`, `SignInNeeded`, `Busy`.
    pub async fn request_data_export(&self, customer: Customer, password: &str) -> Result<()> {
        self.check_password(customer, password).await?;
        // What is found by an address is handed to whoever has shown that it is theirs.
        let now = self.now();
        let known = self.store().privacy_view(customer.0, now).await?.ok_or(Refusal::SignInNeeded)?;
        if !known.is_verified {
            return Err(Refusal::AddressUnconfirmed.into());
        }
        self.store().request_data_export(customer.0, now, now.saturating_sub(PAUSE)).await
    }

    /// The file of whoever asks: a ZIP.
    ///
    /// # Errors
    /// `NotFound` where there is none, or none any more.
    pub async fn data_export(&self, customer: Customer) -> Result<Vec<u8>> {
        self.store().data_export(customer.0, self.now()).await?.ok_or_else(|| Refusal::NotFound.into())
    }

    /// Makes the next file that somebody waits for; false: nobody does.
    ///
    /// # Errors
    /// When one cannot be made: it is tried again, three times in all.
    pub async fn make_next_data_export(&self) -> Result<bool> {
        let now = self.now();
        let Some(job) = self.store().take_data_export(now, now.saturating_add(LEASE)).await? else { return Ok(false) };
        if job.tries > MOST_TRIES {
            self.store().fail_data_export(job, now.saturating_add(KEPT)).await?;
            return Ok(true);
        }
        let Some(data) = self.store().own_data(job.user).await? else { return Ok(true) };
        let content = packed(&self.content().name, now, data)?;
        retried(|| self.keep_data_export(job, &content)).await?;
        Ok(true)
    }

    async fn keep_data_export(&self, job: DataExportJob, content: &[u8]) -> Result<()> {
        let until = self.now().saturating_add(KEPT);
        let mut tx = self.store().begin().await?;
        let Some(account) = tx.lock_account(job.user).await? else { return Ok(()) };
        let owner = account.user;
        if !tx.finish_data_export(job, content, until).await? {
            return Ok(());
        }
        let message = mail_account::data_ready(&self.named_settings(), &owner.name, &self.local_time(until));
        self.mail_account(&mut tx, owner.id, EventId(self.next_id()), owner.email, message).await?;
        tx.commit().await
    }
}

/// A ZIP of `data.json` and `data.html`.
fn packed(shop: &str, at: OffsetDateTime, data: Value) -> Result<Vec<u8>> {
    let at = at.format(&Rfc3339).unwrap_or_default();
    let html = page(shop, &at, &data);
    let all = json!({ "shop": shop, "exported_at": at, "customer": data });
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, text) in [("data.json", format!("{all:#}\n")), ("data.html", html)] {
        zip.start_file(name, options).map_err(broken)?;
        zip.write_all(text.as_bytes()).map_err(broken)?;
    }
    Ok(zip.finish().map_err(broken)?.into_inner())
}

fn broken(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::Broken(error.into())
}

/// To be read in any browser, also without the shop: nothing is loaded.
fn page(shop: &str, at: &str, data: &Value) -> String {
    let shop = encode_text(shop);
    let mut html = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>What {shop} keeps of you</title>\n\
         <style>body{{font:1rem/1.5 sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem;overflow-wrap:anywhere}}\
         dl{{margin:0 0 0 1rem}}dt{{font-weight:700}}dd{{margin:0 0 .5rem 1rem;white-space:pre-wrap}}\
         li{{margin-bottom:.5rem}}</style>\n</head>\n<body>\n<h1>What {shop} keeps of you</h1>\n<p>As of {}.</p>\n",
        encode_text(at)
    );
    match data {
        Value::Object(parts) => {
            for (name, part) in parts {
                html.push_str(&format!("<h2>{}</h2>\n", encode_text(&named(name))));
                write(&mut html, part);
                html.push('\n');
            }
        }
        other => write(&mut html, other),
    }
    html.push_str("</body>\n</html>\n");
    html
}

/// `shipping_address` as one says it.
fn named(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().map(|first| first.to_uppercase().collect::<String>()).unwrap_or_default();
    first + &letters.as_str().replace('_', " ")
}

fn write(html: &mut String, value: &Value) {
    match value {
        Value::Null => html.push('–'),
        Value::Bool(is) => html.push_str(if *is { "yes" } else { "no" }),
        Value::Number(number) => html.push_str(&number.to_string()),
        Value::String(text) => html.push_str(&encode_text(text)),
        Value::Array(all) if all.is_empty() => html.push_str("<p>Nothing.</p>"),
        Value::Array(all) => {
            html.push_str("<ul>\n");
            for one in all {
                html.push_str("<li>");
                write(html, one);
                html.push_str("</li>\n");
            }
            html.push_str("</ul>");
        }
        Value::Object(parts) => {
            html.push_str("<dl>");
            for (name, part) in parts {
                html.push_str(&format!("<dt>{}</dt><dd>", encode_text(&named(name))));
                write(html, part);
                html.push_str("</dd>");
            }
            html.push_str("</dl>");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_readable_page_says_all_of_it_and_takes_no_markup() {
        let data = json!({
            "name": "<script>Ada</script>",
            "shipping_address": { "city": "London", "line2": null },
            "orders": [{ "total": "24.00", "was_paid": true }],
            "notes": [],
        });
        let html = page("Kiln & Loom", "2026-11-29T00:00:00Z", &data);
        for part in [
            "&lt;script&gt;Ada",
            "<h2>Shipping address</h2>",
            "<dt>City</dt><dd>London</dd>",
            "<dt>Line2</dt><dd>–</dd>",
            "<dt>Was paid</dt><dd>yes</dd>",
            "<h2>Notes</h2>\n<p>Nothing.</p>",
            "Kiln &amp; Loom",
        ] {
            assert!(html.contains(part), "{part} in {html}");
        }
        assert!(!html.contains("<script") && !html.contains("src="));
    }

    #[test]
    fn the_file_has_both_and_is_read_back() {
        let bytes = packed("Tea", OffsetDateTime::UNIX_EPOCH, json!({ "name": "Ada" })).unwrap();
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        assert_eq!(archive.len(), 2);
        let json: Value = serde_json::from_reader(archive.by_name("data.json").unwrap()).unwrap();
        assert_eq!((json["shop"].as_str(), json["customer"]["name"].as_str()), (Some("Tea"), Some("Ada")));
        let html = std::io::read_to_string(archive.by_name("data.html").unwrap()).unwrap();
        assert!(html.contains("What Tea keeps of you") && html.contains("Ada"));
    }
}

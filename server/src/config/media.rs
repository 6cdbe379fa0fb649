//! Where the files of uploaded pictures are kept.

use std::path::PathBuf;

use shop::infrastructure::media_bucket::S3Bucket;
use url::Url;

use super::environment::Environment;
use super::reader::{Reader, origin, text};

/// Every process of the shop needs the same one.
#[derive(Debug, Clone)]
pub enum MediaPlace {
    Folder(PathBuf),
    Bucket(S3Bucket),
}

impl MediaPlace {
    /// A bucket where `MEDIA_URL` names one, else a folder, which an image of the shop comes with. What else is set of AWS may be
    /// for others.
    pub(super) fn read(read: &mut Reader, env: &Environment) -> Self {
        let folder = Self::Folder(text(&env.media_dir).unwrap_or("./media").into());
        if text(&env.media_url).is_none() {
            return folder;
        }
        let named = read.optional("MEDIA_URL", &env.media_url, "s3://bucket or s3://bucket/prefix", bucket);
        let mut needed = |name: &'static str, value: &Option<String>| match text(value) {
            Some(value) => Some(value.to_owned()),
            None => {
                read.problem(name, "is required where MEDIA_URL names a bucket".to_owned());
                None
            }
        };
        let access_key_id = needed("AWS_ACCESS_KEY_ID", &env.aws_access_key_id);
        let secret_access_key = needed("AWS_SECRET_ACCESS_KEY", &env.aws_secret_access_key);
        let endpoint = read.optional("AWS_ENDPOINT", &env.aws_endpoint, "http(s)://host, nothing behind it", origin);
        let may_be_open =
            read.or("AWS_ALLOW_HTTP", &env.aws_allow_http, "false", "true or false", |said| said.parse::<bool>().ok());
        if endpoint.as_ref().is_some_and(|endpoint| endpoint.scheme() == "http") && may_be_open == Some(false) {
            let why = "is not https, so whoever listens could read what is sent: set AWS_ALLOW_HTTP=true in a network of one's own";
            read.problem("AWS_ENDPOINT", why.to_owned());
        }
        let region = text(&env.aws_region).unwrap_or("us-east-1").to_owned();
        match (named, access_key_id, secret_access_key) {
            (Some((name, prefix)), Some(access_key_id), Some(secret_access_key)) => {
                let endpoint = endpoint.map(|url| url.as_str().trim_end_matches('/').to_owned());
                Self::Bucket(S3Bucket { name, prefix, region, endpoint, access_key_id, secret_access_key })
            }
            _ => folder,
        }
    }
}

/// The name of a bucket, and what is put before every key.
fn bucket(text: &str) -> Option<(String, String)> {
    let url = Url::parse(text).ok().filter(|url| url.scheme() == "s3")?;
    let name = url.host_str().filter(|name| !name.is_empty())?;
    let prefix = url.path().trim_matches('/');
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/');
    let is_bare =
        url.query().is_none() && url.fragment().is_none() && url.port().is_none() && url.username().is_empty();
    let will_do = is_bare && prefix.chars().all(is_plain) && !prefix.contains("//") && !prefix.contains("..");
    will_do.then(|| (name.to_owned(), prefix.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    fn in_a_bucket() -> Environment {
        Environment {
            media_url: set("s3://shop-media/pictures/"),
            aws_access_key_id: set("AKIA"),
            aws_secret_access_key: set("hunter2"),
            ..Environment::default()
        }
    }

    fn read(env: &Environment) -> Result<MediaPlace, String> {
        let mut reader = Reader::default();
        let place = MediaPlace::read(&mut reader, env);
        reader.finish(place).map_err(|problems| problems.to_string())
    }

    #[test]
    fn files_are_kept_in_a_folder_unless_a_bucket_is_named() {
        let others = Environment { media_url: None, media_dir: set("/srv/media"), ..in_a_bucket() };
        assert!(matches!(read(&others), Ok(MediaPlace::Folder(folder)) if folder.ends_with("media")));
        let both =
            Environment { media_dir: set("/srv/media"), aws_endpoint: set("https://s3.example:9000"), ..in_a_bucket() };
        let place = read(&both).unwrap();
        assert!(!format!("{place:?}").contains("hunter2"));
        let MediaPlace::Bucket(bucket) = place else { panic!("{place:?}") };
        assert_eq!((bucket.name.as_str(), bucket.prefix.as_str()), ("shop-media", "pictures"));
        assert_eq!(
            (bucket.region.as_str(), bucket.endpoint.as_deref()),
            ("us-east-1", Some("https://s3.example:9000"))
        );
    }

    #[test]
    fn every_problem_of_a_bucket_is_told_by_name() {
        let open = Environment { aws_endpoint: set("http://10.0.0.7:9000"), ..in_a_bucket() };
        for (env, name) in [
            (Environment { media_url: set("https://shop-media"), ..in_a_bucket() }, "MEDIA_URL: "),
            (Environment { media_url: set("s3://shop-media/../x?y"), ..in_a_bucket() }, "MEDIA_URL: "),
            (Environment { aws_access_key_id: None, ..in_a_bucket() }, "AWS_ACCESS_KEY_ID: "),
            (Environment { aws_secret_access_key: set(" "), ..in_a_bucket() }, "AWS_SECRET_ACCESS_KEY: "),
            (Environment { aws_endpoint: set("s3.example"), ..in_a_bucket() }, "AWS_ENDPOINT: "),
            (Environment { aws_endpoint: set("http://10.0.0.7:9000"), ..in_a_bucket() }, "AWS_ENDPOINT: "),
            (Environment { aws_allow_http: set("perhaps"), ..in_a_bucket() }, "AWS_ALLOW_HTTP: "),
        ] {
            let told = read(&env).unwrap_err();
            assert!(told.contains(name) && !told.contains("hunter2"), "{name}: {told}");
        }
        assert!(read(&Environment { aws_allow_http: set("true"), ..open }).is_ok());
    }
}

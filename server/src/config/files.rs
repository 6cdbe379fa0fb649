//! Secrets that lie in files, as a vault or an orchestrator mounts them: `SECRET_KEY_FILE` says where that of `SECRET_KEY` is.

use std::fs;

use super::environment::Environment;
use super::reader::{Reader, text};

type Field = fn(&mut Environment) -> &mut Option<String>;

/// What may lie in a file, the variable that says where, and its place.
const SECRETS: [(&str, &str, Field); 11] = [
    ("DATABASE_URL", "DATABASE_URL_FILE", |env| &mut env.database_url),
    ("DATABASE_DIRECT_URL", "DATABASE_DIRECT_URL_FILE", |env| &mut env.database_direct_url),
    ("DATABASE_REPLICA_URL", "DATABASE_REPLICA_URL_FILE", |env| &mut env.database_replica_url),
    ("KAFKA_PASSWORD", "KAFKA_PASSWORD_FILE", |env| &mut env.kafka_password),
    ("SMTP_URL", "SMTP_URL_FILE", |env| &mut env.smtp_url),
    ("AWS_SECRET_ACCESS_KEY", "AWS_SECRET_ACCESS_KEY_FILE", |env| &mut env.aws_secret_access_key),
    ("OTEL_EXPORTER_OTLP_HEADERS", "OTEL_EXPORTER_OTLP_HEADERS_FILE", |env| &mut env.otel_exporter_otlp_headers),
    ("SECRET_KEY", "SECRET_KEY_FILE", |env| &mut env.secret_key),
    ("SECRET_KEY_BEFORE", "SECRET_KEY_BEFORE_FILE", |env| &mut env.secret_key_before),
    ("STRIPE_SECRET_KEY", "STRIPE_SECRET_KEY_FILE", |env| &mut env.stripe_secret_key),
    ("STRIPE_WEBHOOK_SECRET", "STRIPE_WEBHOOK_SECRET_FILE", |env| &mut env.stripe_webhook_secret),
];

/// The environment, with what lies in the files that it names; `variable` reads one.
pub(super) fn with_files(
    read: &mut Reader,
    env: &Environment,
    variable: impl Fn(&str) -> Option<String>,
) -> Environment {
    let mut env = env.clone();
    for (name, place, field) in SECRETS {
        let path = variable(place);
        let Some(path) = text(&path) else { continue };
        let value = field(&mut env);
        if text(value).is_some() {
            read.problem(place, format!("names a file, and {name} is set, too"));
            continue;
        }
        match fs::read_to_string(path) {
            Ok(secret) if secret.trim().is_empty() => read.problem(place, "has nothing in it".to_owned()),
            Ok(secret) => *value = Some(secret.trim_end_matches(['\r', '\n']).to_owned()),
            Err(cause) => read.problem(place, format!("cannot be read: {cause}")),
        }
    }
    env
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_lies_in_the_file_that_is_named_or_in_the_variable_and_not_in_both() {
        let path = std::env::temp_dir().join(format!("secret-key-{}", std::process::id()));
        fs::write(&path, "0123456789abcdef0123456789abcdef\n").unwrap();
        let named = |wanted: &'static str, path: String| move |name: &str| (name == wanted).then(|| path.clone());
        let path_text = path.to_string_lossy().into_owned();
        let empty = format!("{path_text}-empty");
        fs::write(&empty, " \n").unwrap();

        let mut read = Reader::default();
        let env = with_files(&mut read, &Environment::default(), named("SECRET_KEY_FILE", path_text.clone()));
        assert_eq!(env.secret_key.as_deref(), Some("0123456789abcdef0123456789abcdef"));
        assert!(read.finish(()).is_ok());

        let both = Environment { secret_key: Some("another".to_owned()), ..Environment::default() };
        for (env, name, path, problem) in [
            (both, "SECRET_KEY_FILE", path_text, "SECRET_KEY_FILE: names a file, and SECRET_KEY is set, too"),
            (Environment::default(), "SMTP_URL_FILE", "/nowhere/at/all".to_owned(), "SMTP_URL_FILE: cannot be read: "),
            (Environment::default(), "SMTP_URL_FILE", empty.clone(), "SMTP_URL_FILE: has nothing in it"),
        ] {
            let mut read = Reader::default();
            with_files(&mut read, &env, named(name, path));
            let told = read.finish(()).unwrap_err().to_string();
            assert!(told.contains(problem), "{told}");
        }
        fs::remove_file(&path).unwrap();
        fs::remove_file(&empty).unwrap();
    }

    /// Whoever sets up the shop reads there which secrets may lie in a file.
    #[test]
    fn the_readme_names_each_secret_that_may_lie_in_a_file() {
        let readme = include_str!("../../../README.md");
        let row = readme.lines().find(|line| line.starts_with("| `SECRET_KEY_FILE`")).unwrap();
        for (name, _, _) in SECRETS {
            assert!(row.contains(&format!(" `{name}`")), "{name} is not in {row}");
        }
    }

    /// Each place is its own: none is read into another's.
    #[test]
    fn each_file_is_for_its_own_variable() {
        for (name, place, field) in SECRETS {
            assert_eq!(place, format!("{name}_FILE"));
            let mut env = Environment::default();
            *field(&mut env) = Some("x".to_owned());
            let told = format!("{env:?}").to_uppercase();
            assert!(told.contains(&format!(" {name}: SOME(")), "{name}: {told}");
        }
    }
}

//! Where traces go, and how many. The variables are those of OpenTelemetry.

use http::{HeaderName, HeaderValue};
use percent_encoding::percent_decode_str;
use url::Url;

use super::environment::Environment;
use super::reader::{Reader, text};
use super::secret::Secret;

/// Which traces are recorded. One that began in another process of the shop goes on as it began there, unless each process
/// decides for itself.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sampling {
    /// How many of all, 0 to 1.
    pub share: f64,
    pub follows_cause: bool,
}

/// Who collects traces.
#[derive(Debug, Clone, PartialEq)]
pub struct Traces {
    /// All of it, path included.
    pub endpoint: Url,
    /// What it is told beside them, by name.
    pub headers: Vec<(String, Secret)>,
    pub sampling: Sampling,
}

impl Traces {
    /// None: nobody.
    pub(super) fn read(read: &mut Reader, env: &Environment) -> Option<Self> {
        let wanted = "http(s)://host:port of what collects traces by OTLP over HTTP";
        let endpoint = read.optional("OTEL_EXPORTER_OTLP_ENDPOINT", &env.otel_exporter_otlp_endpoint, wanted, endpoint);
        let wanted = "name=value with commas, values with %20 for a space";
        let headers = read.optional("OTEL_EXPORTER_OTLP_HEADERS", &env.otel_exporter_otlp_headers, wanted, headers);
        let sampling = sampling(read, env);
        Some(Self { endpoint: endpoint?, headers: headers.unwrap_or_default(), sampling: sampling? })
    }
}

/// With the path of traces behind what was set, as OpenTelemetry wants it.
fn endpoint(text: &str) -> Option<Url> {
    let mut url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    // A password there would stand in the log of whoever is in between.
    let has_host = url.host_str().is_some_and(|host| !host.is_empty());
    if !has_host || !url.username().is_empty() || url.password().is_some() {
        return None;
    }
    let path = format!("{}/v1/traces", url.path().trim_end_matches('/'));
    url.set_path(&path);
    Some(url)
}

fn headers(text: &str) -> Option<Vec<(String, Secret)>> {
    let header = |pair: &str| {
        let (name, value) = pair.split_once('=')?;
        let value = percent_decode_str(value.trim()).decode_utf8().ok()?.into_owned();
        let name = HeaderName::from_bytes(name.trim().as_bytes()).ok()?;
        HeaderValue::from_str(&value).ok()?;
        Some((name.as_str().to_owned(), Secret::new(value)))
    };
    text.split(',').map(header).collect()
}

fn sampling(read: &mut Reader, env: &Environment) -> Option<Sampling> {
    let wanted = "one of always_on, always_off, traceidratio and the same with parentbased_ before it";
    let name = env.otel_traces_sampler.clone().map(|name| name.to_ascii_lowercase());
    let share =
        read.or("OTEL_TRACES_SAMPLER_ARG", &env.otel_traces_sampler_arg, "1", "a number from 0 to 1", |share| {
            share.parse().ok().filter(|share| (0.0..=1.0).contains(share))
        });
    let sampling = read.or("OTEL_TRACES_SAMPLER", &name, "parentbased_always_on", wanted, |name| {
        let alone = name.strip_prefix("parentbased_");
        let share = match alone.unwrap_or(name) {
            "always_on" => 1.0,
            "always_off" => 0.0,
            "traceidratio" => share.unwrap_or(1.0),
            _ => return None,
        };
        Some(Sampling { share, follows_cause: alone.is_some() })
    });
    if text(&name).is_none_or(|name| !name.ends_with("traceidratio")) && text(&env.otel_traces_sampler_arg).is_some() {
        read.problem("OTEL_TRACES_SAMPLER_ARG", "says nothing unless OTEL_TRACES_SAMPLER is a traceidratio".to_owned());
    }
    sampling
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env(endpoint: &str, sampler: &str, share: &str) -> Environment {
        let set = |text: &str| Some(text.to_owned());
        Environment {
            otel_exporter_otlp_endpoint: set(endpoint),
            otel_traces_sampler: set(sampler),
            otel_traces_sampler_arg: set(share),
            ..Environment::default()
        }
    }

    fn read(env: &Environment) -> Result<Option<Traces>, String> {
        let mut reader = Reader::default();
        let traces = Traces::read(&mut reader, env);
        reader.finish(traces).map_err(|problems| problems.to_string())
    }

    #[test]
    fn nobody_collects_traces_unless_the_owner_says_who() {
        assert_eq!(read(&Environment::default()), Ok(None));
        assert_eq!(read(&env("", "", "")), Ok(None));
    }

    #[test]
    fn the_path_of_traces_stands_behind_the_endpoint() {
        for (set, wanted) in [
            ("http://127.0.0.1:4318", "http://127.0.0.1:4318/v1/traces"),
            ("https://otel.example/", "https://otel.example/v1/traces"),
            ("https://otel.example/shop/", "https://otel.example/shop/v1/traces"),
        ] {
            let traces = read(&env(set, "", "")).unwrap().unwrap();
            assert_eq!(traces.endpoint.as_str(), wanted);
            assert_eq!(traces.sampling, Sampling { share: 1.0, follows_cause: true });
        }
    }

    #[test]
    fn what_a_collector_wants_in_headers_is_read_and_never_shown() {
        let set = Some("authorization=Bearer%20hunter2, X-Scope = shop".to_owned());
        let env = Environment { otel_exporter_otlp_headers: set, ..env("http://127.0.0.1:4318", "", "") };
        let traces = read(&env).unwrap().unwrap();
        let headers: Vec<_> = traces.headers.iter().map(|(name, value)| (name.as_str(), value.expose())).collect();
        assert_eq!(headers, [("authorization", "Bearer hunter2"), ("x-scope", "shop")]);
        assert!(!format!("{traces:?}").contains("hunter2"));
        for wrong in ["hunter2", "a b=hunter2", "authorization=hunter2%0a"] {
            let told = read(&Environment { otel_exporter_otlp_headers: Some(wrong.to_owned()), ..env.clone() });
            let told = told.unwrap_err();
            assert!(told.contains("OTEL_EXPORTER_OTLP_HEADERS: must be") && !told.contains("hunter2"), "{told}");
        }
    }

    #[test]
    fn samplers_are_those_of_opentelemetry() {
        let here = "http://127.0.0.1:4318";
        for (sampler, share, wanted) in [
            ("always_on", "", (1.0, false)),
            ("parentbased_always_off", "", (0.0, true)),
            ("traceidratio", "0.25", (0.25, false)),
            ("parentbased_traceidratio", "0.01", (0.01, true)),
            ("PARENTBASED_TRACEIDRATIO", "", (1.0, true)),
        ] {
            let sampling = read(&env(here, sampler, share)).unwrap().unwrap().sampling;
            assert_eq!((sampling.share, sampling.follows_cause), wanted, "{sampler}");
        }
    }

    #[test]
    fn what_is_wrong_is_told_by_name() {
        for (wrong, problem) in [
            (env("collector:4318", "", ""), "OTEL_EXPORTER_OTLP_ENDPOINT: must be http(s)://host:port"),
            (env("http://me:hunter2@collector:4318", "", ""), "OTEL_EXPORTER_OTLP_ENDPOINT: must be"),
            (env("ftp://collector", "", ""), "OTEL_EXPORTER_OTLP_ENDPOINT: must be"),
            (env("http://c:1", "sometimes", ""), "OTEL_TRACES_SAMPLER: must be one of"),
            (env("http://c:1", "traceidratio", "2"), "OTEL_TRACES_SAMPLER_ARG: must be a number from 0 to 1"),
            (env("http://c:1", "traceidratio", "NaN"), "OTEL_TRACES_SAMPLER_ARG: must be a number"),
            (env("http://c:1", "always_on", "0.5"), "OTEL_TRACES_SAMPLER_ARG: says nothing unless"),
        ] {
            let told = read(&wrong).unwrap_err();
            assert!(told.contains(problem), "{told}");
        }
    }
}

//! Who takes the money.

use shop::domain::ManualPayment;
use url::Url;

use super::environment::Environment;
use super::reader::{Reader, is_here, origin, text};
use super::secret::Secret;

/// The payment provider, and what it needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PaymentProvider {
    Sandbox,
    Stripe {
        secret_key: Secret,
        webhook_secret: Secret,
        /// Another place than Stripe's own.
        api_base: Option<String>,
    },
}

/// How it is paid without a provider, unless the shop has saved something else.
pub(super) fn manual_payment(read: &mut Reader, env: &Environment) -> Option<ManualPayment> {
    let days =
        read.number("MANUAL_PAYMENT_DAYS", &env.manual_payment_days, ManualPayment::DAYS, 1..=ManualPayment::MOST_DAYS);
    let wanted = format!("how to pay without the provider, in 1 to {} characters", ManualPayment::MOST_WORDS);
    read.optional("MANUAL_PAYMENT", &env.manual_payment, &wanted, |words| ManualPayment::parse(words, days).ok())
}

/// Providers where nothing begins any more, and what began there is ended and given back: the sandbox, which needs nothing,
/// and Stripe for as long as its secrets are set.
pub(super) fn former(read: &mut Reader, env: &Environment, today: &PaymentProvider) -> Vec<PaymentProvider> {
    let has_secrets = text(&env.stripe_secret_key).is_some() && text(&env.stripe_webhook_secret).is_some();
    match today {
        PaymentProvider::Stripe { .. } => vec![PaymentProvider::Sandbox],
        PaymentProvider::Sandbox if has_secrets => vec![stripe(read, env)],
        PaymentProvider::Sandbox => Vec::new(),
    }
}

pub(super) fn payments(read: &mut Reader, env: &Environment, base_url: Option<&Url>) -> PaymentProvider {
    let provider = read.or("PAYMENT_PROVIDER", &env.payment_provider, "sandbox", "sandbox or stripe", |name| {
        (name == "sandbox" || name == "stripe").then(|| name.to_owned())
    });
    if provider.is_some_and(|name| name == "stripe") {
        return stripe(read, env);
    }
    let is_public = read
        .or("PAYMENT_SANDBOX_PUBLIC", &env.payment_sandbox_public, "false", "true or false", |said| said.parse().ok());
    if is_public == Some(false) && base_url.is_some_and(|url| url.scheme() == "https") {
        let why = "takes no money, and BASE_URL is https, so this looks like a shop that is open: connect a provider, or \
                   set PAYMENT_SANDBOX_PUBLIC=true where everybody may order for nothing";
        let named = text(&env.payment_provider).unwrap_or("the sandbox");
        read.problem("PAYMENT_PROVIDER", format!("{named} {why}"));
    }
    PaymentProvider::Sandbox
}

fn stripe(read: &mut Reader, env: &Environment) -> PaymentProvider {
    let mut secret = |name, value: &Option<String>, prefixes: &[&str]| {
        if text(value).is_none() {
            read.problem(name, "is required where PAYMENT_PROVIDER is stripe".to_owned());
            return Secret::none();
        }
        let wanted = format!("what Stripe shows, beginning with {}", prefixes.join(" or "));
        let fits = |said: &str| prefixes.iter().any(|p| said.starts_with(p)).then(|| Secret::new(said));
        read.optional(name, value, &wanted, fits).unwrap_or_else(Secret::none)
    };
    let secret_key = secret("STRIPE_SECRET_KEY", &env.stripe_secret_key, &["sk_", "rk_"]);
    let webhook_secret = secret("STRIPE_WEBHOOK_SECRET", &env.stripe_webhook_secret, &["whsec_"]);
    let api_base = read.optional(
        "STRIPE_API_BASE",
        &env.stripe_api_base,
        "https://host, nothing behind it; http on this machine",
        |said| {
            // The secret key goes there.
            origin(said)
                .filter(|url| url.scheme() == "https" || is_here(url))
                .map(|url| url.as_str().trim_end_matches('/').to_owned())
        },
    );
    PaymentProvider::Stripe { secret_key, webhook_secret, api_base }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(env: &Environment, base_url: &str) -> Result<PaymentProvider, String> {
        let mut read = Reader::default();
        let provider = payments(&mut read, env, Url::parse(base_url).ok().as_ref());
        read.finish(provider).map_err(|problems| problems.to_string())
    }

    #[test]
    fn stripe_needs_its_secrets_and_does_not_tell_them() {
        let with = |key: Option<&str>, secret: Option<&str>, base: Option<&str>| {
            let env = Environment {
                payment_provider: Some("stripe".into()),
                stripe_secret_key: key.map(str::to_owned),
                stripe_webhook_secret: secret.map(str::to_owned),
                stripe_api_base: base.map(str::to_owned),
                ..Environment::default()
            };
            read(&env, "https://shop.example")
        };
        let provider = with(Some("sk_live_hunter2"), Some("whsec_hunter2"), Some("http://127.0.0.1:12111/")).unwrap();
        assert!(!format!("{provider:?}").contains("hunter2"));
        let PaymentProvider::Stripe { api_base, .. } = provider else { panic!("the sandbox") };
        assert_eq!(api_base.as_deref(), Some("http://127.0.0.1:12111"));
        let told = with(None, Some(""), None).unwrap_err();
        for name in ["STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET"] {
            assert!(told.contains(&format!("\n  {name}: is required")), "{told}");
        }
        let told = with(Some("pk_live_hunter2"), Some("hunter2"), Some("stripe")).unwrap_err();
        for name in ["STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET", "STRIPE_API_BASE"] {
            assert!(told.contains(&format!("\n  {name}: must be ")), "{told}");
        }
        assert!(!told.contains("hunter2"));
    }

    #[test]
    fn the_provider_before_stays_connected_as_long_as_its_secrets_are_set() {
        let former = |provider: &str, key: Option<&str>, secret: Option<&str>| {
            let env = Environment {
                payment_provider: Some(provider.into()),
                stripe_secret_key: key.map(str::to_owned),
                stripe_webhook_secret: secret.map(str::to_owned),
                ..Environment::default()
            };
            let mut read = Reader::default();
            let today = payments(&mut read, &env, None);
            super::former(&mut read, &env, &today).len()
        };
        assert_eq!(former("sandbox", None, None), 0);
        assert_eq!(former("sandbox", Some("sk_live_1"), None), 0);
        assert_eq!(former("sandbox", Some("sk_live_1"), Some("whsec_1")), 1);
        assert_eq!(former("stripe", Some("sk_live_1"), Some("whsec_1")), 1);
    }

    #[test]
    fn payment_by_hand_is_off_until_its_words_are_set() {
        let manual = |words: Option<&str>, days: Option<&str>| {
            let env = Environment {
                manual_payment: words.map(str::to_owned),
                manual_payment_days: days.map(str::to_owned),
                ..Environment::default()
            };
            let mut read = Reader::default();
            let manual = manual_payment(&mut read, &env);
            read.finish(manual).map_err(|problems| problems.to_string())
        };
        assert_eq!(manual(None, None), Ok(None));
        assert_eq!(manual(Some("IBAN DE02"), None).unwrap().map(|m| m.days), Some(7));
        assert_eq!(manual(Some("IBAN DE02"), Some("10")).unwrap().map(|m| m.days), Some(10));
        let told = manual(Some("IBAN DE02"), Some("61")).unwrap_err();
        assert!(told.contains("MANUAL_PAYMENT_DAYS"), "{told}");
    }

    #[test]
    fn the_sandbox_does_not_stand_in_for_a_provider_in_a_shop_that_is_open() {
        let at = |url: &str, public: Option<&str>| {
            read(&Environment { payment_sandbox_public: public.map(str::to_owned), ..Environment::default() }, url)
        };
        for public in [None, Some("false"), Some("")] {
            let told = at("https://shop.example", public).unwrap_err();
            assert!(told.contains("PAYMENT_PROVIDER: the sandbox takes no money"), "{told}");
        }
        assert_eq!(at("https://shop.example", Some("true")), Ok(PaymentProvider::Sandbox));
        assert_eq!(at("http://127.0.0.1:3000", None), Ok(PaymentProvider::Sandbox));
        let odd = at("http://127.0.0.1:3000", Some("perhaps")).unwrap_err();
        assert!(odd.contains("PAYMENT_SANDBOX_PUBLIC: must be true or false"), "{odd}");
    }
}

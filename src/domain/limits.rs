//! Rate limits: how often what can be guessed, or costs somebody else something, may be tried. One table of every limit there is.
//!
//! Each is a bucket of tries that fills up again: so many at once, and so many more in each hour. In any hour, then, no more
//! than both together.

use std::collections::BTreeMap;
use std::str::FromStr;

use time::Duration;

/// So many tries at once, and so many more in each hour. Written `40+60`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    pub at_once: u32,
    pub an_hour: u32,
}

impl Allowance {
    /// What neither of both may be more than.
    pub const MAX: u32 = 1_000_000;

    /// How long it takes until one more may be tried.
    pub fn step(self) -> Duration {
        Duration::microseconds(self.step_in_microseconds())
    }

    /// How long it takes until a bucket that was emptied is full again.
    pub fn room(self) -> Duration {
        Duration::microseconds(self.step_in_microseconds().saturating_mul(i64::from(self.at_once.max(1))))
    }

    fn step_in_microseconds(self) -> i64 {
        (3_600_000_000 / i64::from(self.an_hour.max(1))).max(1)
    }

    const fn times(self, factor: u32) -> Self {
        Self { at_once: self.at_once.saturating_mul(factor), an_hour: self.an_hour.saturating_mul(factor) }
    }
}

impl FromStr for Allowance {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (at_once, an_hour) = text.split_once('+').ok_or(())?;
        let number = |text: &str| {
            let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            text.parse().ok().filter(|number| is_number && (1..=Self::MAX).contains(number)).ok_or(())
        };
        Ok(Self { at_once: number(at_once.trim())?, an_hour: number(an_hour.trim())? })
    }
}

macro_rules! limits {
    ($($limit:ident $variable:literal $option:literal $at_once:literal + $an_hour:literal $what:literal)*) => {
        /// What is limited, and by whom it is counted.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Limit { $(#[doc = $what] $limit),* }

        impl Limit {
            /// In the order in which they are told.
            pub const ALL: &'static [Self] = &[$(Self::$limit),*];

            /// The environment variable that sets it.
            pub const fn variable(self) -> &'static str {
                match self { $(Self::$limit => $variable),* }
            }

            /// The same as an option of the program.
            pub const fn option(self) -> &'static str {
                match self { $(Self::$limit => $option),* }
            }

            /// What it is for, in words for whoever sets it.
            pub const fn what(self) -> &'static str {
                match self { $(Self::$limit => $what),* }
            }

            pub const fn by_default(self) -> Allowance {
                match self { $(Self::$limit => Allowance { at_once: $at_once, an_hour: $an_hour }),* }
            }
        }
    };
}

limits! {
    SignInPerAccount "LIMIT_SIGN_IN_PER_ACCOUNT" "limit-sign-in-per-account" 40 + 60
        "Wrong passwords for one account, from wherever they come"
    SignInPerAccountAndNetwork "LIMIT_SIGN_IN_PER_ACCOUNT_AND_NETWORK" "limit-sign-in-per-account-and-network" 10 + 30
        "Wrong passwords for one account from one network"
    SignInPerNetwork "LIMIT_SIGN_IN_PER_NETWORK" "limit-sign-in-per-network" 40 + 60
        "Wrong passwords from one network, for whatever accounts"
    SignInInAll "LIMIT_SIGN_IN_IN_ALL" "limit-sign-in-in-all" 3_000 + 6_000
        "Wrong passwords from everywhere"
    SignInPerDevice "LIMIT_SIGN_IN_PER_DEVICE" "limit-sign-in-per-device" 10 + 60
        "Wrong passwords on a device that knows the account, or of whoever is signed in: counted here alone"
    SecondFactorPerAccount "LIMIT_SECOND_FACTOR_PER_ACCOUNT" "limit-second-factor-per-account" 10 + 20
        "Wrong codes of a second factor for one account, behind its password"
    SecondFactorPerNetwork "LIMIT_SECOND_FACTOR_PER_NETWORK" "limit-second-factor-per-network" 40 + 60
        "Wrong codes of a second factor from one network, for whatever accounts"
    SecondFactorPerDevice "LIMIT_SECOND_FACTOR_PER_DEVICE" "limit-second-factor-per-device" 10 + 20
        "Wrong codes of a second factor on all devices together that know the account, or of whoever is signed in to it"
    RegistrationPerNetwork "LIMIT_REGISTRATION_PER_NETWORK" "limit-registration-per-network" 20 + 60
        "Accounts opened, and addresses found to be taken, from one network"
    RegistrationInAll "LIMIT_REGISTRATION_IN_ALL" "limit-registration-in-all" 1_000 + 3_600
        "Accounts opened, and addresses found to be taken, from everywhere"
    PasswordResetPerNetwork "LIMIT_PASSWORD_RESET_PER_NETWORK" "limit-password-reset-per-network" 20 + 60
        "Letters with a link to a new password that one network asks for"
    PasswordResetInAll "LIMIT_PASSWORD_RESET_IN_ALL" "limit-password-reset-in-all" 1_000 + 3_600
        "Letters with a link to a new password that are asked for in all"
    TrackingPerNetwork "LIMIT_TRACKING_PER_NETWORK" "limit-tracking-per-network" 20 + 120
        "Letters with the link to an order that one network asks for"
    TrackingInAll "LIMIT_TRACKING_IN_ALL" "limit-tracking-in-all" 1_000 + 3_600
        "Letters with the link to an order that are asked for in all"
    ConfirmationPerNetwork "LIMIT_CONFIRMATION_PER_NETWORK" "limit-confirmation-per-network" 20 + 60
        "Letters that confirm an e-mail address, asked for from one network"
    ConfirmationInAll "LIMIT_CONFIRMATION_IN_ALL" "limit-confirmation-in-all" 1_000 + 3_600
        "Letters that confirm an e-mail address, asked for in all"
    LettersPerAddress "LIMIT_LETTERS_PER_ADDRESS" "limit-letters-per-address" 5 + 6
        "Letters with a link to one e-mail address, whoever asks; those to an order by each network that asks"
    LettersPerSender "LIMIT_LETTERS_PER_SENDER" "limit-letters-per-sender" 60 + 60
        "Letters to customers that one who works here writes, or sends once more"
    CodesPerCart "LIMIT_CODES_PER_CART" "limit-codes-per-cart" 10 + 60
        "Codes that nobody has, tried in one cart"
    CodesPerNetwork "LIMIT_CODES_PER_NETWORK" "limit-codes-per-network" 30 + 180
        "Codes that nobody has, tried from one network"
    CodesInAll "LIMIT_CODES_IN_ALL" "limit-codes-in-all" 1_000 + 3_600
        "Codes that nobody has, tried from everywhere"
    WrongKeysPerKey "LIMIT_WRONG_KEYS_PER_KEY" "limit-wrong-keys-per-key" 100 + 3_600
        "Wrong secrets for one API key from one network"
    WrongKeysPerNetwork "LIMIT_WRONG_KEYS_PER_NETWORK" "limit-wrong-keys-per-network" 300 + 3_600
        "Wrong API keys from one network"
    SessionsPerNetwork "LIMIT_SESSIONS_PER_NETWORK" "limit-sessions-per-network" 500 + 3_600
        "Carts that guests begin from one network, each with a session"
    OrdersPerAddress "LIMIT_ORDERS_PER_ADDRESS" "limit-orders-per-address" 5 + 30
        "Orders of guests for one e-mail address from one network; each process counts its own"
    OrdersPerNetwork "LIMIT_ORDERS_PER_NETWORK" "limit-orders-per-network" 200 + 1_800
        "Orders of guests from one network; each process counts its own"
    ReviewsPerNetwork "LIMIT_REVIEWS_PER_NETWORK" "limit-reviews-per-network" 20 + 60
        "Reviews that are written or changed from one network"
    CallsPerKey "LIMIT_CALLS_PER_KEY" "limit-calls-per-key" 200 + 72_000
        "Calls with one API key that works; each process counts its own"
}

/// Every limit as it is set here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    set: BTreeMap<Limit, Allowance>,
    factor: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self::new(1, BTreeMap::new())
    }
}

impl Limits {
    /// Those that are set, and the others by default; each multiplied by the factor.
    pub const fn new(factor: u32, set: BTreeMap<Limit, Allowance>) -> Self {
        Self { set, factor }
    }

    pub fn of(&self, limit: Limit) -> Allowance {
        self.set.get(&limit).copied().unwrap_or_else(|| limit.by_default()).times(self.factor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_limit_is_set_by_a_name_of_its_own() {
        let mut names: Vec<_> = Limit::ALL.iter().map(|limit| limit.variable()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Limit::ALL.len());
        for limit in Limit::ALL {
            assert_eq!(limit.variable().to_lowercase().replace('_', "-"), limit.option());
            assert!(limit.variable().starts_with("LIMIT_") && !limit.what().ends_with('.'), "{limit:?}");
        }
    }

    #[test]
    fn an_account_and_a_network_have_a_hundred_wrong_passwords_an_hour() {
        for limit in [Limit::SignInPerAccount, Limit::SignInPerNetwork] {
            let Allowance { at_once, an_hour } = limit.by_default();
            assert_eq!(at_once + an_hour, 100, "{limit:?}");
        }
    }

    #[test]
    fn an_allowance_is_two_numbers() {
        assert_eq!("40+60".parse::<Allowance>(), Ok(Allowance { at_once: 40, an_hour: 60 }));
        assert_eq!(" 1 + 1000000 ".parse::<Allowance>(), Ok(Allowance { at_once: 1, an_hour: 1_000_000 }));
        for wrong in ["", "40", "40+", "+60", "0+60", "40+0", "40+60+1", "-1+60", "++1", "40++60", "40+1000001", "many"]
        {
            assert_eq!(wrong.parse::<Allowance>(), Err(()), "{wrong:?}");
        }
    }

    #[test]
    fn a_bucket_fills_up_step_by_step() {
        let allowance = Allowance { at_once: 40, an_hour: 60 };
        assert_eq!((allowance.step(), allowance.room()), (Duration::MINUTE, Duration::minutes(40)));
        let most = Allowance { at_once: u32::MAX, an_hour: u32::MAX };
        assert!(most.step() > Duration::ZERO && most.room() >= most.step());
    }

    #[test]
    fn the_factor_multiplies_all_of_them() {
        let set = BTreeMap::from([(Limit::CodesPerCart, Allowance { at_once: 2, an_hour: 3 })]);
        let limits = Limits::new(10, set);
        assert_eq!(limits.of(Limit::CodesPerCart), Allowance { at_once: 20, an_hour: 30 });
        for limit in Limit::ALL.iter().copied().filter(|limit| *limit != Limit::CodesPerCart) {
            assert_eq!(limits.of(limit), limit.by_default().times(10), "{limit:?}");
            assert_eq!(Limits::default().of(limit), limit.by_default(), "{limit:?}");
        }
    }
}

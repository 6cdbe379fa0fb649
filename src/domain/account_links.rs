//! Links of mail that prove something of an account, once: what they are for, and how long they work.

use time::Duration;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountLinkKind {
    /// To a new password, for whoever has forgotten theirs.
    ResetPassword,
    /// Shows that the account's address is its owner's.
    VerifyEmail,
    /// The same of another one, which takes its place.
    ChangeEmail,
}

impl AccountLinkKind {
    const ALL: [Self; 3] = [Self::ResetPassword, Self::VerifyEmail, Self::ChangeEmail];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ResetPassword => "reset_password",
            Self::VerifyEmail => "verify_email",
            Self::ChangeEmail => "change_email",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// How long it works. A password is waited for; whoever opens an account reads their mail when they like.
    pub const fn valid(self) -> Duration {
        match self {
            Self::ResetPassword => Duration::minutes(30),
            Self::VerifyEmail => Duration::days(3),
            Self::ChangeEmail => Duration::days(1),
        }
    }

    /// How long after one was mailed the next may be, whoever asks: each ends the one before, and nobody is to be kept from
    /// theirs. Another address may be typed anew at once: only its owner asks.
    pub const fn pause(self) -> Duration {
        match self {
            Self::ResetPassword | Self::VerifyEmail => Duration::minutes(5),
            Self::ChangeEmail => Duration::ZERO,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_read_as_it_is_written_and_ends_after_its_pause() {
        for (kind, word) in AccountLinkKind::ALL.into_iter().zip(["reset_password", "verify_email", "change_email"]) {
            assert_eq!((kind.as_str(), AccountLinkKind::parse(word)), (word, Some(kind)));
            assert!(kind.pause() < kind.valid());
        }
        assert_eq!(AccountLinkKind::parse("invitation"), None);
        let valid = AccountLinkKind::ALL.map(AccountLinkKind::valid);
        assert_eq!(valid, [Duration::minutes(30), Duration::days(3), Duration::days(1)]);
        let pauses = AccountLinkKind::ALL.map(AccountLinkKind::pause);
        assert_eq!(pauses, [Duration::minutes(5), Duration::minutes(5), Duration::ZERO]);
    }
}

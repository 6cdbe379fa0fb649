//! Who has a say before a guest's order is written: nobody has proven whose the e-mail address is that will get its mail.

use std::fmt;

use crate::domain::{Email, Refusal};

/// Asked once all else is decided, with the address of the mail, and again where the order is tried again. It is not asked
/// for customers, nor for an order that is there already.
pub struct Admit(Box<Ask>);

type Ask = dyn Fn(&Email) -> Result<(), Refusal> + Send + Sync;

impl Admit {
    pub fn new(ask: impl Fn(&Email) -> Result<(), Refusal> + Send + Sync + 'static) -> Self {
        Self(Box::new(ask))
    }

    /// Whoever orders.
    pub fn everybody() -> Self {
        Self::new(|_| Ok(()))
    }

    pub(super) fn ask(&self, email: &Email) -> Result<(), Refusal> {
        (self.0)(email)
    }
}

impl fmt::Debug for Admit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Admit")
    }
}

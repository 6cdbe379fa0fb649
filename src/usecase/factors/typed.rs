//! What is typed, and what is said of it beside its field.

use crate::domain::{FactorCode, Problem, Refusal};

use super::super::{Error, Result};

pub(super) fn parsed(typed: &str) -> Result<FactorCode> {
    FactorCode::parse(typed).map_err(|problem| Refusal::field("code", problem).into())
}

pub(super) fn wrong_code() -> Error {
    Refusal::field("code", Problem::WrongCode).into()
}

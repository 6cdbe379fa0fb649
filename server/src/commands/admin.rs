//! `admin create`: makes somebody an owner; `admin reset-factors`: takes away a second factor that is lost. Whoever may run the
//! program may do this.

use std::io::BufRead;

use anyhow::{Context, bail};
use clap::Args;
use rand::Rng;
use rand::distr::Alphanumeric;
use shop::domain::Refusal;
use shop::dto::{RegisterForm, words};
use shop::usecase::Error;

use crate::compose;
use crate::config::Config;

#[derive(Debug, Args)]
pub struct NewStaff {
    /// What they sign in with, and have letters sent to
    pub email: String,
    /// What they are called
    #[arg(long, default_value = "Staff")]
    pub name: String,
    /// Read the password from the first line of standard input
    #[arg(long)]
    pub password_stdin: bool,
}

/// # Errors
/// For an address that has an account, fields that will not do, or a database that does not answer.
pub async fn create(config: &Config, staff: NewStaff) -> anyhow::Result<()> {
    let (password, made_up) =
        if staff.password_stdin { (first_line(std::io::stdin().lock())?, false) } else { (make_up(), true) };
    let store = compose::store(config).await?;
    let form = RegisterForm { name: staff.name, email: staff.email, password: password.clone() };
    let user = match compose::shop(config, store.clone())?.create_staff(form).await {
        Ok(user) => user,
        Err(Error::Refused(refusal)) => bail!(explain(&refusal)),
        Err(error) => return Err(error.into()),
    };
    store.close().await;
    println!("{} is an owner now.", user.email);
    if made_up {
        println!("Password (shown this once): {password}");
    }
    Ok(())
}

/// Takes away what somebody has lost: their second factor.
///
/// # Errors
/// For an address without an account, an account without a second factor, or a database that does not answer.
pub async fn reset_factors(config: &Config, email: &str) -> anyhow::Result<()> {
    let store = compose::migrated_store(config).await?;
    let reset = compose::shop(config, store.clone())?.reset_factors_by_address(email).await;
    store.close().await;
    match reset {
        Ok(user) => println!("{} signs in with their password alone now, and is signed out everywhere.", user.email),
        Err(Error::Refused(Refusal::NotFound)) => bail!("nobody with this address has a second factor"),
        Err(Error::Refused(refusal)) => bail!(explain(&refusal)),
        Err(cause) => return Err(compose::cause_alone(cause)),
    }
    Ok(())
}

fn first_line(mut input: impl BufRead) -> anyhow::Result<String> {
    let mut line = String::new();
    input.read_line(&mut line).context("standard input")?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

/// 20 letters and digits: 119 bits.
fn make_up() -> String {
    rand::rng().sample_iter(Alphanumeric).take(20).map(char::from).collect()
}

fn explain(refusal: &Refusal) -> String {
    match refusal {
        Refusal::Invalid { fields } => {
            let each = fields.iter().map(|f| format!("{}: {}", f.field, words::problem(&f.problem)));
            each.collect::<Vec<_>>().join("; ")
        }
        refusal => words::refusal(refusal),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_the_first_line_as_it_stands() {
        assert_eq!(first_line(" two words \r\nnot this".as_bytes()).unwrap(), " two words ");
        assert_eq!(first_line("".as_bytes()).unwrap(), "");
    }

    #[test]
    fn made_up_passwords_differ_and_will_do() {
        let (one, other) = (make_up(), make_up());
        assert_ne!(one, other);
        assert!(shop::domain::Password::parse(&one).is_ok());
    }
}

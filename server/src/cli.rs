//! The command line: one binary, one verb at a time.

use std::panic;
use std::path::PathBuf;
use std::process::{self, ExitCode};
use std::time::Duration;

use clap::{Parser, Subcommand};

use crate::commands::admin::NewStaff;
use crate::commands::audit::Verify;
use crate::commands::check::{Check, Needed};
use crate::commands::events::Replay;
use crate::commands::invoices::Invoices;
use crate::commands::mail::Retry;
use crate::commands::restored::Restored;
use crate::commands::settings::Settings;
use crate::commands::synonyms::Synonyms;
use crate::commands::{
    admin, audit, catalogue, check, events, invoices, mail, migrate, payments, restored, settings, synonyms,
};
use crate::config::{Config, Environment};
use crate::supervisor::words_of;
use crate::{serve, telemetry};

/// A shop: catalogue, cart, checkout, orders, accounts and an event backbone, on PostgreSQL.
#[derive(Debug, Parser)]
#[command(name = "small-ecommerce", version, max_term_width = 100)]
struct Cli {
    #[command(flatten)]
    environment: Environment,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Answer requests and do the background work: a whole shop in one process
    Serve,
    /// Answer requests only; a worker must run somewhere
    Web,
    /// Do the background work only: publish events, consume them, send mail, ask payment providers, expire orders, make
    /// papers and pictures
    Worker,
    /// Bring the database's tables up to date
    Migrate,
    /// Whether what the shop needs is there (database and schema, its replica, broker and mail server if they are set, providers
    /// of open payments, the payment provider, the place of pictures) and whether its books balance: a line for each. Exit code
    /// 0: all is well, 1: something is not there, 2: the books do not balance, whatever else
    Check(Check),
    /// Load the sample catalogue into a shop that has none
    Seed {
        /// Also into one that has: the sample's products become what they were, prices included; stock stays
        #[arg(long)]
        again: bool,
    },
    /// Load a catalogue from a JSON file (its form is that of server/sample/catalogue.json)
    Import { file: PathBuf },
    /// What the shop decides about shipping, tax and promotions, and who sells on which terms
    #[command(subcommand)]
    Settings(Settings),
    /// Other words for what the shop sells: who searches for one finds what the others find
    #[command(subcommand)]
    Synonyms(Synonyms),
    /// The shop's invoices
    #[command(subcommand)]
    Invoices(Invoices),
    /// The shop's staff
    #[command(subcommand)]
    Admin(Admin),
    /// What has gone through the event backbone
    #[command(subcommand)]
    Events(Events),
    /// What staff changed
    #[command(subcommand)]
    Audit(Audit),
    /// The shop's mail
    #[command(subcommand)]
    Mail(Mail),
    /// What was begun with payment providers
    #[command(subcommand)]
    Payments(Payments),
    /// See to a database that was restored from a backup, once, before anything of the shop is started on it: invoices go on in
    /// new series, what was on its way has its effect, providers are asked, and mail waits for approval
    Restored(Restored),
}

#[derive(Debug, Subcommand)]
enum Admin {
    /// Create an owner, who invites the others; a password is made up and printed once, unless one is given
    Create(NewStaff),
    /// Take away the second factor of somebody who has lost it: they sign in with their password and set up another. Owners do
    /// this for others on the page of the staff
    ResetFactors { email: String },
}

#[derive(Debug, Subcommand)]
enum Events {
    /// How many events wait to be published, which are set aside and why, and the dead letters
    List,
    /// Put dead letters back on the topics they came from
    Replay(Replay),
}

#[derive(Debug, Subcommand)]
enum Audit {
    /// Whether the audit log is whole: no entry changed, none taken out; exit code 1 where it is not
    Verify(Verify),
}

#[derive(Debug, Subcommand)]
enum Mail {
    /// What is not sent: waiting for its next attempt, given up, or uncertain (nobody knows whether it arrived; after a restore,
    /// whatever may have been sent since and waits for approval)
    List,
    /// Try mail again at once
    Retry(Retry),
    /// Write a letter of each kind into a folder, as HTML: about an order that is made up
    Preview { folder: PathBuf },
}

#[derive(Debug, Subcommand)]
enum Payments {
    /// End the attempts to pay that are open with a provider that is gone for good; of money that came in there nobody hears.
    /// Its refunds are given back by the staff
    End {
        /// As the shop calls it, such as stripe; its secrets must not be set any more
        provider: String,
    },
}

/// What other programs end with where nobody reads on (SIGPIPE): 128 and the number of the signal, 13.
const BROKEN_PIPE: i32 = 141;
/// How long a thread for slow work waits for more of it.
const KEPT: Duration = Duration::from_secs(2);

/// Runs the command that the arguments name. Exit code 2 says that the command or the environment is wrong, 1 that the
/// command failed; `check` has codes of its own.
pub fn run() -> ExitCode {
    exit_on_broken_pipe();
    let mut cli = Cli::parse();
    if matches!(&cli.command, Command::Check(check) if check.only == [Needed::Broker]) {
        // Nobody asks the database, so nobody needs its address.
        cli.environment.database_url.get_or_insert_with(|| "postgres://not.asked".to_owned());
    }
    let config = match Config::read(&cli.environment) {
        Ok(config) => config,
        Err(problems) => {
            eprintln!("{problems}");
            // Of a check, 2 says that the books do not balance.
            let is_check = matches!(cli.command, Command::Check(_));
            return if is_check { ExitCode::FAILURE } else { ExitCode::from(2) };
        }
    };
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    // A thread for slow work that has none goes, and its stack and its share of the allocator's caches with it.
    let runtime = match runtime.enable_all().thread_keep_alive(KEPT).build() {
        Ok(runtime) => runtime,
        Err(cause) => return failed(&cause.into()),
    };
    let telemetry = match telemetry::start(&config, runtime.handle()) {
        Ok(telemetry) => telemetry,
        Err(cause) => return failed(&cause),
    };
    let outcome = runtime.block_on(Box::pin(perform(cli.command, config)));
    telemetry.finish();
    // Whatever still blocks a thread by now has been waited for long enough.
    runtime.shutdown_timeout(Duration::from_secs(1));
    match outcome {
        Ok(code) => code,
        Err(cause) => failed(&cause),
    }
}

async fn perform(command: Command, config: Config) -> anyhow::Result<ExitCode> {
    match command {
        Command::Check(which) => return Ok(check::check(&config, &which).await),
        Command::Serve => serve::serve(config, serve::Parts::Everything).await,
        Command::Web => serve::serve(config, serve::Parts::Web).await,
        Command::Worker => serve::serve(config, serve::Parts::Worker).await,
        Command::Migrate => migrate::migrate(&config).await,
        Command::Seed { again } => {
            catalogue::seed(&config, again).await?;
            settings::seed(&config).await
        }
        Command::Import { file } => catalogue::import(&config, &file).await,
        Command::Settings(Settings::Export) => settings::export(&config).await,
        Command::Settings(Settings::Import { file }) => settings::import(&config, &file).await,
        Command::Synonyms(Synonyms::Export) => synonyms::export(&config).await,
        Command::Synonyms(Synonyms::Import { file }) => synonyms::import(&config, &file).await,
        Command::Invoices(Invoices::Make) => invoices::make(&config).await,
        Command::Admin(Admin::Create(staff)) => admin::create(&config, staff).await,
        Command::Admin(Admin::ResetFactors { email }) => admin::reset_factors(&config, &email).await,
        Command::Events(Events::List) => events::list(&config).await,
        Command::Events(Events::Replay(which)) => events::replay(&config, which).await,
        Command::Audit(Audit::Verify(which)) => return audit::verify(&config, which).await,
        Command::Payments(Payments::End { provider }) => payments::end(&config, &provider).await,
        Command::Restored(which) => restored::restored(&config, &which).await,
        Command::Mail(Mail::List) => mail::list(&config).await,
        Command::Mail(Mail::Retry(which)) => mail::retry(&config, which).await,
        Command::Mail(Mail::Preview { folder }) => mail::preview(&config, &folder).await,
    }?;
    Ok(ExitCode::SUCCESS)
}

/// `mail list | head` has read enough and closes the pipe; `println!` panics then, which is no fault to tell of.
fn exit_on_broken_pipe() {
    let before = panic::take_hook();
    panic::set_hook(Box::new(move |told| {
        let words = words_of(told.payload());
        if words.starts_with("failed printing to stdout") && words.contains("Broken pipe") {
            process::exit(BROKEN_PIPE);
        }
        before(told);
    }));
}

fn failed(cause: &anyhow::Error) -> ExitCode {
    eprintln!("small-ecommerce: {cause:#}");
    ExitCode::FAILURE
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}

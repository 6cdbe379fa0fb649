//! `make bench`: what the shop costs, beside what it could not cost less. `run` starts the shop and the floor, throws the
//! same bounded work at both in turns, and prints one table; `floor` is the other server. `scale` tells what to run
//! for so many orders an hour, by what was measured.

// CPU times are no money.
#![expect(clippy::float_arithmetic, reason = "milliseconds and ratios")]

mod bytes;
mod client;
mod cpu;
mod desk;
mod flash;
mod floor;
mod grown;
mod ids;
mod lighthouse;
mod limits;
mod measure;
mod memory;
mod populate;
mod pressure;
mod report;
mod rows;
mod scale;
mod sql;
mod stage;
mod work;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Parser, Subcommand};

#[derive(Parser)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serves the floor
    Floor { database: String, address: SocketAddr },
    /// Measures, and prints the table
    Run(Options),
    /// Tells what to run for so many orders an hour, by what was measured (docs/scale.md)
    Scale {
        #[arg(default_values_t = [100_u32, 10_000, 1_000_000])]
        orders_an_hour: Vec<u32>,
    },
}

#[derive(Args, Clone)]
pub struct Options {
    /// The shop's program
    #[arg(long)]
    program: PathBuf,
    /// An empty database of a PostgreSQL that nobody else uses
    #[arg(long)]
    database: String,
    /// The process of that PostgreSQL
    #[arg(long)]
    postgres: u32,
    /// Its log
    #[arg(long)]
    postgres_log: PathBuf,
    #[arg(long)]
    pgbench: PathBuf,
    /// lighthouse's program; without it these rows are left out
    #[arg(long)]
    lighthouse: Option<PathBuf>,
    #[arg(long)]
    limits: PathBuf,
    /// Where the figures are written as JSON
    #[arg(long)]
    json: PathBuf,
    /// The server's log and its mail
    #[arg(long)]
    folder: PathBuf,
    /// Each row is measured so many times, in turns, and the median counts
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Only these rows, by the names in the table; `memory`, `bytes`, `pressure`, `flash-sale` and `desk` count as rows
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// Measure a large shop beside a small one, too, as `--only million` does, and with so many products; with `--only orders-10m`
    /// so many orders
    #[arg(long, value_parser = clap::value_parser!(u32).range(20_000..))]
    size: Option<u32>,
    /// Fail where a figure is worse than its limit
    #[arg(long)]
    check: bool,
}

impl Options {
    fn wants(&self, row: &str) -> bool {
        self.only.is_empty() || self.names(row)
    }

    /// What takes an hour is measured for who names it.
    fn wants_a_million(&self) -> bool {
        self.names(grown::MILLION) || (self.size.is_some() && !self.names(grown::ORDERS))
    }

    fn names(&self, row: &str) -> bool {
        self.only.iter().any(|only| only == row)
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Floor { database, address } => floor::serve(&database, address).await.map(|()| true),
        Command::Run(options) => run(&options).await,
        Command::Scale { orders_an_hour } => {
            print!("{}", scale::report(&orders_an_hour));
            Ok(true)
        }
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Whether all is within its limits, or nobody asked.
async fn run(options: &Options) -> Result<bool> {
    let limits = limits::Limits::read(&options.limits)?;
    let stage = stage::Stage::set(options).await?;
    let rows = Box::pin(measure::rows(options, &stage)).await?;
    let mut report = report::Report { rows, ..report::Report::default() };
    if options.wants(flash::FLASH) {
        report.flash_sale = Some(Box::pin(flash::rates(options, &stage)).await?);
    }
    if options.wants(pressure::PRESSURE) {
        report.pressure = Box::pin(pressure::figures(&stage)).await?;
    }
    if options.wants("bytes") {
        report.bytes = bytes::of_pages(stage.shop.address).await?;
    }
    if let Some(lighthouse) = options.lighthouse.as_deref().filter(|_| options.wants("lighthouse")) {
        report.lighthouse = lighthouse::of_pages(lighthouse, stage.shop.address).await?;
    }
    let stage = if options.wants("memory") {
        let (stage, figures) = Box::pin(memory::figures(options, stage)).await?;
        report.memory = figures;
        stage
    } else {
        stage
    };
    if options.wants(desk::DESK) {
        report.desk = Box::pin(desk::figures(&stage)).await?;
    }
    stage.clear().await;
    if options.wants_a_million() {
        (report.grown, report.large) = Box::pin(grown::figures(options)).await?;
    }
    if options.names(grown::ORDERS) {
        report.many_orders = Box::pin(grown::many_orders(options)).await?;
    }
    report.judge(&limits);
    print!("{report}");
    report.write(&options.json)?;
    Ok(!options.check || report.is_within_limits())
}

//! `make bench`: what the shop costs, beside what it could not cost less. `run` starts the shop and the floor, throws the
//! same bounded work at both in turns, and prints one table; `floor` is the other server. `scale` tells what to run
//! for so many orders an hour, by what was measured.

// CPU times are no money.
#![expect(clippy::float_arithmetic, reason = "milliseconds and ratios")]

mod bytes;
mod client;
mod cpu;
mod desk;
mod figures;
mod flash;
mod floor;
mod grown;
mod ids;
mod lighthouse;
mod limits;
mod measure;
mod memory;
mod options;
mod populate;
mod pressure;
mod report;
mod rows;
mod scale;
mod sql;
mod stage;
mod work;

use std::net::SocketAddr;
use std::process::ExitCode;

use anyhow::{Result, ensure};
use clap::{Parser, Subcommand};
use options::Options;

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

/// A name that is none would measure nothing, and nothing is worse than no limit.
fn check_names(options: &Options) -> Result<()> {
    let parts = [
        rows::SALE,
        flash::FLASH,
        pressure::PRESSURE,
        desk::DESK,
        options::MILLION,
        options::ORDERS,
        "memory",
        "bytes",
        "lighthouse",
    ];
    let names: Vec<_> = rows::ROWS.iter().map(|row| row.name).chain(parts).collect();
    let unknown: Vec<_> = options.only.iter().filter(|only| !names.contains(&only.as_str())).collect();
    ensure!(unknown.is_empty(), "there is no row {unknown:?}; there are {}", names.join(", "));
    Ok(())
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
    check_names(options)?;
    let limits = limits::Limits::read(&options.limits)?;
    let stage = stage::Stage::set(options).await?;
    let rows = Box::pin(measure::rows(options, &stage, false)).await?;
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
    let stage = if rows::ROWS.iter().any(|row| row.keeps_views && options.wants(row.name)) {
        let stage = Box::pin(stage.restart_keeping()).await?;
        report.rows.extend(Box::pin(measure::rows(options, &stage, true)).await?);
        stage
    } else {
        stage
    };
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
    if options.names(options::ORDERS) {
        report.many_orders = Box::pin(grown::many_orders(options)).await?;
    }
    report.judge(&limits);
    print!("{report}");
    report.write(&options.json)?;
    Ok(!options.check || report.is_within_limits())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_that_there_is_none_of_is_refused() {
        let only = |rows: &str| {
            let needed = ["program", "database", "postgres-log", "pgbench", "limits", "json", "folder"];
            let given = needed.iter().flat_map(|name| [format!("--{name}"), "x".to_owned()]);
            let rest = ["--postgres", "1", "--only", rows].map(str::to_owned);
            let words = ["bench", "run"].map(str::to_owned).into_iter().chain(given).chain(rest);
            let Command::Run(options) = Cli::try_parse_from(words).unwrap().command else { panic!("not run") };
            check_names(&options)
        };
        assert!(only("product,listing,memory,lighthouse,flash-sale,sale,pressure,desk,bytes,million").is_ok());
        let refused = only("product,prodcut").unwrap_err().to_string();
        assert!(refused.starts_with("there is no row [\"prodcut\"]"), "{refused}");
    }
}

//! What `bench run` is told.

use std::path::PathBuf;

use clap::Args;

/// As `--only` spells a large shop beside a small one.
pub const MILLION: &str = "million";
/// As it spells many orders beside few: how many there are to be measured once, with `SIZE=10000000`.
pub const ORDERS: &str = "orders-10m";

#[derive(Args, Clone)]
pub struct Options {
    /// The shop's program
    #[arg(long)]
    pub program: PathBuf,
    /// An empty database of a PostgreSQL that nobody else uses
    #[arg(long)]
    pub database: String,
    /// The process of that PostgreSQL
    #[arg(long)]
    pub postgres: u32,
    /// Its log
    #[arg(long)]
    pub postgres_log: PathBuf,
    #[arg(long)]
    pub pgbench: PathBuf,
    /// lighthouse's program; without it these rows are left out
    #[arg(long)]
    pub lighthouse: Option<PathBuf>,
    #[arg(long)]
    pub limits: PathBuf,
    /// Where the figures are written as JSON
    #[arg(long)]
    pub json: PathBuf,
    /// The server's log and its mail
    #[arg(long)]
    pub folder: PathBuf,
    /// Each row is measured so many times, in turns, and the median counts
    #[arg(long, default_value_t = 5)]
    pub rounds: usize,
    /// Only these rows, by the names in the table; `memory`, `bytes`, `pressure`, `flash-sale` and `desk` count as rows
    #[arg(long, value_delimiter = ',')]
    pub only: Vec<String>,
    /// Measure a large shop beside a small one, too, as `--only million` does, and with so many products; with `--only orders-10m`
    /// so many orders
    #[arg(long, value_parser = clap::value_parser!(u32).range(20_000..))]
    pub size: Option<u32>,
    /// Fail where a figure is worse than its limit
    #[arg(long)]
    pub check: bool,
}

impl Options {
    pub fn wants(&self, row: &str) -> bool {
        self.only.is_empty() || self.names(row)
    }

    /// What takes an hour is measured for who names it.
    pub fn wants_a_million(&self) -> bool {
        self.names(MILLION) || (self.size.is_some() && !self.names(ORDERS))
    }

    pub fn names(&self, row: &str) -> bool {
        self.only.iter().any(|only| only == row)
    }
}

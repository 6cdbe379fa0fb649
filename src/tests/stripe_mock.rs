//! Stripe's own mock, which checks requests against their description of the API. `scripts/setup stripe` puts it where it is
//! looked for.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tokio::net::TcpStream;

/// Gone with its test.
pub struct StripeMock {
    process: Child,
    pub base: String,
}

impl StripeMock {
    /// It chooses its port, and says which when it listens.
    pub async fn start() -> Self {
        let home = std::env::var("HOME").unwrap_or_default();
        let program = std::env::var("STRIPE_MOCK").unwrap_or(format!("{home}/.cache/small-ecommerce/bin/stripe-mock"));
        let mut process = Command::new(&program)
            // It listens for HTTPS, too, and all of them at one port if they are not told otherwise: but one would end.
            .args(["-http-addr", "127.0.0.1:", "-https-addr", "127.0.0.1:"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("{program}: {error}: run scripts/setup stripe"));
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines().map_while(Result::ok);
        let said = lines.find_map(|line| Some(line.split_once("HTTP at address: ")?.1.to_owned()));
        let address = said.unwrap_or_else(|| panic!("{program} does not listen"));
        // It says so a moment before it does, which on a busy machine is long.
        for _ in 0..2_400 {
            if TcpStream::connect(&address).await.is_ok() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        // What it says later has to go somewhere.
        std::thread::spawn(move || lines.for_each(drop));
        Self { process, base: format!("http://{address}") }
    }
}

impl Drop for StripeMock {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

//! A server that speaks S3, with a bucket in its memory (gofakes3; `scripts/setup s3`).

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::mail_server::{free_port, program};

pub struct S3Server {
    process: Child,
    port: u16,
}

impl S3Server {
    pub fn start(bucket: &str) -> Self {
        let (port, program) = (free_port(), program("gofakes3"));
        let mut process = Command::new(&program)
            .args(["-backend", "memory", "-initialbucket", bucket, "-host", &format!("127.0.0.1:{port}")])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("{}: {error}: run scripts/setup s3", program.display()));
        let begun = Instant::now();
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(process.try_wait().unwrap().is_none(), "gofakes3 has ended");
            assert!(begun.elapsed() < Duration::from_secs(20), "gofakes3 does not answer");
            std::thread::yield_now();
        }
        Self { process, port }
    }

    pub fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Nobody answers any more.
    pub fn kill(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Drop for S3Server {
    fn drop(&mut self) {
        self.kill();
    }
}

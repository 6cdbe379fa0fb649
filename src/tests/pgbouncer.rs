//! A real PgBouncer (`scripts/setup pooler`), with nothing set that it does not need.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

/// A pooler in front of the tests' PostgreSQL, gone with the test.
pub struct Pooler {
    process: Child,
    folder: PathBuf,
    port: u16,
    pub url: String,
}

impl Pooler {
    pub async fn before(url: &str, mode: &str) -> Self {
        let (_, place) = url.split_once('@').unwrap();
        let (server, database) = place.split_once('/').unwrap();
        let (host, server_port) = server.split_once(':').unwrap();
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let folder = std::env::temp_dir().join(format!("pooler-{}-{port}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let text = format!(
            "[databases]\n* = host={host} port={server_port} user=shop\n\
             [pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n\
             auth_type = any\npool_mode = {mode}\ndefault_pool_size = 40\n"
        );
        std::fs::write(folder.join("pgbouncer.ini"), text).unwrap();
        let process = begin(&folder);
        let pooler = Self { process, folder, port, url: format!("postgres://shop@127.0.0.1:{port}/{database}") };
        pooler.listens().await;
        pooler
    }

    /// SIGKILL, and another one in its place.
    pub async fn kill_and_restart(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
        self.process = begin(&self.folder);
        self.listens().await;
    }

    async fn listens(&self) {
        let up = async {
            while TcpStream::connect(("127.0.0.1", self.port)).await.is_err() {
                sleep(Duration::from_millis(10)).await;
            }
        };
        timeout(Duration::from_secs(20), up).await.expect("PgBouncer listens (scripts/setup pooler)");
    }
}

fn begin(folder: &Path) -> Child {
    // It lies where root alone looks, and refuses to run as root.
    let path = format!("{}:/usr/sbin", std::env::var("PATH").unwrap());
    let mut command = Command::new("/usr/bin/env");
    command.arg(format!("PATH={path}")).arg("pgbouncer");
    if std::fs::metadata("/proc/self").unwrap().uid() == 0 {
        command.args(["-u", "nobody"]);
    }
    command.arg(folder.join("pgbouncer.ini")).stdin(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

impl Drop for Pooler {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

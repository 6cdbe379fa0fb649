//! The program itself, as a process, and a plain HTTP client for what it answers.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Nobody's settings but those given.
pub fn command(verb: &[&str], environment: &[(&str, String)]) -> Command {
    command_of(env!("CARGO_BIN_EXE_small-ecommerce"), verb, environment)
}

/// The same of another program: the release before.
pub fn command_of(program: impl AsRef<OsStr>, verb: &[&str], environment: &[(&str, String)]) -> Command {
    let mut command = Command::new(program);
    command.args(verb).env_clear().stdin(Stdio::null());
    command.envs(environment.iter().map(|(name, value)| (*name, value.as_str())));
    command
}

/// Runs it to its end, which is soon.
pub fn run(verb: &[&str], environment: &[(&str, String)]) -> Output {
    let child = command(verb, environment).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let (id, (ended, output)) = (child.id(), std::sync::mpsc::channel());
    std::thread::spawn(move || ended.send(child.wait_with_output()));
    output.recv_timeout(Duration::from_secs(60)).map(Result::unwrap).unwrap_or_else(|_| {
        let _ = Command::new("kill").args(["-KILL", &id.to_string()]).status();
        panic!("{verb:?} does not end: {:?}", output.recv())
    })
}

/// A process that is gone with its test.
pub struct Process(Child);

impl Process {
    /// What it says goes to the file.
    pub fn start(verb: &str, environment: &[(&str, String)], log: &PathBuf) -> Self {
        Self::spawn(command(&[verb], environment), log)
    }

    pub fn spawn(mut command: Command, log: &PathBuf) -> Self {
        let log = std::fs::File::options().create(true).append(true).open(log).unwrap();
        command.stdout(log.try_clone().unwrap()).stderr(log);
        Self(command.spawn().unwrap())
    }

    /// SIGKILL: nothing of it runs any more when this returns.
    pub fn kill(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }

    pub fn id(&self) -> u32 {
        self.0.id()
    }

    /// `TERM`; `STOP`, which only `CONT` and `KILL` end.
    pub fn signal(&self, name: &str) {
        let told = Command::new("kill").args([format!("-{name}"), self.id().to_string()]).status().unwrap();
        assert!(told.success());
    }

    /// SIGTERM, and its exit code.
    pub fn stop(mut self) -> Option<i32> {
        self.signal("TERM");
        self.0.wait().unwrap().code()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A port that was free a moment ago.
pub fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// What came back, if anything did.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub cookie: Option<String>,
    pub body: Value,
}

/// One request, of JSON where its headers say nothing else, on a connection of its own, in HTTP/1.0, so that the end of the answer is the end of the connection.
pub async fn ask(port: u16, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Option<Reply> {
    let limit = Duration::from_secs(20);
    timeout(limit, exchange(port, method, path, headers, body)).await.ok()?.ok()?
}

async fn exchange(
    port: u16,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> std::io::Result<Option<Reply>> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await?;
    let mut request = format!(
        "{method} {path} HTTP/1.0\r\nhost: 127.0.0.1:{port}\r\norigin: http://127.0.0.1:{port}\r\n\
         content-length: {}\r\n",
        body.len()
    );
    if !headers.iter().any(|(name, _)| *name == "content-type") {
        request.push_str("content-type: application/json\r\n");
    }
    for (name, value) in headers {
        request.push_str(&format!("{name}: {value}\r\n"));
    }
    stream.write_all(format!("{request}\r\n{body}").as_bytes()).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    Ok(parse(&String::from_utf8_lossy(&answer)))
}

/// None for an answer that was cut off.
fn parse(answer: &str) -> Option<Reply> {
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let mut lines = head.lines();
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let header = |name: &str| {
        let mut from_the_end = head.lines().rev().filter_map(|line| line.split_once(": "));
        from_the_end.find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.to_owned())
    };
    if header("content-length").is_some_and(|length| length.parse() != Ok(body.len())) {
        return None;
    }
    // The session's: what a device is known by stands beside it.
    let mut cookies = head.lines().rev().filter_map(|line| line.split_once(": "));
    let cookie = cookies.find(|(n, value)| n.eq_ignore_ascii_case("set-cookie") && value.starts_with("session="));
    let cookie = cookie.and_then(|(_, cookie)| cookie.split(';').next().map(str::to_owned));
    Some(Reply { status, cookie, body: serde_json::from_str(body).unwrap_or(Value::Null) })
}

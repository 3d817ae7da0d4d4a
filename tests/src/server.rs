//! A server process that cannot outlive its test.

use crate::tools;
use std::fs::{self, File};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long a server may take to start; on a busy machine a JVM takes its time.
const START_TIMEOUT: Duration = Duration::from_secs(90);

/// How often a server is started again when it ends at once: another process may have taken its port meanwhile.
const STARTS: usize = 3;

/// Runs a server until standard input ends, which it does in any case when the test process does: also when that
/// one is killed with SIGKILL, and no destructor runs.
const SUPERVISOR: &str = r#"
exec 3<&0 </dev/null
"$@" 3<&- &
server=$!
{ read -r _ <&3; kill -KILL "$server"; } 2>/dev/null &
watcher=$!
exec 3<&-
wait "$server"
status=$?
kill "$watcher" 2>/dev/null
exit "$status"
"#;

/// A running server; killed when dropped.
#[derive(Debug)]
pub struct Server {
    name: &'static str,
    supervisor: Child,
    /// Its end is the server's end.
    lifeline: Option<ChildStdin>,
    folder: TempDir,
}

/// How a server says that it is ready.
#[derive(Debug, Clone, Copy)]
pub enum Ready {
    /// It accepts connections at its first port.
    Port,
    /// It writes a line with this text.
    Line(&'static str),
}

impl Server {
    /// Starts a server on `N` free ports, and waits until it is ready.
    ///
    /// `command` completes the command line, which is empty at first, for a folder and the ports.
    ///
    /// # Panics
    ///
    /// When the server ends early or takes too long; with the end of its log.
    pub fn start<const N: usize>(
        name: &'static str,
        ready: Ready,
        command: impl Fn(&mut Command, &Path, &[u16; N]),
    ) -> (Self, [u16; N]) {
        for start in 1.. {
            let ports = free_ports::<N>();
            let mut server = Self::spawn(name, |folder, line| command(line, folder, &ports));
            match server.wait(ready, ports[0]) {
                Ok(()) => return (server, ports),
                Err(problem) if start == STARTS => {
                    panic!("{name} {problem}; its log ends with:\n{}", server.log_end())
                }
                Err(_) => {}
            }
        }
        unreachable!("the last start returns or panics")
    }

    /// The folder that is the server's own.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Ends the server as SIGKILL does; the folder stays.
    pub fn kill(&mut self) {
        self.lifeline = None;
        self.supervisor.wait().expect("the supervisor can be waited for");
    }

    fn spawn(name: &'static str, command: impl Fn(&Path, &mut Command)) -> Self {
        fs::create_dir_all(tools::run_folder()).expect("the folder .tools/run can be made");
        let folder = tempfile::Builder::new()
            .prefix(&format!("{name}-"))
            .tempdir_in(tools::run_folder())
            .expect("a folder can be made in .tools/run");
        let log = File::create(log_path(&folder)).expect("a log file can be made");
        let mut line = Command::new("sh");
        line.args(["-c", SUPERVISOR, name]);
        // What the developer's shell has set for AWS, Java or Python must not change a test.
        line.env_clear()
            .envs(["PATH", "HOME", "JAVA_HOME"].iter().filter_map(|key| Some((key, std::env::var_os(key)?))));
        line.stdin(Stdio::piped()).stdout(log.try_clone().expect("a log file can be shared")).stderr(log);
        line.current_dir(&folder);
        command(folder.path(), &mut line);
        let mut supervisor = line.spawn().expect("sh can be started");
        let lifeline = supervisor.stdin.take();
        Self { name, supervisor, lifeline, folder }
    }

    fn wait(&mut self, ready: Ready, port: u16) -> Result<(), String> {
        let started = Instant::now();
        while started.elapsed() < START_TIMEOUT {
            if let Some(status) = self.supervisor.try_wait().expect("the supervisor can be asked") {
                return Err(format!("ended while it started ({status})"));
            }
            let is_ready = match ready {
                Ready::Port => TcpStream::connect(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).is_ok(),
                Ready::Line(text) => self.log().contains(text),
            };
            if is_ready {
                return Ok(());
            }
            thread::sleep(Duration::from_millis(20));
        }
        Err(format!("was not ready after {} s", START_TIMEOUT.as_secs()))
    }

    fn log(&self) -> String {
        String::from_utf8_lossy(&fs::read(log_path(&self.folder)).unwrap_or_default()).into_owned()
    }

    fn log_end(&self) -> String {
        let log = self.log();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(20)..].join("\n")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if thread::panicking() {
            // Shown by the test harness together with the panic.
            #[expect(clippy::print_stderr)]
            {
                eprintln!("the log of {} ended with:\n{}", self.name, self.log_end());
            }
        }
        self.kill();
    }
}

fn log_path(folder: &TempDir) -> PathBuf {
    folder.path().join("server.log")
}

fn free_ports<const N: usize>() -> [u16; N] {
    // All are held until all are known, so that they differ.
    let listeners: [TcpListener; N] = std::array::from_fn(|_| {
        TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("loopback has free ports")
    });
    listeners.map(|listener| listener.local_addr().expect("a listener has an address").port())
}

//! A server with a folder of its own, on free ports of loopback.

use crate::supervised::Supervised;
use crate::tools;
use std::fs::{self, File};
use std::io::{Read as _, Seek as _, SeekFrom};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long a server may take to start; on a busy machine a JVM takes its time.
const START_TIMEOUT: Duration = Duration::from_secs(180);

/// How often a server is started again when it ends at once: another process may have taken its port meanwhile.
const STARTS: usize = 3;

/// Whether nobody waits for servers any more.
static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Has every wait for a server end at once, in a panic, now and from now on: somebody wants this process to end.
pub fn interrupt() {
    INTERRUPTED.store(true, Ordering::Relaxed);
}

/// Whether somebody wants this process to end.
pub fn is_interrupted() -> bool {
    INTERRUPTED.load(Ordering::Relaxed)
}

/// A running server; killed when dropped.
#[derive(Debug)]
pub struct Server {
    name: &'static str,
    ready: Ready,
    port: u16,
    // Ends before its folder goes.
    process: Supervised,
    folder: TempDir,
    /// Where the running process began to write into the log.
    log_start: u64,
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
            let mut server = Self::spawn(name, ready, ports[0], |line, folder| command(line, folder, &ports));
            match server.wait() {
                Ok(()) => return (server, ports),
                Err(problem) if start == STARTS || is_interrupted() => panic!("{name} {problem}"),
                Err(_) => {}
            }
        }
        unreachable!("the last start returns or panics")
    }

    /// The folder that is the server's own.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Starts a server at this port, and does not wait for it.
    pub(crate) fn spawn(
        name: &'static str,
        ready: Ready,
        port: u16,
        command: impl FnOnce(&mut Command, &Path),
    ) -> Self {
        fs::create_dir_all(tools::run_folder()).expect("the folder .tools/run can be made");
        let folder = tempfile::Builder::new()
            .prefix(&format!("{name}-"))
            .tempdir_in(tools::run_folder())
            .expect("a folder can be made in .tools/run");
        let process = run(folder.path(), command);
        Self { name, ready, port, process, folder, log_start: 0 }
    }

    /// Ends its process as SIGKILL does. Its folder stays.
    pub fn kill(&mut self) {
        self.process.kill();
    }

    /// Starts it again in its folder, with a whole command line, and does not wait for it.
    ///
    /// # Panics
    ///
    /// When its log can't be read.
    pub fn start_again(&mut self, command: impl FnOnce(&mut Command, &Path)) {
        self.log_start = fs::metadata(log_path(self.folder())).expect("the log is there").len();
        self.process = run(self.folder.path(), command);
    }

    /// Waits until it is ready.
    ///
    /// # Panics
    ///
    /// When it ends early or takes too long; with the end of its log.
    pub fn wait_until_ready(&mut self) {
        if let Err(problem) = self.wait() {
            panic!("{} {problem}", self.name);
        }
    }

    /// Whether it has ended by itself.
    pub fn has_ended(&mut self) -> bool {
        self.process.ended().is_some()
    }

    /// What it has written since it was started last.
    pub fn log(&self) -> String {
        let mut log = Vec::new();
        if let Ok(mut file) = File::open(log_path(self.folder())) {
            // What cannot be read is missing from a report, and no reason to end a test.
            let _ = file.seek(SeekFrom::Start(self.log_start)).and_then(|_| file.read_to_end(&mut log));
        }
        String::from_utf8_lossy(&log).into_owned()
    }

    fn wait(&mut self) -> Result<(), String> {
        let started = Instant::now();
        while started.elapsed() < START_TIMEOUT {
            if is_interrupted() {
                return Err("was not waited for".to_owned());
            }
            if let Some(status) = self.process.ended() {
                return Err(format!("ended while it started ({status})"));
            }
            let is_ready = match self.ready {
                Ready::Port => TcpStream::connect(SocketAddr::from((Ipv4Addr::LOCALHOST, self.port))).is_ok(),
                Ready::Line(text) => self.log().contains(text),
            };
            if is_ready {
                return Ok(());
            }
            thread::sleep(Duration::from_millis(20));
        }
        Err(format!("was not ready after {} s", START_TIMEOUT.as_secs()))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if thread::panicking() && !is_interrupted() {
            let log = self.log();
            let lines: Vec<&str> = log.lines().collect();
            let end = &lines[lines.len().saturating_sub(20)..];
            #[expect(clippy::print_stderr, reason = "the harness shows it together with the panic")]
            {
                eprintln!("the log of {} ends with:\n{}", self.name, end.join("\n"));
            }
        }
    }
}

fn run(folder: &Path, command: impl FnOnce(&mut Command, &Path)) -> Supervised {
    let log = File::options().append(true).create(true).open(log_path(folder));
    let log = log.expect("a log file can be made");
    Supervised::start(|line| {
        line.stdout(log.try_clone().expect("a log file can be shared")).stderr(log).current_dir(folder);
        command(line, folder);
    })
}

fn log_path(folder: &Path) -> PathBuf {
    folder.join("server.log")
}

/// Ports that nobody listens at, for now.
pub(crate) fn free_ports<const N: usize>() -> [u16; N] {
    // All are held until all are known, so that they differ.
    let listeners: [TcpListener; N] = std::array::from_fn(|_| {
        TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("loopback has free ports")
    });
    listeners.map(|listener| listener.local_addr().expect("a listener has an address").port())
}

//! A server with a folder of its own, on free ports of loopback.

use crate::supervised::Supervised;
use crate::tools;
use std::fs::{self, File};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long a server may take to start; on a busy machine a JVM takes its time.
const START_TIMEOUT: Duration = Duration::from_secs(90);

/// How often a server is started again when it ends at once: another process may have taken its port meanwhile.
const STARTS: usize = 3;

/// A running server; killed when dropped.
#[derive(Debug)]
pub struct Server {
    name: &'static str,
    // Ends before its folder goes.
    process: Supervised,
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
            let mut server = Self::spawn(name, |line, folder| command(line, folder, &ports));
            match server.wait(ready, ports[0]) {
                Ok(()) => return (server, ports),
                Err(problem) if start == STARTS => panic!("{name} {problem}"),
                Err(_) => {}
            }
        }
        unreachable!("the last start returns or panics")
    }

    /// The folder that is the server's own.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    fn spawn(name: &'static str, command: impl FnOnce(&mut Command, &Path)) -> Self {
        fs::create_dir_all(tools::run_folder()).expect("the folder .tools/run can be made");
        let folder = tempfile::Builder::new()
            .prefix(&format!("{name}-"))
            .tempdir_in(tools::run_folder())
            .expect("a folder can be made in .tools/run");
        let log = File::create(log_path(folder.path())).expect("a log file can be made");
        let process = Supervised::start(|line| {
            line.stdout(log.try_clone().expect("a log file can be shared"))
                .stderr(log)
                .current_dir(folder.path());
            command(line, folder.path());
        });
        Self { name, process, folder }
    }

    fn wait(&mut self, ready: Ready, port: u16) -> Result<(), String> {
        let started = Instant::now();
        while started.elapsed() < START_TIMEOUT {
            if let Some(status) = self.process.ended() {
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
        String::from_utf8_lossy(&fs::read(log_path(self.folder())).unwrap_or_default()).into_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if thread::panicking() {
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

fn log_path(folder: &Path) -> PathBuf {
    folder.join("server.log")
}

fn free_ports<const N: usize>() -> [u16; N] {
    // All are held until all are known, so that they differ.
    let listeners: [TcpListener; N] = std::array::from_fn(|_| {
        TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("loopback has free ports")
    });
    listeners.map(|listener| listener.local_addr().expect("a listener has an address").port())
}

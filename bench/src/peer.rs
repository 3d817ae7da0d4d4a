//! The Python handlers that ours are compared with.

use anyhow::{Context as _, bail};
use std::{
    cell::RefCell,
    ffi::OsStr,
    fmt,
    io::{BufRead as _, BufReader, ErrorKind, Write as _},
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    time::Duration,
};

/// A script of this folder, running; it lives as long as this value.
pub(crate) struct Peer {
    script: &'static str,
    child: Child,
    /// One question at a time.
    talk: RefCell<Talk>,
}

struct Talk {
    commands: ChildStdin,
    answers: BufReader<ChildStdout>,
}

/// What handling an event took, and gave.
pub(crate) struct Handled {
    pub(crate) elapsed: Duration,
    pub(crate) bytes: usize,
}

impl Peer {
    /// Starts the script for the event in this file or folder; none where there is no such Python.
    pub(crate) fn start(
        python: impl AsRef<OsStr>,
        script: &'static str,
        event: &Path,
    ) -> anyhow::Result<Option<Self>> {
        let python = Command::new(python)
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join(script))
            .arg(event)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn();
        let mut child = match python {
            Ok(child) => child,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error).context("starting Python"),
        };
        let commands = child.stdin.take().context("Python has no input")?;
        let answers = BufReader::new(child.stdout.take().context("Python has no output")?);
        Ok(Some(Self { script, child, talk: RefCell::new(Talk { commands, answers }) }))
    }

    /// Handles the event so many times, with this compression of the script's.
    pub(crate) fn handle(&self, compression: &str, times: u32) -> anyhow::Result<Handled> {
        let answer = self.ask(format_args!("{compression} {times}"))?;
        let Some((seconds, bytes)) = answer.split_once(' ') else {
            bail!("{} answers {answer:?}, expected seconds and bytes", self.script);
        };
        Ok(Handled { elapsed: Duration::try_from_secs_f64(seconds.parse()?)?, bytes: bytes.parse()? })
    }

    /// Sends a command, and waits for its answer.
    pub(crate) fn ask(&self, command: fmt::Arguments<'_>) -> anyhow::Result<String> {
        writeln!(self.talk.borrow_mut().commands, "{command}")
            .with_context(|| format!("{} doesn't listen", self.script))?;
        self.listen()
    }

    /// Waits for a line of the script's.
    pub(crate) fn listen(&self) -> anyhow::Result<String> {
        let mut line = String::new();
        if self.talk.borrow_mut().answers.read_line(&mut line)? == 0 {
            bail!("{} ended", self.script);
        }
        line.truncate(line.trim_end().len());
        Ok(line)
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // It may be gone already, and nothing is left to do for it.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

//! The Python handler that ours is compared with.

use anyhow::{Context as _, bail};
use std::{
    cell::RefCell,
    io::{BufRead as _, BufReader, ErrorKind, Write as _},
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    time::Duration,
};

/// `handler.py`, running; it lives as long as this value.
pub(crate) struct Peer {
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
    /// Starts the handler for the event in this file; none where there is no Python.
    pub(crate) fn start(event: &Path) -> anyhow::Result<Option<Self>> {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/handler.py");
        let python = Command::new("python3")
            .arg(script)
            .arg(event)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn();
        let mut child = match python {
            Ok(child) => child,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error).context("starting python3"),
        };
        let commands = child.stdin.take().context("python3 has no input")?;
        let answers = BufReader::new(child.stdout.take().context("python3 has no output")?);
        Ok(Some(Self { child, talk: RefCell::new(Talk { commands, answers }) }))
    }

    /// Handles the event so many times, with this compression of the script's.
    pub(crate) fn handle(&self, compression: &str, times: u32) -> anyhow::Result<Handled> {
        let mut talk = self.talk.borrow_mut();
        writeln!(talk.commands, "{compression} {times}").context("handler.py doesn't listen")?;
        let mut answer = String::new();
        talk.answers.read_line(&mut answer)?;
        let Some((seconds, bytes)) = answer.trim_end().split_once(' ') else {
            bail!("handler.py answers {answer:?}, expected seconds and bytes");
        };
        Ok(Handled { elapsed: Duration::try_from_secs_f64(seconds.parse()?)?, bytes: bytes.parse()? })
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // It may be gone already, and nothing is left to do for it.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

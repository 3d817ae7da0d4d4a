//! The handler in Python, and the Python that has what it needs.

use crate::{events::AvroEvent, measure::Variant, peer::Peer};
use anyhow::{Context as _, ensure};
use std::{
    fs, io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// The Python that has what `parquet_handler.py` needs: that of the tests, or else the computer's own; none where
/// that has it neither.
pub(super) fn find() -> anyhow::Result<Option<PathBuf>> {
    let installed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.tools/peers/bin/python");
    let python = if installed.exists() { installed } else { PathBuf::from("python3") };
    let import = Command::new(&python)
        .args(["-c", "import fastavro, pyarrow.parquet"])
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .status();
    match import {
        Ok(status) => Ok(status.success().then_some(python)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("starting {}", python.display())),
    }
}

/// `parquet_handler.py`, running.
pub(super) struct Python<'a> {
    peer: Peer,
    folder: &'a Path,
}

impl<'a> Python<'a> {
    /// Starts the handler for this event, in an empty folder.
    pub(super) fn start(python: &Path, event: &AvroEvent, folder: &'a Path) -> anyhow::Result<Self> {
        fs::write(folder.join("event.json"), &event.json)?;
        fs::write(folder.join(format!("{}.avsc", event.schema_id)), event.schema)?;
        let peer = Peer::start(python, "parquet_handler.py", folder)?;
        Ok(Self { peer: peer.context("Python is gone")?, folder })
    }

    /// Makes sure that these objects have the rows of those that the handler makes.
    ///
    /// # Errors
    ///
    /// When they don't: then figures mean nothing.
    pub(super) fn compare(&self, objects: &[Vec<u8>]) -> anyhow::Result<()> {
        let folder = self.folder.join("objects");
        fs::create_dir(&folder)?;
        for (index, object) in objects.iter().enumerate() {
            fs::write(folder.join(format!("{index}.parquet")), object)?;
        }
        let difference = self.peer.ask(format_args!("compare {}", folder.display()))?;
        ensure!(difference == "equal", "our rows are not Python's: {difference}");
        Ok(())
    }

    /// The handler as a variant; `compression` as the script calls it.
    pub(super) fn variant<'p>(&'p self, name: &'static str, compression: &'static str) -> Variant<'p> {
        Variant::timed_by(name, move |times| Ok(self.peer.handle(compression, times)?.elapsed))
    }

    /// How many bytes the handler's objects have.
    pub(super) fn bytes(&self, compression: &str) -> anyhow::Result<usize> {
        Ok(self.peer.handle(compression, 1)?.bytes)
    }
}

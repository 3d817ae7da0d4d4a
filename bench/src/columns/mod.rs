//! All that parquet-sink does but S3, next to the same work in Python and to the usual way in Rust.

mod plain;

use crate::{
    events::{self, AvroEvent, MAX_RECORDS, Span},
    measure::{Variant, side_by_side},
    peer::Peer,
    report::{Goal, Report},
};
use anyhow::ensure;
use plain::Plain;
use std::{
    fs, io,
    path::{Path, PathBuf},
};

pub(crate) fn measure<W: io::Write>(rounds: u32, report: &mut Report<W>) -> anyhow::Result<()> {
    let cases = [
        Case {
            name: "CDC",
            event: events::order_changes(MAX_RECORDS, Span::OneHour),
            speed_to_python: Goal::AtLeast(16.0),
        },
        Case {
            name: "CDC over three hours",
            event: events::order_changes(MAX_RECORDS, Span::ThreeHours),
            speed_to_python: Goal::None,
        },
        Case {
            name: "CDC, few",
            event: events::order_changes(100, Span::OneHour),
            speed_to_python: Goal::None,
        },
        Case { name: "flat", event: events::payments(Span::OneHour), speed_to_python: Goal::AtLeast(16.0) },
    ];
    for case in cases {
        if !case.measure(rounds, report)? {
            break;
        }
    }
    Ok(())
}

/// An event, and how its handlers should compare.
struct Case {
    name: &'static str,
    event: AvroEvent,
    speed_to_python: Goal,
}

impl Case {
    /// Measures, and says whether it could.
    fn measure<W: io::Write>(self, rounds: u32, report: &mut Report<W>) -> anyhow::Result<bool> {
        let Self { name, event, .. } = &self;
        let records = event.records;
        report.title(format_args!(
            "parquet-sink without S3, {name}, gzip: {records} records, {} bytes of Avro in an event of {} bytes",
            event.value_bytes,
            event.json.len()
        ))?;
        let folder = tempfile::tempdir()?;
        let peer = match start_peer(event, folder.path())? {
            Ok(peer) => peer,
            Err(missing) => {
                report.missing(format_args!("{missing}"))?;
                return Ok(false);
            }
        };
        let mut plain = Plain::new(event)?;
        let plain_bytes = plain.handle(&event.json)?.iter().map(Vec::len).sum();
        let python_bytes = peer.handle("default", 1)?.bytes;
        let python6_bytes = peer.handle("gzip6", 1)?.bytes;
        let [plain, python, python6] = side_by_side(
            rounds,
            [
                Variant::new("arrow-avro + ArrowWriter, gzip 6", || plain.handle(&event.json)),
                Variant::timed_by("a plain handler in Python, gzip 9", |times| {
                    Ok(peer.handle("default", times)?.elapsed)
                }),
                Variant::timed_by("a plain handler in Python, gzip 6", |times| {
                    Ok(peer.handle("gzip6", times)?.elapsed)
                }),
            ],
        )?;
        report.figure(&plain, records, Some(plain_bytes))?;
        report.figure(&python, records, Some(python_bytes))?;
        report.figure(&python6, records, Some(python6_bytes))?;
        report.ratio("plain's records/s / Python's", python.ratio_to(&plain), self.speed_to_python)?;
        Ok(true)
    }
}

/// Starts the Python handler for this event, in an empty folder; the error says what is missing on this computer.
fn start_peer(event: &AvroEvent, folder: &Path) -> anyhow::Result<Result<Peer, String>> {
    const INSTALL: &str = "`tests/tools/install python` installs it";
    fs::write(folder.join("event.json"), &event.json)?;
    fs::write(folder.join(format!("{}.avsc", event.schema_id)), event.schema)?;
    let installed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.tools/python/bin/python");
    let python = if installed.exists() { installed } else { PathBuf::from("python3") };
    let Some(peer) = Peer::start(python, "parquet_handler.py", folder)? else {
        return Ok(Err("Python is missing".to_owned()));
    };
    let greeting = peer.listen()?;
    if let Some(package) = greeting.strip_prefix("missing ") {
        return Ok(Err(format!("Python's {package} is missing: {INSTALL}")));
    }
    ensure!(greeting == "ready", "parquet_handler.py says {greeting:?}, expected ready");
    Ok(Ok(peer))
}

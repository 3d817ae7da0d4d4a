//! All that parquet-sink does but S3, next to the same work in Python and to the usual way in Rust.

mod plain;
mod python;
mod sink;

use crate::{
    events::{self, AvroEvent, MAX_RECORDS, Span},
    measure::{Variant, side_by_side},
    report::{Goal, Report},
};
use encoding::{GzipLevel, parquet::ParquetCodec};
use plain::Plain;
use python::Python;
use record::Record;
use sink::Sink;
use std::{io, path::Path};

/// What pyarrow and `ArrowWriter` are measured with, too.
const GZIP: ParquetCodec = ParquetCodec::Gzip(GzipLevel::OF_COLUMNS);

pub(crate) fn measure<W: io::Write>(rounds: u32, report: &mut Report<W>) -> anyhow::Result<()> {
    let Some(python) = python::find()? else {
        report.missing(format_args!(
            "parquet-sink's handler, which is compared with one in Python: fastavro and pyarrow are missing, \
             `tests/tools/install peers` installs them"
        ))?;
        return Ok(());
    };
    let cases = [
        Case {
            name: "CDC",
            event: events::order_changes(MAX_RECORDS, Span::OneHour),
            speed_to_python: Goal::AtLeast(16.0),
        },
        Case { name: "flat", event: events::payments(Span::OneHour), speed_to_python: Goal::AtLeast(16.0) },
        // Objects cost something, too: their columns, pages and dictionaries.
        Case {
            name: "CDC, an object for each of three hours",
            event: events::order_changes(MAX_RECORDS, Span::ThreeHours),
            speed_to_python: Goal::None,
        },
        Case {
            name: "CDC, a small batch",
            event: events::order_changes(100, Span::OneHour),
            speed_to_python: Goal::None,
        },
    ];
    for case in &cases {
        case.measure(&python, rounds, report)?;
    }
    Ok(())
}

/// An event, and how much faster than Python's its handler should be.
struct Case {
    name: &'static str,
    event: AvroEvent,
    speed_to_python: Goal,
}

impl Case {
    fn measure<W: io::Write>(
        &self,
        python: &Path,
        rounds: u32,
        report: &mut Report<W>,
    ) -> anyhow::Result<()> {
        let Self { name, event, speed_to_python } = self;
        let records = event.records;
        report.title(format_args!(
            "parquet-sink without S3, {name}: {records} records, {} bytes of Avro in {} of JSON",
            event.value_bytes,
            event.json.len()
        ))?;
        let folder = tempfile::tempdir()?;
        let python = Python::start(python, event, folder.path())?;

        let mut sink = Sink::new(event, GZIP)?;
        let objects = sink.handle(&event.json)?;
        python.compare(&objects)?;
        let mut snappy = Sink::new(event, ParquetCodec::Snappy)?;
        let mut plain = Plain::new(event)?;
        let our_bytes = bytes(&objects);
        let snappy_bytes = bytes(&snappy.handle(&event.json)?);
        let plain_bytes = bytes(&plain.handle(&event.json)?);
        let [ours, snappy, usual, python9, python6] = side_by_side(
            rounds,
            [
                Variant::new("landfall, gzip 4", || sink.handle(&event.json)),
                Variant::new("landfall, snappy", || snappy.handle(&event.json)),
                Variant::new("arrow-avro + ArrowWriter, gzip 6", || plain.handle(&event.json)),
                python.variant("a plain handler in Python, gzip 9", "default"),
                python.variant("the same, gzip 6", "gzip6"),
            ],
        )?;
        let python_bytes = python.bytes("default")?;
        report.figure(&ours, records, Some(our_bytes))?;
        self.measure_steps(rounds, report)?;
        report.figure(&snappy, records, Some(snappy_bytes))?;
        report.figure(&usual, records, Some(plain_bytes))?;
        report.figure(&python9, records, Some(python_bytes))?;
        report.figure(&python6, records, Some(python.bytes("gzip6")?))?;
        report.ratio("landfall's records/s / Python's, gzip 9", python9.ratio_to(&ours), *speed_to_python)?;
        report.ratio("landfall's records/s / Python's, gzip 6", python6.ratio_to(&ours), Goal::None)?;
        report.ratio("landfall's time / the usual way's", ours.ratio_to(&usual), Goal::None)?;
        report.ratio("landfall's bytes / Python's", our_bytes as f64 / python_bytes as f64, Goal::None)?;
        report.ratio(
            "landfall's bytes / the usual way's",
            our_bytes as f64 / plain_bytes as f64,
            Goal::None,
        )?;
        Ok(())
    }

    /// Where our handler's time goes.
    fn measure_steps<W: io::Write>(&self, rounds: u32, report: &mut Report<W>) -> anyhow::Result<()> {
        let json = &self.event.json;
        let mut decoding = Sink::new(&self.event, GZIP)?;
        let sink = Sink::new(&self.event, GZIP)?;
        let mut plain = Plain::new(&self.event)?;
        let batch = record::event::parse(json)?;
        let rows = decoding.decode(&batch)?;
        let groups = sink.group(rows.clone())?;
        let values: Vec<_> = batch.records().filter_map(Record::value).collect();
        let steps = side_by_side(
            rounds,
            [
                Variant::new("  of it parsing", || record::event::parse(json)),
                Variant::new("  of it decoding", || decoding.decode(&batch)),
                Variant::new("    where arrow-avro alone takes", || plain.rows(&values)),
                Variant::new("  of it grouping", || sink.group(rows.clone())),
                Variant::new("  of it encoding", || sink.encode(&groups)),
            ],
        )?;
        for step in &steps {
            report.figure(step, self.event.records, None)?;
        }
        Ok(())
    }
}

fn bytes(objects: &[Vec<u8>]) -> usize {
    objects.iter().map(Vec::len).sum()
}

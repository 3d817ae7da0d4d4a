//! All that json-sink does but S3, next to what bounds it and to the same work in Python.

use crate::{
    events,
    measure::{Variant, side_by_side},
    parsing::Payloads,
    peer::Peer,
    report::{Goal, Report},
};
use base64_simd::STANDARD;
use decoding::NullValues;
use decoding::debezium::Unwrap;
use decoding::json::{self, JsonOptions};
use encoding::{Compression, Encode as _, GzipLevel, JsonLines, KafkaMetadata};
use libdeflater::{CompressionLvl, Compressor};
use naming::Delimiter;
use partitioning::{Partitioner, Partitioning};
use serde_json::value::RawValue;
use std::{fs, hint::black_box, io};

pub(crate) fn measure<W: io::Write>(rounds: u32, report: &mut Report<W>) -> anyhow::Result<()> {
    let event = events::tracking();
    let file = tempfile::NamedTempFile::new()?;
    fs::write(file.path(), &event)?;
    let Some(peer) = Peer::start("python3", "handler.py", file.path())? else {
        report.missing(format_args!(
            "the handlers, which are compared with one in Python: python3 is missing"
        ))?;
        return Ok(());
    };

    let payloads = Payloads::of(&event)?;
    let mut decoded = Vec::with_capacity(event.len());
    let plain = Case {
        name: "JSON Lines",
        compression: Compression::None,
        bound: Variant::new("base64-simd + RawValue alone", || {
            decode_and_validate(&payloads.values, &mut decoded);
        }),
        most_to_bound: 1.6,
        peer: "plain",
        speed_to_peer: Goal::AtLeast(14.0),
    };
    plain.measure(rounds, &event, &peer, report)?;

    let lines = Handler::new(Compression::None).handle(&event)?.concat();
    let mut compressor = Compressor::new(CompressionLvl::default());
    let mut compressed = vec![0; compressor.gzip_compress_bound(lines.len())];
    let gzip = Case {
        name: "JSON Lines, gzip 6",
        compression: Compression::Gzip(GzipLevel::DEFAULT),
        bound: Variant::new("its compressor alone, one buffer", || {
            compressor.gzip_compress(&lines, &mut compressed).expect("the buffer is long enough")
        }),
        most_to_bound: 1.25,
        peer: "gzip",
        // Most of it is the compressor, which is in C in both.
        speed_to_peer: Goal::None,
    };
    gzip.measure(rounds, &event, &peer, report)
}

/// A way to handle an event, and what it is compared with.
struct Case<'a> {
    name: &'static str,
    compression: Compression,
    /// The part of the work that cannot be left out.
    bound: Variant<'a>,
    most_to_bound: f64,
    /// What the Python handler calls this compression.
    peer: &'static str,
    speed_to_peer: Goal,
}

impl Case<'_> {
    fn measure<W: io::Write>(
        self,
        rounds: u32,
        event: &[u8],
        peer: &Peer,
        report: &mut Report<W>,
    ) -> anyhow::Result<()> {
        let records = record::event::parse(event)?.len();
        report.title(format_args!("json-sink without S3, {}: {records} records", self.name))?;

        let handler = Handler::new(self.compression);
        let our_bytes = handler.handle(event)?.iter().map(Vec::len).sum();
        let their_bytes = peer.handle(self.peer, 1)?.bytes;
        let [bound, ours, theirs] = side_by_side(
            rounds,
            [
                self.bound,
                Variant::new("landfall", || handler.handle(event)),
                Variant::timed_by("a plain handler in Python", |times| {
                    Ok(peer.handle(self.peer, times)?.elapsed)
                }),
            ],
        )?;
        report.figure(&bound, records, None)?;
        report.figure(&ours, records, Some(our_bytes))?;
        report.figure(&theirs, records, Some(their_bytes))?;
        report.ratio(
            "landfall's time / the bound's",
            ours.ratio_to(&bound),
            Goal::AtMost(self.most_to_bound),
        )?;
        report.ratio("landfall's records/s / Python's", theirs.ratio_to(&ours), self.speed_to_peer)?;
        report.ratio(
            "landfall's bytes / Python's",
            our_bytes as f64 / their_bytes as f64,
            Goal::AtMost(1.0),
        )?;
        Ok(())
    }
}

/// What json-sink is between its event and S3, with its default settings.
struct Handler {
    partitioning: Partitioning,
    encoder: JsonLines,
}

impl Handler {
    fn new(compression: Compression) -> Self {
        Self {
            partitioning: Partitioning {
                partitioners: vec![Partitioner::Default],
                directory_delimiter: Delimiter::directory(),
                flush_size: None,
            },
            encoder: JsonLines::new(compression, KafkaMetadata::None),
        }
    }

    /// The bodies of an event's objects.
    fn handle(&self, event: &[u8]) -> anyhow::Result<Vec<Vec<u8>>> {
        let batch = record::event::parse(event)?;
        let options =
            JsonOptions { null_values: NullValues::Fail, unwrap: Unwrap::None, reserved_member: None };
        let decoded = json::decode_all(&batch, &options);
        let grouped = partitioning::group(decoded.rows, &self.partitioning, 0);
        let bodies =
            grouped.groups.iter().map(|group| self.encoder.encode(&group.rows, 0..group.rows.len(), ""));
        Ok(bodies.collect::<Result<_, _>>()?)
    }
}

/// The least that any JSON sink does: what the values mean, and whether it is JSON.
fn decode_and_validate(values: &[&[u8]], decoded: &mut Vec<u8>) {
    decoded.clear();
    for value in values {
        let start = decoded.len();
        STANDARD.decode_append(value, decoded).expect("the event's base64 is right");
        let json: &RawValue = serde_json::from_slice(&decoded[start..]).expect("the event's values are JSON");
        black_box(json);
    }
}

//! Settings and records in, keys out: what the Confluent sink's own tests expect, and where ours goes beyond.
//!
//! The facts are those of the partitioner tests of kafka-connect-storage-common and the writer tests of
//! kafka-connect-storage-cloud.

#[path = "../support/batch.rs"]
mod batch;
#[path = "../support/run.rs"]
mod run;
#[path = "../support/settings.rs"]
mod settings;
#[path = "../support/sink.rs"]
mod sink;

mod chains;
mod clusters;
mod delimiters;
mod fields;
mod flush_cells;
mod joda;
mod naming;
mod quarantine;
mod templates;
mod time_fields;
mod times;

use batch::{batch_from, record};
use delivery::Object;
use delivery::memory::MemoryStore;
use jiff::Timestamp;
use record::Source;
use record::event::NewRecord;
use std::collections::BTreeMap;

/// Asserts that these are the keys, all of them, sorted.
#[track_caller]
fn check(vars: &[(&str, &str)], records: &[NewRecord<'_>], expected: &[&str]) {
    check_from(Source::SelfManaged, vars, records, expected);
}

#[track_caller]
fn check_from(source: Source, vars: &[(&str, &str)], records: &[NewRecord<'_>], expected: &[&str]) {
    let objects = deliver(source, vars, records);
    assert_eq!(objects.keys().collect::<Vec<_>>(), expected);
}

/// Asserts the keys of objects with the offsets that are in them.
#[track_caller]
fn check_offsets(vars: &[(&str, &str)], records: &[NewRecord<'_>], expected: &[(&str, &[i64])]) {
    let objects = deliver(Source::SelfManaged, vars, records);
    let offsets: Vec<(&str, Vec<i64>)> =
        objects.iter().map(|(key, object)| (&**key, object.coverage.offsets().collect())).collect();
    let expected: Vec<(&str, Vec<i64>)> =
        expected.iter().map(|(key, offsets)| (*key, offsets.to_vec())).collect();
    assert_eq!(offsets, expected);
}

#[track_caller]
fn deliver(source: Source, vars: &[(&str, &str)], records: &[NewRecord<'_>]) -> BTreeMap<String, Object> {
    let sink = sink::sink_over(vars, MemoryStore::default());
    run::deliver(&sink, &batch_from(source, records)).expect("delivered");
    sink.store().objects()
}

/// A record with this value.
fn value(offset: i64, json: &str) -> NewRecord<'_> {
    NewRecord { value: Some(json.as_bytes()), ..record(offset) }
}

/// A record of this time, as RFC 3339 writes it.
fn at(offset: i64, time: &str) -> NewRecord<'static> {
    let time: Timestamp = time.parse().expect("a time");
    NewRecord { timestamp_ms: time.as_millisecond(), ..record(offset) }
}

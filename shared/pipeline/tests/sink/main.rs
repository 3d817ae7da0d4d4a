//! What a sink promises of a batch, over a store in memory.

#[path = "../support/batch.rs"]
mod batch;
#[path = "../support/run.rs"]
mod run;
#[path = "../support/settings.rs"]
mod settings;
#[path = "../support/sink.rs"]
mod support;

mod bodies;
mod changes;
mod failures;
mod promises;
mod reports;
mod stores;

use batch::{batch_from, record};
use delivery::memory::MemoryStore;
use pipeline::{JsonFormat, Sink};
use record::event::NewRecord;
use record::{Batch, Source};
use support::sink_over;

fn sink(vars: &[(&str, &str)]) -> Sink<MemoryStore, JsonFormat> {
    sink_over(vars, MemoryStore::default())
}

/// A batch from a cluster without an ARN.
fn batch(records: &[NewRecord<'_>]) -> Batch {
    batch_from(Source::SelfManaged, records)
}

/// A record with this value; none is a tombstone.
fn value(offset: i64, value: Option<&'static str>) -> NewRecord<'static> {
    NewRecord { value: value.map(str::as_bytes), ..record(offset) }
}

/// A record of another partition.
fn of(partition: i32, offset: i64) -> NewRecord<'static> {
    NewRecord { partition, ..record(offset) }
}

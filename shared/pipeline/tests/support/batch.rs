//! Batches, by way of the event that Lambda would hand over.

use record::event::{EventWriter, NewRecord};
use record::{Batch, Source, TimestampType};

/// A record like any other: an empty object of partition 12 of `test-topic`, at 2015-04-02T08:00:00Z, which is one
/// in the morning in Los Angeles.
pub(crate) fn record(offset: i64) -> NewRecord<'static> {
    NewRecord {
        topic: "test-topic",
        partition: 12,
        offset,
        timestamp_ms: 1_427_961_600_000,
        timestamp_type: TimestampType::CreateTime,
        key: None,
        value: Some(b"{}"),
        headers: Vec::new(),
    }
}

/// The batch of an event with these records.
pub(crate) fn batch_from(source: Source, records: &[NewRecord<'_>]) -> Batch {
    let mut event = EventWriter::new(source, "broker:9092".to_owned());
    for record in records {
        event.push(record);
    }
    record::event::parse(&event.finish()).expect("an event as Lambda writes it")
}

//! Batches, without Kafka and without a clock.

use super::{Batch, Batcher, Envelope, Limits, Oversized};
use crate::kafka::{OwnedTimestampType, Record};
use proptest::prelude::*;
use record::Source;
use record::event::parse;
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

pub(super) fn envelope() -> Envelope {
    Envelope { source: Source::SelfManaged, bootstrap_servers: "b:9092".to_owned(), topic: "t".to_owned() }
}

pub(super) fn record(partition: i32, offset: i64, value_bytes: usize) -> Record {
    Record {
        partition,
        offset,
        timestamp_ms: 1_700_000_000_000 + offset,
        timestamp_type: OwnedTimestampType::CreateTime,
        key: Some(format!("user-{offset}").into_bytes()),
        value: Some(vec![b'v'; value_bytes]),
        headers: vec![("h".to_owned(), None)],
    }
}

pub(super) fn batch(offsets: &[(i32, i64)]) -> Batch {
    let mut batcher = batcher(offsets.len(), usize::MAX);
    let now = Instant::now();
    let batches = offsets.iter().filter_map(|(partition, offset)| {
        batcher.push(record(*partition, *offset, 1), now).expect("it fits")
    });
    batches.last().expect("the last record completes it")
}

pub(super) fn large_batch(value_bytes: usize) -> Batch {
    let complete = batcher(1, usize::MAX).push(record(0, 0, value_bytes), Instant::now());
    complete.expect("it fits").expect("one record completes it")
}

fn batcher(records: usize, bytes: usize) -> Batcher {
    Batcher::new(envelope(), Limits { records, bytes, window: Duration::from_millis(500) })
}

/// The coordinates of a batch, out of its event.
pub(super) fn coordinates(batch: &Batch) -> Vec<(i32, i64)> {
    let event = parse(&batch.event()).expect("the event can be read");
    assert_eq!(event.len(), batch.records().len());
    event.records().map(|record| (record.partition(), record.offset())).collect()
}

#[test]
fn enough_records_complete_a_batch() {
    let mut batcher = batcher(2, usize::MAX);
    let now = Instant::now();
    assert!(batcher.push(record(0, 1, 1), now).unwrap().is_none());
    assert_eq!(coordinates(&batcher.push(record(1, 1, 1), now).unwrap().unwrap()), [(0, 1), (1, 1)]);
    assert!(batcher.is_empty());
}

#[test]
fn a_full_event_completes_a_batch_and_the_record_begins_the_next() {
    let mut batcher = batcher(100, 2500);
    let now = Instant::now();
    assert!(batcher.push(record(0, 1, 1000), now).unwrap().is_none());
    assert_eq!(coordinates(&batcher.push(record(0, 2, 1000), now).unwrap().unwrap()), [(0, 1)]);
    assert_eq!(coordinates(&batcher.cut().unwrap()), [(0, 2)]);
}

#[test]
fn the_window_begins_with_the_first_record() {
    let mut batcher = batcher(100, usize::MAX);
    assert_eq!(batcher.due(), None);
    let first = Instant::now();
    batcher.push(record(0, 1, 1), first).unwrap();
    batcher.push(record(0, 2, 1), first + Duration::from_millis(100)).unwrap();
    assert_eq!(batcher.due(), Some(first + Duration::from_millis(500)));
    batcher.cut();
    assert_eq!(batcher.due(), None);
}

#[test]
fn a_record_that_fits_no_event_is_named_and_what_came_before_stays() {
    let mut batcher = batcher(100, 2000);
    let now = Instant::now();
    batcher.push(record(0, 1, 10), now).unwrap();
    let Oversized(alone) = batcher.push(record(0, 2, 3000), now).unwrap_err();
    let error = alone.too_large(&envelope(), 2000);
    assert_eq!(error.to_string(), "record t-0@2 makes an event of 4228 bytes, at most 2000 are allowed");
    assert_eq!(coordinates(&batcher.cut().unwrap()), [(0, 1)]);
}

#[test]
fn records_of_partitions_can_be_taken_out() {
    let mut batcher = batcher(100, usize::MAX);
    let now = Instant::now();
    for (partition, offset) in [(0, 1), (1, 1), (2, 1), (0, 2)] {
        batcher.push(record(partition, offset, 1), now).unwrap();
    }
    let taken = batcher.take(&BTreeSet::from([0, 2]));
    assert_eq!(taken.iter().map(|r| (r.partition, r.offset)).collect::<Vec<_>>(), [(0, 1), (2, 1), (0, 2)]);
    assert_eq!(batcher.due(), Some(now + Duration::from_millis(500)));
    assert_eq!(coordinates(&batcher.cut().unwrap()), [(1, 1)]);
    batcher.push(record(0, 1, 1), now).unwrap();
    batcher.take(&BTreeSet::from([0]));
    assert_eq!(batcher.due(), None);
    assert!(batcher.is_empty());
}

#[test]
fn a_part_of_a_batch_is_a_batch() {
    let batch = batch(&[(0, 5), (1, 7), (0, 6)]);
    let part = batch.clone().retain(&envelope(), |record| record.partition == 0).unwrap();
    assert_eq!(coordinates(&part), [(0, 5), (0, 6)]);
    assert!(batch.clone().retain(&envelope(), |_| false).is_none());
    let (first, rest) = batch.split(&envelope(), 1);
    assert_eq!(coordinates(&first), [(0, 5)]);
    assert_eq!(coordinates(&rest), [(1, 7), (0, 6)]);
}

proptest! {
    #[test]
    fn batches_keep_their_limits_and_hold_every_record_once_in_order(
        limit in 1_usize..20,
        max_bytes in 1500_usize..6000,
        steps in proptest::collection::vec((0_i32..4, 0_usize..900, 0_u64..400), 0..200),
    ) {
        let mut batcher = batcher(limit, max_bytes);
        let mut now = Instant::now();
        let mut next_offset = [0_i64; 4];
        let mut pushed: BTreeMap<i32, Vec<i64>> = BTreeMap::new();
        let mut batches = Vec::new();
        for (partition, value_bytes, wait_ms) in steps {
            now += Duration::from_millis(wait_ms);
            if batcher.due().is_some_and(|due| due <= now) {
                batches.extend(batcher.cut());
            }
            let offset = &mut next_offset[partition as usize];
            // Compacted topics have gaps.
            *offset += 1 + (value_bytes % 3) as i64;
            pushed.entry(partition).or_default().push(*offset);
            batches.extend(batcher.push(record(partition, *offset, value_bytes), now).unwrap());
        }
        batches.extend(batcher.cut());

        let mut delivered: BTreeMap<i32, Vec<i64>> = BTreeMap::new();
        for batch in &batches {
            prop_assert!((1..=limit).contains(&batch.records().len()));
            prop_assert!(batch.event().len() <= max_bytes);
            for (partition, offset) in coordinates(batch) {
                delivered.entry(partition).or_default().push(offset);
            }
        }
        prop_assert_eq!(delivered, pushed);
    }
}

//! Each topic-partition once, and each offset once in it.

use super::EventError;
use crate::batch::{Entry, PartitionEntry, Span};
use std::collections::BTreeMap;

/// Joins topic-partitions that stand in the event twice, and drops records that stand in it twice.
///
/// # Errors
///
/// When two records differ but have one offset.
pub(super) fn settle(
    partitions: &mut Vec<PartitionEntry>,
    records: &mut Vec<Entry>,
    arena: &[u8],
) -> Result<(), EventError> {
    join_partitions(partitions, records);
    let mut repeated = Vec::new();
    for partition in &*partitions {
        find_repeated(partition, records, arena, &mut repeated)?;
    }
    if !repeated.is_empty() {
        repeated.sort_unstable();
        drop_records(&repeated, partitions, records);
    }
    Ok(())
}

fn join_partitions(partitions: &mut Vec<PartitionEntry>, records: &mut [Entry]) {
    let mut known = BTreeMap::new();
    let places: Vec<u32> = partitions
        .iter()
        .map(|entry| {
            let next = known.len() as u32;
            *known.entry((&*entry.topic, entry.partition)).or_insert(next)
        })
        .collect();
    if known.len() == partitions.len() {
        return;
    }
    for record in &mut *records {
        record.partition = places[record.partition as usize];
    }
    // Stable: in a partition the event's order stays.
    records.sort_by_key(|record| record.partition);
    let mut kept = 0;
    let mut places = places.into_iter();
    partitions.retain(|_| {
        let is_first = places.next() == Some(kept);
        kept += u32::from(is_first);
        is_first
    });
    set_ranges(partitions, records);
}

/// Adds the indexes of records whose offset an equal record has had before.
fn find_repeated(
    partition: &PartitionEntry,
    records: &[Entry],
    arena: &[u8],
    repeated: &mut Vec<usize>,
) -> Result<(), EventError> {
    let range = partition.records.clone();
    if records[range.clone()].is_sorted_by(|one, next| one.offset < next.offset) {
        return Ok(());
    }
    let mut by_offset: Vec<usize> = range.collect();
    by_offset.sort_by_key(|index| records[*index].offset);
    for same in by_offset.chunk_by(|one, next| records[*one].offset == records[*next].offset) {
        let first = &records[same[0]];
        if !same.iter().all(|index| is_same(first, &records[*index], arena)) {
            let PartitionEntry { topic, partition, .. } = partition;
            let (topic, partition, offset) = (topic.clone(), *partition, first.offset);
            return Err(EventError::TwoRecords { topic, partition, offset });
        }
        repeated.extend(&same[1..]);
    }
    Ok(())
}

/// Whether two records of one offset are one: what [`crate::Identity`] looks at.
fn is_same(one: &Entry, other: &Entry, arena: &[u8]) -> bool {
    let bytes = |span: Span| (span.length != Span::NULL.length).then(|| &arena[span.range()]);
    one.timestamp_ms == other.timestamp_ms
        && bytes(one.key) == bytes(other.key)
        && bytes(one.value) == bytes(other.value)
}

/// Drops the records with these indexes, which ascend.
fn drop_records(indexes: &[usize], partitions: &mut [PartitionEntry], records: &mut Vec<Entry>) {
    let mut index = 0..;
    records.retain(|_| index.next().is_none_or(|index| indexes.binary_search(&index).is_err()));
    set_ranges(partitions, records);
}

/// Tells each partition where its records stand.
fn set_ranges(partitions: &mut [PartitionEntry], records: &[Entry]) {
    let mut start = 0;
    for (index, partition) in partitions.iter_mut().enumerate() {
        let count = records[start..].iter().take_while(|record| record.partition as usize == index).count();
        partition.records = start..start + count;
        start += count;
    }
}

//! From rows to groups.

use crate::Partitioning;
use crate::placer::{PathId, Placer};
use naming::Path;
use record::{Rejection, Row};
use std::collections::HashMap;
use std::num::NonZeroU64;

/// The records of a batch that share an object: same topic, partition, path, schema number and flush cell.
#[derive(Debug)]
pub struct Group<R> {
    /// What the partitioners made.
    pub path: Path,
    /// The rows by ascending offset; at least one.
    pub rows: Vec<R>,
}

/// The rows of a batch, placed.
#[derive(Debug)]
pub struct Grouped<'b, R> {
    /// In the order in which their first rows came.
    pub groups: Vec<Group<R>>,
    /// What could not be placed.
    pub rejections: Vec<Rejection<'b>>,
}

/// What the rows of a group have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Key<'b> {
    topic: &'b str,
    partition: i32,
    path: PathId,
    schema_number: u32,
    cell: u64,
}

/// Places each row; `now_ms` is the time of the invocation, which only the wall clock extractor looks at.
pub fn group<'b, R: Row<'b>>(rows: Vec<R>, partitioning: &Partitioning, now_ms: i64) -> Grouped<'b, R> {
    let mut placer = Placer::new(partitioning, now_ms);
    let mut groups: Vec<Group<R>> = Vec::new();
    let mut rejections = Vec::new();
    // Only looked up, never walked through: its order is random.
    let mut indexes: HashMap<Key<'b>, usize> = HashMap::new();
    let mut last: Option<(Key<'b>, usize)> = None;

    for row in rows {
        let record = row.record();
        let path = match placer.place(&row) {
            Ok(path) => path,
            Err(unplaced) => {
                rejections.push(Rejection { record, kind: unplaced.kind, message: unplaced.message });
                continue;
            }
        };
        let cell = cell(record.offset(), partitioning.flush_size);
        let key = Key {
            topic: record.topic(),
            partition: record.partition(),
            path,
            schema_number: row.schema_number(),
            cell,
        };
        let index = match last {
            Some((last_key, index)) if last_key == key => index,
            _ => *indexes.entry(key).or_insert_with(|| {
                groups.push(Group { path: placer.path(path).clone(), rows: Vec::new() });
                groups.len() - 1
            }),
        };
        last = Some((key, index));
        groups[index].rows.push(row);
    }

    for group in &mut groups {
        let offset = |row: &R| row.record().offset();
        // As a rule they come sorted, for Kafka delivers in order.
        if !group.rows.is_sorted_by_key(offset) {
            group.rows.sort_by_key(offset);
        }
    }
    Grouped { groups, rejections }
}

/// The flush cell of an offset: a function of nothing else, so that it doesn't depend on where a batch
/// starts.
fn cell(offset: i64, flush_size: Option<NonZeroU64>) -> u64 {
    flush_size.map_or(0, |size| offset.unsigned_abs() / size)
}

#[cfg(test)]
mod tests;

//! From rows to groups.

use crate::Partitioning;
use naming::Path;
use record::{Rejection, Row};

/// The records of a batch that share an object: same topic, partition, path and flush cell.
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

/// Places each row; `now_ms` is the time of the invocation, which only the wall clock extractor looks at.
pub fn group<'b, R: Row<'b>>(rows: Vec<R>, partitioning: &Partitioning, now_ms: i64) -> Grouped<'b, R> {
    let _ = (rows, partitioning, now_ms);
    todo!()
}

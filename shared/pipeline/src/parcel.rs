//! A group of rows, ready to deliver.

use bytes::Bytes;
use delivery::{BodyError, Coverage, Deliverable};
use encoding::Encode;
use naming::{Naming, Path, Place};
use record::{Identity, Record};
use std::ops::Range;

/// Rows that share an object, with all that it takes to make and name the object.
#[derive(Debug)]
pub(crate) struct Parcel<'a, 'b, R, E> {
    /// The rows by ascending offset; at least one.
    rows: Vec<R>,
    /// The rows' records.
    records: Vec<Record<'b>>,
    /// The rows' offsets.
    offsets: Vec<i64>,
    path: Path,
    cluster: &'a str,
    naming: &'a Naming,
    encoder: &'a E,
}

impl<'a, 'b, R, E: Encode<R>> Parcel<'a, 'b, R, E> {
    /// Packs rows, at least one; `record` tells a row's record.
    pub(crate) fn new(
        rows: Vec<R>,
        record: impl Fn(&R) -> Record<'b>,
        path: Path,
        cluster: &'a str,
        naming: &'a Naming,
        encoder: &'a E,
    ) -> Self {
        let records: Vec<Record<'b>> = rows.iter().map(record).collect();
        let offsets = records.iter().map(|record| record.offset()).collect();
        Self { rows, records, offsets, path, cluster, naming, encoder }
    }

    /// The topic and partition of all of the rows.
    pub(crate) fn topic_partition(&self) -> (&'b str, i32) {
        (self.records[0].topic(), self.records[0].partition())
    }
}

impl<R: Sync, E: Encode<R> + Sync> Deliverable for Parcel<'_, '_, R, E> {
    fn topic(&self) -> &str {
        self.records[0].topic()
    }

    fn offsets(&self) -> &[i64] {
        &self.offsets
    }

    fn identity(&self, index: usize) -> Identity {
        Identity::of(self.records[index])
    }

    fn key(&self, offset: i64) -> String {
        let (topic, partition) = self.topic_partition();
        self.naming.key(&Place { cluster: self.cluster, topic, partition, path: &self.path }, offset)
    }

    fn together(&self, from: usize) -> usize {
        self.encoder.together(&self.rows[from..])
    }

    fn body(&self, rows: Range<usize>, coverage: &Coverage) -> Result<Bytes, BodyError> {
        let body = self.encoder.encode(&self.rows, rows, &coverage.to_string());
        Ok(body.map_err(|error| BodyError(Box::new(error)))?.into())
    }

    fn content_type(&self) -> &'static str {
        self.encoder.content_type()
    }

    fn content_encoding(&self) -> Option<&'static str> {
        self.encoder.content_encoding()
    }
}

//! A batch as plain values, to compare and to print.

use crate::{Batch, Record, SchemaMetadata, Source};
use std::fmt;

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Contents {
    pub(super) source: Source,
    pub(super) bootstrap_servers: Option<String>,
    pub(super) records: Vec<Plain>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Plain {
    pub(super) topic: String,
    pub(super) partition: i32,
    pub(super) offset: i64,
    pub(super) timestamp_ms: Option<i64>,
    pub(super) timestamp_type: Option<String>,
    pub(super) key: Option<Vec<u8>>,
    pub(super) value: Option<Vec<u8>>,
    pub(super) headers: Vec<(String, Option<Vec<u8>>)>,
    pub(super) key_schema: Option<(String, String)>,
    pub(super) value_schema: Option<(String, String)>,
}

impl Contents {
    /// What a batch holds; on the way, that its views agree.
    pub(super) fn of(batch: &Batch) -> Self {
        let records: Vec<_> = batch.records().map(Plain::of).collect();
        let by_partition: Vec<_> =
            batch.partitions().flat_map(|partition| partition.records().map(Plain::of)).collect();
        assert_eq!(by_partition, records);
        for partition in batch.partitions() {
            for record in partition.records() {
                assert_eq!((record.topic(), record.partition()), (partition.topic(), partition.partition()));
            }
        }
        Self {
            source: batch.source().clone(),
            bootstrap_servers: batch.bootstrap_servers().map(str::to_owned),
            records,
        }
    }
}

impl Plain {
    fn of(record: Record<'_>) -> Self {
        let schema =
            |schema: SchemaMetadata<'_>| (schema.data_format.to_owned(), schema.schema_id.to_owned());
        Self {
            topic: record.topic().to_owned(),
            partition: record.partition(),
            offset: record.offset(),
            timestamp_ms: record.timestamp_ms(),
            timestamp_type: record.timestamp_type().map(|name| name.as_str().to_owned()),
            key: record.key().map(<[u8]>::to_owned),
            value: record.value().map(<[u8]>::to_owned),
            headers: record
                .headers()
                .map(|header| (header.name.to_owned(), header.value.map(<[u8]>::to_owned)))
                .collect(),
            key_schema: record.key_schema().map(schema),
            value_schema: record.value_schema().map(schema),
        }
    }
}

impl fmt::Display for Contents {
    /// Writes each record on a line, `-` for what is null or absent.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = |bytes: &Option<Vec<u8>>| match bytes {
            Some(bytes) => format!("'{}'", bytes.escape_ascii()).replace("\\\"", "\""),
            None => "-".to_owned(),
        };
        for record in &self.records {
            write!(f, "{}-{}@{} ", record.topic, record.partition, record.offset)?;
            match record.timestamp_ms {
                Some(timestamp_ms) => write!(f, "{timestamp_ms} ")?,
                None => write!(f, "- ")?,
            }
            write!(f, "{} ", record.timestamp_type.as_deref().unwrap_or("-"))?;
            write!(f, "{} {}", bytes(&record.key), bytes(&record.value))?;
            for (name, value) in &record.headers {
                write!(f, " {name}={}", bytes(value))?;
            }
            for (which, schema) in [("key", &record.key_schema), ("value", &record.value_schema)] {
                if let Some((format, id)) = schema {
                    write!(f, " {which}:{format}:{id}")?;
                }
            }
            writeln!(f)?;
        }
        Ok(())
    }
}

//! What tests have in common: topics, and how they are described.

mod columns;
mod duckdb;
mod layouts;
mod times;
mod views;
mod writers;

use crate::{CatalogError, Described, Projection, Scope, TableName, Topic, describe};
use arrow_schema::{DataType, Field, Schema};
use naming::{Delimiter, KeyTemplate, Naming};
use partitioning::{
    Locale, Partitioner, Partitioning, PathFormat, TimeBased, TimestampExtractor, parse_time_zone,
};
use std::num::NonZeroU64;

/// Where a test's objects stand.
struct Layout {
    topic: &'static str,
    template: KeyTemplate,
    directory: &'static str,
    delimiter: Delimiter,
    partitioners: Vec<Partitioner>,
    cluster: Option<&'static str>,
}

impl Default for Layout {
    /// Connect's layout of a topic `orders` by the hour.
    fn default() -> Self {
        Self {
            topic: "orders",
            template: KeyTemplate::default(),
            directory: "topics",
            delimiter: Delimiter::directory(),
            partitioners: vec![hourly()],
            cluster: None,
        }
    }
}

const SCOPE: Scope = Scope { since_year: 2025, partitions: 6 };

fn hourly() -> Partitioner {
    Partitioner::hourly(parse_time_zone("UTC").unwrap(), TimestampExtractor::Record, &Delimiter::directory())
}

fn fields(names: &str) -> Partitioner {
    Partitioner::Field(names.parse().unwrap())
}

fn time_based(pattern: &str, duration_ms: u64) -> Partitioner {
    let delimiter = Delimiter::directory();
    Partitioner::TimeBased(TimeBased {
        duration_ms: NonZeroU64::new(duration_ms).unwrap(),
        format: PathFormat::parse(pattern, Locale::ENGLISH, &delimiter).unwrap(),
        time_zone: parse_time_zone("Asia/Seoul").unwrap(),
        extractor: TimestampExtractor::Record,
    })
}

fn id() -> Field {
    Field::new("id", DataType::Int64, false)
}

fn described(layout: &Layout, columns: Vec<Field>) -> Result<Described, CatalogError> {
    let name = TableName { database: "lake".to_owned(), table: crate::table_name(layout.topic) };
    of_topic(layout, columns, |topic| describe(topic, name, SCOPE))
}

/// What something makes of a topic.
fn of_topic<T>(layout: &Layout, columns: Vec<Field>, make: impl FnOnce(&Topic<'_>) -> T) -> T {
    make(&Topic {
        name: layout.topic,
        columns: &Schema::new(columns),
        partitioning: &Partitioning {
            partitioners: layout.partitioners.clone(),
            directory_delimiter: layout.delimiter.clone(),
            flush_size: None,
        },
        naming: &Naming {
            template: layout.template.clone(),
            directory: layout.directory.to_owned(),
            offset_pad_width: 10,
            extension: ".gz.parquet".to_owned(),
        },
        bucket: "data-lake",
        cluster: layout.cluster,
    })
}

/// A projection in one line.
fn shown(projection: &Projection) -> String {
    let properties = projection.properties("x");
    let values: Vec<&str> = properties.iter().map(|(_, value)| value.as_str()).collect();
    values.join(" | ")
}

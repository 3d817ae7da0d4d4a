//! From a topic to its table.

use crate::column::{Column, columns};
use crate::directories::{Directories, Part, Value, directories, location};
use crate::identifier::is_plain;
use crate::{PartitionColumn, Projection, Table, TableName, Warning};
use arrow_schema::Schema;
use naming::Naming;
use partitioning::Partitioning;
use std::collections::BTreeSet;

/// A topic, as far as its table needs it.
#[derive(Debug, Clone, Copy)]
pub struct Topic<'a> {
    /// Its name.
    pub name: &'a str,
    /// The columns of its objects, with [`decoding::columns::meta`]; also `_kafka` where objects have it.
    pub columns: &'a Schema,
    /// Which records share an object.
    pub partitioning: &'a Partitioning,
    /// How objects are called.
    pub naming: &'a Naming,
    /// The bucket that they stand in.
    pub bucket: &'a str,
    /// The name of the cluster, where keys have it.
    pub cluster: Option<&'a str>,
}

/// How far Athena looks for partitions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scope {
    /// The first year; what comes after it needs no bound, for Athena knows the time.
    pub since_year: i16,
    /// How many partitions the topic has in Kafka, or may once have; 0 is taken for 1.
    pub partitions: u32,
}

/// A table, and what a person must know of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Described {
    /// The table.
    pub table: Table,
    /// In the order of the columns, the records' before the directories'.
    pub warnings: Vec<Warning>,
}

/// There can be no such table.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CatalogError {
    /// A database's or table's name is not one.
    #[error("`{name}` is no name of a {what}: expected 1 to 255 lower-case letters, digits and underscores")]
    Name {
        /// `database` or `table`.
        what: &'static str,
        /// The name.
        name: String,
    },
    /// There is no column that Athena can read.
    #[error("Athena can read none of the {columns} columns, so there would be a table without any")]
    NoColumns {
        /// How many there are.
        columns: usize,
    },
    /// The path is not a directory.
    #[error(
        "object.key.template has {{path}} in the name of the file, where Athena looks for no partitions: expected a \
         `/` behind {{path}} (with the default template: directory.delim=/)"
    )]
    PathInFileName,
    /// Directories differ from offset to offset.
    #[error(
        "object.key.template has {{offset}} in a directory, which gives each object a directory of its own that \
         Athena can't work out: expected {{offset}} in the name of the file only"
    )]
    OffsetInDirectory,
    /// Two columns are one to DuckDB.
    #[error(
        "the columns {one} and {other} differ only by case, and DuckDB takes them for one: expected other names, or \
         Athena's dialect"
    )]
    SameName {
        /// The first of them.
        one: String,
        /// The second.
        other: String,
    },
    /// The cluster stands in a directory, and nobody says which it is.
    #[error("object.key.template has {{cluster}} in a directory: expected cluster.name to say which it is")]
    NoCluster,
}

/// Describes a topic's table.
///
/// # Errors
///
/// Where a name is not one, no column can be read, or directories are not those of partitions.
pub fn describe(topic: &Topic<'_>, name: TableName, scope: Scope) -> Result<Described, CatalogError> {
    for (what, name) in [("database", &name.database), ("table", &name.table)] {
        if !is_plain(name) {
            return Err(CatalogError::Name { what, name: name.clone() });
        }
    }
    let Directories { parts, has_topic } = directories(topic, scope)?;
    let location = location(&parts, topic.bucket);

    let mut warnings = Vec::new();
    let columns = columns(topic.columns, &mut warnings);
    if columns.is_empty() {
        return Err(CatalogError::NoColumns { columns: topic.columns.fields().len() });
    }

    let mut partitions = Vec::new();
    let mut location_template = format!("s3://{}/", topic.bucket);
    for part in parts {
        match part {
            Part::Text(text) => location_template.push_str(&text),
            Part::Value(Value { name: wanted, projection }) => {
                let name = free_name(&wanted, &columns, &partitions);
                if name != wanted {
                    warnings.push(Warning::RenamedPartition { name: wanted, partition: name.clone() });
                }
                location_template.push_str(&format!("${{{name}}}"));
                partitions.push(PartitionColumn { name, projection });
            }
        }
    }
    warn_of_scope(&partitions, scope, &mut warnings);
    if !has_topic {
        warnings.push(Warning::SharedDirectories);
    }

    let comment = format!("Kafka topic {}", topic.name);
    Ok(Described {
        table: Table { name, comment, columns, partitions, location, location_template },
        warnings,
    })
}

/// Hive allows a name only once, be it a record's column or a directory's.
fn free_name(wanted: &str, columns: &[Column], partitions: &[PartitionColumn]) -> String {
    let taken: BTreeSet<&str> = columns
        .iter()
        .map(|column| column.name.as_str())
        .chain(partitions.iter().map(|partition| partition.name.as_str()))
        .collect();
    let further = (2..).map(|number: u32| format!("path_{wanted}_{number}"));
    [wanted.to_owned(), format!("path_{wanted}")]
        .into_iter()
        .chain(further)
        .find(|name| !taken.contains(name.as_str()))
        .expect("there are more numbers than columns")
}

fn warn_of_scope(partitions: &[PartitionColumn], scope: Scope, warnings: &mut Vec<Warning>) {
    for PartitionColumn { name, projection } in partitions {
        match projection {
            Projection::Injected => warnings.push(Warning::Injected { partition: name.clone() }),
            Projection::KafkaPartition { last } => {
                warnings.push(Warning::PartitionsUpTo { partition: name.clone(), last: *last });
            }
            _ => {}
        }
    }
    if partitions.iter().any(|it| matches!(it.projection, Projection::Date { .. })) {
        warnings.push(Warning::Since { year: scope.since_year });
    }
}

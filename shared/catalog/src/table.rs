//! A table of the Glue catalogue.

use crate::{Column, Projection};

/// A table of Parquet objects in the Glue catalogue, with the partitions that Athena is to look for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// What it is called.
    pub name: TableName,
    /// What it is, for people.
    pub comment: String,
    /// The columns of the records, at least one.
    pub columns: Vec<Column>,
    /// The columns that stand in directories.
    pub partitions: Vec<PartitionColumn>,
    /// Where all of its objects stand, with a `/` at its end.
    pub location: String,
    /// Where the objects of one partition stand: the location with `${column}` for values.
    pub location_template: String,
}

/// What a table is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableName {
    /// The database, in lower case.
    pub database: String,
    /// The table, in lower case.
    pub table: String,
}

/// A column that stands in a directory.
///
/// All are strings, as crawlers make them: what stands in a directory compares as it is written, `month = '09'`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartitionColumn {
    /// The name, in lower case.
    pub name: String,
    /// Which values it has.
    pub projection: Projection,
}

impl Table {
    /// The properties that turn partition projection on, none where nothing is partitioned.
    ///
    /// The template of locations is always there: without it Athena would look for `name=value`, with values escaped
    /// in Hive's way, which is not that of keys.
    /// <https://docs.aws.amazon.com/athena/latest/ug/partition-projection-setting-up.html>
    pub(crate) fn properties(&self) -> Vec<(String, String)> {
        let mut properties = vec![("classification".to_owned(), "parquet".to_owned())];
        if self.partitions.is_empty() {
            return properties;
        }
        properties.push(("projection.enabled".to_owned(), "true".to_owned()));
        for partition in &self.partitions {
            properties.extend(partition.projection.properties(&partition.name));
        }
        properties.push(("storage.location.template".to_owned(), self.location_template.clone()));
        properties
    }
}

//! Rows that can't stand in one object of Parquet.

/// Columns that an object of Parquet can't have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ColumnsError {
    /// No column at all.
    #[error("rows have no column: tombstones alone need store.kafka.metadata=columns")]
    None,
    /// Rows of schemas that don't resolve to one.
    #[error("rows of one object have schemas that schema.compatibility doesn't bring together")]
    SeveralSchemas,
    /// A struct with a name twice.
    #[error("column {0} is there twice")]
    Twice(String),
    /// A column under the name of Kafka's metadata.
    #[error("column {0} has the name that store.kafka.metadata=columns takes")]
    NameTaken(String),
    /// A type that Parquet doesn't have, or that no decoder should make.
    #[error("column {column} has a type that Parquet can't hold: {data_type}")]
    Type {
        /// The column, with dots.
        column: String,
        /// Its Arrow type.
        data_type: String,
    },
}

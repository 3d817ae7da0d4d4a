//! How values become columns, where there is a choice.

/// How values become columns, where there is a choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ColumnOptions {
    /// `debezium.temporal`
    pub temporal: Temporal,
    /// `recursive.types`
    pub recursion: Recursion,
}

/// `debezium.temporal`: what becomes of Debezium's and Connect's named temporal types.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Temporal {
    /// `logical`: DATE, TIME and TIMESTAMP.
    #[default]
    Logical,
    /// `timestamps`: DATE and TIMESTAMP, while times of day stay numbers: MySQL's may be negative or above 24 hours.
    Timestamps,
    /// `raw`: the numbers and texts that they are made of.
    Raw,
}

/// `recursive.types`: what becomes of a type that contains itself, and of a record without fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Recursion {
    /// `quarantine`: its values are rejected.
    #[default]
    Quarantine,
    /// `json`: a column of JSON text stands where it begins.
    Json,
}

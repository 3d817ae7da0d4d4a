//! `debezium.unwrap`: rows instead of Debezium's envelopes.
//!
//! An envelope says of a change what a row was `before` and what it is `after`, the operation `op`, when the connector
//! saw it, `ts_ms`, and where it was, `source`. Unwrapped, it is the row alone: the image after the change, or before
//! it where there is none after, with what it takes to tell and to order changes beside it. Debezium's other records
//! (changes of a schema, heartbeats, transactions' begins and ends) are no envelopes, and stay as they are.
//! <https://debezium.io/documentation/reference/stable/connectors/mysql.html#mysql-events>

/// `debezium.unwrap`: what becomes of Debezium's envelopes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Unwrap {
    /// `none`: they are values like any other.
    #[default]
    None,
    /// `after`: the row after the change stands for them.
    After,
}

/// The operation: `c` insert, `u` update, `d` delete, `r` snapshot, `t` truncate.
pub const OP: &str = "__op";
/// When the connector saw the change, in milliseconds since 1970.
pub const TS_MS: &str = "__ts_ms";
/// Whether the change is a delete.
pub const DELETED: &str = "__deleted";
/// How the columns of [`SOURCE_FIELDS`] begin.
pub const SOURCE: &str = "__source_";

/// What is kept of `source`, where its connector has it: when, whether of a snapshot, what of, and the position in
/// the database's log. The transform of Debezium's own (`ExtractNewRecordState`) names them so too.
pub const SOURCE_FIELDS: [&str; 11] =
    ["ts_ms", "snapshot", "db", "schema", "table", "gtid", "file", "pos", "row", "lsn", "txId"];

/// The value of [`OP`] that a delete has.
pub(crate) const DELETE: &str = "d";

/// Whether a column of this name is one that stands beside a row.
pub fn is_beside_row(name: &str) -> bool {
    matches!(name, OP | TS_MS | DELETED)
        || name.strip_prefix(SOURCE).is_some_and(|field| SOURCE_FIELDS.contains(&field))
}

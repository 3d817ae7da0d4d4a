//! The rows of a database's table as they are now, from the changes that a topic has of them.

use crate::identifier::MAX_NAME_BYTES;
use crate::{Table, TableName};
use decoding::debezium::{DELETED, OP, SOURCE, is_beside_row};

/// What the name of the view of the rows as they are now has behind that of its table.
pub const CURRENT_SUFFIX: &str = "_current";

/// Kafka's metadata, whose offsets tell which of a row's changes came last.
pub(crate) const KAFKA: &str = "_kafka";

/// There can be no such view.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ViewError {
    /// The table is none of changes.
    #[error(
        "the columns have no {OP}, which tells what a change did: expected debezium.unwrap=after, and the schema of \
         Debezium's changes"
    )]
    NoChanges,
    /// Nothing tells which change came last.
    #[error(
        "the columns have no {KAFKA}, whose offsets tell which change of a row came last: expected \
         store.kafka.metadata=columns"
    )]
    NoOffsets,
    /// No key is named.
    #[error("nothing tells rows apart: expected the columns of the table's primary key")]
    NoKey,
    /// A key is no column.
    #[error("the row has no column {name} that can be read: expected one of {columns}")]
    UnknownKey {
        /// The key.
        name: String,
        /// The columns of the row.
        columns: String,
    },
    /// The view's name would be longer than a name may be.
    #[error(
        "the view's name would be longer than {MAX_NAME_BYTES} bytes: expected a shorter name of the table"
    )]
    LongName,
}

impl Table {
    /// The statement that makes a view of the latest row of each key, for Athena and whatever else speaks Trino's SQL,
    /// without a semicolon; [`DuckDbTable::current_view`](crate::DuckDbTable::current_view) is DuckDB's.
    ///
    /// Changes of a key stand in one partition, in the order of its offsets. A truncate has no key, and so may stand
    /// in any partition: it takes away what stands before it in the database's own log.
    ///
    /// # Errors
    ///
    /// When the table is not one of changes and their offsets, or the key is none of its columns.
    pub fn current_view(&self, key: &[String]) -> Result<String, ViewError> {
        let names: Vec<&str> = self.columns.iter().map(|column| column.name.as_str()).collect();
        let Latest { row, key, position } = Latest::of(&names, key)?;
        let TableName { database, table } = &self.name;
        if table.len() + CURRENT_SUFFIX.len() > MAX_NAME_BYTES {
            return Err(ViewError::LongName);
        }

        let changes = format!("{}.{}", quoted(database), quoted(table));
        let view = format!("{}.{}", quoted(database), quoted(&format!("{table}{CURRENT_SUFFIX}")));
        let columns: Vec<String> = row.into_iter().map(quoted).collect();
        let key: Vec<String> = key.into_iter().map(quoted).collect();
        Ok(format!(
            "CREATE OR REPLACE VIEW {view} AS
SELECT
  {columns}
FROM (
  SELECT
    *,
    row_number() OVER (PARTITION BY {key} ORDER BY \"{KAFKA}\".\"offset\" DESC) AS \"__age\"
  FROM {changes}
  WHERE \"{OP}\" IN ('c', 'u', 'd', 'r')
) AS \"changes\"
WHERE \"__age\" = 1
  AND NOT \"{DELETED}\"
  AND {position} > (
    SELECT coalesce(max({position}), '')
    FROM {changes}
    WHERE \"{OP}\" = 't'
  )",
            columns = columns.join(",\n  "),
            key = key.join(", "),
        ))
    }
}

/// What tells the latest row of each key, in words that all dialects have.
pub(crate) struct Latest<'n> {
    /// The row's own columns.
    pub(crate) row: Vec<&'n str>,
    /// Those of them that are the key.
    pub(crate) key: Vec<&'n str>,
    /// A text that grows with the position in the database's log.
    pub(crate) position: String,
}

impl<'n> Latest<'n> {
    /// Finds it in the columns of a table of changes; the case of a key's name says nothing.
    pub(crate) fn of(names: &[&'n str], key: &[String]) -> Result<Self, ViewError> {
        let has = |name: &str| names.contains(&name);
        if !has(OP) || !has(DELETED) {
            return Err(ViewError::NoChanges);
        }
        if !has(KAFKA) {
            return Err(ViewError::NoOffsets);
        }
        if key.is_empty() {
            return Err(ViewError::NoKey);
        }
        let row: Vec<&str> = names.iter().copied().filter(|name| is_of_row(name)).collect();
        let of_row = |name: &String| {
            let lower = name.to_lowercase();
            let found = row.iter().copied().find(|it| it.to_lowercase() == lower);
            found.ok_or_else(|| ViewError::UnknownKey { name: lower, columns: row.join(", ") })
        };
        let key = key.iter().map(of_row).collect::<Result<_, _>>()?;
        Ok(Self { position: position(&has), row, key })
    }
}

/// Whether a column is the row's own. A table's names may be in lower case.
fn is_of_row(name: &str) -> bool {
    name != KAFKA && name != "__source_txid" && !is_beside_row(name)
}

/// A text that grows with the position in the database's log; with the database's clock where there is none.
fn position(has: &impl Fn(&str) -> bool) -> String {
    let column = |field: &str| format!("{SOURCE}{field}");
    let number = |field: &str| format!("lpad(CAST(\"{}\" AS varchar), 20, '0')", column(field));
    if has(&column("file")) && has(&column("pos")) {
        return format!("concat(\"{}\", {})", column("file"), number("pos"));
    }
    let field = if has(&column("lsn")) { "lsn" } else { "ts_ms" };
    number(field)
}

/// A name in double quotes, as queries have it: Athena's backticks are for Hive's statements alone.
/// <https://docs.aws.amazon.com/athena/latest/ug/reserved-words.html>
pub(crate) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

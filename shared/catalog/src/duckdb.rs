//! A topic's objects, as DuckDB is told of them.

use crate::directories::{Directories, Part, directories};
use crate::view::{CURRENT_SUFFIX, KAFKA, Latest, quoted};
use crate::{CatalogError, Scope, Topic, ViewError};
use decoding::debezium::{DELETED, OP};
use naming::{Piece, encode_value};
use std::collections::BTreeMap;
use std::mem;

/// What the names of all Parquet objects end with, where the template has `{extension}`.
const PARQUET: &str = ".parquet";

/// What a view of DuckDB's is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DuckDbName {
    /// The schema; none: the connection's own.
    pub schema: Option<String>,
    /// The view of all that was written; that of the rows as they are now has [`CURRENT_SUFFIX`] behind it.
    pub table: String,
}

/// A topic's objects, as DuckDB is told of them: files to read, and what to find in them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DuckDbTable {
    name: DuckDbName,
    /// Which files there are, as a glob.
    files: String,
    /// The columns of the records.
    columns: Vec<String>,
    /// The columns that stand in directories; none where DuckDB could not read them there.
    directories: Vec<String>,
}

/// Describes a topic's objects. `location` stands for their bucket: a URL or a folder, without a `/` at its end.
///
/// # Errors
///
/// Where two columns are one to DuckDB, or a directory has the name of a cluster that nobody says.
pub fn describe_for_duckdb(
    topic: &Topic<'_>,
    name: DuckDbName,
    location: &str,
) -> Result<DuckDbTable, CatalogError> {
    let columns: Vec<String> = topic.columns.fields().iter().map(|field| field.name().clone()).collect();
    let mut known = BTreeMap::new();
    for column in &columns {
        if let Some(one) = known.insert(column.to_lowercase(), column) {
            return Err(CatalogError::SameName { one: one.clone(), other: column.clone() });
        }
    }
    let files = files(topic, location)?;
    // What only looks like a partition would take the place of a column with its name.
    let before_partitions = files.split("**").next().unwrap_or_default();
    let names = if before_partitions.contains('=') { None } else { partitions(topic) };
    let directories = names.unwrap_or_default();
    let is_free = |name: &String| !known.contains_key(&name.to_lowercase());
    let directories = if directories.iter().all(is_free) { directories } else { Vec::new() };
    Ok(DuckDbTable { name, files, columns, directories })
}

impl DuckDbTable {
    /// The statements that make a view of all that was written, without a semicolon at the end.
    ///
    /// A column that no object has yet is null.
    pub fn view(&self) -> String {
        let columns = self.columns.iter().chain(&self.directories);
        let columns: Vec<String> = columns.map(|name| quoted(name)).collect();
        let partitions = if self.directories.is_empty() {
            "hive_partitioning = false"
        } else {
            "hive_partitioning = true, hive_types_autocast = false"
        };
        format!(
            "{}{} AS
SELECT
  {}
FROM (
{}
)",
            self.schema(),
            self.create(""),
            columns.join(",\n  "),
            self.rows(partitions),
        )
    }

    /// The statements that make a view of the latest row of each key, without a semicolon at the end; the rules are
    /// those of [`Table::current_view`](crate::Table::current_view).
    ///
    /// # Errors
    ///
    /// When the table is not one of changes and their offsets, or the key is none of its columns.
    pub fn current_view(&self, key: &[String]) -> Result<String, ViewError> {
        let names: Vec<&str> = self.columns.iter().map(String::as_str).collect();
        let Latest { row, key, position } = Latest::of(&names, key)?;
        let row: Vec<String> = row.into_iter().map(quoted).collect();
        let key: Vec<String> = key.into_iter().map(quoted).collect();
        // Materialized, all columns of all changes would be held in memory.
        Ok(format!(
            "{}{} AS
WITH \"changes\" AS NOT MATERIALIZED (
{}
)
SELECT
  {}
FROM \"changes\"
WHERE \"{OP}\" IN ('c', 'u', 'd', 'r')
QUALIFY row_number() OVER (PARTITION BY {} ORDER BY \"{KAFKA}\".\"offset\" DESC) = 1
  AND NOT \"{DELETED}\"
  AND {position} > (
    SELECT coalesce(max({position}), '')
    FROM \"changes\"
    WHERE \"{OP}\" = 't'
  )",
            self.schema(),
            self.create(CURRENT_SUFFIX),
            self.rows("hive_partitioning = false"),
            row.join(",\n  "),
            key.join(", "),
        ))
    }

    fn schema(&self) -> String {
        match &self.name.schema {
            Some(schema) => format!("CREATE SCHEMA IF NOT EXISTS {};\n", quoted(schema)),
            None => String::new(),
        }
    }

    fn create(&self, suffix: &str) -> String {
        let schema = self.name.schema.as_ref().map(|schema| format!("{}.", quoted(schema)));
        let view = quoted(&format!("{}{suffix}", self.name.table));
        format!("CREATE OR REPLACE VIEW {}{view}", schema.unwrap_or_default())
    }

    /// All rows, with all columns: a view can't name one that no file has.
    fn rows(&self, partitions: &str) -> String {
        let nulls: Vec<String> =
            self.columns.iter().map(|name| format!("NULL AS {}", quoted(name))).collect();
        format!(
            "  SELECT * FROM read_parquet({}, union_by_name = true, {partitions})
  UNION ALL BY NAME
  SELECT {} WHERE false",
            literal(&self.files),
            nulls.join(", "),
        )
    }
}

/// A text in single quotes, in which DuckDB knows no escapes but the quote's own.
/// <https://duckdb.org/docs/stable/sql/data_types/literal_types>
fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// The glob of a topic's keys behind a location.
fn files(topic: &Topic<'_>, location: &str) -> Result<String, CatalogError> {
    let mut glob = Glob { fixed: format!("{}/", escaped(location)), ..Glob::default() };
    for piece in topic.naming.template.pieces() {
        match piece {
            Piece::Literal(text) => glob.push(text),
            Piece::Directory { .. } if topic.naming.directory.is_empty() => {}
            Piece::Directory { separator } => glob.push(&format!("{}{separator}", topic.naming.directory)),
            Piece::Cluster => glob.push(&encode_value(topic.cluster.ok_or(CatalogError::NoCluster)?)),
            Piece::Topic => glob.push(&encode_value(topic.name)),
            Piece::Path => glob.push_path(),
            Piece::Partition | Piece::Offset => glob.push_number(),
            // The codec stands before it, and may have been another once.
            Piece::Extension if topic.naming.extension.ends_with(PARQUET) => glob.push(PARQUET),
            Piece::Extension => glob.push(&topic.naming.extension),
        }
    }
    Ok(glob.finish())
}

/// The glob of keys, as far as it is written.
#[derive(Default)]
struct Glob {
    /// Directories that all keys have, with a `/` at their end.
    fixed: String,
    /// Whether other directories follow.
    has_others: bool,
    /// What stands behind the last `/`.
    file_name: String,
    /// Whether a part of that varies.
    varies: bool,
}

impl Glob {
    fn push(&mut self, text: &str) {
        let Some((directories, file_name)) = text.rsplit_once('/') else {
            self.file_name.push_str(&escaped(text));
            return;
        };
        self.has_others |= mem::take(&mut self.varies);
        if !self.has_others {
            self.fixed.push_str(&mem::take(&mut self.file_name));
            self.fixed.push_str(&format!("{}/", escaped(directories)));
        }
        self.file_name = escaped(file_name);
    }

    fn push_number(&mut self) {
        self.file_name.push('*');
        self.varies = true;
    }

    /// A path may have several directories, and begin within one.
    fn push_path(&mut self) {
        self.has_others = true;
        self.file_name = "*".to_owned();
        self.varies = true;
    }

    fn finish(self) -> String {
        format!("{}{}{}", self.fixed, if self.has_others { "**/" } else { "" }, self.file_name)
    }
}

/// A text without what a glob takes for a rule.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '*' | '?' | '[' => escaped.extend(['[', character, ']']),
            other => escaped.push(other),
        }
    }
    escaped
}

/// The names of the columns that stand in directories as `name=value`; none where others stand in between.
fn partitions(topic: &Topic<'_>) -> Option<Vec<String>> {
    let Directories { parts, .. } = directories(topic, Scope { since_year: 1, partitions: 1 }).ok()?;
    let mut names: Vec<String> = Vec::new();
    for (index, part) in parts.iter().enumerate() {
        let (before, after) = (index.checked_sub(1).and_then(|it| parts.get(it)), parts.get(index + 1));
        match (before, part, after) {
            (_, Part::Text(_), _) => {}
            (Some(Part::Text(before)), Part::Value(_), Some(Part::Text(after))) if after.starts_with('/') => {
                let directory = before.strip_suffix('=')?;
                let name = match directory.rsplit_once('/') {
                    Some((_, name)) => name,
                    None if index == 1 => directory,
                    None => return None,
                };
                let is_known = names.iter().any(|it| it.eq_ignore_ascii_case(name));
                if name.is_empty() || is_known || name.contains('=') {
                    return None;
                }
                names.push(name.to_owned());
            }
            _ => return None,
        }
    }
    Some(names)
}

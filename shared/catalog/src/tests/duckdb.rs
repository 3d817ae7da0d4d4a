//! Views for DuckDB.

use super::{Layout, fields, hourly, id, of_topic};
use crate::{CatalogError, DuckDbName, DuckDbTable, ViewError, describe_for_duckdb};
use arrow_schema::{DataType, Field, Fields};
use naming::KeyTemplate;
use partitioning::Partitioner;

fn text(name: &str) -> Field {
    Field::new(name, DataType::Utf8, true)
}

fn changes() -> Vec<Field> {
    let offset = Fields::from(vec![Field::new("offset", DataType::Int64, false)]);
    vec![
        id(),
        text("Note"),
        text("__op"),
        text("__source_txId"),
        Field::new("__source_ts_ms", DataType::Int64, true),
        Field::new("__deleted", DataType::Boolean, false),
        Field::new("_kafka", DataType::Struct(offset), false),
    ]
}

fn table(layout: &Layout, columns: Vec<Field>, location: &str) -> Result<DuckDbTable, CatalogError> {
    let name = DuckDbName { schema: None, table: "orders".to_owned() };
    of_topic(layout, columns, |topic| describe_for_duckdb(topic, name, location))
}

#[test]
fn a_view_has_the_last_change_of_each_key_but_deletes_and_what_was_truncated() {
    let table = table(&Layout::default(), changes(), "s3://lake").unwrap();
    assert_eq!(
        table.current_view(&["ID".to_owned()]).unwrap(),
        r#"CREATE OR REPLACE VIEW "orders_current" AS
WITH "changes" AS NOT MATERIALIZED (
  SELECT * FROM read_parquet('s3://lake/topics/orders/**/orders+*+*.parquet', union_by_name = true, hive_partitioning = false)
  UNION ALL BY NAME
  SELECT NULL AS "id", NULL AS "Note", NULL AS "__op", NULL AS "__source_txId", NULL AS "__source_ts_ms", NULL AS "__deleted", NULL AS "_kafka" WHERE false
)
SELECT
  "id",
  "Note"
FROM "changes"
WHERE "__op" IN ('c', 'u', 'd', 'r')
QUALIFY row_number() OVER (PARTITION BY "id" ORDER BY "_kafka"."offset" DESC) = 1
  AND NOT "__deleted"
  AND lpad(CAST("__source_ts_ms" AS varchar), 20, '0') > (
    SELECT coalesce(max(lpad(CAST("__source_ts_ms" AS varchar), 20, '0')), '')
    FROM "changes"
    WHERE "__op" = 't'
  )"#
    );
}

#[test]
fn a_view_of_all_has_the_columns_of_directories_too() {
    let table = table(&Layout::default(), vec![id()], "/lake").unwrap();
    assert_eq!(
        table.view(),
        r#"CREATE OR REPLACE VIEW "orders" AS
SELECT
  "id",
  "year",
  "month",
  "day",
  "hour"
FROM (
  SELECT * FROM read_parquet('/lake/topics/orders/**/orders+*+*.parquet', union_by_name = true, hive_partitioning = true, hive_types_autocast = false)
  UNION ALL BY NAME
  SELECT NULL AS "id" WHERE false
)"#
    );
}

#[test]
fn names_and_places_are_quoted() {
    let layout = Layout { directory: "it's [1]", ..Layout::default() };
    let name = DuckDbName { schema: Some("a\"b".to_owned()), table: "t\"; DROP".to_owned() };
    let columns = vec![text("x\" y"), text("'")];
    let table = of_topic(&layout, columns, |topic| describe_for_duckdb(topic, name, "/a *?'b")).unwrap();
    assert_eq!(
        table.view(),
        r#"CREATE SCHEMA IF NOT EXISTS "a""b";
CREATE OR REPLACE VIEW "a""b"."t""; DROP" AS
SELECT
  "x"" y",
  "'",
  "year",
  "month",
  "day",
  "hour"
FROM (
  SELECT * FROM read_parquet('/a [*][?]''b/it''s [[]1]/orders/**/orders+*+*.parquet', union_by_name = true, hive_partitioning = true, hive_types_autocast = false)
  UNION ALL BY NAME
  SELECT NULL AS "x"" y", NULL AS "'" WHERE false
)"#
    );
}

#[test]
fn objects_are_found_wherever_the_template_puts_them() {
    let default = || Layout { partitioners: vec![Partitioner::Default], ..Layout::default() };
    let template = |text: &str| Layout { template: text.parse().unwrap(), ..default() };
    let all = "hive_partitioning = true, hive_types_autocast = false";
    let none = "hive_partitioning = false";
    check(default(), "/l/topics/orders/**/orders+*+*.parquet", all);
    check(Layout { directory: "", ..default() }, "/l/orders/**/orders+*+*.parquet", all);
    check(Layout { directory: "a=b", ..default() }, "/l/a=b/orders/**/orders+*+*.parquet", none);
    check(
        Layout { cluster: Some("c/1"), ..template("{cluster}/{path}/{topic}+{partition}+{offset}.parquet") },
        "/l/c%2F1/**/orders+*+*.parquet",
        all,
    );
    check(template("{topic}+{partition}+{offset}.parquet"), "/l/orders+*+*.parquet", none);
    check(template("{topic}/{partition}/{path}-{partition}+{offset}.x"), "/l/orders/**/*-*+*.x", none);
    check(template("x{partition}/{topic}+{partition}+{offset}.parquet"), "/l/**/orders+*+*.parquet", none);
    // `id` is a column of the records too.
    check(Layout { partitioners: vec![fields("id"), hourly()], ..default() }, DEFAULT, none);
    check(Layout { partitioners: vec![fields("a"), hourly()], ..default() }, DEFAULT, all);
}

const DEFAULT: &str = "/l/topics/orders/**/orders+*+*.parquet";

#[track_caller]
fn check(layout: Layout, files: &str, partitions: &str) {
    let view = table(&layout, vec![id()], "/l").unwrap().view();
    let expected = format!("read_parquet('{files}', union_by_name = true, {partitions})\n");
    assert!(view.contains(&expected), "{view}");
}

#[test]
fn what_a_view_needs_is_named() {
    let current = |columns: Vec<Field>, key: &str| {
        table(&Layout::default(), columns, "/l").unwrap().current_view(&[key.to_owned()])
    };
    let unknown =
        |name: &str| ViewError::UnknownKey { name: name.to_owned(), columns: "id, Note".to_owned() };
    assert_eq!(current(vec![id()], "id"), Err(ViewError::NoChanges));
    assert_eq!(current(changes(), "Size"), Err(unknown("size")));
    assert_eq!(current(changes(), "_kafka"), Err(unknown("_kafka")));
    let twice = CatalogError::SameName { one: "id".to_owned(), other: "ID".to_owned() };
    assert_eq!(table(&Layout::default(), vec![id(), text("ID")], "/l"), Err(twice));
    let template: KeyTemplate = "{cluster}/{topic}/{partition}+{offset}.parquet".parse().unwrap();
    let layout = Layout { template, ..Layout::default() };
    assert_eq!(table(&layout, vec![id()], "/l"), Err(CatalogError::NoCluster));
}

//! Views of the rows as they are now.

use super::{Layout, described, id};
use crate::ViewError;
use arrow_schema::{DataType, Field, Fields};

fn text(name: &str) -> Field {
    Field::new(name, DataType::Utf8, true)
}

fn number(name: &str) -> Field {
    Field::new(name, DataType::Int64, true)
}

fn deleted() -> Field {
    Field::new("__deleted", DataType::Boolean, false)
}

fn kafka() -> Field {
    Field::new("_kafka", DataType::Struct(Fields::from(vec![number("offset")])), false)
}

#[track_caller]
fn check(columns: Vec<Field>, key: &[&str], expected: Result<&str, ViewError>) {
    let key: Vec<String> = key.iter().map(|it| (*it).to_owned()).collect();
    let table = described(&Layout::default(), columns).unwrap().table;
    assert_eq!(table.current_view(&key), expected.map(str::to_owned));
}

#[test]
fn a_view_has_the_last_change_of_each_key_but_deletes_and_what_was_truncated() {
    check(
        vec![
            id(),
            text("Region"),
            text("note"),
            text("__op"),
            number("__ts_ms"),
            number("__source_ts_ms"),
            text("__source_file"),
            number("__source_pos"),
            number("__source_txId"),
            deleted(),
            kafka(),
        ],
        &["id", "REGION"],
        Ok(r#"CREATE OR REPLACE VIEW "lake"."orders_current" AS
SELECT
  "id",
  "region",
  "note"
FROM (
  SELECT
    *,
    row_number() OVER (PARTITION BY "id", "region" ORDER BY "_kafka"."offset" DESC) AS "__age"
  FROM "lake"."orders"
  WHERE "__op" IN ('c', 'u', 'd', 'r')
) AS "changes"
WHERE "__age" = 1
  AND NOT "__deleted"
  AND concat("__source_file", lpad(CAST("__source_pos" AS varchar), 20, '0')) > (
    SELECT coalesce(max(concat("__source_file", lpad(CAST("__source_pos" AS varchar), 20, '0'))), '')
    FROM "lake"."orders"
    WHERE "__op" = 't'
  )"#),
    );
}

#[test]
fn what_a_view_needs_is_named() {
    let all = || vec![id(), text("__op"), number("__source_ts_ms"), deleted(), kafka()];
    check(vec![id(), kafka()], &["id"], Err(ViewError::NoChanges));
    check(vec![id(), text("__op"), deleted()], &["id"], Err(ViewError::NoOffsets));
    check(all(), &[], Err(ViewError::NoKey));
    for key in ["number", "__op", "_kafka"] {
        let error = ViewError::UnknownKey { name: key.to_owned(), columns: "id".to_owned() };
        check(all(), &["id", key], Err(error));
    }
}

//! Rows of several schemas by `schema.compatibility`.

use crate::support::{batch, message, read_texts, rows, table};
use arrow_array::{ArrayRef, Int32Array, Int64Array, StringArray};
use arrow_schema::{DataType, Field};
use decoding::columns::{Table, Writer, meta};
use encoding::Encode as _;
use encoding::parquet::{Compatibility, Parquet, ParquetOptions};
use std::sync::Arc;

fn writer(version: u64) -> Writer {
    Writer { id: version.to_string(), fingerprint: format!("f{version}"), version: Some(version) }
}

fn id(length: i32) -> (Field, ArrayRef) {
    (Field::new("id", DataType::Int32, false), Arc::new(Int32Array::from_iter_values(0..length)))
}

/// Version 1 has `id`; 2 widens it and adds `name` with a default; 3 adds `note`, which may be null.
fn version(number: u64) -> Arc<Table> {
    let wide: (_, ArrayRef) =
        (Field::new("id", DataType::Int64, false), Arc::new(Int64Array::from(vec![10, 20, 30])));
    let default = [(meta::DEFAULT.to_owned(), "\"none\"".to_owned())];
    let text = |text: &str| -> ArrayRef { Arc::new(StringArray::from(vec![text; 3])) };
    let name = (Field::new("name", DataType::Utf8, false).with_metadata(default), text("n"));
    let note = (Field::new("note", DataType::Utf8, true), text("o"));
    match number {
        1 => table(writer(1), vec![id(3)]),
        2 => table(writer(2), vec![wide, name]),
        _ => table(writer(3), vec![wide, name, note]),
    }
}

/// A schema that no version reads, and that reads none of them.
fn other() -> Arc<Table> {
    let required = (Field::new("other", DataType::Utf8, false), Arc::new(StringArray::from(vec!["x"])) as _);
    table(writer(4), vec![required])
}

/// What each object has when rows of these tables are cut as delivery cuts them: its columns' names, and the values.
fn objects(compatibility: Compatibility, tables: &[&Arc<Table>]) -> Vec<(String, Vec<Vec<String>>)> {
    let batch = batch(tables.len());
    let places: Vec<_> = tables.iter().map(|table| Some((*table, 0))).collect();
    let rows = rows(&batch, &places);
    let parquet = Parquet::new(ParquetOptions { compatibility, ..ParquetOptions::default() });
    let mut objects = Vec::new();
    let mut next = 0;
    while next < rows.len() {
        let end = next + parquet.together(&rows[next..]);
        let object = parquet.encode(&rows, next..end, "").unwrap();
        objects.push((names(&message(&object)), read_texts(&object)));
        next = end;
    }
    objects
}

/// The names in a message, each with the beginning of its type.
fn names(message: &str) -> String {
    let columns = message.lines().filter(|line| line.starts_with("  "));
    let name = |line: &str| line.split_whitespace().skip(1).take(2).collect::<Vec<_>>().join(" ");
    columns.map(name).collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn check(compatibility: Compatibility, tables: &[&Arc<Table>], expected: &[(&str, &[&[&str]])]) {
    let owned = |(names, values): &(&str, &[&[&str]])| {
        let values = values.iter().map(|column| column.iter().map(|it| (*it).to_owned()).collect()).collect();
        ((*names).to_owned(), values)
    };
    let expected: Vec<(String, Vec<Vec<String>>)> = expected.iter().map(owned).collect();
    assert_eq!(objects(compatibility, tables), expected);
}

#[test]
fn without_compatibility_each_schema_has_its_object() {
    let [one, two] = [version(1), version(2)];
    check(
        Compatibility::None,
        &[&one, &one, &two, &one],
        &[
            ("INT32 id;", &[&["0", "0"]]),
            ("INT64 id; BYTE_ARRAY name", &[&["10"], &["n"]]),
            ("INT32 id;", &[&["0"]]),
        ],
    );
}

#[test]
fn backward_and_full_resolve_interleaved_versions_to_the_newest() {
    let [one, two, three] = [version(1), version(2), version(3)];
    for compatibility in [Compatibility::Backward, Compatibility::Full] {
        check(
            compatibility,
            &[&one, &three, &two, &one],
            &[(
                "INT64 id; BYTE_ARRAY name BYTE_ARRAY note",
                &[&["0", "10", "10", "0"], &["none", "n", "n", "none"], &["<null>", "o", "<null>", "<null>"]],
            )],
        );
    }
}

#[test]
fn forward_resolves_to_the_oldest_that_reads_all_of_the_others() {
    let [one, two, three] = [version(1), version(2), version(3)];
    check(
        Compatibility::Forward,
        &[&three, &two, &three],
        &[("INT64 id; BYTE_ARRAY name", &[&["10", "10", "10"], &["n", "n", "n"]])],
    );
    // Version 1 has narrower numbers, so that it reads no other: the next that reads all is the oldest.
    check(
        Compatibility::Forward,
        &[&three, &one, &two],
        &[("INT64 id; BYTE_ARRAY name", &[&["10", "0", "10"], &["n", "none", "n"]])],
    );
}

#[test]
fn a_schema_that_does_not_resolve_begins_another_object() {
    let [one, three, other] = [version(1), version(3), other()];
    check(
        Compatibility::Full,
        &[&one, &other, &three],
        &[
            ("INT32 id;", &[&["0"]]),
            ("BYTE_ARRAY other", &[&["x"]]),
            ("INT64 id; BYTE_ARRAY name BYTE_ARRAY note", &[&["10"], &["n"], &["o"]]),
        ],
    );
}

#[test]
fn without_versions_the_schema_that_came_last_is_the_newest() {
    let table = |field: &str| {
        let column = (Field::new(field, DataType::Utf8, true), Arc::new(StringArray::from(vec![field])) as _);
        table(Writer::default(), vec![column])
    };
    let [a, b] = [table("a"), table("b")];
    check(Compatibility::Backward, &[&a, &b, &a], &[("BYTE_ARRAY b", &[&["<null>", "b", "<null>"]])]);
    check(Compatibility::Forward, &[&a, &b, &a], &[("BYTE_ARRAY a", &[&["a", "<null>", "a"]])]);
}

#[test]
fn versions_count_and_not_the_order_of_the_offsets() {
    let [two, three] = [version(2), version(3)];
    check(
        Compatibility::Backward,
        &[&three, &two],
        &[("INT64 id; BYTE_ARRAY name BYTE_ARRAY note", &[&["10", "10"], &["n", "n"], &["o", "<null>"]])],
    );
}

#[test]
fn a_marker_has_the_schema_of_the_groups_first_object() {
    let [one, two] = [version(1), version(2)];
    let batch = batch(2);
    let rows = rows(&batch, &[Some((&one, 0)), Some((&two, 0))]);
    let marker = |compatibility| {
        let parquet = Parquet::new(ParquetOptions { compatibility, ..ParquetOptions::default() });
        names(&message(&parquet.encode(&rows, 0..0, "").unwrap()))
    };
    assert_eq!(marker(Compatibility::None), "INT32 id;");
    assert_eq!(marker(Compatibility::Backward), "INT64 id; BYTE_ARRAY name");
}

#[test]
fn rows_that_do_not_belong_together_are_an_error() {
    let [one, other] = [version(1), other()];
    let batch = batch(2);
    let rows = rows(&batch, &[Some((&one, 0)), Some((&other, 0))]);
    let error = Parquet::new(ParquetOptions::default()).encode(&rows, 0..2, "").unwrap_err();
    assert_eq!(
        error.to_string(),
        "rows of one object have schemas that schema.compatibility doesn't bring together"
    );
}

use super::*;
use arrow_array::{Array, ArrayRef, new_empty_array};
use arrow_schema::{DataType, Field, Fields, Schema};
use std::collections::BTreeMap;

mod defaults;
mod fields;
mod nested;
mod types;
mod unions;

fn required(name: &str, data_type: DataType) -> Field {
    Field::new(name, data_type, false)
}

fn optional(name: &str, data_type: DataType) -> Field {
    Field::new(name, data_type, true)
}

fn with(field: Field, pairs: &[(&str, &str)]) -> Field {
    let pairs = pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
    let metadata: BTreeMap<_, _> =
        field.metadata().iter().map(|(key, value)| (key.clone(), value.clone())).chain(pairs).collect();
    field.with_metadata(metadata)
}

fn array<A: Array + 'static>(array: A) -> ArrayRef {
    Arc::new(array)
}

fn schema(fields: Vec<Field>) -> SchemaRef {
    Arc::new(Schema::new(fields))
}

/// Rows with these columns, as the reader's.
fn resolved(writer: Vec<(Field, ArrayRef)>, reader: Vec<Field>) -> Vec<ArrayRef> {
    let (fields, columns): (Vec<_>, Vec<_>) = writer.into_iter().unzip();
    let rows = RecordBatch::try_new(schema(fields), columns).unwrap();
    let reader = schema(reader);
    let found = Resolution::new(&rows.schema(), &reader).unwrap().apply(&rows).unwrap();
    assert_eq!(found.schema(), reader);
    // A slice of the rows gives a slice of the result.
    let last = rows.num_rows() - 1;
    let sliced = Resolution::new(&rows.schema(), &reader).unwrap().apply(&rows.slice(last, 1)).unwrap();
    assert_eq!(sliced, found.slice(last, 1));
    found.columns().to_vec()
}

/// One column of the writer's, as the reader's.
#[track_caller]
fn check(writer: Field, column: ArrayRef, reader: Field, expected: &ArrayRef) {
    assert_eq!(&resolved(vec![(writer, column)], vec![reader])[0], expected);
}

#[track_caller]
fn check_refused(writer: Vec<Field>, reader: Vec<Field>, message: &str) {
    let error = Resolution::new(&schema(writer), &schema(reader)).unwrap_err();
    assert_eq!(error.to_string(), message);
}

/// Whether rows of one type are read as another, under the name `a`.
fn is_read(writer: &DataType, reader: &DataType) -> bool {
    let schemas = [writer, reader].map(|data_type| schema(vec![required("a", data_type.clone())]));
    let resolution = Resolution::new(&schemas[0], &schemas[1]);
    if let Ok(resolution) = &resolution {
        let none = RecordBatch::try_new(Arc::clone(&schemas[0]), vec![new_empty_array(writer)]).unwrap();
        assert_eq!(resolution.apply(&none).unwrap().schema(), schemas[1]);
    }
    resolution.is_ok()
}

#[test]
fn rows_of_the_readers_own_schema_are_not_touched() {
    let fields = vec![required("a", DataType::Int32)];
    let column = array(arrow_array::Int32Array::from(vec![1, 2]));
    let rows = RecordBatch::try_new(schema(fields.clone()), vec![Arc::clone(&column)]).unwrap();
    let found = Resolution::new(&rows.schema(), &schema(fields)).unwrap().apply(&rows).unwrap();
    assert!(Arc::ptr_eq(found.column(0), &column));
    assert!(Arc::ptr_eq(&found.schema(), &rows.schema()));
}

#[test]
fn columns_that_differ_by_their_docs_alone_are_not_copied() {
    let column = array(arrow_array::Int32Array::from(vec![1, 2]));
    let reader = with(required("a", DataType::Int32), &[(meta::DOC, "the first letter")]);
    let found = resolved(vec![(required("a", DataType::Int32), Arc::clone(&column))], vec![reader]);
    assert!(Arc::ptr_eq(&found[0], &column));
}

#[test]
fn rows_of_another_schema_are_an_error() {
    let resolution = Resolution::new(
        &schema(vec![required("a", DataType::Int32)]),
        &schema(vec![required("a", DataType::Int64)]),
    )
    .unwrap();
    let none = RecordBatch::try_new_with_options(
        schema(Vec::new()),
        Vec::new(),
        &RecordBatchOptions::new().with_row_count(Some(1)),
    );
    assert_eq!(
        resolution.apply(&none.unwrap()).unwrap_err().to_string(),
        "Schema error: rows are not of the schema that they are said to be: rows lack a column"
    );
}

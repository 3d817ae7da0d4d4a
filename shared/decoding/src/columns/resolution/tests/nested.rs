//! Records, lists and maps in each other.

use super::*;
use arrow_array::types::{Int32Type, Int64Type};
use arrow_array::{Int32Array, Int64Array, ListArray, MapArray, StringArray, StructArray};
use arrow_buffer::{NullBuffer, OffsetBuffer};

fn record(fields: Vec<Field>, columns: Vec<ArrayRef>, nulls: Option<Vec<bool>>) -> ArrayRef {
    array(StructArray::new(Fields::from(fields), columns, nulls.map(NullBuffer::from)))
}

fn list(item: Field, lengths: &[usize], items: ArrayRef) -> ArrayRef {
    array(ListArray::new(Arc::new(item), OffsetBuffer::from_lengths(lengths.iter().copied()), items, None))
}

fn map(value: Field, keys: &[&str], values: ArrayRef) -> ArrayRef {
    let fields = Fields::from(vec![required("key", DataType::Utf8), value]);
    let keys = array(StringArray::from(keys.to_vec()));
    let pairs = StructArray::new(fields.clone(), vec![keys, values], None);
    let lengths = OffsetBuffer::from_lengths([0, pairs.len()]);
    let entries = Arc::new(required("entries", DataType::Struct(fields)));
    array(MapArray::new(entries, lengths, pairs, None, false))
}

fn ints(numbers: &[i32]) -> ArrayRef {
    array(Int32Array::from(numbers.to_vec()))
}

fn longs(numbers: &[i64]) -> ArrayRef {
    array(Int64Array::from(numbers.to_vec()))
}

fn column(column: &ArrayRef) -> Field {
    optional("a", column.data_type().clone())
}

#[test]
fn a_record_is_read_field_by_field_and_stays_null_where_it_is() {
    let nulls = || Some(vec![true, false]);
    let writer = record(
        vec![required("x", DataType::Int32), optional("y", DataType::Int32)],
        vec![ints(&[1, 2]), ints(&[3, 4])],
        nulls(),
    );
    let added = with(required("z", DataType::Utf8), &[(meta::DEFAULT, "\"d\"")]);
    let reader = record(
        vec![added, required("x", DataType::Int64)],
        vec![array(StringArray::from(vec!["d"; 2])), longs(&[1, 2])],
        nulls(),
    );
    check(column(&writer), Arc::clone(&writer), column(&reader), &reader);
}

#[test]
fn the_items_of_lists_and_the_values_of_maps_are_read_like_fields() {
    let writer = list(required("item", DataType::Int32), &[2, 0, 1], ints(&[1, 2, 3]));
    let reader = list(optional("element", DataType::Int64), &[2, 0, 1], longs(&[1, 2, 3]));
    check(column(&writer), writer, column(&reader), &reader);
    let writer = map(required("value", DataType::Int32), &["k", "l"], ints(&[1, 2]));
    let reader = map(optional("v", DataType::Int64), &["k", "l"], longs(&[1, 2]));
    check(column(&writer), writer, column(&reader), &reader);
}

#[test]
fn lists_with_nulls_and_nested_lists_are_read() {
    let writer: ListArray =
        ListArray::from_iter_primitive::<Int32Type, _, _>([Some(vec![Some(1), None]), None, Some(vec![])]);
    let reader =
        ListArray::from_iter_primitive::<Int64Type, _, _>([Some(vec![Some(1), None]), None, Some(vec![])]);
    let (writer, reader) = (array(writer), array(reader));
    check(column(&writer), Arc::clone(&writer), column(&reader), &reader);
    let outer =
        |inner: &ArrayRef| list(optional("item", inner.data_type().clone()), &[1, 2], Arc::clone(inner));
    check(column(&outer(&writer)), outer(&writer), column(&outer(&reader)), &outer(&reader));
}

#[test]
fn records_in_lists_in_maps_are_read() {
    let items = |data_type: DataType, numbers: ArrayRef| {
        let records = record(vec![required("x", data_type)], vec![numbers], None);
        let list = list(required("item", records.data_type().clone()), &[1, 1], records);
        map(required("value", list.data_type().clone()), &["k", "l"], list)
    };
    let writer = items(DataType::Int32, ints(&[1, 2]));
    let reader = items(DataType::Int64, longs(&[1, 2]));
    check(column(&writer), writer, column(&reader), &reader);
}

#[test]
fn a_refusal_names_the_inner_field() {
    let nested = |data_type: DataType| {
        let record = Field::new_struct("item", vec![required("x", data_type)], false);
        vec![Field::new_struct("a", vec![Field::new_list("b", record, false)], false)]
    };
    check_refused(
        nested(DataType::Int64),
        nested(DataType::Int32),
        "field a.b.x is Int64 in the writer's schema, and Int32 in the reader's",
    );
    check_refused(
        vec![Field::new_list("a", optional("item", DataType::Int32), false)],
        vec![Field::new_list("a", required("item", DataType::Int32), false)],
        "field a may be null in the writer's schema, but not in the reader's",
    );
    check_refused(
        vec![Field::new_struct("a", vec![required("x", DataType::Int32)], false)],
        vec![Field::new_list("a", required("item", DataType::Int32), false)],
        "field a is Struct in the writer's schema, and List in the reader's",
    );
}

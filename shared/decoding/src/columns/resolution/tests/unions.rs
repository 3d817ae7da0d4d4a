//! Unions, which are structs of branches.

use super::*;
use arrow_array::{Int32Array, Int64Array, StringArray, StructArray};
use arrow_buffer::NullBuffer;

fn branches(branches: &[(&str, DataType)], is_nullable: bool) -> Field {
    let branches: Vec<_> =
        branches.iter().map(|(name, data_type)| optional(name, data_type.clone())).collect();
    let field = Field::new_struct("a", branches, is_nullable);
    with(field, &[(meta::LOGICAL, meta::LOGICAL_UNION)])
}

fn values(of: &Field, columns: Vec<ArrayRef>, nulls: Option<Vec<bool>>) -> ArrayRef {
    let DataType::Struct(fields) = of.data_type() else { panic!("a union is a struct") };
    array(StructArray::new(fields.clone(), columns, nulls.map(NullBuffer::from)))
}

fn ints(numbers: &[Option<i32>]) -> ArrayRef {
    array(Int32Array::from(numbers.to_vec()))
}

fn longs(numbers: &[Option<i64>]) -> ArrayRef {
    array(Int64Array::from(numbers.to_vec()))
}

fn texts(texts: &[Option<&str>]) -> ArrayRef {
    array(StringArray::from(texts.to_vec()))
}

#[test]
fn branches_are_read_as_branches_in_any_order() {
    let writer = branches(&[("int", DataType::Int32), ("string", DataType::Utf8)], true);
    let reader = branches(
        &[("boolean", DataType::Boolean), ("string", DataType::Utf8), ("int", DataType::Int32)],
        true,
    );
    let nulls = || Some(vec![true, true, false]);
    let (number, text) = ([Some(1), None, None], [None, Some("x"), None]);
    let written = values(&writer, vec![ints(&number), texts(&text)], nulls());
    let none = arrow_array::new_null_array(&DataType::Boolean, 3);
    let expected = values(&reader, vec![none, texts(&text), ints(&number)], nulls());
    check(writer, written, reader, &expected);
}

#[test]
fn several_branches_may_become_one() {
    let writer = branches(&[("int", DataType::Int32), ("long", DataType::Int64)], false);
    let reader = branches(&[("string", DataType::Utf8), ("long", DataType::Int64)], false);
    let written = values(&writer, vec![ints(&[Some(1), None, None]), longs(&[None, Some(2), None])], None);
    let expected = values(&reader, vec![texts(&[None, None, None]), longs(&[Some(1), Some(2), None])], None);
    check(writer, written, reader, &expected);
}

#[test]
fn what_is_no_union_becomes_the_branch_of_its_own_type_or_the_first_wider_one() {
    let written = || ints(&[Some(1), None]);
    let reader = branches(&[("long", DataType::Int64), ("int", DataType::Int32)], true);
    let nulls = || Some(vec![true, false]);
    let expected = values(&reader, vec![longs(&[None, None]), ints(&[Some(1), None])], nulls());
    check(optional("a", DataType::Int32), written(), reader, &expected);

    let reader = branches(
        &[("string", DataType::Utf8), ("long", DataType::Int64), ("double", DataType::Float64)],
        true,
    );
    let doubles = arrow_array::new_null_array(&DataType::Float64, 2);
    let expected = values(&reader, vec![texts(&[None, None]), longs(&[Some(1), None]), doubles], nulls());
    check(optional("a", DataType::Int32), written(), reader, &expected);
}

#[test]
fn what_no_branch_takes_is_refused() {
    let reader = || vec![branches(&[("int", DataType::Int32), ("boolean", DataType::Boolean)], true)];
    check_refused(
        vec![required("a", DataType::Utf8)],
        reader(),
        "field a is Utf8 in the writer's schema, which no branch of the reader's union takes",
    );
    check_refused(
        vec![branches(&[("int", DataType::Int32), ("string", DataType::Utf8)], true)],
        reader(),
        "field a has the branch string in the writer's union, which none of the reader's takes",
    );
}

#[test]
fn a_union_is_not_read_as_one_of_its_branches() {
    check_refused(
        vec![branches(&[("int", DataType::Int32), ("string", DataType::Utf8)], false)],
        vec![required("a", DataType::Utf8)],
        "field a is a union in the writer's schema, but not in the reader's",
    );
    check_refused(
        vec![branches(&[("int", DataType::Int32), ("string", DataType::Utf8)], true)],
        vec![branches(&[("int", DataType::Int32), ("string", DataType::Utf8)], false)],
        "field a may be null in the writer's schema, but not in the reader's",
    );
}

#[test]
fn a_named_branch_is_taken_by_its_name() {
    let record = |name: &str, field: &str| {
        let record = Field::new_struct(name, vec![optional(field, DataType::Int32)], true);
        with(record, &[(meta::NAME, name)])
    };
    let union = |records: Vec<Field>| {
        with(Field::new_struct("a", records, false), &[(meta::LOGICAL, meta::LOGICAL_UNION)])
    };
    let of = |field: &Field, numbers: &[Option<i32>], nulls: Vec<bool>| {
        values(field, vec![ints(numbers)], Some(nulls))
    };
    let (created, deleted) = (record("Created", "x"), record("Deleted", "x"));
    let writer = union(vec![created.clone(), deleted.clone()]);
    let reader = union(vec![deleted.clone(), created.clone()]);
    let columns = || {
        let created = of(&created, &[Some(1), None], vec![true, false]);
        (created, of(&deleted, &[None, Some(2)], vec![false, true]))
    };
    let (one, other) = columns();
    let written = values(&writer, vec![one, other], None);
    let (one, other) = columns();
    let expected = values(&reader, vec![other, one], None);
    check(writer, written, reader, &expected);
}

//! Which field is which.

use super::*;
use arrow_array::{Int32Array, StringArray};

fn numbers(numbers: &[i32]) -> ArrayRef {
    array(Int32Array::from(numbers.to_vec()))
}

#[test]
fn fields_are_found_by_name_in_any_order_and_others_are_left_out() {
    let writer = vec![
        (required("a", DataType::Int32), numbers(&[1])),
        (required("b", DataType::Int32), numbers(&[2])),
        (required("c", DataType::Int32), numbers(&[3])),
    ];
    let reader = vec![required("c", DataType::Int32), required("a", DataType::Int32)];
    assert_eq!(resolved(writer, reader), [numbers(&[3]), numbers(&[1])]);
}

#[test]
fn a_field_is_found_by_its_other_names_where_its_own_is_missing() {
    let reader = with(required("new", DataType::Int32), &[(meta::ALIASES, r#"["older","old"]"#)]);
    let old = || (required("old", DataType::Int32), numbers(&[1]));
    let new = || (required("new", DataType::Int32), numbers(&[2]));
    assert_eq!(resolved(vec![old()], vec![reader.clone()]), [numbers(&[1])]);
    assert_eq!(resolved(vec![old(), new()], vec![reader]), [numbers(&[2])]);
    // Only the reader's names count.
    let writer = with(required("old", DataType::Int32), &[(meta::ALIASES, r#"["new"]"#)]);
    check_refused(
        vec![writer],
        vec![required("new", DataType::Int32)],
        "field new is not in the writer's schema, and the reader's has neither a default nor null for it",
    );
}

#[test]
fn a_field_that_the_writer_lacks_is_the_default_or_null() {
    let reader = vec![
        with(required("a", DataType::Int32), &[(meta::DEFAULT, "7")]),
        optional("b", DataType::Utf8),
        with(optional("c", DataType::Utf8), &[(meta::DEFAULT, "null")]),
        with(optional("d", DataType::Utf8), &[(meta::DEFAULT, "\"\"")]),
        required("e", DataType::Null),
    ];
    let found = resolved(vec![(required("z", DataType::Int32), numbers(&[1, 2]))], reader);
    let nothing = array(StringArray::from(vec![None::<&str>; 2]));
    assert_eq!(
        found[..4],
        [numbers(&[7, 7]), Arc::clone(&nothing), nothing, array(StringArray::from(vec![""; 2]))]
    );
    assert_eq!(found[4].len(), 2);
}

#[test]
fn a_default_that_is_no_value_of_its_field_is_refused() {
    check_refused(
        vec![required("z", DataType::Int32)],
        vec![with(required("a", DataType::Int32), &[(meta::DEFAULT, "\"text\"")])],
        "field a has a default that is no value of its type",
    );
}

#[test]
fn what_may_be_null_is_not_read_as_what_may_not() {
    let a = || numbers(&[1]);
    check(required("a", DataType::Int32), a(), optional("a", DataType::Int32), &a());
    check_refused(
        vec![optional("a", DataType::Int32)],
        vec![required("a", DataType::Int32)],
        "field a may be null in the writer's schema, but not in the reader's",
    );
    // Whatever the default, which stands for a field that is missing.
    check_refused(
        vec![optional("a", DataType::Int32)],
        vec![with(required("a", DataType::Int32), &[(meta::DEFAULT, "1")])],
        "field a may be null in the writer's schema, but not in the reader's",
    );
}

#[test]
fn what_is_always_null_is_read_as_anything_that_may_be() {
    let nulls = array(arrow_array::NullArray::new(2));
    let expected = array(StringArray::from(vec![None::<&str>; 2]));
    check(optional("a", DataType::Null), Arc::clone(&nulls), optional("a", DataType::Utf8), &expected);
    check_refused(
        vec![optional("a", DataType::Null)],
        vec![required("a", DataType::Utf8)],
        "field a may be null in the writer's schema, but not in the reader's",
    );
    check_refused(
        vec![required("a", DataType::Utf8)],
        vec![optional("a", DataType::Null)],
        "field a is Utf8 in the writer's schema, and Null in the reader's",
    );
}

#[test]
fn records_of_other_names_are_not_each_other() {
    let named = |name: &str| {
        let metadata = [(meta::NAME.to_owned(), name.to_owned())];
        Arc::new(Schema::new_with_metadata(vec![optional("a", DataType::Int32)], metadata))
    };
    let error = Resolution::new(&named("com.acme.Created"), &named("com.acme.Deleted")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the record is of the type com.acme.Created in the writer's schema, and com.acme.Deleted in the reader's"
    );
    // Avro compares names without their namespaces.
    assert!(Resolution::new(&named("com.acme.Created"), &named("org.acme.Created")).is_ok());
}

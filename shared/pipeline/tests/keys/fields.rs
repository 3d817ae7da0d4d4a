//! `FieldPartitioner`.

use crate::{check, value};
use record::event::NewRecord;

/// A record like those of the sink's own tests.
const SAMPLE: &str =
    r#"{"boolean":true,"int":12,"long":12,"float":12.2,"string":"def","user":{"address":{"city":"NYC"}}}"#;

/// Asserts the path that these fields make of a value.
#[track_caller]
fn check_path(fields: &str, json: &str, path: &str) {
    check(
        &[("PARTITIONER_CLASS", "FieldPartitioner"), ("PARTITION_FIELD_NAME", fields)],
        &[value(0, json)],
        &[&format!("topics/test-topic/{path}/test-topic+12+0000000000.json")],
    );
}

#[test]
fn a_field_is_its_name_and_its_value() {
    check_path("boolean", SAMPLE, "boolean=true");
    check_path("int", SAMPLE, "int=12");
    check_path("long", SAMPLE, "long=12");
    check_path("string", SAMPLE, "string=def");
}

#[test]
fn fields_stand_in_the_order_of_the_setting() {
    check_path("string,int", SAMPLE, "string=def/int=12");
    check_path("int,string", SAMPLE, "int=12/string=def");
    check_path(" int , string ", SAMPLE, "int=12/string=def");
    check_path("int,int", SAMPLE, "int=12/int=12");
}

#[test]
fn a_nested_field_keeps_its_whole_name() {
    check_path("user.address.city", SAMPLE, "user.address.city=NYC");
    check_path("string,user.address.city", SAMPLE, "string=def/user.address.city=NYC");
}

#[test]
fn what_is_not_there_is_null() {
    check_path("country", SAMPLE, "country=null");
    check_path("country", r#"{"country":null}"#, "country=null");
    check_path("user.name.first", SAMPLE, "user.name.first=null");
    // A name in between that is no object has no members.
    check_path("string.length", SAMPLE, "string.length=null");
    check_path("a,b", r#"{"b":"x"}"#, "a=null/b=x");
}

#[test]
fn an_empty_text_is_an_empty_value() {
    check_path("a", r#"{"a":""}"#, "a=");
    check_path("a,b", r#"{"a":"","b":""}"#, "a=/b=");
}

#[test]
fn whole_numbers_of_any_size_stand_as_digits() {
    check_path("n", r#"{"n":-7}"#, "n=-7");
    check_path("n", r#"{"n":0}"#, "n=0");
    check_path("n", r#"{"n":-0}"#, "n=0");
    check_path("n", r#"{"n":9223372036854775808}"#, "n=9223372036854775808");
    check_path("n", r#"{"n":123456789012345678901234567890}"#, "n=123456789012345678901234567890");
}

#[test]
fn a_text_that_looks_like_something_else_is_a_text() {
    check_path("a", r#"{"a":"true"}"#, "a=true");
    check_path("a", r#"{"a":"null"}"#, "a=null");
    check_path("a", r#"{"a":"007"}"#, "a=007");
    check_path("a", r#"{"a":"1.5"}"#, "a=1.5");
}

#[test]
fn what_would_break_a_path_is_percent_encoded() {
    check_path("a", r#"{"a":"x/y"}"#, "a=x%2Fy");
    check_path("a", r#"{"a":"../../etc"}"#, "a=..%2F..%2Fetc");
    check_path("a", r#"{"a":"50%"}"#, "a=50%25");
    check_path("a", r#"{"a":"."}"#, "a=%2E");
    check_path("a", r#"{"a":".."}"#, "a=%2E%2E");
    check_path("a", r#"{"a":"line\nbreak\ttab\u0000nul"}"#, "a=line%0Abreak%09tab%00nul");
    check_path("a", r#"{"a":"\u007f\u0085"}"#, "a=%7F%C2%85");
    check_path("a", r#"{"a":"x\/y"}"#, "a=x%2Fy");
}

#[test]
fn everything_else_is_verbatim() {
    check_path("a", r#"{"a":"b c"}"#, "a=b c");
    check_path("a", r#"{"a":"x=y&z+1#2?"}"#, "a=x=y&z+1#2?");
    check_path("a", r#"{"a":"with\\special:chars"}"#, "a=with\\special:chars");
    check_path("a", r#"{"a":"서울 \uD83D\uDE80"}"#, "a=서울 🚀");
    check_path("a", r#"{"a":"..."}"#, "a=...");
}

#[test]
fn names_of_fields_are_found_however_they_are_written() {
    check_path("city", r#"{"\u0063ity":"NYC"}"#, "city=NYC");
    check_path("도시", r#"{"도시":"서울"}"#, "도시=서울");
    // Of two members with one name the last counts, as for the sink's JSON parser.
    check_path("a", r#"{"a":"first","a":"last"}"#, "a=last");
}

#[test]
fn records_with_other_values_go_to_other_objects() {
    check(
        &[("PARTITIONER_CLASS", "FieldPartitioner"), ("PARTITION_FIELD_NAME", "a")],
        &[
            value(0, r#"{"a":"x"}"#),
            value(1, r#"{"a":"y"}"#),
            value(2, r#"{"a":"x"}"#),
            value(3, r#"{"a":null}"#),
            value(4, "{}"),
        ],
        &[
            "topics/test-topic/a=null/test-topic+12+0000000003.json",
            "topics/test-topic/a=x/test-topic+12+0000000000.json",
            "topics/test-topic/a=y/test-topic+12+0000000001.json",
        ],
    );
}

#[test]
fn the_partition_still_tells_two_objects_with_one_path_apart() {
    let of = |partition| NewRecord { partition, ..value(0, r#"{"a":"x"}"#) };
    check(
        &[("PARTITIONER_CLASS", "FieldPartitioner"), ("PARTITION_FIELD_NAME", "a")],
        &[of(0), of(1)],
        &[
            "topics/test-topic/a=x/test-topic+0+0000000000.json",
            "topics/test-topic/a=x/test-topic+1+0000000000.json",
        ],
    );
}

#[test]
fn a_tombstone_that_is_written_has_no_fields() {
    check(
        &[
            ("PARTITIONER_CLASS", "FieldPartitioner"),
            ("PARTITION_FIELD_NAME", "a"),
            ("BEHAVIOR_ON_NULL_VALUES", "write"),
        ],
        &[NewRecord { value: None, ..value(0, "") }],
        &["topics/test-topic/a=null/test-topic+12+0000000000.json"],
    );
}

//! Patterns and values, as Lambda's pages and Event Ruler have them.

use super::Filters;
use proptest::prelude::*;

fn filters(pattern: &str) -> Filters {
    Filters::parse(&[pattern.to_owned()]).unwrap_or_else(|error| panic!("{}", pipeline::chain(&error)))
}

/// Checks which values reach the function; `pattern` is what stands behind `value`.
#[track_caller]
fn check(pattern: &str, kept: &[&str], dropped: &[&str]) {
    let filters = filters(&format!("{{\"value\":{pattern}}}"));
    for value in kept {
        assert!(filters.keep(Some(value.as_bytes())), "{pattern} should keep {value}");
    }
    for value in dropped {
        assert!(!filters.keep(Some(value.as_bytes())), "{pattern} should drop {value}");
    }
}

#[track_caller]
fn refused(pattern: &str, expected: &str) {
    let error = Filters::parse(&[pattern.to_owned()]).unwrap_err();
    assert_eq!(
        pipeline::chain(&error).to_string(),
        format!("the filter pattern {pattern} cannot be used: {expected}")
    );
}

#[test]
fn no_filter_keeps_everything() {
    let filters = Filters::parse(&[]).unwrap();
    assert!(filters.keep(None) && filters.keep(Some(b"{}")) && filters.keep(Some(b"\xff")));
}

#[test]
fn values_are_compared_exactly_and_a_list_is_an_or() {
    check(
        r#"{"a":["x","y"]}"#,
        &[r#"{"a":"x"}"#, r#"{"b":1,"a":"y"}"#],
        &[r#"{"a":"X"}"#, r#"{"a":"xx"}"#, "{}", "[]"],
    );
    check(r#"{"a":[null]}"#, &[r#"{"a":null}"#], &[r#"{"a":"null"}"#, r#"{"a":0}"#, "{}"]);
    check(r#"{"a":[""]}"#, &[r#"{"a":""}"#], &[r#"{"a":" "}"#, r#"{"a":null}"#]);
    check(r#"{"a":[true]}"#, &[r#"{"a":true}"#], &[r#"{"a":"true"}"#, r#"{"a":false}"#]);
}

#[test]
fn numbers_are_compared_as_text() {
    check(r#"{"a":[300]}"#, &[r#"{"a":300}"#], &[r#"{"a":300.0}"#, r#"{"a":3.0e2}"#, r#"{"a":"300"}"#]);
    let huge = "123456789012345678901234567890";
    check(
        &format!("{{\"a\":[{huge}]}}"),
        &[&format!("{{\"a\":{huge}}}")],
        &[r#"{"a":123456789012345678901234567891}"#],
    );
}

#[test]
fn all_fields_of_a_pattern_must_hold_also_nested_ones() {
    let pattern = r#"{"a":{"b":["x"]},"c":[1]}"#;
    check(
        pattern,
        &[r#"{"a":{"b":"x"},"c":1}"#],
        &[r#"{"a":{"b":"x"}}"#, r#"{"a":"x","c":1}"#, r#"{"a":{"b":"y"},"c":1}"#, r#"{"b":"x","c":1}"#],
    );
}

#[test]
fn escapes_are_read() {
    check(r#"{"\u0061":["\u00e9"]}"#, &["{\"a\":\"é\"}", r#"{"\u0061":"\u00E9"}"#], &[r#"{"a":"\\u00e9"}"#]);
}

#[test]
fn text_is_matched_by_its_beginning_its_end_and_in_any_case() {
    check(r#"{"a":[{"prefix":"us-"}]}"#, &[r#"{"a":"us-east"}"#], &[r#"{"a":"eu-us-"}"#, r#"{"a":1}"#, "{}"]);
    check(r#"{"a":[{"suffix":".png"}]}"#, &[r#"{"a":"x.png"}"#], &[r#"{"a":"x.png "}"#, r#"{"a":null}"#]);
    check(
        r#"{"a":[{"equals-ignore-case":"Straße"}]}"#,
        &[r#"{"a":"straße"}"#, r#"{"a":"STRASSE"}"#],
        &[r#"{"a":"strass"}"#],
    );
}

#[test]
fn anything_but_needs_a_field_that_is_something_else() {
    check(
        r#"{"a":[{"anything-but":["x",1]}]}"#,
        &[r#"{"a":"y"}"#, r#"{"a":2}"#, r#"{"a":"1"}"#, r#"{"a":null}"#, r#"{"a":["x","y"]}"#],
        &[r#"{"a":"x"}"#, r#"{"a":1}"#, "{}", r#"{"a":{"b":"y"}}"#, r#"{"a":["x",1]}"#],
    );
    check(r#"{"a":[{"anything-but":"x"}]}"#, &[r#"{"a":"y"}"#], &[r#"{"a":"x"}"#]);
    check(r#"{"a":[{"anything-but":{"prefix":"x"}}]}"#, &[r#"{"a":"ax"}"#], &[r#"{"a":"xa"}"#]);
    check(r#"{"a":[{"anything-but":{"suffix":["x","y"]}}]}"#, &[r#"{"a":"xz"}"#], &[r#"{"a":"zy"}"#]);
    check(r#"{"a":[{"anything-but":{"equals-ignore-case":"X"}}]}"#, &[r#"{"a":"y"}"#], &[r#"{"a":"x"}"#]);
}

#[test]
fn numeric_compares_numbers() {
    check(
        r#"{"a":[{"numeric":["=",3e2]}]}"#,
        &[r#"{"a":300}"#, r#"{"a":300.0}"#],
        &[r#"{"a":"300"}"#, r#"{"a":301}"#],
    );
    check(
        r#"{"a":[{"numeric":[">",10,"<=",20]}]}"#,
        &[r#"{"a":10.5}"#, r#"{"a":20}"#, r#"{"a":[1,15]}"#],
        &[r#"{"a":10}"#, r#"{"a":20.1}"#, r#"{"a":null}"#, "{}"],
    );
    check(
        r#"{"a":[{"numeric":["<",0]}]}"#,
        &[r#"{"a":-1}"#],
        &[r#"{"a":-1e999}"#, r#"{"a":-6e9}"#, r#"{"a":0}"#],
    );
}

#[test]
fn exists_sees_values_without_parts_alone() {
    check(
        r#"{"a":{"b":[{"exists":true}]}}"#,
        &[r#"{"a":{"b":1}}"#, r#"{"a":{"b":null}}"#],
        &[r#"{"a":{"b":{"c":1}}}"#, r#"{"a":{"b":[]}}"#, r#"{"a":1}"#, "{}"],
    );
    check(
        r#"{"a":{"b":[{"exists":false}]}}"#,
        &["{}", r#"{"a":1}"#, r#"{"a":{}}"#, r#"{"a":{"b":{"c":1}}}"#, r#"{"b":1}"#],
        &[r#"{"a":{"b":1}}"#, r#"{"a":[{"c":1},{"b":null}]}"#],
    );
    check(r#"{"a":[{"exists":false},"x"]}"#, &["{}", r#"{"a":"x"}"#], &[r#"{"a":"y"}"#]);
}

#[test]
fn or_takes_any_of_its_objects_and_stands_beside_fields() {
    check(
        r#"{"z":[1],"$or":[{"a":["x"]},{"b":{"c":[{"prefix":"y"}]}}]}"#,
        &[r#"{"z":1,"a":"x"}"#, r#"{"z":1,"b":{"c":"yy"}}"#],
        &[r#"{"z":1}"#, r#"{"a":"x"}"#, r#"{"z":1,"a":"y","b":{"c":"x"}}"#],
    );
}

#[test]
fn one_element_of_an_array_must_have_all() {
    check(
        r#"{"a":{"b":[1],"c":[2]}}"#,
        &[r#"{"a":[{"b":0},{"b":1,"c":2}]}"#, r#"{"a":[[{"c":[3,[2]],"b":1}]]}"#],
        &[r#"{"a":[{"b":1},{"c":2}]}"#, r#"{"a":[]}"#],
    );
    check(r#"{"a":[1]}"#, &[r#"[{"a":0},{"a":1}]"#], &[r#"[{"a":0}]"#, "[]"]);
}

#[test]
fn the_last_of_repeated_fields_counts() {
    check(r#"{"a":["x"],"a":["y"]}"#, &[r#"{"a":"x","a":"y"}"#], &[r#"{"a":"y","a":"x"}"#]);
}

#[test]
fn a_plain_string_is_compared_as_a_whole() {
    check(r#"["ok",{"prefix":"warn"}]"#, &["ok", "warning: x", "warn"], &["error", "ok ", ""]);
    check(r#"[{"anything-but":["error"]}]"#, &["ok", ""], &["error"]);
    // What has no fields is no JSON to a filter.
    check(r#"["42"]"#, &["42"], &["43", "\"42\""]);
}

#[test]
fn a_value_of_another_format_reaches_the_function() {
    let json = filters(r#"{"value":{"a":["x"]}}"#);
    let plain = filters(r#"{"value":["x"]}"#);
    for value in [&b"plain"[..], b"", b"{", b"{\"a\":\"y\"", b"\"text\"", b"42", b"\xff\xfe"] {
        assert!(json.keep(Some(value)), "{value:?}");
    }
    for value in [&br#"{"a":"y"}"#[..], b"[]", b" {} ", b"\xff\xfe"] {
        assert!(plain.keep(Some(value)), "{value:?}");
    }
    // A tombstone has no format.
    assert!(json.keep(None) && plain.keep(None));
}

#[test]
fn one_filter_of_several_is_enough() {
    let patterns = [r#"{"value":{"a":["x"]}}"#, r#"{"value":{"b":[1]}}"#].map(str::to_owned);
    let filters = Filters::parse(&patterns).unwrap();
    assert!(filters.keep(Some(br#"{"b":1}"#)) && filters.keep(Some(br#"{"a":"x"}"#)));
    assert!(!filters.keep(Some(br#"{"b":2}"#)));
}

#[test]
fn a_wrong_pattern_is_named_with_the_place() {
    refused("{", "it is not JSON: EOF while parsing an object at line 1 column 1");
    let only = "it must be an object with the only field `value`: for Kafka nothing else is filtered";
    for pattern in ["[]", "{}", r#""value""#, r#"{"key":["x"]}"#, r#"{"value":["x"],"topic":["t"]}"#] {
        refused(pattern, only);
    }
    let alternatives = "expected a list of alternatives, or an object of fields";
    refused(r#"{"value":"x"}"#, &format!("value: {alternatives}"));
    refused(r#"{"value":{"a":"x"}}"#, &format!("value.a: {alternatives}"));
    refused(r#"{"value":{}}"#, "value: expected at least one field");
    refused(r#"{"value":{"a":{}}}"#, "value.a: expected at least one field");
    refused(r#"{"value":{"a":[]}}"#, "value.a: expected a list with at least one alternative");
    refused(r#"{"value":{"a":[["x"]]}}"#, "value.a: expected a value, or an object with one rule");
    refused(r#"{"value":{"a":[{}]}}"#, "value.a: expected a value, or an object with one rule");
    refused(r#"{"value":{"a":[{"prefix":""}]}}"#, "value.a: expected a rule with a text that is not empty");
    refused(r#"{"value":{"a":[{"exists":"yes"}]}}"#, "value.a: expected `exists` with true or false");
    refused(
        r#"{"value":{"a":{"b":[{"wildcard":"x*"}]}}}"#,
        "value.a.b: Lambda has no rule `wildcard`; it has anything-but, equals-ignore-case, exists, numeric, prefix and suffix",
    );
    refused(r#"{"value":{"$or":[{"a":[1]}]}}"#, "value: expected `$or` with a list of two or more objects");
    let numeric = "value.a: expected `numeric` with a list such as [\"=\", 5] or [\">\", 0, \"<=\", 5], \
                   and numbers from -5.0e9 to 5.0e9";
    for list in
        ["5", "[]", r#"["=="]"#, r#"["=",5e10]"#, r#"["<",5,">",0]"#, r#"[">",5,"<",0]"#, r#"[">","5"]"#]
    {
        refused(&format!(r#"{{"value":{{"a":[{{"numeric":{list}}}]}}}}"#), numeric);
    }
}

#[test]
fn too_many_and_too_long_are_refused() {
    let pattern = r#"{"value":["x"]}"#.to_owned();
    assert!(Filters::parse(&vec![pattern.clone(); 20]).is_ok());
    let error = Filters::parse(&vec![pattern; 21]).unwrap_err();
    assert_eq!(error.to_string(), "21 filters are too many: a mapping takes 20");
    let long = format!("{{\"value\":[\"{}\"]}}", "é".repeat(4085));
    let error = Filters::parse(&[long]).unwrap_err();
    assert!(pipeline::chain(&error).to_string().ends_with("it has 4099 characters, and may have 4096"));
}

#[test]
fn hostile_values_take_no_stack_and_little_time() {
    let filters = filters(r#"{"value":{"a":{"b":["x"],"c":[{"exists":false}]}}}"#);
    let depth = 50_000;
    let nested = "[".repeat(depth) + &"]".repeat(depth);
    assert!(!filters.keep(Some(nested.as_bytes())));
    assert!(!filters.keep(Some(format!("{{\"a\":{nested}}}").as_bytes())));
    let objects = "{\"a\":".repeat(depth) + "1" + &"}".repeat(depth);
    assert!(!filters.keep(Some(objects.as_bytes())));
    let wide = format!("{{\"a\":[{}1]}}", "{\"b\":\"y\"},".repeat(depth));
    assert!(!filters.keep(Some(wide.as_bytes())));
    // Half of a surrogate pair is JSON, but no text.
    assert!(!filters.keep(Some(br#"{"a":{"b":"\ud800"}}"#)));
}

proptest! {
    #[test]
    fn any_bytes_are_judged_without_a_panic(value in proptest::collection::vec(any::<u8>(), 0..64)) {
        for pattern in [r#"{"value":{"a":[{"exists":true}]}}"#, r#"{"value":["x"]}"#] {
            filters(pattern).keep(Some(&value));
        }
    }

    #[test]
    fn any_pattern_is_taken_or_refused_without_a_panic(pattern in r#"[\[\]{}:,"a-c0-9$or ]{0,40}"#) {
        let _ = Filters::parse(&[format!("{{\"value\":{pattern}}}")]);
    }

    #[test]
    fn a_value_equals_itself(text in "\\PC{0,20}", number in any::<i64>()) {
        let value = serde_json::json!({ "text": text, "number": number });
        let pattern = serde_json::json!({ "value": { "text": [text], "number": [number] } });
        prop_assert!(filters(&pattern.to_string()).keep(Some(value.to_string().as_bytes())));
    }
}

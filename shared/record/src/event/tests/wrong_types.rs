//! Members whose values are not what they should be, and how that is said.

use super::refused::{check, check_record};

#[test]
fn members_of_another_type() {
    check(r#"{"eventSource":7,"records":{}}"#, "expected `eventSource` to be text at byte 15");
    check(
        r#"{"eventSource":"aws:kafka","eventSourceArn":7,"records":{}}"#,
        "expected `eventSourceArn` to be text or null at byte 44",
    );
    check(
        r#"{"eventSource":"aws:kafka","bootstrapServers":["b"],"records":{}}"#,
        "expected `bootstrapServers` to be text or null at byte 46",
    );
    check(r#"{"eventSource":"aws:kafka","records":null}"#, "expected `records` to be an object at byte 37");
    check(r#"{"eventSource":"aws:kafka","records":[]}"#, "expected `records` to be an object at byte 37");
    check(
        r#"{"eventSource":"aws:kafka","records":{"t-0":null}}"#,
        "expected `records` to be an object of arrays at byte 44",
    );
    check(
        r#"{"eventSource":"aws:kafka","records":{"t-0":{}}}"#,
        "expected `records` to be an object of arrays at byte 44",
    );
    check_record("null", "expected `records` to be arrays of objects at byte 45, in record 1 of t-0");
    check_record(
        r#"{"offset":7},[]"#,
        "expected `records` to be arrays of objects at byte 58, in record 2 of t-0",
    );
    check_record(
        r#"{"offset":7,"topic":7}"#,
        "expected `topic` to be text or null at byte 65, in the record at t-0@7",
    );
    check_record(
        r#"{"offset":7,"partition":"0"}"#,
        "expected `partition` to be a whole number or null at byte 69, in the record at t-0@7",
    );
    check_record(
        r#"{"offset":null}"#,
        "expected `offset` to be a whole number from 0 to 2^63 - 1 at byte 55, in record 1 of t-0",
    );
    check_record(
        r#"{"offset":"7"}"#,
        "expected `offset` to be a whole number from 0 to 2^63 - 1 at byte 55, in record 1 of t-0",
    );
    check_record(
        r#"{"offset":7,"timestamp":"7"}"#,
        "expected `timestamp` to be a whole number of 64 bits or null at byte 69, in the record at t-0@7",
    );
    check_record(
        r#"{"offset":7,"timestampType":0}"#,
        "expected `timestampType` to be text or null at byte 73, in the record at t-0@7",
    );
    check_record(
        r#"{"offset":7,"key":{}}"#,
        "expected `key` to be base64 or null at byte 63, in the record at t-0@7",
    );
    check_record(
        r#"{"offset":7,"value":true}"#,
        "expected `value` to be base64 or null at byte 65, in the record at t-0@7",
    );
    check_record(
        r#"{"offset":7,"headers":{}}"#,
        "expected `headers` to be an array of objects or null at byte 67, in the record at t-0@7",
    );
    check_record(
        r#"{"offset":7,"headers":[[]]}"#,
        "expected `headers` to be an array of objects or null at byte 68, in the record at t-0@7",
    );
    check_record(
        r#"{"offset":7,"headers":[{"h":"v"}]}"#,
        "expected `headers` to be arrays of bytes or null at byte 73, in the record at t-0@7",
    );
    check_record(
        r#"{"offset":7,"headers":[{"h":["1"]}]}"#,
        "expected `headers` to be arrays of whole numbers from -128 to 255 at byte 74, in the record at t-0@7",
    );
    check_record(
        r#"{"offset":7,"headers":[{"h":[1,null]}]}"#,
        "expected `headers` to be arrays of whole numbers from -128 to 255 at byte 76, in the record at t-0@7",
    );
    check_record(
        r#"{"offset":7,"valueSchemaMetadata":"AVRO"}"#,
        "expected `valueSchemaMetadata` to be an object or null at byte 79, in the record at t-0@7",
    );
    check_record(
        r#"{"offset":7,"valueSchemaMetadata":{"dataFormat":null}}"#,
        "expected `dataFormat` to be text at byte 93, in the record at t-0@7",
    );
    check_record(
        r#"{"offset":7,"valueSchemaMetadata":{"schemaId":1.5}}"#,
        "expected `schemaId` to be text or a whole number at byte 91, in the record at t-0@7",
    );
}

#[test]
fn numbers_that_are_not_whole_or_out_of_range() {
    check_record(
        r#"{"offset":-1}"#,
        "expected `offset` to be a whole number from 0 to 2^63 - 1 at byte 55, in record 1 of t-0",
    );
    check_record(
        r#"{"offset":1.0}"#,
        "expected `offset` to be a whole number from 0 to 2^63 - 1 at byte 55, in record 1 of t-0",
    );
    check_record(
        r#"{"offset":1e3}"#,
        "expected `offset` to be a whole number from 0 to 2^63 - 1 at byte 55, in record 1 of t-0",
    );
    check_record(
        r#"{"offset":01}"#,
        "expected a number without leading zeros at byte 55, in record 1 of t-0",
    );
    check_record(
        r#"{"offset":-}"#,
        "expected `offset` to be a whole number from 0 to 2^63 - 1 at byte 55, in record 1 of t-0",
    );
    check_record(
        r#"{"offset":9223372036854775808}"#,
        "expected `offset` to be a whole number from 0 to 2^63 - 1 at byte 55, in record 1 of t-0",
    );
    check_record(
        r#"{"offset":99999999999999999999999999}"#,
        "expected `offset` to be a whole number from 0 to 2^63 - 1 at byte 55, in record 1 of t-0",
    );
    check_record(
        r#"{"offset":7,"timestamp":-9223372036854775809}"#,
        "expected `timestamp` to be a whole number of 64 bits or null at byte 69, in the record at t-0@7",
    );
    check_record(
        r#"{"offset":7,"timestamp":1.5}"#,
        "expected `timestamp` to be a whole number of 64 bits or null at byte 69, in the record at t-0@7",
    );
    check_record(
        r#"{"offset":7,"partition":0.0}"#,
        "expected `partition` to be a whole number or null at byte 69, in the record at t-0@7",
    );
    check_record(
        r#"{"offset":7,"headers":[{"h":[256]}]}"#,
        "expected `headers` to be arrays of whole numbers from -128 to 255 at byte 74, in the record at t-0@7",
    );
    check_record(
        r#"{"offset":7,"headers":[{"h":[1,256,3,4]}]}"#,
        "expected `headers` to be arrays of whole numbers from -128 to 255 at byte 76, in the record at t-0@7",
    );
    check_record(
        r#"{"offset":7,"headers":[{"h":[-129]}]}"#,
        "expected `headers` to be arrays of whole numbers from -128 to 255 at byte 74, in the record at t-0@7",
    );
    check_record(
        r#"{"offset":7,"headers":[{"h":[01,1,1]}]}"#,
        "expected a number without leading zeros at byte 74, in the record at t-0@7",
    );
    check_record(
        r#"{"offset":7,"headers":[{"h":[1,001,1]}]}"#,
        "expected a number without leading zeros at byte 76, in the record at t-0@7",
    );
    check_record(
        r#"{"offset":7,"headers":[{"h":[1.0]}]}"#,
        "expected `headers` to be arrays of whole numbers from -128 to 255 at byte 74, in the record at t-0@7",
    );
}

#[test]
fn keys_and_values_that_are_not_base64() {
    check_record(r#"{"offset":7,"key":"a"}"#, "`key` is not base64 at byte 65, in the record at t-0@7");
    check_record(r#"{"offset":7,"key":"aw"}"#, "`key` is not base64 at byte 66, in the record at t-0@7");
    check_record(r#"{"offset":7,"key":"aw="}"#, "`key` is not base64 at byte 66, in the record at t-0@7");
    check_record(r#"{"offset":7,"key":"===="}"#, "`key` is not base64 at byte 64, in the record at t-0@7");
    check_record(
        r#"{"offset":7,"key":"aw==aw=="}"#,
        "`key` is not base64 at byte 66, in the record at t-0@7",
    );
    check_record(
        r#"{"offset":7,"value":"dnZ2d-_2"}"#,
        "`value` is not base64 at byte 71, in the record at t-0@7",
    );
    check_record(
        r#"{"offset":7,"value":"dnZ2 dnZ"}"#,
        "`value` is not base64 at byte 70, in the record at t-0@7",
    );
    check_record(
        r#"{"offset":7,"value":"dnZ2\ndnZ"}"#,
        "`value` is not base64 at byte 70, in the record at t-0@7",
    );
    check_record(
        r#"{"offset":7,"value":"dnZ\u00e9"}"#,
        "`value` is not base64 at byte 69, in the record at t-0@7",
    );
    // The offset is found, though it stands behind the error.
    check_record(
        r#"{"value":"!","key":null,"offset":7}"#,
        "`value` is not base64 at byte 55, in the record at t-0@7",
    );
    check_record(r#"{"value":"!","offset":-7}"#, "`value` is not base64 at byte 55, in record 1 of t-0");
}

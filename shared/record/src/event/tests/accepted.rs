//! What an event may look like.

use super::contents::Contents;
use crate::{Batch, Source, event};
use std::fmt::Write as _;

#[track_caller]
fn parse(json: &str) -> Batch {
    event::parse(json.as_bytes()).unwrap()
}

/// Checks the records of an event that has these members for `records`.
#[track_caller]
fn check(partitions: &str, expected: &str) {
    let batch = parse(&format!(r#"{{"eventSource":"SelfManagedKafka","records":{{{partitions}}}}}"#));
    assert_eq!(Contents::of(&batch).to_string().trim_end(), expected);
}

/// Checks one record with offset 0 and these members more.
#[track_caller]
fn check_record(members: &str, expected: &str) {
    check(&format!(r#""t-0":[{{"offset":0{members}}}]"#), expected);
}

#[test]
fn a_record_as_lambda_writes_it() {
    check(
        r#""t-0":[{"topic":"t","partition":0,"offset":15,"timestamp":1545084650987,"timestampType":"CREATE_TIME","key":"aw==","value":"dg==","headers":[{"h":[118]}]}]"#,
        "t-0@15 1545084650987 CREATE_TIME 'k' 'v' h='v'",
    );
}

#[test]
fn an_offset_is_enough() {
    check_record("", "t-0@0 - - - -");
}

#[test]
fn members_in_any_order_with_any_white_space() {
    check(
        "\"t-0\" :\n[ {\t\"value\" : \"dg==\" ,\r\n\"headers\" : [ { \"h\" : [ 118 , 1 , 255 ] } ] , \"key\" : \"aw==\",\
         \"timestampType\" : \"LOG_APPEND_TIME\" , \"timestamp\" : 7 , \"offset\" : 15 , \"partition\" : 0 , \
         \"topic\" : \"t\" } ]",
        r"t-0@15 7 LOG_APPEND_TIME 'k' 'v' h='v\x01\xff'",
    );
}

#[test]
fn unknown_members_at_any_level_are_stepped_over() {
    let unknown = r#""new":{"a":[1,-0.5e+3,{"b":"\"]}"},[],{}],"\u00e9":null},"old":[true,false,""]"#;
    check(
        &format!(
            r#""t-0":[{{{unknown},"offset":1,{unknown},"valueSchemaMetadata":{{{unknown},"dataFormat":"AVRO",{unknown},"schemaId":"7"}},{unknown}}}]"#
        ),
        "t-0@1 - - - - value:AVRO:7",
    );
    let batch =
        parse(&format!(r#"{{{unknown},"records":{{}},{unknown},"eventSource":"aws:kafka",{unknown}}}"#));
    assert_eq!(batch.source(), &Source::Msk { cluster_arn: None });
}

#[test]
fn unknown_members_may_nest_deeply() {
    let (open, close) = ("[{\"a\":".repeat(10_000), "}]".repeat(10_000));
    check_record(&format!(r#","new":{open}1{close}"#), "t-0@0 - - - -");
    let (open, close) = ("[".repeat(3_000_000), "]".repeat(3_000_000));
    check_record(&format!(r#","new":{open}{close}"#), "t-0@0 - - - -");
}

#[test]
fn names_and_texts_may_be_escaped() {
    check(
        r#""\u0074-0":[{"\u006fffset":1,"t\u006Fpic":"\u0074","key":"a\u0077\u003d\u003D","value":"\/\/\/\/","timestampType":"CREATE\u005fTIME","headers":[{"\ud83d\ude00\t\"":[1]}]}]"#,
        "t-0@1 - CREATE_TIME 'k' '\\xff\\xff\\xff' \u{1f600}\t\"='\\x01'",
    );
}

#[test]
fn topics_may_hold_dashes_dots_and_digits() {
    check(r#""a-1.b_c-2":[{"offset":1,"topic":"a-1.b_c"}]"#, "a-1.b_c-2@1 - - - -");
}

#[test]
fn a_topic_may_need_escapes() {
    check(r#""a\"b\\-0":[{"offset":1,"topic":"a\"b\\"}]"#, r#"a"b\-0@1 - - - -"#);
}

#[test]
fn null_is_as_good_as_absent() {
    check_record(
        r#","topic":null,"partition":null,"timestamp":null,"timestampType":null,"key":null,"value":null,"headers":null,"keySchemaMetadata":null,"valueSchemaMetadata":null"#,
        "t-0@0 - - - -",
    );
}

#[test]
fn empty_is_not_null() {
    check_record(r#","key":"","value":"""#, "t-0@0 - - '' ''");
    check_record(r#","headers":[{"":[]},{"n":null},{}]"#, "t-0@0 - - - - ='' n=-");
}

#[test]
fn numbers_up_to_their_limits() {
    check(
        r#""t-2147483647":[{"offset":9223372036854775807,"timestamp":-9223372036854775808,"partition":2147483647}]"#,
        "t-2147483647@9223372036854775807 -9223372036854775808 - - -",
    );
    check_record(r#","timestamp":9223372036854775807"#, "t-0@0 9223372036854775807 - - -");
    check_record(r#","timestamp":-1"#, "t-0@0 -1 - - -");
    check_record(r#","timestamp":-0"#, "t-0@0 0 - - -");
}

#[test]
fn numbers_of_every_length() {
    let mut number = String::new();
    for digit in "9223372036854775807".chars() {
        number.push(digit);
        let expected = format!("t-0@{number} -{number} - - -");
        check(&format!(r#""t-0":[{{"offset":{number},"timestamp":-{number}}}]"#), &expected);
        check(&format!(r#""t-0":[{{"timestamp":-{number} , "offset":{number} }}]"#), &expected);
    }
    // Up to the last byte of the event.
    let batch = parse(r#"{"eventSource":"aws:kafka","records":{"t-0":[{"offset":5}]}}"#);
    assert_eq!(batch.records().next().unwrap().offset(), 5);
}

#[test]
fn timestamp_types_are_kept() {
    check_record(r#","timestampType":"NO_TIMESTAMP_TYPE""#, "t-0@0 - NO_TIMESTAMP_TYPE - -");
    check_record(r#","timestampType":"SOMETHING_NEW""#, "t-0@0 - SOMETHING_NEW - -");
}

#[test]
fn header_bytes_are_signed_or_unsigned() {
    check_record(
        r#","headers":[{"h":[-61,-85,-128,-1,0,127]}]"#,
        r"t-0@0 - - - - h='\xc3\xab\x80\xff\x00\x7f'",
    );
    check_record(
        r#","headers":[{"h":[195,171,128,255,0,127]}]"#,
        r"t-0@0 - - - - h='\xc3\xab\x80\xff\x00\x7f'",
    );
}

#[test]
fn every_header_byte_beside_every_other() {
    let mut numbers = String::new();
    let mut bytes = Vec::new();
    for one in -128..=255_i16 {
        for other in (-128..=255_i16).step_by(7) {
            write!(numbers, "{one},{other},").unwrap();
            bytes.extend([one as u8, other as u8]);
        }
    }
    let json = format!(
        r#"{{"eventSource":"aws:kafka","records":{{"t-0":[{{"offset":0,"headers":[{{"h":[{}]}}]}}]}}}}"#,
        numbers.trim_end_matches(',')
    );
    let batch = parse(&json);
    let record = batch.records().next().unwrap();
    assert_eq!(record.headers().next().unwrap().value, Some(&bytes[..]));
}

#[test]
fn header_names_repeat_in_order() {
    check_record(
        r#","headers":[{"a":[49]},{"b":[50],"a":[51],"b":[52]},{"a":[53]}]"#,
        "t-0@0 - - - - a='1' b='2' a='3' b='4' a='5'",
    );
}

#[test]
fn header_names_differ_from_record_to_record() {
    check(
        r#""t-0":[
            {"offset":0,"headers":[{"a":[49]},{"b":[49]}]},
            {"offset":1,"headers":[{"a" : [50]},{"bb":[50]}]},
            {"offset":2,"headers":[{"b":[51]}]},
            {"offset":3,"headers":[{"\u0062":[52]},{"bb":[52]},{"c":[52]}]},
            {"offset":4,"headers":[{"b":[53]}]}]"#,
        "t-0@0 - - - - a='1' b='1'\n\
         t-0@1 - - - - a='2' bb='2'\n\
         t-0@2 - - - - b='3'\n\
         t-0@3 - - - - b='4' bb='4' c='4'\n\
         t-0@4 - - - - b='5'",
    );
}

#[test]
fn schema_metadata_of_glue_and_confluent() {
    check(
        r#""t-0":[
            {"offset":0,"keySchemaMetadata":{"dataFormat":"JSON","schemaId":"1f2e"},"valueSchemaMetadata":{"schemaId":21,"dataFormat":"AVRO"}},
            {"offset":1,"keySchemaMetadata":{"dataFormat":"JSON","schemaId":"1f2e"},"valueSchemaMetadata":{"schemaId":"21","dataFormat":"AVRO"}},
            {"offset":2,"keySchemaMetadata":null,"valueSchemaMetadata":{"schemaId":22,"dataFormat":"PROTOBUF"}}]"#,
        "t-0@0 - - - - key:JSON:1f2e value:AVRO:21\n\
         t-0@1 - - - - key:JSON:1f2e value:AVRO:21\n\
         t-0@2 - - - - value:PROTOBUF:22",
    );
}

#[test]
fn more_schemas_than_are_remembered() {
    let mut records = String::new();
    let mut expected = String::new();
    for offset in 0..30 {
        let id = offset % 11;
        write!(
            records,
            r#"{{"offset":{offset},"valueSchemaMetadata":{{"dataFormat":"AVRO","schemaId":{id}}}}},"#
        )
        .unwrap();
        writeln!(expected, "t-0@{offset} - - - - value:AVRO:{id}").unwrap();
    }
    check(&format!(r#""t-0":[{}]"#, records.trim_end_matches(',')), expected.trim_end());
}

#[test]
fn spare_bits_of_base64_are_not_looked_at() {
    // The key of Lambda's own sample event.
    check_record(
        r#","key":"abcDEFghiJKLmnoPQRstuVWXyz1234==""#,
        r"t-0@0 - - 'i\xb7\x03\x10X!\x88\x92\x8b\x9az\x0fA\x1b-\xb9U\x97\xcb=v\xdf' -",
    );
    check_record(r#","key":"ax==","value":"dnf=""#, "t-0@0 - - 'k' 'vw'");
}

#[test]
fn nothing_is_a_batch_of_nothing() {
    check("", "");
    check(r#""t-0":[],"t-1":[ ]"#, "");
    let batch = parse(r#" {"eventSource":"aws:kafka","records":{"t-0":[]}} "#);
    assert!(batch.is_empty());
    assert_eq!(batch.partitions().map(|partition| partition.topic().to_owned()).collect::<Vec<_>>(), ["t"]);
}

#[test]
fn partitions_keep_the_order_of_the_event() {
    check(
        r#""b-1":[{"offset":5}],"a-0":[{"offset":9}],"b-0":[{"offset":1}]"#,
        "b-1@5 - - - -\na-0@9 - - - -\nb-0@1 - - - -",
    );
}

#[test]
fn a_partition_that_stands_twice_is_taken_whole() {
    check(
        r#""a-0":[{"offset":1}],"b-0":[{"offset":1}],"\u0061-0":[{"offset":2}],"c-0":[],"b-0":[{"offset":7}]"#,
        "a-0@1 - - - -\na-0@2 - - - -\nb-0@1 - - - -\nb-0@7 - - - -",
    );
}

#[test]
fn a_record_that_stands_twice_is_one() {
    check(
        r#""a-0":[{"offset":1,"value":"dg=="},{"offset":1,"value":"dg=="},{"offset":1,"value":"dg=="}],"b-0":[{"offset":2}],"a-0":[{"offset":2},{"offset":1,"value":"dg=="}],"b-0":[{"offset":2}]"#,
        "a-0@1 - - - 'v'\na-0@2 - - - -\nb-0@2 - - - -",
    );
}

#[test]
fn offsets_may_come_in_any_order() {
    check(r#""t-0":[{"offset":9},{"offset":3},{"offset":5}]"#, "t-0@9 - - - -\nt-0@3 - - - -\nt-0@5 - - - -");
}

#[test]
fn the_cluster_is_told() {
    let batch = parse(
        r#"{"records":{},"bootstrapServers":"b-1:9092,b-2:9092","eventSourceArn":"arn:aws:kafka:eu-west-1:1:cluster\/c\/1","eventSource":"aws:kafka"}"#,
    );
    let cluster_arn = Some("arn:aws:kafka:eu-west-1:1:cluster/c/1".to_owned());
    assert_eq!(batch.source(), &Source::Msk { cluster_arn });
    assert_eq!(batch.bootstrap_servers(), Some("b-1:9092,b-2:9092"));
}

#[test]
fn ten_thousand_records_and_a_record_of_six_megabytes() {
    let records: Vec<_> =
        (0..10_000).map(|offset| format!(r#"{{"offset":{offset},"value":"dg=="}}"#)).collect();
    let batch =
        parse(&format!(r#"{{"eventSource":"aws:kafka","records":{{"t-0":[{}]}}}}"#, records.join(",")));
    assert_eq!(batch.len(), 10_000);
    assert!(batch.records().map(|record| record.offset()).eq(0..10_000));

    let value = "dnZ2".repeat(1_500_000);
    let batch = parse(&format!(
        r#"{{"eventSource":"aws:kafka","records":{{"t-0":[{{"offset":0,"value":"{value}"}}]}}}}"#
    ));
    assert_eq!(batch.records().next().unwrap().value().unwrap(), "v".repeat(4_500_000).as_bytes());
}

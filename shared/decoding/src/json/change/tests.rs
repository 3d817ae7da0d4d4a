use super::*;

/// Where changes of the tests were, as MySQL's connector tells it.
const SOURCE_TEXT: &str = r#"{"version":"3.6.1.Final","connector":"mysql","name":"shop","ts_ms":1700000000000,"snapshot":"false","db":"inventory","sequence":null,"ts_us":1,"table":"orders","server_id":1,"gtid":"a:7","file":"binlog.000003","pos":484,"row":0,"thread":9,"query":null}"#;

/// What stands beside a row of that source, behind the operation.
const BESIDE: &str = r#""__ts_ms":1700000000456,"__source_ts_ms":1700000000000,"__source_snapshot":"false","__source_db":"inventory","__source_table":"orders","__source_gtid":"a:7","__source_file":"binlog.000003","__source_pos":484,"__source_row":0"#;

fn envelope(op: &str, before: &str, after: &str) -> String {
    format!(
        r#"{{"before":{before},"after":{after},"source":{SOURCE_TEXT},"transaction":null,"op":"{op}","ts_ms":1700000000456}}"#
    )
}

/// With and without Connect's schema around it.
#[track_caller]
fn check(op: &str, before: &str, after: &str, row: &str) {
    let bare = envelope(op, before, after);
    let with_schema = format!(r#"{{"schema":{{"type":"struct"}},"payload":{bare}}}"#);
    for text in [bare, with_schema] {
        assert_eq!(unwrapped(&text).unwrap(), row, "{text}");
    }
}

#[track_caller]
fn check_kept(text: &str) {
    assert_eq!(unwrapped(text), Ok(Cow::Borrowed(text)));
}

#[test]
fn a_row_keeps_its_own_bytes() {
    let after = r#"{"id": 1.0e2,  "n\u00fame":"x\/y","amount":12345678901234567890.10,"__x":null}"#;
    let row = format!(
        r#"{{"id": 1.0e2,  "n\u00fame":"x\/y","amount":12345678901234567890.10,"__x":null,"__op":"c",{BESIDE},"__deleted":false}}"#
    );
    check("c", "null", after, &row);
}

#[test]
fn an_update_and_a_snapshot_are_the_row_after() {
    for op in ["u", "r"] {
        let row = format!(r#"{{"id":2,"__op":"{op}",{BESIDE},"__deleted":false}}"#);
        check(op, r#"{"id":1}"#, r#"{"id":2}"#, &row);
    }
}

#[test]
fn a_delete_is_the_row_before() {
    let row = format!(r#"{{"id":1,"__op":"d",{BESIDE},"__deleted":true}}"#);
    check("d", r#"{"id":1}"#, "null", &row);
}

#[test]
fn a_truncate_is_a_row_without_values() {
    check("t", "null", "null", &format!(r#"{{"__op":"t",{BESIDE},"__deleted":false}}"#));
}

#[test]
fn an_image_without_members_is_one() {
    check("c", "null", "{ }", &format!(r#"{{ "__op":"c",{BESIDE},"__deleted":false}}"#));
}

#[test]
fn an_unavailable_value_stays_as_it_is_written() {
    let row = format!(r#"{{"t":"__debezium_unavailable_value","__op":"u",{BESIDE},"__deleted":false}}"#);
    check("u", "null", r#"{"t":"__debezium_unavailable_value"}"#, &row);
}

#[test]
fn what_the_source_does_not_tell_is_missing() {
    let text = r#"{"op":"d","source":{"lsn":7},"before":{"id":1}}"#;
    let row = r#"{"id":1,"__op":"d","__source_lsn":7,"__deleted":true}"#;
    assert_eq!(unwrapped(text).unwrap(), row);
}

#[test]
fn other_values_stay_as_they_are() {
    for text in [
        // A change of a schema, heartbeat, begin of a transaction, message of a log.
        r#"{"source":{"db":"a"},"ts_ms":1,"databaseName":"a","ddl":"CREATE TABLE t (id INT)","tableChanges":[]}"#,
        r#"{"ts_ms":1700000000000}"#,
        r#"{"status":"BEGIN","id":"7","event_count":null,"data_collections":null,"ts_ms":1}"#,
        r#"{"op":"m","ts_ms":1,"source":{},"message":{"prefix":"a","content":""}}"#,
        r#"{"op":"c","source":{},"before":null,"after":"{\"_id\":1}"}"#,
        r#"{"op":"c","source":null,"before":null,"after":{"a":1}}"#,
        r#"{"op":1,"source":{},"before":null,"after":{"a":1}}"#,
        r#"{"schema":null,"payload":null}"#,
        r#"{"schema":{},"payload":{"id":1}}"#,
        r#"{"payload":{"op":"c","source":{},"after":{}}}"#,
        "[{}]",
        "null",
        "7",
    ] {
        check_kept(text);
    }
}

#[test]
fn a_row_that_has_such_a_member_itself_is_refused() {
    for name in ["__op", "__ts_ms", "__deleted", "__source_pos", r"\u005f_op"] {
        let text = envelope("c", "null", &format!(r#"{{"id":1,"{name}":2}}"#));
        assert_eq!(unwrapped(&text), Err(NameTaken), "{name}");
    }
    let text = envelope("c", "null", r#"{"id":{"__op":1},"__source_":1,"__source_name":2}"#);
    assert!(unwrapped(&text).is_ok());
}

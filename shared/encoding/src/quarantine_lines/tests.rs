use super::*;
use proptest::prelude::*;
use record::event::{self, EventWriter, NewRecord};
use record::{Batch, RejectionKind, Source, TimestampType};

/// Rejects every record of a batch, with its offset in the message.
fn rejections(batch: &Batch) -> Vec<Rejection<'_>> {
    batch
        .records()
        .map(|record| Rejection {
            record,
            kind: RejectionKind::InvalidJson,
            message: format!("value is not JSON: \"{}\"\n", record.offset()),
        })
        .collect()
}

fn lines_of(batch: &Batch) -> String {
    let rows = rejections(batch);
    let body = QuarantineLines::new(Compression::None).encode(&rows, 0..rows.len(), "").unwrap();
    String::from_utf8(body).unwrap()
}

/// Compares the line of an event's only record.
#[track_caller]
fn check(record: &str, line: &str) {
    let event = format!(
        r#"{{"eventSource":"SelfManagedKafka","bootstrapServers":"broker:9092","records":{{"orders-7":[{record}]}}}}"#
    );
    let batch = event::parse(event.as_bytes()).unwrap();
    assert_eq!(lines_of(&batch), format!("{line}\n"));
}

#[test]
fn a_line_holds_all_that_the_event_had_of_the_record() {
    check(
        concat!(
            r#"{"topic":"orders","partition":7,"offset":8589934593,"timestamp":-5,"timestampType":"CREATE_TIME","#,
            r#""key":"dXNlci0x","value":"e/8=","headers":[{"a":[-1,0]},{"a":[]},{"\u00e9":null}],"#,
            r#""keySchemaMetadata":{"dataFormat":"AVRO","schemaId":"7"},"#,
            r#""valueSchemaMetadata":{"dataFormat":"JSON","schemaId":"12"}}"#,
        ),
        concat!(
            r#"{"topic":"orders","partition":7,"offset":8589934593,"timestamp":-5,"timestampType":"CREATE_TIME","#,
            r#""headers":[{"name":"a","value":"/wA="},{"name":"a","value":""},{"name":"é","value":null}],"#,
            r#""key":"dXNlci0x","value":"e/8=","#,
            r#""errorKind":"invalid_json","errorMessage":"value is not JSON: \"8589934593\"\n","#,
            r#""keySchema":{"dataFormat":"AVRO","schemaId":"7"},"#,
            r#""valueSchema":{"dataFormat":"JSON","schemaId":"12"}}"#,
        ),
    );
}

#[test]
fn what_the_event_has_not_is_null_and_schemas_are_left_out() {
    check(
        r#"{"topic":"orders","partition":7,"offset":0}"#,
        concat!(
            r#"{"topic":"orders","partition":7,"offset":0,"timestamp":null,"timestampType":null,"headers":[],"#,
            r#""key":null,"value":null,"errorKind":"invalid_json","errorMessage":"value is not JSON: \"0\"\n"}"#,
        ),
    );
}

#[test]
fn empty_bytes_and_null_stay_different() {
    check(
        r#"{"topic":"orders","partition":7,"offset":0,"key":"","value":null,"timestamp":-1}"#,
        concat!(
            r#"{"topic":"orders","partition":7,"offset":0,"timestamp":-1,"timestampType":null,"headers":[],"#,
            r#""key":"","value":null,"errorKind":"invalid_json","errorMessage":"value is not JSON: \"0\"\n"}"#,
        ),
    );
}

#[test]
fn an_object_is_compressed_as_the_data_are() {
    let check = |compression, content_encoding| {
        let format = QuarantineLines::new(compression);
        assert_eq!(format.content_encoding(), content_encoding);
        assert_eq!(format.content_type(), "application/x-ndjson");
    };
    check(Compression::None, None);
    check(Compression::gzip(9).unwrap(), Some("gzip"));
    check(Compression::zstd(1).unwrap(), Some("zstd"));
}

#[test]
fn no_rejections_are_an_empty_object() {
    assert_eq!(QuarantineLines::new(Compression::None).encode(&[], 0..0, "").unwrap(), b"");
    let zipped = QuarantineLines::new(Compression::gzip(6).unwrap()).encode(&[], 0..0, "").unwrap();
    assert_eq!(libdeflater::Decompressor::new().gzip_decompress(&zipped, &mut []).unwrap(), 0);
}

type Bytes = Option<Vec<u8>>;

/// Timestamp, key, value and headers.
type Parts = (i64, Bytes, Bytes, Vec<(String, Bytes)>);

fn bytes() -> impl Strategy<Value = Bytes> {
    prop::option::of(prop::collection::vec(any::<u8>(), 0..40))
}

fn records() -> impl Strategy<Value = Vec<Parts>> {
    let headers = prop::collection::vec((any::<String>(), bytes()), 0..4);
    prop::collection::vec((any::<i64>(), bytes(), bytes(), headers), 0..6)
}

/// An event of these records, from offset 0 on.
fn event_of(records: &[Parts]) -> Vec<u8> {
    let mut event = EventWriter::new(Source::SelfManaged, "broker:9092".to_owned());
    for (offset, (timestamp_ms, key, value, headers)) in (0..).zip(records) {
        event.push(&NewRecord {
            topic: "orders",
            partition: 3,
            offset,
            timestamp_ms: *timestamp_ms,
            timestamp_type: TimestampType::LogAppendTime,
            key: key.as_deref(),
            value: value.as_deref(),
            headers: headers.iter().map(|(name, value)| (name.as_str(), value.as_deref())).collect(),
        });
    }
    event.finish()
}

/// The event of records that were read back.
fn event_again(records: &[QuarantinedRecord]) -> Vec<u8> {
    let mut event = EventWriter::new(Source::SelfManaged, "broker:9092".to_owned());
    for record in records {
        assert!(record.in_event(|record| event.push_record_within(record, usize::MAX)));
    }
    event.finish()
}

fn compressions() -> impl Strategy<Value = Compression> {
    prop_oneof![
        Just(Compression::None),
        Just(Compression::gzip(6).unwrap()),
        Just(Compression::zstd(3).unwrap()),
    ]
}

proptest! {
    #[test]
    fn lines_read_back_give_the_event_that_they_came_from(records in records(), how in compressions()) {
        let event = event_of(&records);
        let batch = event::parse(&event).unwrap();
        let rows = rejections(&batch);
        let body = QuarantineLines::new(how).encode(&rows, 0..rows.len(), "").unwrap();
        let read = read_quarantine_lines(&body).unwrap();
        prop_assert_eq!(event_again(&read), event);
        for (record, rejection) in read.iter().zip(&rows) {
            prop_assert_eq!(&record.error_kind, rejection.kind.as_str());
            prop_assert_eq!(&record.error_message, &rejection.message);
        }
    }

    #[test]
    fn damaged_objects_never_panic(
        records in records(),
        how in compressions(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let batch = event::parse(&event_of(&records)).unwrap();
        let rows = rejections(&batch);
        let mut body = QuarantineLines::new(how).encode(&rows, 0..rows.len(), "").unwrap();
        for (index, byte) in damage.iter().filter(|_| !records.is_empty()) {
            let index = index.index(body.len());
            body[index] = *byte;
        }
        // Well or not, it comes back.
        let _ = read_quarantine_lines(&body);
    }
}

#[test]
fn what_lambdas_registry_integration_and_msk_say_comes_back_too() {
    let event = concat!(
        r#"{"eventSource":"aws:kafka","eventSourceArn":"arn:aws:kafka:us-east-1:123456789012:cluster/c/1","#,
        r#""bootstrapServers":"broker:9092","records":{"orders-7":[{"topic":"orders","partition":7,"offset":5,"#,
        r#""timestamp":1,"timestampType":"CREATE_TIME","value":"e/8=","headers":[],"#,
        r#""keySchemaMetadata":{"dataFormat":"AVRO","schemaId":"7"},"#,
        r#""valueSchemaMetadata":{"dataFormat":"JSON","schemaId":"4c5d"}}]}}"#,
    );
    let batch = event::parse(event.as_bytes()).unwrap();
    let lines = lines_of(&batch);
    let arn = r#""eventSourceArn":"arn:aws:kafka:us-east-1:123456789012:cluster/c/1"}"#;
    assert!(lines.trim_end().ends_with(arn), "{lines}");
    let [record] = &read_quarantine_lines(lines.as_bytes()).unwrap()[..] else {
        panic!("one line is one record")
    };
    let arn = record.event_source_arn.clone();
    let mut again = EventWriter::new(Source::Msk { cluster_arn: arn }, "broker:9092".to_owned());
    record.in_event(|record| again.push_record_within(record, usize::MAX));
    assert_eq!(String::from_utf8(again.finish()).unwrap(), event);
}

#[test]
fn what_the_event_had_not_comes_back_as_nothing() {
    let event = br#"{"eventSource":"SelfManagedKafka","records":{"orders-7":[{"offset":5}]}}"#;
    let batch = event::parse(event).unwrap();
    let read = read_quarantine_lines(lines_of(&batch).as_bytes()).unwrap();
    let again = String::from_utf8(event_again(&read)).unwrap();
    assert!(
        again.ends_with(r#"[{"topic":"orders","partition":7,"offset":5,"value":null,"headers":[]}]}}"#),
        "{again}"
    );
}

#[test]
fn what_is_no_quarantine_object_is_refused_with_the_line() {
    let check = |body: &[u8], expected: &str| {
        let error = read_quarantine_lines(body).unwrap_err();
        let source = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
        // Where serde_json stood when it noticed depends on the features that it is built with.
        let source = source.split(" at line").next().unwrap_or_default();
        assert_eq!(format!("{error}: {source}"), expected);
    };
    check(b"{}", "line 1 is not a rejected record: missing field `topic`");
    check(b"text", "line 1 is not a rejected record: expected ident");
    let line = lines_of(&event::parse(&event_of(&[(1, None, None, Vec::new())])).unwrap());
    check(
        format!("{line}{{\"id\":5}}\n").as_bytes(),
        "line 2 is not a rejected record: missing field `topic`",
    );
    check(
        line.replace("\"value\":null", "\"value\":\"!\"").as_bytes(),
        "line 1 is not a rejected record: expected base64",
    );
    // libdeflater's own words differ from version to version.
    let error = read_quarantine_lines(&[0x1f, 0x8b, 8]).unwrap_err();
    assert_eq!(error.to_string(), "it cannot be unpacked");
    // A gzip member that says that it holds four gigabytes.
    let huge = [&[0x1f, 0x8b, 8, 0][..], &[0xff; 8]].concat();
    check(&huge, "it unpacks to more than 134217728 bytes: ");
    assert_eq!(read_quarantine_lines(b"").unwrap(), []);
}

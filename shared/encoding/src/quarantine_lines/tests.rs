use super::*;
use proptest::prelude::*;
use record::event::{self, EventWriter, NewRecord};
use record::{Batch, RejectionKind, Source, TimestampType};
use serde_json::{Value, json};

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

/// The bytes of a member in base64, or none where it is null.
fn bytes_of(member: &Value) -> Option<Vec<u8>> {
    member.as_str().map(|text| base64_simd::STANDARD.decode_to_vec(text).unwrap())
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

proptest! {
    #[test]
    fn a_line_decodes_back_to_the_record(records in records()) {
        let mut event = EventWriter::new(Source::SelfManaged, "broker:9092".to_owned());
        for (offset, (timestamp_ms, key, value, headers)) in (0..).zip(&records) {
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
        let batch = event::parse(&event.finish()).unwrap();
        let lines = lines_of(&batch);
        prop_assert_eq!(lines.lines().count(), records.len());
        for (offset, (line, (timestamp_ms, key, value, headers))) in lines.lines().zip(records).enumerate() {
            let line: Value = serde_json::from_str(line).unwrap();
            prop_assert_eq!(&line["offset"], &json!(offset));
            prop_assert_eq!(&line["timestamp"], &json!(timestamp_ms));
            prop_assert_eq!(&line["timestampType"], "LOG_APPEND_TIME");
            prop_assert_eq!(bytes_of(&line["key"]), key);
            prop_assert_eq!(bytes_of(&line["value"]), value);
            let found: Vec<_> = line["headers"]
                .as_array()
                .unwrap()
                .iter()
                .map(|header| (header["name"].as_str().unwrap().to_owned(), bytes_of(&header["value"])))
                .collect();
            prop_assert_eq!(found, headers);
        }
    }
}

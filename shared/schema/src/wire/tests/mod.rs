mod confluent;
mod glue;

use super::{Framed, MessageRef, Wire, unframe};
use crate::{Format, SchemaId};
use flate2::{Compress, Compression, FlushCompress};
use proptest::prelude::*;
use record::Batch;
use record::event::{self, EventWriter, NewRecord};
use std::borrow::Cow;

const GUID: [u8; 16] = [0x10, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0xff];
const GUID_TEXT: &str = "10020304-0506-0708-090a-0b0c0d0e0fff";
const HEADER: &str = "__value_schema_id";

/// A batch of one record.
fn batch(value: Option<&[u8]>, headers: &[(&str, Option<&[u8]>)]) -> Batch {
    let mut event = EventWriter::new(record::Source::SelfManaged, "broker:9092".to_owned());
    event.push(&NewRecord {
        topic: "orders",
        partition: 0,
        offset: 7,
        timestamp_ms: 1_705_314_600_000,
        timestamp_type: record::TimestampType::CreateTime,
        key: None,
        value,
        headers: headers.to_vec(),
    });
    event::parse(&event.finish()).unwrap()
}

/// A batch of one record whose frame Lambda has taken off.
fn batch_of_source(value: &[u8], data_format: &str, schema_id: &str) -> Batch {
    let value = base64_simd::STANDARD.encode_to_string(value);
    let event = format!(
        r#"{{"eventSource":"SelfManagedKafka","records":{{"orders-0":[{{"offset":7,"value":"{value}",
        "valueSchemaMetadata":{{"dataFormat":"{data_format}","schemaId":"{schema_id}"}}}}]}}}}"#
    );
    event::parse(event.as_bytes()).unwrap()
}

type Expected<'a> = Result<(SchemaId, Option<MessageRef>, &'a [u8]), &'a str>;

#[track_caller]
fn check(batch: &Batch, wire: Wire, format: Format, expected: Expected<'_>) {
    let record = batch.records().next().unwrap();
    let expected = expected.map(|(schema, message, payload)| {
        let payload = Cow::Borrowed(payload);
        Framed { schema, message, payload }
    });
    assert_eq!(unframe(record, wire, format), expected.map_err(str::to_owned));
}

fn deflate(body: &[u8]) -> Vec<u8> {
    let mut compressed = Vec::with_capacity(body.len() / 2 + 1024);
    let mut stream = Compress::new(Compression::default(), true);
    stream.compress_vec(body, &mut compressed, FlushCompress::Finish).unwrap();
    compressed
}

#[test]
fn a_null_value_is_none_to_unframe() {
    check(&batch(None, &[]), Wire::Confluent, Format::Avro, Err("value is null"));
}

#[test]
fn what_lambda_says_of_the_schema_wins_over_all_else() {
    let check = |value: &[u8], data_format, schema_id, wire, format, expected| {
        check(&batch_of_source(value, data_format, schema_id), wire, format, expected);
    };
    let framed: &[u8] = &[0, 0, 0, 0, 1, 9];
    let (confluent, glue) = (Wire::Confluent, Wire::Glue);
    check(framed, "AVRO", "7", confluent, Format::Avro, Ok((SchemaId::Number(7), None, framed)));
    check(&[9], "AVRO", GUID_TEXT, confluent, Format::Avro, Ok((SchemaId::Guid(GUID), None, &[9])));
    check(&[9], "JSON", GUID_TEXT, glue, Format::JsonSchema, Ok((SchemaId::Glue(GUID), None, &[9])));
    let path = Some(MessageRef::Path(vec![1]));
    check(&[2, 2, 9], "PROTOBUF", "7", confluent, Format::Protobuf, Ok((SchemaId::Number(7), path, &[9])));
    let sorted = Some(MessageRef::Sorted(2));
    check(&[2, 9], "PROTOBUF", GUID_TEXT, glue, Format::Protobuf, Ok((SchemaId::Glue(GUID), sorted, &[9])));
}

#[test]
fn what_lambda_says_against_the_settings_is_named() {
    let check = |data_format, schema_id, wire, message| {
        check(&batch_of_source(&[9], data_format, schema_id), wire, Format::Avro, Err(message));
    };
    check(
        "JSON",
        "7",
        Wire::Confluent,
        "valueSchemaMetadata says that the value is \"JSON\", the settings say that it is Avro",
    );
    check(
        "AVRO",
        "seven",
        Wire::Confluent,
        "valueSchemaMetadata names the schema \"seven\", where a number or GUID of a Confluent-compatible \
         registry is expected",
    );
    check(
        "AVRO",
        "7",
        Wire::Glue,
        "valueSchemaMetadata names the schema \"7\", where a UUID of Glue's registry is expected",
    );
}

fn any_wire() -> impl Strategy<Value = Wire> {
    prop_oneof![Just(Wire::Confluent), Just(Wire::Glue)]
}

fn any_format() -> impl Strategy<Value = Format> {
    prop_oneof![Just(Format::Avro), Just(Format::Protobuf), Just(Format::JsonSchema)]
}

/// A number as zig-zag varint.
fn zig_zag(number: u32) -> Vec<u8> {
    let mut rest = u64::from(number) << 1;
    let mut bytes = Vec::new();
    while rest > 0x7f {
        bytes.push(rest as u8 | 0x80);
        rest >>= 7;
    }
    bytes.push(rest as u8);
    bytes
}

proptest! {
    #[test]
    fn no_bytes_make_unframing_panic(
        first in prop::sample::select(vec![0_u8, 1, 3, 5, 0x7b]),
        rest in prop::collection::vec(any::<u8>(), 0..40),
        header in prop::option::of(prop::collection::vec(0_u8..6, 0..24)),
        wire in any_wire(),
        format in any_format(),
    ) {
        let value = [&[first], &rest[..]].concat();
        let headers: Vec<_> = header.iter().map(|header| (HEADER, Some(&header[..]))).collect();
        let batch = batch(Some(&value), &headers);
        let _ = unframe(batch.records().next().unwrap(), wire, format);
    }

    #[test]
    fn what_confluents_serializer_frames_is_unframed(
        id in 0..=i32::MAX as u32,
        path in prop::collection::vec(0..=i32::MAX as u32, 1..5),
        payload in prop::collection::vec(any::<u8>(), 0..50),
    ) {
        let mut frame = [&[0], &id.to_be_bytes()[..]].concat();
        let avro = batch(Some(&[&frame[..], &payload].concat()), &[]);
        let framed = unframe(avro.records().next().unwrap(), Wire::Confluent, Format::Avro);
        let (schema, bare) = (SchemaId::Number(id), Cow::Borrowed(&payload[..]));
        prop_assert_eq!(framed, Ok(Framed { schema, message: None, payload: bare.clone() }));

        for number in [path.len() as u32].iter().chain(&path) {
            frame.extend(zig_zag(*number));
        }
        let protobuf = batch(Some(&[&frame[..], &payload].concat()), &[]);
        let framed = unframe(protobuf.records().next().unwrap(), Wire::Confluent, Format::Protobuf);
        prop_assert_eq!(framed, Ok(Framed { schema, message: Some(MessageRef::Path(path)), payload: bare }));
    }

    #[test]
    fn what_glues_serializer_frames_is_unframed(
        id in any::<[u8; 16]>(),
        payload in prop::collection::vec(any::<u8>(), 0..50),
        is_compressed in any::<bool>(),
    ) {
        let body = if is_compressed { deflate(&payload) } else { payload.clone() };
        let value = [&[3, if is_compressed { 5 } else { 0 }], &id[..], &body].concat();
        let batch = batch(Some(&value), &[]);
        let framed = unframe(batch.records().next().unwrap(), Wire::Glue, Format::Avro);
        let schema = SchemaId::Glue(id);
        prop_assert_eq!(framed, Ok(Framed { schema, message: None, payload: Cow::Owned(payload) }));
    }
}

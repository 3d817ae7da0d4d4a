use super::{Expected, GUID, HEADER, batch, check};
use crate::wire::{MessageRef, Wire};
use crate::{Format, SchemaId};

#[track_caller]
fn check_confluent(value: &[u8], format: Format, expected: Expected<'_>) {
    check(&batch(Some(value), &[]), Wire::Confluent, format, expected);
}

#[track_caller]
fn check_header(value: &[u8], headers: &[(&str, Option<&[u8]>)], format: Format, expected: Expected<'_>) {
    check(&batch(Some(value), headers), Wire::Confluent, format, expected);
}

/// A frame of a GUID, and what comes after it.
fn with_guid(rest: &[u8]) -> Vec<u8> {
    [&[1], &GUID[..], rest].concat()
}

#[test]
fn an_id_before_the_payload_is_taken_off() {
    check_confluent(&[0, 0, 0, 1, 2, 9, 8], Format::Avro, Ok((SchemaId::Number(258), None, &[9, 8])));
    check_confluent(&[0, 0, 0, 0, 7], Format::JsonSchema, Ok((SchemaId::Number(7), None, &[])));
    check_confluent(&with_guid(&[9]), Format::Avro, Ok((SchemaId::Guid(GUID), None, &[9])));
}

#[test]
fn the_header_wins_over_what_the_payload_begins_with() {
    let payload: &[u8] = &[0, 0, 0, 0, 7, 9];
    let by_guid = Ok((SchemaId::Guid(GUID), None, payload));
    check_header(payload, &[(HEADER, Some(&with_guid(&[])))], Format::Avro, by_guid);
    let by_number = Ok((SchemaId::Number(3), None, payload));
    check_header(payload, &[(HEADER, Some(&[0, 0, 0, 0, 3]))], Format::Avro, by_number);
    check_header(
        &[],
        &[(HEADER, Some(&with_guid(&[])))],
        Format::Avro,
        Ok((SchemaId::Guid(GUID), None, &[])),
    );
}

#[test]
fn the_last_header_of_the_name_counts_unless_it_is_null() {
    let first: (&str, Option<&[u8]>) = (HEADER, Some(&[0, 0, 0, 0, 1]));
    let second: (&str, Option<&[u8]>) = (HEADER, Some(&[0, 0, 0, 0, 2]));
    let key: (&str, Option<&[u8]>) = ("__key_schema_id", Some(&[0, 0, 0, 0, 3]));
    check_header(&[9], &[first, second, key], Format::Avro, Ok((SchemaId::Number(2), None, &[9])));
    let payload = &[0, 0, 0, 0, 4, 9];
    check_header(payload, &[first, (HEADER, None)], Format::Avro, Ok((SchemaId::Number(4), None, &[9])));
    check_header(payload, &[key], Format::Avro, Ok((SchemaId::Number(4), None, &[9])));
}

#[test]
fn a_header_that_is_no_id_is_named() {
    for (header, message) in [
        (&[][..], "header __value_schema_id is empty, where Confluent's wire format has an id"),
        (
            &[1, 2],
            "header __value_schema_id has 2 bytes, where Confluent's wire format has 17 before the payload",
        ),
        (&[0, 0, 0, 0, 1, 5], "header __value_schema_id has 1 bytes too many"),
        (b"7", "header __value_schema_id begins with 0x37, where Confluent's wire format has 0x00 or 0x01"),
    ] {
        check_header(&[9], &[(HEADER, Some(header))], Format::Avro, Err(message));
    }
}

#[test]
fn a_value_without_confluents_frame_is_described() {
    for (value, message) in [
        (&[][..], "value is empty, where Confluent's wire format has an id"),
        (&[0, 1, 2], "value has 3 bytes, where Confluent's wire format has 5 before the payload"),
        (&[1; 16], "value has 16 bytes, where Confluent's wire format has 17 before the payload"),
        (
            b"{\"a\":1}",
            "value begins with 0x7b, where Confluent's wire format has 0x00 or 0x01: is it JSON without a frame?",
        ),
        (
            &[3; 20],
            "value begins with 0x03, where Confluent's wire format has 0x00 or 0x01: does it have AWS Glue's frame?",
        ),
        (&[0xff], "value begins with 0xff, where Confluent's wire format has 0x00 or 0x01"),
        (&[0, 0x80, 0, 0, 0, 1], "value has a schema id above 2147483647, which no registry gives"),
    ] {
        check_confluent(value, Format::Avro, Err(message));
    }
}

#[test]
fn confluents_protobuf_values_say_which_message_they_are() {
    let path = |path: &[u32]| Some(MessageRef::Path(path.to_vec()));
    let id = SchemaId::Number(1);
    check_confluent(&[0, 0, 0, 0, 1, 0, 9], Format::Protobuf, Ok((id, path(&[0]), &[9])));
    check_confluent(&[0, 0, 0, 0, 1, 2, 0, 9], Format::Protobuf, Ok((id, path(&[0]), &[9])));
    // Two indexes: 1, then 150.
    check_confluent(&[0, 0, 0, 0, 1, 4, 2, 0xac, 2, 9], Format::Protobuf, Ok((id, path(&[1, 150]), &[9])));
    check_confluent(&with_guid(&[0]), Format::Protobuf, Ok((SchemaId::Guid(GUID), path(&[0]), &[])));
    let header = with_guid(&[4, 2, 4]);
    let expected = Ok((SchemaId::Guid(GUID), path(&[1, 2]), &[0, 9][..]));
    check_header(&[0, 9], &[(HEADER, Some(&header))], Format::Protobuf, expected);
}

#[test]
fn protobuf_message_indexes_that_make_no_sense_are_refused() {
    let message = "value does not hold Protobuf message indexes after its schema id";
    // None; too few; a negative count; a negative index; a count beyond all bytes; a number without end.
    for indexes in [&[][..], &[4, 2], &[1, 0, 0], &[2, 1], &[0xfe, 0xff, 0xff, 0xff, 0x0f, 0], &[0xff; 6]] {
        let value = [&[0, 0, 0, 0, 1], indexes].concat();
        check_confluent(&value, Format::Protobuf, Err(message));
    }
    let header: (&str, Option<&[u8]>) = (HEADER, Some(&[0, 0, 0, 0, 1]));
    let message = "header __value_schema_id does not hold Protobuf message indexes after its schema id";
    check_header(&[0], &[header], Format::Protobuf, Err(message));
}

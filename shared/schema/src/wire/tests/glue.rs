use super::{Expected, GUID, batch, check, deflate};
use crate::wire::glue::inflate;
use crate::wire::{MessageRef, Wire};
use crate::{Format, SchemaId};

#[track_caller]
fn check_glue(value: &[u8], format: Format, expected: Expected<'_>) {
    check(&batch(Some(value), &[]), Wire::Glue, format, expected);
}

fn glue_frame(compression: u8, body: &[u8]) -> Vec<u8> {
    [&[3, compression], &GUID[..], body].concat()
}

#[test]
fn glues_frame_is_taken_off() {
    let id = SchemaId::Glue(GUID);
    check_glue(&glue_frame(0, &[9, 8]), Format::Avro, Ok((id, None, &[9, 8])));
    check_glue(&glue_frame(0, &[]), Format::Avro, Ok((id, None, &[])));
    let body = "so it goes ".repeat(100_000);
    let compressed = glue_frame(5, &deflate(body.as_bytes()));
    check_glue(&compressed, Format::JsonSchema, Ok((id, None, body.as_bytes())));
    check_glue(&glue_frame(5, &deflate(b"")), Format::Avro, Ok((id, None, &[])));
}

#[test]
fn glues_protobuf_values_say_which_message_they_are() {
    let expected = Ok((SchemaId::Glue(GUID), Some(MessageRef::Sorted(300)), &[9][..]));
    check_glue(&glue_frame(0, &[0xac, 2, 9]), Format::Protobuf, expected.clone());
    check_glue(&glue_frame(5, &deflate(&[0xac, 2, 9])), Format::Protobuf, expected);
    let message = "value does not hold a Protobuf message index after its schema id";
    check_glue(&glue_frame(0, &[]), Format::Protobuf, Err(message));
    check_glue(&glue_frame(5, &deflate(&[0x80])), Format::Protobuf, Err(message));
}

#[test]
fn a_value_without_glues_frame_is_described() {
    let short = "value has 17 bytes, where AWS Glue's wire format has 18 before the payload";
    for (value, message) in [
        (&[][..], "value is empty, where AWS Glue's wire format has an id"),
        (&[3; 17], short),
        (&[3], "value has 1 bytes, where AWS Glue's wire format has 18 before the payload"),
        (
            &[0, 0, 0, 0, 1, 2],
            "value begins with 0x00, where AWS Glue's wire format has 0x03: does it have Confluent's frame?",
        ),
        (
            b"[1]",
            "value begins with 0x5b, where AWS Glue's wire format has 0x03: is it JSON without a frame?",
        ),
        (
            &glue_frame(1, &[9]),
            "value has 0x01 for its compression, where AWS Glue's wire format has 0x00 or 0x05",
        ),
    ] {
        check_glue(value, Format::Avro, Err(message));
    }
}

#[test]
fn a_zlib_stream_that_is_not_whole_or_not_alone_is_refused() {
    let stream = deflate("so it goes ".repeat(1000).as_bytes());
    let mut flipped = stream.clone();
    *flipped.last_mut().unwrap() ^= 1;
    let ends = "value ends in the middle of its zlib stream";
    let corrupt =
        "value is not a zlib stream after its frame: deflate decompression error: incorrect data check";
    let header =
        "value is not a zlib stream after its frame: deflate decompression error: incorrect header check";
    for (body, message) in [
        (&stream[..stream.len() - 1], ends),
        (&stream[..20], ends),
        (&[], ends),
        (&flipped, corrupt),
        (&[9, 9, 9], header),
        (&[&stream, &[0][..]].concat(), "value has 1 bytes after its zlib stream"),
    ] {
        check_glue(&glue_frame(5, body), Format::Avro, Err(message));
    }
}

#[test]
fn a_zlib_stream_that_inflates_without_bounds_is_refused() {
    for (bytes, expected) in [(0, true), (9_999, true), (10_000, true), (10_001, false), (1 << 20, false)] {
        let inflated = inflate(&deflate(&vec![0; bytes]), 10_000);
        let message = "value is more than 10000 bytes when its zlib stream is inflated";
        assert_eq!(inflated, if expected { Ok(vec![0; bytes]) } else { Err(message.to_owned()) });
    }
}

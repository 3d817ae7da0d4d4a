//! `<topics.dir>/<topic>/<path>/<topic>+<partition>+<offset><extension>`.

use crate::batch::record;
use crate::{check, value};
use record::event::NewRecord;

#[test]
fn a_key_has_the_topic_twice_then_partition_and_padded_offset() {
    check(&[], &[record(0)], &["topics/test-topic/partition=12/test-topic+12+0000000000.json"]);
    let tracking = NewRecord { topic: "tracking.log", partition: 0, ..record(42) };
    check(&[], &[tracking], &["topics/tracking.log/partition=0/tracking.log+0+0000000042.json"]);
}

#[test]
fn an_object_is_called_by_the_first_of_its_offsets() {
    check(
        &[],
        &[record(9), record(10), record(12)],
        &["topics/test-topic/partition=12/test-topic+12+0000000009.json"],
    );
}

#[test]
fn the_pad_width_is_the_least_number_of_digits() {
    let key = |width, offset, expected| {
        check(&[("FILENAME_OFFSET_ZERO_PAD_WIDTH", width)], &[record(offset)], &[expected]);
    };
    key("0", 0, "topics/test-topic/partition=12/test-topic+12+0.json");
    key("1", 42, "topics/test-topic/partition=12/test-topic+12+42.json");
    key("2", 7, "topics/test-topic/partition=12/test-topic+12+07.json");
    key("10", 9_999_999_999, "topics/test-topic/partition=12/test-topic+12+9999999999.json");
    key("10", 12_345_678_901, "topics/test-topic/partition=12/test-topic+12+12345678901.json");
    key("19", 8_589_934_593, "topics/test-topic/partition=12/test-topic+12+0000000008589934593.json");
    key("10", i64::MAX, "topics/test-topic/partition=12/test-topic+12+9223372036854775807.json");
}

#[test]
fn the_directory_may_be_nested_or_nothing() {
    let key = |directory, expected| check(&[("TOPICS_DIR", directory)], &[record(0)], &[expected]);
    key("", "test-topic/partition=12/test-topic+12+0000000000.json");
    key("raw", "raw/test-topic/partition=12/test-topic+12+0000000000.json");
    key("lake/raw/kafka", "lake/raw/kafka/test-topic/partition=12/test-topic+12+0000000000.json");
    key("raw zone", "raw zone/test-topic/partition=12/test-topic+12+0000000000.json");
}

#[test]
fn names_of_topics_stand_as_they_are() {
    let key = |topic, expected| check(&[], &[NewRecord { topic, partition: 0, ..record(1) }], &[expected]);
    key("a", "topics/a/partition=0/a+0+0000000001.json");
    key("orders.avro", "topics/orders.avro/partition=0/orders.avro+0+0000000001.json");
    key("orders.json.gz", "topics/orders.json.gz/partition=0/orders.json.gz+0+0000000001.json");
    key("a-0", "topics/a-0/partition=0/a-0+0+0000000001.json");
    key(
        "landfall-mysql.cdc_1",
        "topics/landfall-mysql.cdc_1/partition=0/landfall-mysql.cdc_1+0+0000000001.json",
    );
    key("tombstone", "topics/tombstone/partition=0/tombstone+0+0000000001.json");
    key("...", "topics/.../partition=0/...+0+0000000001.json");
}

#[test]
fn each_partition_of_each_topic_has_its_own_objects() {
    let of = |topic, partition| NewRecord { topic, partition, ..record(5) };
    check(
        &[],
        &[of("b", 0), of("a", 1), of("a", 0), of("a-0", 1)],
        &[
            "topics/a-0/partition=1/a-0+1+0000000005.json",
            "topics/a/partition=0/a+0+0000000005.json",
            "topics/a/partition=1/a+1+0000000005.json",
            "topics/b/partition=0/b+0+0000000005.json",
        ],
    );
}

#[test]
fn the_extension_tells_the_compression() {
    let key =
        |compression, expected| check(&[("S3_COMPRESSION_TYPE", compression)], &[value(0, "1")], &[expected]);
    key("none", "topics/test-topic/partition=12/test-topic+12+0000000000.json");
    key("gzip", "topics/test-topic/partition=12/test-topic+12+0000000000.json.gz");
    key("zstd", "topics/test-topic/partition=12/test-topic+12+0000000000.json.zst");
}

#[test]
fn what_the_values_are_is_none_of_the_default_keys_business() {
    let key = "topics/test-topic/partition=12/test-topic+12+0000000000.json";
    for json in ["null", "[]", "17", "\"text\"", " {\"a\": [1, 2]} "] {
        check(&[], &[value(0, json)], &[key]);
    }
    let tombstone = NewRecord { value: None, ..record(0) };
    check(&[("BEHAVIOR_ON_NULL_VALUES", "write")], &[tombstone], &[key]);
}

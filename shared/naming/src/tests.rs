use super::{KeyTemplate, MAX_KEY_BYTES, Naming, Path, Place, encode_value};
use proptest::prelude::*;
use std::collections::BTreeMap;

fn naming(extension: &str) -> Naming {
    Naming {
        template: KeyTemplate::default(),
        directory: "topics".to_owned(),
        offset_pad_width: 10,
        extension: extension.to_owned(),
    }
}

fn place<'a>(topic: &'a str, partition: i32, path: &'a Path) -> Place<'a> {
    Place { cluster: "c", topic, partition, path }
}

#[track_caller]
fn check(naming: &Naming, topic: &str, partition: i32, path: &str, offset: i64, expected: &str) {
    let path = Path::try_from(path.to_owned()).unwrap();
    assert_eq!(naming.key(&place(topic, partition, &path), offset), expected);
}

#[test]
fn the_reference_pipelines_get_their_keys() {
    check(
        &naming(".json"),
        "tracking.log",
        0,
        "partition=0",
        0,
        "topics/tracking.log/partition=0/tracking.log+0+0000000000.json",
    );
    let lake = Naming {
        template: "{path}/{topic}+{partition}+{offset}{extension}".parse().unwrap(),
        ..naming(".parquet")
    };
    check(
        &lake,
        "s3.sink",
        0,
        "year=2025/month=11/day=11/hour=10",
        0,
        "year=2025/month=11/day=11/hour=10/s3.sink+0+0000000000.parquet",
    );
}

#[test]
fn an_offset_has_at_least_the_width_of_the_settings() {
    let narrow = Naming { offset_pad_width: 2, ..naming(".avro") };
    let unpadded = Naming { offset_pad_width: 0, ..naming(".avro") };
    check(&narrow, "t", 12, "partition=12", 3, "topics/t/partition=12/t+12+03.avro");
    check(&narrow, "t", 12, "partition=12", 123, "topics/t/partition=12/t+12+123.avro");
    check(&unpadded, "t", 0, "partition=0", 0, "topics/t/partition=0/t+0+0.avro");
    check(&naming(".avro"), "t", 0, "p", 12_345_678_901, "topics/t/p/t+0+12345678901.avro");
    check(&naming(".avro"), "t", 0, "p", i64::MAX, "topics/t/p/t+0+9223372036854775807.avro");
}

#[test]
fn other_delimiters_are_those_of_connect() {
    let template = KeyTemplate::with_delimiters(&"_".parse().unwrap(), &"#".parse().unwrap()).unwrap();
    check(
        &Naming { template, ..naming(".avro") },
        "test-topic",
        12,
        "partition=12",
        0,
        "topics_test-topic_partition=12_test-topic#12#0000000000.avro",
    );
}

#[test]
fn a_partition_is_never_padded() {
    check(&naming(".bin"), "t", i32::MAX, "p", 7, "topics/t/p/t+2147483647+0000000007.bin");
}

#[test]
fn a_name_that_kafka_would_refuse_cannot_leave_its_directory() {
    check(&naming(".bin"), "..", 0, "p", 7, "topics/%2E%2E/p/%2E%2E+0+0000000007.bin");
    check(&naming(".bin"), "a/b", 0, "p", 7, "topics/a%2Fb/p/a%2Fb+0+0000000007.bin");
}

#[test]
fn quarantine_has_directories_of_its_own() {
    let quarantine = naming(".json").quarantine("quarantine".to_owned(), ".jsonl".to_owned());
    check(&quarantine, "t", 3, "year=2025", 9, "quarantine/t/partition=3/t+3+0000000009.jsonl");

    let template: KeyTemplate = "{cluster}/{path}/{topic}+{partition}+{offset}{extension}".parse().unwrap();
    let clustered = Naming { template, offset_pad_width: 3, ..naming(".json") };
    let quarantine = clustered.quarantine("bad/records".to_owned(), ".jsonl".to_owned());
    check(&quarantine, "t", 3, "year=2025", 9, "bad/records/c/t/partition=3/t+3+009.jsonl");
}

#[test]
fn a_place_fits_if_the_key_of_every_offset_does() {
    let fits = |length: usize| {
        let path = Path::try_from(format!("f={}", "x".repeat(length))).unwrap();
        naming(".json").fits(&place("t", 0, &path))
    };
    // The rest of the key, with an offset of 19 digits.
    let rest = "topics/t/f=/t+0+9223372036854775807.json".len();
    assert!(fits(MAX_KEY_BYTES - rest));
    assert!(!fits(MAX_KEY_BYTES - rest + 1));
}

/// What Kafka allows: `Topic.LEGAL_CHARS` and at most 249 of them, but not `.` and `..`.
fn legal_topic() -> impl Strategy<Value = String> {
    // Few letters, so that names are often parts of each other.
    "[a1._-]{1,8}".prop_filter("`.` and `..` are no topics", |topic| !matches!(topic.as_str(), "." | ".."))
}

fn any_path() -> impl Strategy<Value = Path> {
    let field =
        ("[a+.]{1,3}", any::<String>()).prop_map(|(name, value)| format!("{name}={}", encode_value(&value)));
    let partition = (0..20).prop_map(|partition| Path::of_partition(partition).to_string());
    prop::collection::vec(prop_oneof![field, partition], 1..3)
        .prop_map(|parts| Path::try_from(parts.join("/")).unwrap())
}

proptest! {
    #[test]
    fn distinct_places_and_offsets_have_distinct_keys(
        objects in prop::collection::vec(
            (legal_topic(), 0..20_i32, any_path(), prop_oneof![0..30_i64, 0..i64::MAX]),
            2..20,
        ),
        width in 0..12_usize,
    ) {
        let naming = Naming { offset_pad_width: width, ..naming(".json") };
        let mut keys = BTreeMap::new();
        for object in &objects {
            let (topic, partition, path, offset) = object;
            let key = naming.key(&place(topic, *partition, path), *offset);
            let other = keys.insert(key, object);
            prop_assert!(other.is_none_or(|other| other == object), "{other:?} {object:?}");
        }
    }

    #[test]
    fn a_key_has_only_safe_segments(
        cluster in ".+", topic in ".+", partition in any::<i32>(), path in any_path(), offset in 0..i64::MAX,
    ) {
        for template in [
            super::DEFAULT_KEY_TEMPLATE,
            "{cluster}/{topics.dir}/{topic}/{path}.{partition}.{offset}{extension}",
        ] {
            let naming = Naming { template: template.parse().unwrap(), ..naming(".json") };
            for naming in [naming.quarantine("q".to_owned(), ".jsonl".to_owned()), naming] {
                let place = Place { cluster: &cluster, topic: &topic, partition, path: &path };
                let key = naming.key(&place, offset);
                prop_assert!(key.split('/').all(|segment| !matches!(segment, "" | "." | "..")), "{key}");
                prop_assert!(!key.contains(char::is_control), "{key}");
            }
        }
    }

    #[test]
    fn the_name_of_a_file_tells_topic_partition_and_offset(
        topic in legal_topic(), partition in 0..i32::MAX, path in any_path(), offset in 0..i64::MAX,
    ) {
        let key = naming(".json").key(&place(&topic, partition, &path), offset);
        let name = key.rsplit('/').next().unwrap().strip_suffix(".json").unwrap();
        let mut parts = name.split('+');
        prop_assert_eq!(parts.next().unwrap(), topic);
        prop_assert_eq!(parts.next().unwrap().parse::<i32>().unwrap(), partition);
        prop_assert_eq!(parts.next().unwrap().parse::<i64>().unwrap(), offset);
        prop_assert_eq!(parts.next(), None);
    }

    #[test]
    fn an_encoded_value_is_one_segment_and_stays_apart_from_others(
        left in any::<String>(), right in any::<String>(),
    ) {
        let (left_encoded, right_encoded) = (encode_value(&left), encode_value(&right));
        prop_assert!(!left_encoded.contains('/') && !matches!(&*left_encoded, "." | ".."));
        prop_assert_eq!(left == right, left_encoded == right_encoded);
    }
}

use super::{KeyParts, ReadKeyError};
use crate::{DEFAULT_KEY_TEMPLATE, KeyTemplate, Naming, Path, encode_value};
use proptest::prelude::*;

const EXTENSIONS: [&str; 4] = [".json", ".json.gz", ".parquet", ".gz.parquet"];

fn naming(template: &str) -> Naming {
    Naming {
        template: template.parse().unwrap(),
        directory: "topics".to_owned(),
        offset_pad_width: 10,
        extension: ".json".to_owned(),
    }
}

fn parts(topic: &str, partition: i32, path: &str, offset: i64) -> KeyParts {
    KeyParts {
        cluster: None,
        topic: topic.to_owned(),
        partition,
        path: (!path.is_empty()).then(|| Path::try_from(path.to_owned()).unwrap()),
        offset,
        extension: ".json".to_owned(),
    }
}

#[track_caller]
fn check(template: &str, key: &str, expected: &KeyParts) {
    assert_eq!(naming(template).read(key, &EXTENSIONS).as_ref(), Ok(expected));
}

#[track_caller]
fn check_not_ours(template: &str, key: &str) {
    assert_eq!(
        naming(template).read(key, &EXTENSIONS),
        Err(ReadKeyError::NotOurs { key: key.to_owned() }),
        "{template}"
    );
}

#[test]
fn the_reference_pipelines_keys_are_read_back() {
    check(
        DEFAULT_KEY_TEMPLATE,
        "topics/tracking.log/partition=0/tracking.log+0+0000000042.json",
        &parts("tracking.log", 0, "partition=0", 42),
    );
    check(
        "{path}/{topic}+{partition}+{offset}{extension}",
        "year=2025/month=11/day=11/hour=10/s3.sink+5+0000000000.gz.parquet",
        &KeyParts {
            extension: ".gz.parquet".to_owned(),
            ..parts("s3.sink", 5, "year=2025/month=11/day=11/hour=10", 0)
        },
    );
}

#[test]
fn a_path_may_look_like_a_name() {
    check(
        DEFAULT_KEY_TEMPLATE,
        "topics/t/f=t+0+0000000001.json/t+0+0000000001.json/t+1+0000000002.json",
        &parts("t", 1, "f=t+0+0000000001.json/t+0+0000000001.json", 2),
    );
    check("{topic}-{partition}-{offset}{extension}", "a-1-2-0000000003.json", &parts("a-1", 2, "", 3));
}

#[test]
fn what_is_not_called_by_the_template_is_not_ours() {
    for key in [
        "",
        "topics/t",
        "other/t/partition=0/t+0+0000000000.json",
        "topics/t/partition=0/u+0+0000000000.json",
        "topics/t/partition=0/t+0+000000000.json",
        "topics/t/partition=0/t+0+00000000000.json",
        "topics/t/partition=0/t+00+0000000000.json",
        "topics/t/partition=0/t+-1+0000000000.json",
        "topics/t/partition=0/t+2147483648+0000000000.json",
        "topics/t/partition=0/t+0+9223372036854775808.json",
        "topics/t/partition=0/t+0+0000000000.json.bak",
        "topics/t/partition=0/t+0+0000000000",
        "topics/t//t+0+0000000000.json",
        "topics/ä/partition=0/ä+0+0000000000.json",
        "topics/../partition=0/..+0+0000000000.json",
        "topics/t/partition=0/copy of t+0+0000000000.json",
    ] {
        check_not_ours(DEFAULT_KEY_TEMPLATE, key);
    }
}

#[test]
fn a_key_of_several_meanings_says_which() {
    let naming = naming("{topic}-{path}/{partition}+{offset}{extension}");
    let error = naming.read("a-b-c/7+0000000009.json", &EXTENSIONS).unwrap_err();
    assert_eq!(error.to_string(), "a-b-c/7+0000000009.json may be the object of a-7@9 or of a-b-7@9");
    assert_eq!(naming.read("a-b/7+0000000009.json", &EXTENSIONS), Ok(parts("a", 7, "b", 9)));
}

#[test]
fn a_cluster_is_decoded() {
    check(
        "{cluster}/{topic}+{partition}+{offset}.jsonl",
        "a+b%2F%25/t+0+0000000001.jsonl",
        &KeyParts { cluster: Some("a+b/%".to_owned()), extension: String::new(), ..parts("t", 0, "", 1) },
    );
    check_not_ours("{cluster}/{topic}+{partition}+{offset}.jsonl", "a%2f/t+0+0000000001.jsonl");
    check_not_ours("{cluster}/{topic}+{partition}+{offset}.jsonl", "a%/t+0+0000000001.jsonl");
}

#[test]
fn quarantine_is_read_by_its_own_names() {
    let quarantine = naming("{cluster}/{path}/{topic}+{partition}+{offset}{extension}")
        .quarantine("bad/records".to_owned(), ".json".to_owned());
    let key = "bad/records/c/t/partition=3/t+3+0000000009.json";
    assert_eq!(
        quarantine.read(key, &EXTENSIONS),
        Ok(KeyParts { cluster: Some("c".to_owned()), ..parts("t", 3, "", 9) })
    );
    assert_eq!(quarantine.common_prefix(), "bad/records/");
    assert!(quarantine.read("bad/records/c/t/partition=4/t+3+0000000009.json", &EXTENSIONS).is_err());
}

#[test]
fn what_all_keys_start_with_ends_at_the_first_value() {
    for (template, expected) in [
        (DEFAULT_KEY_TEMPLATE, "topics/"),
        ("{path}/{topic}+{partition}+{offset}{extension}", ""),
        ("raw/{topics.dir}/v1/{topic}+{partition}+{offset}{extension}", "raw/topics/v1/"),
    ] {
        assert_eq!(naming(template).common_prefix(), expected);
    }
    let at_root = Naming { directory: String::new(), ..naming(DEFAULT_KEY_TEMPLATE) };
    assert_eq!(at_root.common_prefix(), "");
}

/// What Kafka allows, of few letters, so that names are often parts of each other.
fn legal_topic() -> impl Strategy<Value = String> {
    "[a1._-]{1,6}".prop_filter("`.` and `..` are no topics", |topic| !matches!(topic.as_str(), "." | ".."))
}

fn any_path() -> impl Strategy<Value = Path> {
    let field =
        ("[a+.-]{1,3}", any::<String>()).prop_map(|(name, value)| format!("{name}={}", encode_value(&value)));
    let partition = (0..20).prop_map(|partition| Path::of_partition(partition).to_string());
    prop::collection::vec(prop_oneof![field, partition, "[a1]{1,2}"], 1..3)
        .prop_map(|parts| Path::try_from(parts.join("/")).unwrap())
}

/// Any template that there may be, with delimiters that stand in values too.
fn any_template() -> impl Strategy<Value = KeyTemplate> {
    let piece = prop_oneof![
        3 => "[-+._a/10]{1,2}",
        1 => Just("{topics.dir}/".to_owned()),
        1 => Just("{cluster}".to_owned()),
        2 => Just("{topic}".to_owned()),
        1 => Just("{path}".to_owned()),
    ];
    let front = prop::collection::vec(piece, 0..5).prop_map(|pieces| pieces.concat());
    let back = prop::collection::vec("[-+._a10]{1,3}", 4).prop_map(|texts| {
        format!("{}{{partition}}{}{{offset}}{}{{extension}}{}", texts[0], texts[1], texts[2], texts[3])
    });
    (front, back).prop_filter_map("expected a template that is one", |(front, back)| {
        format!("{front}{back}").parse().ok()
    })
}

proptest! {
    #[test]
    fn a_key_of_the_default_template_reads_back_as_what_it_was_made_of(
        topic in legal_topic(), partition in 0..i32::MAX, path in any_path(),
        offset in prop_oneof![0..2000_i64, 0..i64::MAX], width in 0..20_usize,
        extension in prop::sample::select(EXTENSIONS.to_vec()), directory in "|a|a/1",
    ) {
        let naming = Naming { offset_pad_width: width, directory, ..naming(DEFAULT_KEY_TEMPLATE) };
        let extension = extension.to_owned();
        let parts = KeyParts { cluster: None, topic, partition, path: Some(path), offset, extension };
        let key = parts.key(&naming);
        prop_assert_eq!(naming.read(&key, &EXTENSIONS), Ok(parts.clone()), "{}", key);

        let quarantine = naming.quarantine("q".to_owned(), ".json".to_owned());
        let parts = KeyParts { path: None, ..parts };
        let key = parts.key(&quarantine);
        prop_assert_eq!(quarantine.read(&key, &EXTENSIONS), Ok(parts), "{}", key);
    }

    #[test]
    fn a_key_of_any_template_has_what_it_was_made_of_among_its_readings(
        template in any_template(), cluster in "[a1.+-]{1,3}", topic in legal_topic(), partition in 0..200_i32,
        path in any_path(), offset in prop_oneof![0..2000_i64, 0..i64::MAX], width in 0..4_usize,
        extension in prop::sample::select(EXTENSIONS.to_vec()),
    ) {
        let has = |piece| template.pieces().contains(&piece);
        let parts = KeyParts {
            cluster: has(crate::Piece::Cluster).then_some(cluster),
            path: has(crate::Piece::Path).then_some(path),
            topic, partition, offset, extension: extension.to_owned(),
        };
        let naming = Naming { template, offset_pad_width: width, ..naming(DEFAULT_KEY_TEMPLATE) };
        let key = parts.key(&naming);
        let readings = naming.readings(&key, &EXTENSIONS);
        prop_assert!(readings.contains(&parts) || readings.len() == super::MAX_READINGS, "{key} {readings:?}");
        for reading in &readings {
            prop_assert_eq!(&reading.key(&naming), &key);
        }
    }
}

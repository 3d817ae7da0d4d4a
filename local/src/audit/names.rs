//! What a key says of its object, by the settings of the function that wrote it.

use delivery::Coverage;
use encoding::parquet::{BrotliLevel, ParquetCodec};
use encoding::{Compression, GzipLevel, ZstdLevel, json_lines_extension};
use naming::{KeyParts, Naming};
use pipeline::settings::Layout;
use std::collections::BTreeSet;
use std::fmt;

/// Where `landfall replay` puts what it has replayed.
const DONE: &str = "done/";

/// A topic's partition, of a cluster where keys name one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TopicPartition {
    /// The cluster's name, where the keys have it.
    pub cluster: Option<String>,
    /// The topic.
    pub topic: String,
    /// The partition.
    pub partition: i32,
}

/// How objects are called.
#[derive(Debug, Clone)]
pub struct Names {
    data: Naming,
    quarantine: Naming,
    cluster: Option<String>,
    has_partition_paths: bool,
    /// No others are looked at; empty: all.
    topics: BTreeSet<String>,
}

/// What a key says of its object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meaning {
    /// Records of a topic; of several meanings where the template leaves it open.
    Data(Vec<KeyParts>),
    /// Records that were rejected.
    Quarantine(KeyParts),
    /// Rejected records that were replayed.
    Replayed(KeyParts),
    /// Something else that was replayed.
    Done,
    /// Of a topic that is not looked at.
    OtherTopic,
    /// No object of ours is called so.
    NotOurs,
}

impl Names {
    /// The names by these settings; without topics, of all topics.
    pub fn new(layout: &Layout, topics: BTreeSet<String>) -> Self {
        Self {
            data: layout.naming.clone(),
            quarantine: layout.quarantine.clone(),
            cluster: layout.cluster_name.clone(),
            has_partition_paths: layout.has_partition_paths,
            topics,
        }
    }

    /// The topics that are looked at; none: all.
    pub fn topics(&self) -> impl Iterator<Item = &String> {
        self.topics.iter()
    }

    /// The cluster's name, where keys have it and it is known.
    pub fn cluster_in_keys(&self) -> Option<&str> {
        self.cluster.as_deref().filter(|_| self.data.template.uses_cluster())
    }

    /// What a key says of its object.
    pub fn read(&self, key: &str) -> Meaning {
        let replayed = key.strip_prefix(DONE).and_then(|key| self.quarantine_parts(key));
        if let Some(parts) = self.quarantine_parts(key) {
            return self.unless_other(parts, Meaning::Quarantine);
        }
        if let Some(parts) = replayed {
            return self.unless_other(parts, Meaning::Replayed);
        }
        let is_ours = self.data.common_prefix().starts_with(DONE);
        if key.starts_with(DONE) && !is_ours {
            return Meaning::Done;
        }
        let mut readings = self.data.readings(key, &data_extensions());
        readings.retain(|parts| self.is_of_cluster(parts) && self.has_its_path(parts));
        if readings.is_empty() {
            return Meaning::NotOurs;
        }
        readings.retain(|parts| self.is_wanted(parts));
        if readings.is_empty() { Meaning::OtherTopic } else { Meaning::Data(readings) }
    }

    /// The prefixes to list for what is asked: objects of a prefix, and quarantine wherever it is.
    pub fn prefixes(&self, prefix: &str) -> Vec<String> {
        let mut prefixes = vec![prefix.to_owned()];
        let quarantine = self.quarantine.common_prefix();
        for also in [format!("{DONE}{quarantine}"), quarantine] {
            if !also.starts_with(prefix) && !prefix.starts_with(&also) {
                prefixes.push(also);
            }
        }
        prefixes
    }

    /// Whether all that stands at such a key should be ours.
    pub fn is_inside(&self, key: &str) -> bool {
        let [data, quarantine] = [&self.data, &self.quarantine].map(Naming::common_prefix);
        key.starts_with(&data) || (!quarantine.is_empty() && key.starts_with(&quarantine))
    }

    fn quarantine_parts(&self, key: &str) -> Option<KeyParts> {
        let extensions = json_extensions();
        self.quarantine.read(key, &extensions).ok().filter(|parts| self.is_of_cluster(parts))
    }

    fn unless_other(&self, parts: KeyParts, meaning: impl FnOnce(KeyParts) -> Meaning) -> Meaning {
        if self.is_wanted(&parts) { meaning(parts) } else { Meaning::OtherTopic }
    }

    fn is_wanted(&self, parts: &KeyParts) -> bool {
        self.topics.is_empty() || self.topics.contains(&parts.topic)
    }

    fn is_of_cluster(&self, parts: &KeyParts) -> bool {
        parts.cluster.is_none() || self.cluster.is_none() || parts.cluster == self.cluster
    }

    /// Whether a path that names a partition names that of the file.
    fn has_its_path(&self, parts: &KeyParts) -> bool {
        let named = parts.path.as_ref().and_then(|path| path.as_str().strip_prefix("partition="));
        match named.and_then(|partition| partition.parse::<i32>().ok()) {
            Some(partition) => !self.has_partition_paths || partition == parts.partition,
            None => true,
        }
    }
}

/// What an object of ours holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// Records.
    Data,
    /// Rejected records.
    Quarantine,
}

/// Of several meanings of a key, those that the object's coverage allows.
pub(super) fn fitting(readings: Vec<KeyParts>, coverage: &Coverage) -> Vec<KeyParts> {
    if readings.len() == 1 {
        return readings;
    }
    let fits = |parts: &KeyParts| parts.offset == coverage.first();
    if readings.iter().any(fits) { readings.into_iter().filter(fits).collect() } else { readings }
}

impl From<&KeyParts> for TopicPartition {
    fn from(parts: &KeyParts) -> Self {
        Self { cluster: parts.cluster.clone(), topic: parts.topic.clone(), partition: parts.partition }
    }
}

impl fmt::Display for TopicPartition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(cluster) = &self.cluster {
            write!(f, "{cluster}/")?;
        }
        write!(f, "{}-{}", self.topic, self.partition)
    }
}

/// How objects of JSON Lines may end.
fn json_extensions() -> [&'static str; 3] {
    [Compression::None, Compression::Gzip(GzipLevel::DEFAULT), Compression::Zstd(ZstdLevel::DEFAULT)]
        .map(json_lines_extension)
}

/// How objects of data may end: settings of compression change, and objects stay.
fn data_extensions() -> Vec<&'static str> {
    let codecs = [
        ParquetCodec::None,
        ParquetCodec::Snappy,
        ParquetCodec::Gzip(GzipLevel::DEFAULT),
        ParquetCodec::Zstd(ZstdLevel::DEFAULT),
        ParquetCodec::Lz4Raw,
        ParquetCodec::Brotli(BrotliLevel::DEFAULT),
    ];
    json_extensions().into_iter().chain(codecs.map(ParquetCodec::extension)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(variables: &[(&str, &str)], topics: &[&str]) -> Names {
        let required = [
            ("S3_BUCKET_NAME", "lake"),
            ("AWS_REGION", "eu-west-1"),
            ("AWS_ACCESS_KEY_ID", "id"),
            ("AWS_SECRET_ACCESS_KEY", "secret"),
        ];
        let layout = Layout::from_vars(|name| {
            let value = variables.iter().chain(&required).find(|(variable, _)| *variable == name)?.1;
            Some(value.into())
        });
        Names::new(&layout.unwrap(), topics.iter().map(|topic| (*topic).to_owned()).collect())
    }

    fn told(meaning: &Meaning) -> String {
        match meaning {
            Meaning::Data(readings) => {
                let name = |parts: &KeyParts| format!("{}@{}", TopicPartition::from(parts), parts.offset);
                readings.iter().map(name).collect::<Vec<_>>().join(" or ")
            }
            Meaning::Quarantine(parts) => {
                format!("quarantine {}@{}", TopicPartition::from(parts), parts.offset)
            }
            Meaning::Replayed(parts) => format!("replayed {}@{}", TopicPartition::from(parts), parts.offset),
            other => format!("{other:?}"),
        }
    }

    #[track_caller]
    fn check(names: &Names, key: &str, expected: &str) {
        assert_eq!(told(&names.read(key)), expected, "{key}");
    }

    #[test]
    fn a_key_says_what_its_object_holds() {
        let names = names(&[], &[]);
        check(&names, "topics/t/partition=0/t+0+0000000042.json.zst", "t-0@42");
        check(&names, "topics/t/partition=0/t+0+0000000042.zstd.parquet", "t-0@42");
        check(&names, "quarantine/t/partition=0/t+0+0000000042.json", "quarantine t-0@42");
        check(&names, "done/quarantine/t/partition=0/t+0+0000000042.json", "replayed t-0@42");
        check(&names, "done/on-failure/x.json", "Done");
        check(&names, "topics/t/partition=1/t+0+0000000042.json", "NotOurs");
        check(&names, "topics/t/partition=0/t+0+0000000042.json.bak", "NotOurs");
        assert!(names.is_inside("topics/x") && names.is_inside("quarantine/x") && !names.is_inside("x"));
    }

    #[test]
    fn a_path_may_name_anything_where_a_partitioner_makes_it() {
        let names =
            names(&[("PARTITIONER_CLASS", "FieldPartitioner"), ("PARTITION_FIELD_NAME", "partition")], &[]);
        check(&names, "topics/t/partition=1/t+0+0000000042.json", "t-0@42");
    }

    #[test]
    fn quarantine_is_no_data_though_the_template_would_read_it() {
        let names = names(&[("OBJECT_KEY_TEMPLATE", "{path}/{topic}+{partition}+{offset}{extension}")], &[]);
        check(&names, "quarantine/t/partition=0/t+0+0000000042.json", "quarantine t-0@42");
        check(&names, "done/quarantine/t/partition=0/t+0+0000000042.json", "replayed t-0@42");
        check(&names, "done/x/t+0+0000000042.json", "Done");
        check(&names, "year=2025/t+0+0000000042.json", "t-0@42");
        assert!(names.is_inside("anything"));
    }

    #[test]
    fn topics_and_clusters_that_are_not_asked_for_are_passed_over() {
        let key = |cluster, topic| format!("{cluster}/{topic}+0+0000000001.json");
        let template = ("OBJECT_KEY_TEMPLATE", "{cluster}/{topic}+{partition}+{offset}{extension}");
        let names = names(&[template, ("CLUSTER_NAME", "blue")], &["t"]);
        check(&names, &key("blue", "t"), "blue/t-0@1");
        check(&names, &key("blue", "u"), "OtherTopic");
        check(&names, &key("green", "t"), "NotOurs");
    }

    #[test]
    fn quarantine_is_listed_whatever_the_prefix() {
        let names = names(&[], &[]);
        assert_eq!(names.prefixes(""), [""]);
        assert_eq!(names.prefixes("topics/t/"), ["topics/t/", "done/quarantine/", "quarantine/"]);
        assert_eq!(names.prefixes("quarantine/"), ["quarantine/", "done/quarantine/"]);
    }

    #[test]
    fn coverage_settles_what_the_template_leaves_open() {
        let names =
            names(&[("OBJECT_KEY_TEMPLATE", "{topic}-{path}/{partition}+{offset}{extension}")], &["a"]);
        check(&names, "a-b-c/7+0000000009.json", "a-7@9");
    }
}

//! How long partitions are, out of librdkafka's statistics.

use serde::Deserialize;
use std::collections::BTreeMap;

/// What is known of a topic's partitions, from the brokers' answers to fetches.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Measures {
    /// How many partitions the topic has; 0 while it is not known.
    pub partitions: usize,
    /// Those that are read here.
    pub extents: BTreeMap<i32, Extent>,
}

/// Where a partition begins and ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    /// The offset of its first record.
    pub low: i64,
    /// The offset behind the last record that can be read.
    pub end: i64,
    /// What the group has committed, or none.
    pub committed: Option<i64>,
}

#[derive(Deserialize)]
struct Statistics {
    #[serde(default)]
    topics: BTreeMap<String, Topic>,
}

#[derive(Deserialize)]
struct Topic {
    partitions: BTreeMap<String, Partition>,
}

/// Offsets are negative while they are not known.
#[derive(Deserialize)]
struct Partition {
    partition: i32,
    lo_offset: i64,
    ls_offset: i64,
    committed_offset: i64,
}

impl Measures {
    /// Reads <https://github.com/confluentinc/librdkafka/blob/master/STATISTICS.md>.
    pub(crate) fn from_statistics(json: &[u8]) -> Result<Self, serde_json::Error> {
        let statistics: Statistics = serde_json::from_slice(json)?;
        // A consumer here reads one topic.
        let topics = statistics.topics.into_values();
        let partitions = topics.flat_map(|topic| topic.partitions.into_values());
        // librdkafka keeps what belongs to no partition under -1.
        let partitions: Vec<Partition> = partitions.filter(|partition| partition.partition >= 0).collect();
        let extents = partitions.iter().filter(|partition| partition.ls_offset >= 0).map(|partition| {
            let committed = Some(partition.committed_offset).filter(|offset| *offset >= 0);
            let low = partition.lo_offset.max(0);
            (partition.partition, Extent { low, end: partition.ls_offset, committed })
        });
        Ok(Self { partitions: partitions.len(), extents: extents.collect() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn partitions_that_are_read_have_an_extent_and_all_are_counted() {
        let json = br#"{"name":"rdkafka#consumer-1","ts":1,"topics":{"t":{"topic":"t","partitions":{
            "0":{"partition":0,"lo_offset":3,"hi_offset":12,"ls_offset":10,"committed_offset":7,"x":1},
            "1":{"partition":1,"lo_offset":-1001,"hi_offset":-1001,"ls_offset":-1001,"committed_offset":-1001},
            "2":{"partition":2,"lo_offset":0,"hi_offset":0,"ls_offset":0,"committed_offset":-1001},
            "-1":{"partition":-1,"lo_offset":-1001,"hi_offset":-1001,"ls_offset":-1001,"committed_offset":-1001}}}}}"#;
        let extents = BTreeMap::from([
            (0, Extent { low: 3, end: 10, committed: Some(7) }),
            (2, Extent { low: 0, end: 0, committed: None }),
        ]);
        assert_eq!(Measures::from_statistics(json).unwrap(), Measures { partitions: 3, extents });
        assert_eq!(Measures::from_statistics(b"{}").unwrap(), Measures::default());
    }
}

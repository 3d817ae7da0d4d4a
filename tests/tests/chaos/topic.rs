//! The topic, as Kafka has it.

use crate::fleet::GROUP;
use crate::ledger::Ledger;
use crate::traffic::TOPIC;
use end_to_end::cluster::Cluster;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::KafkaError;
use rdkafka::message::Message as _;
use rdkafka::{Offset, TopicPartitionList};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long a broker may take to answer; one that is down is asked again, or another one is.
const TIMEOUT: Duration = Duration::from_secs(3);

/// How long it may take to read the topic, or to have the last open transaction ended.
const READ_TIMEOUT: Duration = Duration::from_secs(180);

/// A view on the topic and on how far the group has come.
#[derive(Clone)]
pub(crate) struct Topic {
    /// Sees records that are not committed.
    all: Arc<BaseConsumer>,
    /// Sees those that are.
    committed: Arc<BaseConsumer>,
}

/// How far the group is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Progress {
    /// The sum of the committed offsets.
    pub(crate) committed: i64,
    /// How many offsets are behind them, with those of aborted records and of transactions' ends.
    pub(crate) lag: i64,
}

impl Topic {
    /// Connects.
    pub(crate) fn new(cluster: &Cluster) -> Self {
        let consumer = |isolation: &str| {
            let mut config = cluster.client();
            config
                .set("group.id", GROUP)
                .set("enable.auto.commit", "false")
                .set("enable.partition.eof", "true");
            config.set("isolation.level", isolation).set("check.crcs", "true");
            Arc::new(config.create().expect("a consumer can be made"))
        };
        Self { all: consumer("read_uncommitted"), committed: consumer("read_committed") }
    }

    /// How far the group is; none while a broker that knows is down.
    pub(crate) async fn progress(&self) -> Option<Progress> {
        let this = self.clone();
        tokio::task::spawn_blocking(move || {
            let committed = this.committed_offsets()?;
            let ends = this.ends(&this.all)?;
            let lag =
                ends.iter().map(|(partition, end)| end - committed.get(partition).copied().unwrap_or(0));
            Some(Progress { lag: lag.sum(), committed: committed.values().sum() })
        })
        .await
        .expect("Kafka is asked without a panic")
    }

    /// By partition, the offset that the group goes on at.
    pub(crate) fn committed_offsets(&self) -> Option<BTreeMap<i32, i64>> {
        let mut list = TopicPartitionList::new();
        list.add_partition_range(TOPIC, 0, self.partitions()? - 1);
        let committed = self.all.committed_offsets(list, TIMEOUT).ok()?;
        let offset = |offset| if let Offset::Offset(offset) = offset { offset } else { 0 };
        Some(
            committed
                .elements()
                .iter()
                .map(|element| (element.partition(), offset(element.offset())))
                .collect(),
        )
    }

    /// Reads every committed record. Nobody may be producing any more.
    ///
    /// # Panics
    ///
    /// When it takes minutes.
    pub(crate) fn read(&self) -> Ledger {
        let started = Instant::now();
        let wait = |what: &str| {
            assert!(started.elapsed() < READ_TIMEOUT, "{what}");
            std::thread::sleep(Duration::from_millis(100));
        };
        // An open transaction hides what comes after it.
        let ends = loop {
            match (self.ends(&self.all), self.ends(&self.committed)) {
                (Some(all), Some(committed)) if all == committed => break all,
                _ => wait("a transaction stays open"),
            }
        };
        let mut list = TopicPartitionList::new();
        for partition in ends.keys() {
            list.add_partition_offset(TOPIC, *partition, Offset::Beginning).expect("there is such an offset");
        }
        self.committed.assign(&list).expect("the partitions can be read");
        let mut ledger = Ledger::default();
        let mut open: BTreeSet<i32> = ends.keys().copied().collect();
        while !open.is_empty() {
            assert!(started.elapsed() < READ_TIMEOUT, "the topic cannot be read to its end");
            match self.committed.poll(Duration::from_millis(500)) {
                Some(Ok(message)) => ledger.enter(message.partition(), message.offset(), message.payload()),
                Some(Err(KafkaError::PartitionEOF(partition))) => {
                    open.remove(&partition);
                }
                // Brokers that were down are asked again.
                Some(Err(_)) | None => {}
            }
        }
        self.committed.unassign().expect("partitions can be given back");
        ledger
    }

    /// By partition, the offset behind the last record that this consumer can see.
    fn ends(&self, consumer: &BaseConsumer) -> Option<BTreeMap<i32, i64>> {
        let end = |partition| Some((partition, consumer.fetch_watermarks(TOPIC, partition, TIMEOUT).ok()?.1));
        (0..self.partitions()?).map(end).collect()
    }

    fn partitions(&self) -> Option<i32> {
        let metadata = self.all.fetch_metadata(Some(TOPIC), TIMEOUT).ok()?;
        let partitions = metadata.topics().first()?.partitions().len();
        i32::try_from(partitions).ok().filter(|partitions| *partitions > 0)
    }
}

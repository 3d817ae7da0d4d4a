//! How many invocations there are, and what one of them holds.

use super::{Name, Prices, Workload};
use crate::lambda::MAX_PAYLOAD_BYTES;
use serde::Serialize;

/// The ordinary invocation, once the mapping has caught up.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Batches {
    /// Which limit ends a batch.
    pub limit: Limit,
    /// Records of one invocation, on average.
    pub records: f64,
    /// Invocations in a second, of all pollers.
    pub per_second: f64,
    /// Objects of one invocation, on average.
    pub objects: f64,
    /// How long an invocation takes.
    pub seconds: f64,
    /// Invocations that run at once.
    pub concurrency: f64,
}

/// What ends a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Limit {
    /// `BatchSize`.
    BatchSize,
    /// 6 MB of event JSON.
    Payload,
    /// `MaximumBatchingWindowInSeconds`.
    Window,
}

impl Workload {
    /// What an invocation holds.
    pub fn batches(&self, prices: &Prices) -> Batches {
        let draft = self.draft();
        let by_size = f64::from(draft.batch_size);
        let by_payload = (MAX_PAYLOAD_BYTES as f64 / self.event_bytes_per_record(prices)).floor();
        // A batch holds the record that it began with, whatever the window.
        let by_window = (draft.records_per_second / self.pollers * draft.window_seconds).max(1.0);
        let (limit, records) =
            [(Limit::BatchSize, by_size), (Limit::Payload, by_payload), (Limit::Window, by_window)]
                .into_iter()
                .min_by(|(_, one), (_, other)| one.total_cmp(other))
                .expect("there are three limits");
        let per_second = draft.records_per_second / records;
        let objects = self.objects(records);
        let seconds = self.seconds(records, objects, prices);
        Batches { limit, records, per_second, objects, seconds, concurrency: per_second * seconds }
    }

    /// How many objects a batch of so many records becomes.
    ///
    /// A poller's batches mix its partitions: so many of them are in a batch as are hit by records that fall on them
    /// at random. How Lambda mixes them is not published.
    fn objects(&self, records: f64) -> f64 {
        let draft = self.draft();
        let partitions = f64::from(draft.partitions) / self.pollers;
        let hit = partitions * (1.0 - (1.0 - 1.0 / partitions.max(1.0)).powf(records));
        let groups = (hit * f64::from(draft.paths)).min(records);
        let Some(flush_size) = draft.flush_size.map(f64::from) else { return groups };
        // So many cells of a grid do consecutive offsets touch that begin anywhere in it.
        let cells = (records / groups - 1.0) / flush_size + 1.0;
        groups * cells
    }

    fn seconds(&self, records: f64, objects: f64, prices: &Prices) -> f64 {
        let function = self.draft().function;
        let megabytes = records * self.draft().record_bytes / 1e6;
        // One thread does the work, so that more than one vCPU is no faster.
        let vcpu = (f64::from(function.memory_megabytes) / prices.get(Name::VcpuMegabytes)).min(1.0);
        let cpu =
            self.cpu_milliseconds_per_megabyte * megabytes + prices.get(Name::PutCpuMilliseconds) * objects;
        let rounds = (objects / f64::from(function.put_concurrency.max(1))).max(1.0);
        (self.put_milliseconds * rounds + cpu / vcpu) / 1e3
    }
}

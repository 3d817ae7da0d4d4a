//! Producers of all kinds, at once.
//!
//! Nobody keeps a list of what was sent: what is committed in the end is for Kafka to say.

mod client;
mod record;
mod steady;
mod transactional;

use crate::plan::Plan;
use fastrand::Rng;
use rdkafka::ClientConfig;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// The topic of all records.
pub(crate) const TOPIC: &str = "chaos";

/// What fractions of the quota are counted in.
const WHOLE: u64 = 1 << 20;

/// How long a producer waits before it looks again whether it may go on.
const PAUSE: Duration = Duration::from_millis(5);

/// How many pauses it makes while it sends what it may between two strikes: so that always something is under way.
const PAUSES: u64 = 400;

/// What kind of producer one is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Idempotent, with keys and tombstones, in lz4.
    Idempotent,
    /// Transactions that are committed, aborted or abandoned, in zstd.
    Transactional,
    /// Acknowledged once, without keys, in gzip.
    Keyless,
    /// Values of a megabyte, uncompressed.
    Large,
}

/// Producers that run, each in a thread of its own.
#[derive(Debug)]
pub(crate) struct Traffic {
    shared: Arc<Shared>,
    producers: Vec<JoinHandle<()>>,
}

/// What producers and the test tell each other.
#[derive(Debug, Default)]
pub(crate) struct Shared {
    /// How much of their quota they may have sent, in parts of [`WHOLE`].
    allowance: AtomicU64,
    stopped: AtomicBool,
    committed: AtomicU64,
    aborted_transactions: AtomicU64,
    aborted_records: AtomicU64,
    committed_transactions: AtomicU64,
    new_clients: AtomicU64,
}

/// What the producers did.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sent {
    /// Records that Kafka has acknowledged, those of transactions with the commit.
    pub(crate) committed: u64,
    /// Transactions that were committed.
    pub(crate) committed_transactions: u64,
    /// Transactions that were aborted, by request or because their producer was lost.
    pub(crate) aborted_transactions: u64,
    /// Records of those.
    pub(crate) aborted_records: u64,
    /// Producers that could not go on and were replaced.
    pub(crate) new_clients: u64,
}

impl Traffic {
    /// Starts the producers. They wait for [`Traffic::allow`].
    pub(crate) fn start(plan: &Plan, client: &ClientConfig) -> Self {
        let shared = Arc::<Shared>::default();
        // A megabyte each: a few dozen are enough.
        let large = (plan.records / 4_000).clamp(12, 60);
        let rest = plan.records.saturating_sub(large);
        let quotas = [
            (Kind::Large, large),
            (Kind::Transactional, rest * 3 / 10),
            (Kind::Keyless, rest * 3 / 10),
            (Kind::Idempotent, rest - 2 * (rest * 3 / 10)),
        ];
        let producers = quotas.into_iter().enumerate().map(|(number, (kind, quota))| {
            let producer = Producer {
                kind,
                quota,
                chunk: quota / plan.strikes().len() as u64 / PAUSES + 1,
                shared: Arc::clone(&shared),
                client: client.clone(),
                rng: Rng::with_seed(plan.seed.wrapping_mul(31).wrapping_add(number as u64)),
            };
            thread::spawn(move || producer.run())
        });
        Self { producers: producers.collect(), shared }
    }

    /// Lets the producers send this fraction of all records.
    pub(crate) fn allow(&self, part: usize, whole: usize) {
        self.shared.allowance.store((part as u64 * WHOLE) / whole as u64, Relaxed);
    }

    /// How many records are committed.
    pub(crate) fn committed(&self) -> u64 {
        self.shared.committed.load(Relaxed)
    }

    /// Whether all producers have done their part.
    pub(crate) fn is_done(&self) -> bool {
        self.producers.iter().all(JoinHandle::is_finished)
    }

    /// What they did, once they are done.
    ///
    /// # Panics
    ///
    /// When one has panicked.
    pub(crate) fn finish(&mut self) -> Sent {
        for producer in self.producers.drain(..) {
            producer.join().expect("a producer ends without a panic");
        }
        let Shared {
            committed,
            committed_transactions,
            aborted_transactions,
            aborted_records,
            new_clients,
            ..
        } = &*self.shared;
        Sent {
            committed: committed.load(Relaxed),
            committed_transactions: committed_transactions.load(Relaxed),
            aborted_transactions: aborted_transactions.load(Relaxed),
            aborted_records: aborted_records.load(Relaxed),
            new_clients: new_clients.load(Relaxed),
        }
    }
}

impl Drop for Traffic {
    fn drop(&mut self) {
        // A test that fails does not wait for what its producers would still send.
        self.shared.stopped.store(true, Relaxed);
    }
}

/// One producer.
pub(crate) struct Producer {
    kind: Kind,
    /// How many records it gets committed.
    quota: u64,
    /// How many records it sends between two pauses.
    chunk: u64,
    shared: Arc<Shared>,
    client: ClientConfig,
    rng: Rng,
}

impl Producer {
    fn run(mut self) {
        match self.kind {
            Kind::Transactional => transactional::run(&mut self),
            Kind::Idempotent | Kind::Keyless | Kind::Large => steady::run(&mut self),
        }
    }

    /// How many of its records may be under way or committed by now.
    fn allowed(&self) -> u64 {
        self.quota * self.shared.allowance.load(Relaxed) / WHOLE
    }

    fn is_stopped(&self) -> bool {
        self.shared.stopped.load(Relaxed)
    }
}

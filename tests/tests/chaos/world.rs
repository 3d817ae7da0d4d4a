//! Everything that runs, and what is done to it.

use crate::fleet::{Fleet, POLLERS};
use crate::plan::{Strike, Victim};
use crate::storage::Storage;
use crate::traffic::TOPIC;
use end_to_end::cluster::{Cluster, NODES};
use end_to_end::process;
use fastrand::Rng;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Mutex;
use tokio::task::JoinHandle;

/// How long a server stays down, in milliseconds.
const DOWN_MS: std::ops::Range<u64> = 300..1_500;

/// How long a function works on after it was seen to, in microseconds: most batches are done within 3 to 30 ms.
const BUSY_US: std::ops::Range<u64> = 0..3_000;

/// How long a function is looked for: one that was killed before may just be starting again.
const FUNCTION_TIMEOUT: Duration = Duration::from_secs(60);

/// Everything that runs.
#[derive(Debug)]
pub(crate) struct World {
    /// The brokers.
    pub(crate) cluster: Arc<Cluster>,
    /// The S3 server.
    pub(crate) storage: Arc<Mutex<Storage>>,
    /// The pollers and functions.
    pub(crate) fleet: Fleet,
    /// What was done.
    pub(crate) struck: Struck,
    partitions: usize,
    /// A broker that comes back; while it does, no other may go.
    broker: Option<JoinHandle<()>>,
}

/// What was done to the processes.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Struck {
    /// Brokers killed.
    pub(crate) brokers: u64,
    /// Of which it was known that their controller leads.
    pub(crate) leading_controllers: u64,
    /// Pollers killed.
    pub(crate) pollers: u64,
    /// Functions killed.
    pub(crate) functions: u64,
    /// S3 servers killed.
    pub(crate) s3: u64,
    /// Pollers stopped.
    pub(crate) stops: u64,
    /// Partitions added.
    pub(crate) partitions: u64,
}

impl Struck {
    /// How many processes were killed.
    pub(crate) fn kills(&self) -> u64 {
        self.brokers + self.pollers + self.functions + self.s3
    }
}

impl World {
    /// What was started.
    pub(crate) fn new(cluster: Arc<Cluster>, storage: Storage, fleet: Fleet, partitions: usize) -> Self {
        let storage = Arc::new(Mutex::new(storage));
        Self { cluster, storage, fleet, struck: Struck::default(), partitions, broker: None }
    }

    /// Does it. What was killed comes back by itself.
    ///
    /// # Panics
    ///
    /// When what was killed before does not come back.
    pub(crate) async fn suffer(&mut self, strike: Strike, rng: &mut Rng) {
        match strike {
            Strike::Kill(Victim::Poller) => self.kill_poller(rng).await,
            Strike::Kill(Victim::Function) => self.kill_function(rng).await,
            Strike::Kill(Victim::S3) => self.kill_s3(rng).await,
            Strike::Kill(Victim::Broker) => {
                self.until_whole().await;
                self.kill_broker(rng.usize(0..NODES), rng);
            }
            Strike::Kill(Victim::LeadingController) => {
                self.until_whole().await;
                let leading = self.cluster.leading_controller();
                self.struck.leading_controllers += u64::from(leading.is_some());
                self.kill_broker(leading.unwrap_or_default(), rng);
            }
            Strike::Stop => {
                self.fleet.stop_poller(rng);
                self.struck.stops += 1;
            }
            Strike::AddPartition => {
                self.partitions += 1;
                self.cluster.add_partitions(TOPIC, self.partitions).await;
                self.struck.partitions += 1;
            }
        }
    }

    /// Waits until all servers run and all brokers have everything.
    ///
    /// # Panics
    ///
    /// When one does not come back.
    pub(crate) async fn until_whole(&mut self) {
        if let Some(broker) = self.broker.take() {
            broker.await.expect("a broker comes back");
        }
        // Held while the server is down.
        drop(self.storage.lock().await);
    }

    /// Whoever has ended by themselves.
    pub(crate) fn ended(&mut self) -> Option<String> {
        let broker = if self.broker.as_ref().is_none_or(JoinHandle::is_finished) {
            self.cluster.ended()
        } else {
            None
        };
        broker.map(|node| format!("broker {node} has ended by itself")).or_else(|| self.fleet.ended())
    }

    fn kill_broker(&mut self, node: usize, rng: &mut Rng) {
        self.cluster.kill(node);
        self.struck.brokers += 1;
        let (cluster, down) = (Arc::clone(&self.cluster), Duration::from_millis(rng.u64(DOWN_MS)));
        self.broker = Some(tokio::spawn(async move {
            tokio::time::sleep(down).await;
            tokio::task::spawn_blocking(move || cluster.start_again(node))
                .await
                .expect("a broker starts again");
        }));
    }

    async fn kill_s3(&mut self, rng: &mut Rng) {
        let mut storage = Arc::clone(&self.storage).lock_owned().await;
        storage.kill();
        self.struck.s3 += 1;
        let down = Duration::from_millis(rng.u64(DOWN_MS));
        tokio::spawn(async move {
            tokio::time::sleep(down).await;
            tokio::task::spawn_blocking(move || storage.start_again())
                .await
                .expect("the S3 server starts again");
        });
    }

    async fn kill_poller(&mut self, rng: &mut Rng) {
        // Most often one whose function then works on without it, beside the one that has the batch next.
        let busy = if rng.u32(0..4) > 0 { self.fleet.busy_function().await } else { None };
        let victim = busy.map_or_else(|| rng.usize(0..POLLERS), |(poller, _)| poller);
        self.fleet.kill_poller(victim, rng);
        self.struck.pollers += 1;
    }

    async fn kill_function(&mut self, rng: &mut Rng) {
        let started = Instant::now();
        let (_, function) = loop {
            assert!(started.elapsed() < FUNCTION_TIMEOUT, "no poller runs a function");
            if let Some(busy) = self.fleet.busy_function().await {
                // Anywhere between its first and its last request.
                tokio::time::sleep(Duration::from_micros(rng.u64(BUSY_US))).await;
                break busy;
            }
            if let Some(idle) = rng.choice(&self.fleet.functions()) {
                break *idle;
            }
        };
        process::kill(function);
        self.struck.functions += 1;
    }
}

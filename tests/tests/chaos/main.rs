//! Everything is killed again and again, and in the end each committed record stands in S3 once, byte for byte.
//!
//! Three brokers, an S3 server, two pollers and their functions; producers of all kinds; partitions that are added.
//! `LANDFALL_CHAOS_RECORDS` and `LANDFALL_CHAOS_KILLS` say how much, `LANDFALL_SEED` says who is killed when;
//! `make chaos` runs the long form.

mod audit;
mod columns;
mod fleet;
mod ledger;
mod logged;
mod objects;
mod plan;
mod report;
mod storage;
mod topic;
mod traffic;
mod world;

use end_to_end::cluster::Cluster;
use fastrand::Rng;
use fleet::{Fleet, Mapping};
use objects::Objects;
use plan::{Plan, Strike};
use report::Report;
use std::sync::Arc;
use std::time::{Duration, Instant};
use storage::Storage;
use topic::{Progress, Topic};
use traffic::{TOPIC, Traffic};
use world::World;

const BUCKET: &str = "chaos";

/// Partitions of the topic at first.
const PARTITIONS: usize = 3;

/// How long it may take until the group has come further.
const STALL: Duration = Duration::from_secs(240);

/// One in so many strikes does not wait until what came before it is delivered.
const AT_ONCE: u32 = 3;

#[tokio::test(flavor = "multi_thread")]
async fn every_committed_record_lands_once_though_everything_is_killed() {
    let plan = Plan::from_env();
    println!("{plan:?}");
    let mut rng = Rng::with_seed(plan.seed);
    let cluster = tokio::task::spawn_blocking(Cluster::start);
    let storage = tokio::task::spawn_blocking(Storage::start);
    let cluster = Arc::new(cluster.await.expect("the brokers start"));
    let storage = storage.await.expect("the S3 server starts");
    let (s3, storage_name) = (storage.bucket(BUCKET), storage.name());
    cluster.create_topic(TOPIC, PARTITIONS as i32).await;

    let started = Instant::now();
    let traffic = Traffic::start(&plan, &cluster.client());
    let mapping = Mapping {
        bootstrap_servers: cluster.bootstrap_servers(),
        s3: s3.clone(),
        bucket: BUCKET,
        form: plan.form,
    };
    let fleet = Fleet::start(mapping.clone(), &mut rng);
    let world = World::new(Arc::clone(&cluster), storage, fleet, PARTITIONS);
    let mut run =
        Run { world, topic: Topic::new(&cluster), traffic, plan, last: None, moved: Instant::now() };
    run.strike_all(&mut rng).await;
    run.world.until_whole().await;

    while !run.traffic.is_done() {
        run.look().await;
    }
    let mut ledger = {
        let topic = run.topic.clone();
        tokio::task::spawn_blocking(move || topic.read()).await.expect("the topic can be read")
    };
    let ends = ledger.ends();
    while run.topic.committed_offsets().is_none_or(|committed| {
        ends.iter().any(|(partition, end)| committed.get(partition).is_none_or(|offset| offset < end))
    }) {
        run.look().await;
    }
    run.world.fleet.stop().await.expect("pollers end when they are asked to");

    let records = ledger.records();
    let objects = Objects::tick_off(&s3, BUCKET, &mut ledger).await;
    let report = Report {
        plan,
        storage: storage_name,
        struck: run.world.struck,
        sent: run.traffic.finish(),
        logged: run.world.fleet.logged(),
        records,
        objects,
        differences: ledger.close(),
        elapsed: started.elapsed(),
    };
    println!("{report}");
    let audit = tokio::task::spawn_blocking(move || audit::run(&mapping)).await.expect("the audit is run");
    assert!(report.differences.is_empty(), "seed {}: {:#?}", plan.seed, report.differences);
    let acknowledged = report.sent.committed;
    assert!(acknowledged >= plan.records, "only {acknowledged} of {} records were sent", plan.records);
    assert!(records >= acknowledged, "Kafka has {records} of {acknowledged} records that it acknowledged");
    assert_eq!(report.struck.kills(), plan.kills as u64);
    println!("{}", audit.unwrap_or_else(|problem| panic!("seed {}: {problem}", plan.seed)));
}

/// A run under way. One that fails says how to repeat it, and what the pollers wrote last.
struct Run {
    world: World,
    topic: Topic,
    traffic: Traffic,
    plan: Plan,
    last: Option<Progress>,
    /// When the group came further.
    moved: Instant,
}

impl Run {
    /// Strikes, at the pace at which records are delivered, so that always some are under way.
    async fn strike_all(&mut self, rng: &mut Rng) {
        let strikes = self.plan.strikes();
        let whole = strikes.len() + 1;
        let step = self.plan.records / whole as u64;
        let begun = Instant::now();
        for (number, strike) in strikes.into_iter().enumerate() {
            self.traffic.allow((number + 2).min(whole), whole);
            if rng.u32(0..AT_ONCE) > 0 {
                self.wait_for(step * number as u64, step).await;
            }
            tokio::time::sleep(Duration::from_millis(rng.u64(0..400))).await;
            self.world.suffer(strike, rng).await;
            if matches!(strike, Strike::Stop) {
                #[expect(clippy::print_stdout, reason = "the long form shows how far it is")]
                {
                    println!(
                        "{:>4} s: {number} of {whole}, {} records",
                        begun.elapsed().as_secs(),
                        self.traffic.committed()
                    );
                }
            }
        }
        self.traffic.allow(whole, whole);
    }

    /// Waits until so many records are in Kafka, and the group is not far behind.
    async fn wait_for(&mut self, records: u64, step: u64) {
        let most = (2 * step + 1_000) as i64;
        while self.traffic.committed() < records || self.last.is_none_or(|progress| progress.lag > most) {
            self.look().await;
        }
    }

    /// Looks how far the group is, a few times a second.
    async fn look(&mut self) {
        if let Some(ended) = self.world.ended() {
            panic!("{ended}");
        }
        let before = self.last;
        if let Some(progress) = self.topic.progress().await {
            self.last = Some(progress);
        }
        if self.last.map(|progress| progress.committed) != before.map(|progress| progress.committed) {
            self.moved = Instant::now();
        }
        assert!(self.moved.elapsed() < STALL, "the group does not come further: {:?}", self.last);
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        if std::thread::panicking() {
            #[expect(clippy::print_stderr, reason = "the harness shows it together with the panic")]
            {
                eprintln!(
                    "LANDFALL_SEED={} LANDFALL_CHAOS_RECORDS={} LANDFALL_CHAOS_KILLS={}\n{:?}\n{}",
                    self.plan.seed,
                    self.plan.records,
                    self.plan.kills,
                    self.world.struck,
                    self.world.fleet.last_lines()
                );
            }
        }
    }
}

//! Pollers of one group, each with functions of its own, and what they wrote.

use crate::logged::Logged;
use crate::plan::Grouping;
use crate::traffic::TOPIC;
use end_to_end::process;
use end_to_end::s3::S3;
use end_to_end::supervised::Supervised;
use end_to_end::tools;
use fastrand::Rng;
use std::fs::{self, File};
use std::path::PathBuf;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::task::JoinSet;

/// The group of all pollers.
pub(crate) const GROUP: &str = "landfall";

/// Pollers that run at a time.
pub(crate) const POLLERS: usize = 2;

const FUNCTION: &str = "json-sink";

/// Records of a batch: from many small objects to few large ones.
const BATCH_SIZES: [u16; 5] = [100, 500, 1_000, 2_000, 5_000];

/// How long a poller may take to end when it is asked to: its function may wait for an S3 server that is down.
const STOP_TIMEOUT: Duration = Duration::from_secs(90);

/// How long a function is waited for that has a batch in hand.
const BUSY_TIMEOUT: Duration = Duration::from_secs(3);

/// How often functions are looked at before the list of them is made again.
const LOOKS: usize = 50;

/// How long a function must run between two looks at it to count as busy.
const BUSY: Duration = Duration::from_micros(200);

/// How many lines of its log a poller is remembered by.
const LAST_LINES: usize = 15;

/// What all pollers have in common.
#[derive(Debug, Clone)]
pub(crate) struct Mapping {
    /// The brokers.
    pub(crate) bootstrap_servers: String,
    /// Where the objects go.
    pub(crate) s3: S3,
    /// The bucket.
    pub(crate) bucket: &'static str,
    /// Which records share an object.
    pub(crate) grouping: Grouping,
}

/// The pollers that run, and the logs of all that ever ran.
#[derive(Debug)]
pub(crate) struct Fleet {
    mapping: Mapping,
    pollers: Vec<Poller>,
    /// Asked to end, and not waited for yet.
    stopping: JoinSet<Result<(), String>>,
    /// Functions whose poller was killed.
    orphans: Vec<u32>,
    logs: TempDir,
    started: usize,
}

#[derive(Debug)]
struct Poller {
    number: usize,
    process: Supervised,
}

impl Fleet {
    /// Starts the pollers.
    pub(crate) fn start(mapping: Mapping, rng: &mut Rng) -> Self {
        fs::create_dir_all(tools::run_folder()).expect("the folder .tools/run can be made");
        let logs = tempfile::Builder::new().prefix("pollers-").tempdir_in(tools::run_folder());
        let mut fleet = Self {
            mapping,
            pollers: Vec::new(),
            stopping: JoinSet::new(),
            orphans: Vec::new(),
            logs: logs.expect("a folder for logs can be made"),
            started: 0,
        };
        for _ in 0..POLLERS {
            let poller = fleet.next(rng);
            fleet.pollers.push(poller);
        }
        fleet
    }

    /// Kills a poller and nothing else, and starts another in its place.
    pub(crate) fn kill_poller(&mut self, victim: usize, rng: &mut Rng) {
        self.orphans.extend(self.pollers[victim].functions());
        self.pollers[victim].process.kill();
        self.pollers[victim] = self.next(rng);
    }

    /// A function that has a batch in hand, and its poller; none when none begins to work within seconds.
    pub(crate) async fn busy_function(&self) -> Option<(usize, u32)> {
        let started = Instant::now();
        while started.elapsed() < BUSY_TIMEOUT {
            let mut looks: Vec<_> = self
                .functions()
                .into_iter()
                .map(|(poller, function)| (poller, function, process::processor_time(function)))
                .collect();
            // Looking for them takes longer than looking at them, and most batches are done within milliseconds.
            for _ in 0..LOOKS {
                for (poller, function, before) in &mut looks {
                    let now = process::processor_time(*function);
                    // One that waits for its next event does not run at all.
                    if now > *before + BUSY {
                        return Some((*poller, *function));
                    }
                    *before = now;
                }
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        }
        None
    }

    /// All functions that run, and their pollers.
    pub(crate) fn functions(&self) -> Vec<(usize, u32)> {
        let pollers = self.pollers.iter().enumerate();
        let functions = pollers.flat_map(|(number, poller)| {
            poller.functions().into_iter().map(move |function| (number, function))
        });
        functions.collect()
    }

    /// Asks a poller to end, and starts another in its place at once.
    pub(crate) fn stop_poller(&mut self, rng: &mut Rng) {
        let victim = rng.usize(0..POLLERS);
        let next = self.next(rng);
        let stopped = std::mem::replace(&mut self.pollers[victim], next);
        self.stopping.spawn_blocking(|| stopped.stop());
    }

    /// Says which pollers have ended by themselves.
    pub(crate) fn ended(&mut self) -> Option<String> {
        let ended = self.pollers.iter_mut().find_map(|poller| Some((poller.number, poller.process.ended()?)));
        ended.map(|(number, status)| format!("poller {number} has ended by itself ({status})"))
    }

    /// Asks all pollers to end, and waits for them and for all functions.
    ///
    /// # Errors
    ///
    /// When one does not end, or not well.
    pub(crate) async fn stop(&mut self) -> Result<(), String> {
        for poller in self.pollers.drain(..) {
            self.stopping.spawn_blocking(|| poller.stop());
        }
        while let Some(stopped) = self.stopping.join_next().await {
            stopped.expect("a poller is asked without a panic")?;
        }
        // Whoever has lost their poller ends with what they had in hand.
        let started = Instant::now();
        while self.orphans.iter().any(|orphan| process::is_running(*orphan, FUNCTION)) {
            if started.elapsed() > STOP_TIMEOUT {
                return Err("a function outlives its poller".to_owned());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok(())
    }

    /// What the logs of all pollers and their functions say.
    pub(crate) fn logged(&self) -> Logged {
        let mut logged = Logged::default();
        for number in 0..self.started {
            self.log(number).lines().for_each(|line| logged.add(line));
        }
        logged
    }

    /// The ends of the logs of those that ran last.
    pub(crate) fn last_lines(&self) -> String {
        let first = self.started.saturating_sub(2 * POLLERS);
        let ends = (first..self.started).map(|number| {
            let log = self.log(number);
            let lines: Vec<&str> = log.lines().collect();
            let end = &lines[lines.len().saturating_sub(LAST_LINES)..];
            format!("the log of poller {number} ends with:\n{}\n", end.join("\n"))
        });
        ends.collect()
    }

    /// The next poller, with limits of its own, so that what comes again comes in other batches.
    fn next(&mut self, rng: &mut Rng) -> Poller {
        let number = self.started;
        self.started += 1;
        let log = File::create(self.log_path(number)).expect("a log file can be made");
        let batch_size = *rng.choice(&BATCH_SIZES).expect("there are some");
        let process = Supervised::start(|line| {
            line.arg(tools::binary("landfall")).args(["-v", "poll", "--topic", TOPIC, "--group", GROUP]);
            line.args(["--bootstrap-server", &self.mapping.bootstrap_servers]);
            line.args(["--batch-size", &batch_size.to_string()]);
            line.args(["--maximum-batching-window-in-seconds", "0.5", "--timeout", "30"]);
            line.arg("--function").arg(tools::binary(FUNCTION));
            // A member that was killed is missed after this time, and new partitions are found after that.
            for property in [
                "session.timeout.ms=3000",
                "heartbeat.interval.ms=500",
                "topic.metadata.refresh.interval.ms=2000",
                "reconnect.backoff.max.ms=500",
            ] {
                line.args(["-X", property]);
            }
            line.args(["--endpoint-url", &self.mapping.s3.endpoint]).envs(self.mapping.s3.environment());
            for setting in self.mapping.settings() {
                line.args(["--env", &setting]);
            }
            line.stdout(log.try_clone().expect("a log file can be shared")).stderr(log);
        });
        Poller { number, process }
    }

    fn log(&self, number: usize) -> String {
        String::from_utf8_lossy(&fs::read(self.log_path(number)).unwrap_or_default()).into_owned()
    }

    fn log_path(&self, number: usize) -> PathBuf {
        self.logs.path().join(format!("{number}.log"))
    }
}

impl Poller {
    /// The functions that it runs now.
    fn functions(&self) -> Vec<u32> {
        let poller = self.process.process_id("landfall");
        poller.map_or_else(Vec::new, |poller| process::children_named(poller, FUNCTION))
    }

    fn stop(mut self) -> Result<(), String> {
        let Self { number, process: poller } = &mut self;
        if let Some(process_id) = poller.process_id("landfall") {
            process::terminate(process_id);
        }
        match poller.end_within(STOP_TIMEOUT) {
            Some(status) if status.success() => Ok(()),
            Some(status) => Err(format!("poller {number} was asked to end, and ended with {status}")),
            None => Err(format!("poller {number} was asked to end, and still runs")),
        }
    }
}

impl Mapping {
    /// The function's settings.
    pub(crate) fn settings(&self) -> Vec<String> {
        let mut settings =
            vec![format!("S3_BUCKET_NAME={}", self.bucket), "BEHAVIOR_ON_NULL_VALUES=write".to_owned()];
        settings.extend(match self.grouping {
            Grouping::Field => {
                vec!["PARTITIONER_CLASS=FieldPartitioner".to_owned(), "PARTITION_FIELD_NAME=user".to_owned()]
            }
            Grouping::Hour => vec!["PARTITIONER_CLASS=HourlyPartitioner".to_owned()],
        });
        settings
    }
}

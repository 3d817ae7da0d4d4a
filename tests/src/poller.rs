//! The command `landfall poll`: an event source mapping, run as a process of its own.

use crate::kafka::Kafka;
use crate::process;
use crate::s3::S3;
use crate::sink::Program;
use crate::supervised::Supervised;
use crate::tools;
use std::fs::{self, File};
use std::process::ExitStatus;
use std::time::Duration;
use tempfile::NamedTempFile;

/// What to poll, and for whom.
#[derive(Debug)]
pub struct PollerSettings<'a> {
    /// Where the records are.
    pub kafka: &'a Kafka,
    /// The topic.
    pub topic: &'a str,
    /// The consumer group.
    pub group: &'a str,
    /// Most records of an event.
    pub batch_size: u16,
    /// Where the objects go.
    pub s3: &'a S3,
    /// The bucket.
    pub bucket: &'a str,
    /// The function.
    pub program: Program,
    /// Settings of the function.
    pub function: &'a [(&'a str, &'a str)],
}

/// A running poller; killed when dropped.
#[derive(Debug)]
pub struct Poller {
    program: Program,
    process: Supervised,
    log: NamedTempFile,
}

impl Poller {
    /// Starts the release binary, with the release binary of the function.
    pub fn start(settings: &PollerSettings<'_>) -> Self {
        let log = NamedTempFile::new().expect("a log file can be made");
        let out = File::options().append(true).open(log.path()).expect("the log file is there");
        let process = Supervised::start(|line| {
            line.arg(tools::binary("landfall")).args(["-v", "poll"]);
            line.args(["--bootstrap-server", settings.kafka.bootstrap_server(), "--topic", settings.topic]);
            line.args(["--group", settings.group, "--batch-size", &settings.batch_size.to_string()]);
            line.args(["--maximum-batching-window-in-seconds", "0.2"]);
            line.arg("--function").arg(tools::binary(settings.program.name()));
            // A member that was killed is missed after this time; its partitions wait for that.
            line.args(["-X", "session.timeout.ms=2000", "-X", "heartbeat.interval.ms=300"]);
            line.args(["--endpoint-url", &settings.s3.endpoint]);
            line.envs(settings.s3.environment());
            line.args(["--env", &format!("S3_BUCKET_NAME={}", settings.bucket)]);
            for (name, value) in settings.function {
                line.args(["--env", &format!("{name}={value}")]);
            }
            line.stdout(out.try_clone().expect("a log file can be shared")).stderr(out);
        });
        Self { program: settings.program, process, log }
    }

    /// The id of its process, while it runs.
    pub fn process_id(&self) -> Option<u32> {
        self.process.process_id("landfall")
    }

    /// The id of its function's process, while that runs.
    pub fn function_process_id(&self) -> Option<u32> {
        process::child_named(self.process_id()?, self.program.name())
    }

    /// Kills it, and nothing else: what its function does meanwhile is the function's business.
    pub fn kill(&mut self) {
        self.process.kill();
    }

    /// Asks it to end (SIGTERM), and waits this long for that.
    pub fn stop(&mut self, timeout: Duration) -> Option<ExitStatus> {
        if let Some(process_id) = self.process_id() {
            process::terminate(process_id);
        }
        self.process.end_within(timeout)
    }

    /// Whether it has ended by itself.
    pub fn has_ended(&mut self) -> bool {
        self.process.ended().is_some()
    }

    /// What it and its function have written until now.
    pub fn log(&self) -> String {
        String::from_utf8_lossy(&fs::read(self.log.path()).unwrap_or_default()).into_owned()
    }
}

//! `landfall demo`.

mod proof;
mod traffic;
mod twins;

use super::function::find;
use super::terminal::{count, note, progress, say};
use super::tree::{self, size};
use anyhow::{Context as _, bail};
use clap::Args;
use local::kafka::{EmbeddedKafka, Producer};
use local::lambda::{Environment, Function};
use local::poll::{Invoke, Mapping, Notice, Summary, run};
use local::s3::EmbeddedS3;
use proof::Contents;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};
use traffic::{TOPIC, Traffic};
use twins::{Recorder, Twins};

/// Watch records become objects, once: Kafka and S3 are inside, nothing to install
///
/// Tracking events go through an embedded Kafka, a poller as Lambda has one, and the real function, to an
/// embedded S3 in a folder. Then the same records are delivered again in every unpleasant way, and all
/// objects are read back and compared with what was produced. Exit code 1 when that fails.
#[derive(Args)]
pub(crate) struct Demo {
    /// How many records to produce
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    records: u32,

    /// Where the objects go; those of an earlier demo are replaced
    #[arg(long, value_name = "FOLDER", default_value = "demo")]
    dir: PathBuf,

    /// The function: a name beside this command, or the path of a binary
    #[arg(long, default_value = "json-sink")]
    function: String,
}

const BUCKET: &str = "c4-tracking-log";
const PARTITIONS: i32 = 3;

/// Batch sizes of the two deliveries: neither a multiple of the other, so that their batches overlap.
const FIRST_BATCH_SIZE: usize = 500;
const SECOND_BATCH_SIZE: usize = 317;

/// How much of an object is shown.
const SHOWN_LINES: usize = 3;

impl Demo {
    pub(crate) async fn run(self) -> anyhow::Result<ExitCode> {
        let binary = find(&self.function)?;
        check_folder(&self.dir)?;
        let s3 = EmbeddedS3::start(&self.dir, 0).await?;
        s3.remove_bucket(BUCKET)?;
        s3.create_bucket(BUCKET)?;
        let kafka = EmbeddedKafka::start()?;
        kafka.create_topic(TOPIC, PARTITIONS)?;
        say(format_args!(
            "Kafka     {}, topic {TOPIC}, {PARTITIONS} partitions (embedded)",
            kafka.bootstrap_servers()
        ))?;
        say(format_args!("S3        {}, bucket {BUCKET} (embedded)", s3.endpoint()))?;
        say(format_args!("Function  {}", binary.display()))?;

        say(format_args!("\n1. Produce {} tracking events", count(self.records)))?;
        let traffic = Traffic::new(self.records, PARTITIONS);
        produce(&traffic, &kafka).await?;

        let stage = Stage { s3: &s3, kafka: &kafka, binary: &binary, records: self.records.into() };
        let bucket = self.dir.join(BUCKET);
        let recorder = Recorder::new(stage.environment().await?);
        stage.deliver("2. Deliver them", "first", FIRST_BATCH_SIZE, &recorder).await?;
        let before = Contents::read(&bucket)?;
        show(&before)?;

        let twins = Twins::new(stage.environment().await?, stage.environment().await?);
        let title = "3. Deliver them again, each batch to two functions at once";
        stage.deliver(title, "second", SECOND_BATCH_SIZE, &twins).await?;
        let late = recorder.every_third_backwards();
        say(format_args!(
            "4. Deliver {} of the first batches once more: late and out of order\n",
            late.len()
        ))?;
        for event in late {
            twins.invoke(event).await.context("a late batch failed")?;
        }

        let after = Contents::read(&bucket)?;
        let verdict = proof::compare(&traffic, &before, &after);
        verdict.show(&before, &after, s3.counts().existed)?;
        say(format_args!("\nThe objects are in {}", bucket.display()))?;
        Ok(if verdict.is_right() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

/// What all deliveries share.
struct Stage<'d> {
    s3: &'d EmbeddedS3,
    kafka: &'d EmbeddedKafka,
    binary: &'d Path,
    records: u64,
}

impl Stage<'_> {
    /// A running function that writes one path an hour.
    async fn environment(&self) -> anyhow::Result<Environment> {
        let mut function = Function::new(self.binary);
        let endpoint = self.s3.endpoint();
        for (name, value) in [
            ("AWS_ENDPOINT_URL_S3", endpoint.as_str()),
            ("S3_BUCKET_NAME", BUCKET),
            ("PARTITIONER_CLASS", "HourlyPartitioner"),
        ] {
            function.variables.insert(name.to_owned(), value.to_owned());
        }
        Ok(Environment::start(function).await?)
    }

    /// Polls the topic from its beginning to its end.
    async fn deliver(
        &self,
        title: &str,
        group: &str,
        batch_size: usize,
        function: &impl Invoke,
    ) -> anyhow::Result<()> {
        say(format_args!("{title}, in batches of up to {batch_size}"))?;
        let mapping = Mapping {
            batch_size,
            until_caught_up: true,
            maximum_retry_attempts: Some(3),
            ..Mapping::new(self.kafka.bootstrap_servers(), TOPIC, group)
        };
        let bar = progress(self.records, "records");
        let started = Instant::now();
        let mut work = Duration::ZERO;
        let watched = std::sync::Mutex::new(&mut work);
        let watch = |notice: Notice<'_>| {
            if let Notice::Delivered { records, elapsed, .. } = notice {
                bar.inc(records as u64);
                if let Ok(mut work) = watched.lock() {
                    **work += elapsed;
                }
            }
        };
        let Summary { invocations, records, .. } =
            run(&mapping, function, &watch, std::future::pending()).await?;
        bar.finish_and_clear();
        tracing::info!(elapsed_ms = started.elapsed().as_millis(), "all partitions are at their end");
        say(format_args!(
            "   {} records in {invocations} invocations of {} ms on average\n",
            count(records),
            work.as_millis() / u128::from(invocations.max(1))
        ))?;
        Ok(())
    }
}

async fn produce(traffic: &Traffic, kafka: &EmbeddedKafka) -> anyhow::Result<()> {
    let producer = Producer::connect(kafka.bootstrap_servers())?;
    let bar = progress(traffic.events().len() as u64, "records");
    let sends = traffic.events().iter().map(|event| async {
        producer.send(&event.to_record()).await?;
        bar.inc(1);
        anyhow::Ok(())
    });
    futures_util::future::try_join_all(sends).await?;
    bar.finish_and_clear();
    let sample = traffic.events().first().context("no event was produced")?;
    say(format_args!("   {} = {}\n", sample.key, sample.value))?;
    Ok(())
}

/// Refuses to replace what no demo has written.
fn check_folder(dir: &Path) -> anyhow::Result<()> {
    let is_empty = match dir.read_dir() {
        Ok(mut entries) => entries.next().is_none(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => true,
        Err(error) => return Err(error).with_context(|| format!("cannot look into {}", dir.display())),
    };
    if !is_empty && !dir.join(".landfall").is_dir() {
        bail!("{} holds something else than an earlier demo; --dir takes another folder", dir.display());
    }
    Ok(())
}

/// Shows the tree, and the first lines of one object.
fn show(contents: &Contents) -> anyhow::Result<()> {
    say(format_args!("   {BUCKET}/"))?;
    for line in tree::draw(&contents.sizes()) {
        say(format_args!("   {line}"))?;
    }
    let Some((key, body)) = contents.objects().next() else {
        note("   No object was written");
        return Ok(());
    };
    say(format_args!("\n   {key}, {}:", size(body.len() as u64)))?;
    for line in String::from_utf8_lossy(body).lines().take(SHOWN_LINES) {
        say(format_args!("   {line}"))?;
    }
    say("   …\n")?;
    Ok(())
}

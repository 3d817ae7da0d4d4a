//! `landfall demo`.

mod data_lake;
mod dice;
mod pipeline;
mod proof;
mod stage;
mod tracking_log;
mod twins;

use super::function::find;
use super::terminal::{note, say};
use super::tree::{self, size};
use anyhow::{Context as _, bail};
use clap::{Args, ValueEnum};
use data_lake::DataLake;
use local::kafka::EmbeddedKafka;
use local::poll::Invoke as _;
use local::s3::EmbeddedS3;
use pipeline::Pipeline;
use proof::Contents;
use stage::Stage;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tracking_log::TrackingLog;
use twins::{Recorder, Twins};

/// Watch records become objects, once: Kafka and S3 are inside, nothing to install
///
/// Records go through an embedded Kafka, a poller as Lambda has one, and the real function, to an embedded
/// S3 in a folder. Then the same records are delivered again in every unpleasant way, and all objects are
/// read back and compared with what was produced. Exit code 1 when that fails.
#[derive(Args)]
pub(crate) struct Demo {
    /// Which records, and what becomes of them
    #[arg(long, value_enum, default_value_t = Kind::Json)]
    pipeline: Kind,

    /// How many records to produce
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    records: u32,

    /// Where the objects go; those of an earlier demo of this pipeline are replaced
    #[arg(long, value_name = "FOLDER", default_value = "demo")]
    dir: PathBuf,

    /// The function: a name beside this command, or the path of a binary [default: the pipeline's]
    #[arg(long)]
    function: Option<String>,
}

/// The two reference pipelines.
#[derive(Clone, Copy, ValueEnum)]
enum Kind {
    /// Tracking events in JSON, to JSON Lines
    Json,
    /// Changes of a shop's orders in Avro, with a schema registry that is inside too, to Parquet
    Parquet,
}

/// Batch sizes of the two deliveries: neither a multiple of the other, so that their batches overlap.
const FIRST_BATCH_SIZE: usize = 500;
const SECOND_BATCH_SIZE: usize = 317;

impl Demo {
    pub(crate) async fn run(self) -> anyhow::Result<ExitCode> {
        match self.pipeline {
            Kind::Json => self.play("json-sink", &TrackingLog::new(self.records)).await,
            Kind::Parquet => self.play("parquet-sink", &DataLake::start(self.records).await?).await,
        }
    }

    async fn play<P: Pipeline>(&self, function: &str, pipeline: &P) -> anyhow::Result<ExitCode> {
        let binary = find(self.function.as_deref().unwrap_or(function))?;
        check_folder(&self.dir)?;
        let s3 = EmbeddedS3::start(&self.dir, 0).await?;
        s3.remove_bucket(P::BUCKET)?;
        s3.create_bucket(P::BUCKET)?;
        let kafka = EmbeddedKafka::start()?;
        kafka.create_topic(P::TOPIC, P::PARTITIONS)?;
        say(format_args!(
            "Kafka     {}, topic {}, {} partitions (embedded)",
            kafka.bootstrap_servers(),
            P::TOPIC,
            P::PARTITIONS
        ))?;
        if let Some(registry) = pipeline.registry() {
            say(format_args!("Registry  {registry} (embedded)"))?;
        }
        say(format_args!("S3        {}, bucket {} (embedded)", s3.endpoint(), P::BUCKET))?;
        say(format_args!("Function  {}", binary.display()))?;

        let stage = Stage { s3: &s3, kafka: &kafka, binary: &binary, pipeline };
        let offsets = stage.produce().await?;

        let bucket = self.dir.join(P::BUCKET);
        let recorder = Recorder::new(stage.environment().await?);
        stage.deliver("2. Deliver them", "first", FIRST_BATCH_SIZE, &recorder).await?;
        let before = Contents::read(&bucket, pipeline)?;
        show(pipeline, &before)?;

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

        let after = Contents::read(&bucket, pipeline)?;
        let verdict = proof::compare(pipeline, &offsets, &before, &after);
        verdict.show(&before, &after, s3.counts().existed)?;
        say(format_args!("\nThe objects are in {}", bucket.display()))?;
        Ok(if verdict.is_right() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
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

/// Shows the tree, and the beginning of one object.
fn show<P: Pipeline>(pipeline: &P, contents: &Contents) -> anyhow::Result<()> {
    say(format_args!("   {}/", P::BUCKET))?;
    for line in tree::draw(&contents.sizes()) {
        say(format_args!("   {line}"))?;
    }
    let telling = contents.objects().find(|(_, body)| pipeline.is_telling(body));
    let Some((key, body)) = telling.or_else(|| contents.objects().next()) else {
        note("   No object was written");
        return Ok(());
    };
    say(format_args!("\n   {key}, {}:", size(body.len() as u64)))?;
    for line in pipeline.show(body)? {
        say(format!("   {line}").trim_end())?;
    }
    say("")?;
    Ok(())
}

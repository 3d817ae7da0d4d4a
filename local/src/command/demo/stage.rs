//! What all deliveries share.

use super::pipeline::Pipeline;
use crate::command::terminal::{count, progress, say};
use local::kafka::{EmbeddedKafka, Producer};
use local::lambda::{Environment, Function};
use local::poll::{Invoke, Mapping, Notice, Summary, run};
use local::s3::EmbeddedS3;
use std::path::Path;
use std::time::{Duration, Instant};

/// The servers and the function between which a pipeline runs.
pub(crate) struct Stage<'d, P> {
    pub(crate) s3: &'d EmbeddedS3,
    pub(crate) kafka: &'d EmbeddedKafka,
    pub(crate) binary: &'d Path,
    pub(crate) pipeline: &'d P,
}

impl<P: Pipeline> Stage<'_, P> {
    /// A running function with the pipeline's settings.
    pub(crate) async fn environment(&self) -> anyhow::Result<Environment> {
        let mut function = Function::new(self.binary);
        let ours = [("AWS_ENDPOINT_URL_S3", self.s3.endpoint()), ("S3_BUCKET_NAME", P::BUCKET.to_owned())];
        for (name, value) in ours.into_iter().chain(self.pipeline.settings()) {
            function.variables.insert(name.to_owned(), value);
        }
        Ok(Environment::start(function).await?)
    }

    /// Writes the records to the topic; the offsets are those that Kafka gave them.
    pub(crate) async fn produce(&self) -> anyhow::Result<Vec<i64>> {
        let records = self.pipeline.records();
        say(format_args!("\n1. Produce {} {}", count(records.len() as u64), P::RECORDS))?;
        let producer = Producer::connect(self.kafka.bootstrap_servers())?;
        let bar = progress(records.len() as u64, "records");
        let sends = records.iter().map(|record| async {
            let offset = producer.send(&record.to_record(P::TOPIC)).await?;
            bar.inc(1);
            anyhow::Ok(offset)
        });
        let offsets = futures_util::future::try_join_all(sends).await?;
        bar.finish_and_clear();
        say(format_args!("   {}\n", self.pipeline.sample()))?;
        Ok(offsets)
    }

    /// Polls the topic from its beginning to its end.
    pub(crate) async fn deliver(
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
            ..Mapping::new(self.kafka.bootstrap_servers(), P::TOPIC, group)
        };
        let bar = progress(self.pipeline.records().len() as u64, "records");
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

//! `landfall audit`.

mod progress;

use super::kafka::KafkaArguments;
use super::terminal::say;
use anyhow::{Context as _, bail};
use clap::Args;
use decoding::NullValues;
use local::audit::{Audit as Looking, Cluster, Depth, Names, Tombstones, Verdict};
use local::kafka::TopicsSettings;
use local::s3::{ACCESS_KEY_ID, EmbeddedS3, SECRET_ACCESS_KEY};
use pipeline::s3::Bucket;
use pipeline::settings::Layout;
use progress::Progress;
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

/// Prove that nothing was lost: which offsets stand in S3, each exactly once
///
/// Reads what every object's metadata says of its offsets, and says, per topic and partition, which are present,
/// missing, doubled, marked or in quarantine, and which objects are copied, cut, stripped of their metadata or not ours.
///
/// With --bootstrap-server a gap is told apart: not kept in Kafka any more, no record in Kafka (compaction,
/// transactions), not delivered yet, or lost; telling the last two apart takes --group. Records that a mapping's
/// FilterCriteria keep out look lost: no object tells of them.
///
/// Exit codes: 0 nothing is lost, doubled, damaged or unclear; 1 something is, or the audit failed; 2 wrong usage.
///
/// `--json` writes one object: `verdict` ("whole" or "damaged"), `looked_at` (counts), `partitions` (each with `topic`,
/// `partition`, `present`, `quarantined`, `marked`, `low`, `high`, `committed`) and `findings` (each with `kind`,
/// `damage`, `topic`, `partition`, `offsets`, `count`, `objects`, `text`). Offsets are pairs of the first and the last of
/// each range. `version` changes when a member changes its meaning or goes.
#[derive(Args)]
pub(crate) struct Audit {
    /// The bucket; with --dir it need not be named
    #[arg(long, required_unless_present = "dir")]
    bucket: Option<String>,

    /// Only objects whose keys begin like this, and quarantine; all records of a topic should be among them
    #[arg(long, default_value = "")]
    prefix: String,

    /// A setting of the function that wrote them, as far as it says how objects are called and reached: TOPICS_DIR,
    /// OBJECT_KEY_TEMPLATE, QUARANTINE_DIR, S3_ROLE_ARN, BEHAVIOR_ON_NULL_VALUES …
    #[arg(long = "env", value_name = "NAME=VALUE", value_parser = setting)]
    variables: Vec<(String, String)>,

    /// Only this topic; may be given several times
    #[arg(long = "topic", value_name = "TOPIC")]
    topics: Vec<String>,

    /// The mapping's consumer group, whose committed offsets tell what should have been delivered
    #[arg(long, requires = "bootstrap_server")]
    group: Option<String>,

    /// Open every object: are its rows as many as it says, can they be read, and does its checksum hold
    ///
    /// With --bootstrap-server the first record of each object is compared with Kafka's too.
    #[arg(long)]
    deep: bool,

    /// Write JSON for machines
    #[arg(long)]
    json: bool,

    /// How many objects are looked at side by side
    #[arg(long, value_name = "REQUESTS", default_value_t = 128, value_parser = clap::value_parser!(u16).range(1..=1000))]
    concurrency: u16,

    /// Ask this S3 instead of AWS's, with the AWS_* variables of this shell
    #[arg(long, value_name = "URL", conflicts_with = "dir")]
    endpoint_url: Option<String>,

    /// Look into this folder, as `landfall poll` leaves it
    #[arg(long, value_name = "FOLDER")]
    dir: Option<PathBuf>,

    #[command(flatten)]
    kafka: KafkaArguments,
}

/// The bucket that `landfall poll` makes in a folder where none is named.
const BUCKET: &str = "landfall";

impl Audit {
    pub(crate) async fn run(self) -> anyhow::Result<ExitCode> {
        let embedded = self.start_s3().await?;
        let layout = self.layout(embedded.as_ref())?;
        let topics: BTreeSet<String> = self.topics.iter().cloned().collect();
        let names = Names::new(&layout, topics.clone());
        if self.kafka.bootstrap_server.is_some()
            && names.cluster_in_keys().is_none()
            && layout.naming.template.uses_cluster()
        {
            bail!("keys have a {{cluster}}: say which one these brokers are, with --env CLUSTER_NAME=<name>");
        }
        let cluster = match self.topics_settings()? {
            Some(settings) => Some(Cluster::ask(&settings, &topics).await?),
            None => None,
        };
        let bucket = Bucket::new(&layout.s3).context("S3's client cannot be made")?;
        let progress = Progress::start();
        let report = Looking {
            bucket: &bucket,
            names: &names,
            prefix: &self.prefix,
            concurrency: self.concurrency.into(),
            depth: if self.deep { Depth::Bodies } else { Depth::Metadata },
            cluster: cluster.as_ref(),
            tombstones: match layout.null_values {
                NullValues::Ignore => Tombstones::Ignored,
                NullValues::Fail | NullValues::Write => Tombstones::Kept,
            },
        }
        .run(&|step| progress.step(step))
        .await?;
        progress.finish();
        if self.json {
            let mut out = io::BufWriter::new(io::stdout().lock());
            serde_json::to_writer_pretty(&mut out, &report)?;
            writeln!(out)?;
            out.flush()?;
        } else {
            say(&report)?;
        }
        Ok(match report.verdict() {
            Verdict::Whole => ExitCode::SUCCESS,
            Verdict::Damaged => ExitCode::FAILURE,
        })
    }

    /// Serves the folder, if one is named.
    async fn start_s3(&self) -> anyhow::Result<Option<EmbeddedS3>> {
        let Some(folder) = &self.dir else { return Ok(None) };
        if !folder.is_dir() {
            bail!("there is no folder {}", folder.display());
        }
        Ok(Some(EmbeddedS3::start(folder, 0).await?))
    }

    fn layout(&self, embedded: Option<&EmbeddedS3>) -> anyhow::Result<Layout> {
        let mut variables: BTreeMap<String, String> = self.variables.iter().cloned().collect();
        let mut set = |name: &str, value: &str| variables.insert(name.to_owned(), value.to_owned());
        if let Some(bucket) = &self.bucket {
            set("S3_BUCKET_NAME", bucket);
        }
        if let Some(url) = &self.endpoint_url {
            set("AWS_ENDPOINT_URL_S3", url);
        }
        if let Some(embedded) = embedded {
            set("AWS_ENDPOINT_URL_S3", &embedded.endpoint());
            set("AWS_ACCESS_KEY_ID", ACCESS_KEY_ID);
            set("AWS_SECRET_ACCESS_KEY", SECRET_ACCESS_KEY);
            set("AWS_REGION", "us-east-1");
            for name in ["STORE_URL", "AWS_SESSION_TOKEN", "S3_ROLE_ARN"] {
                variables.remove(name);
            }
            variables.entry("S3_BUCKET_NAME".to_owned()).or_insert_with(|| BUCKET.to_owned());
        }
        let of_shell = |name: &str| {
            let is_passed_on = embedded.is_none() && (name.starts_with("AWS_") || name == "SSL_CERT_FILE");
            is_passed_on.then(|| std::env::var_os(name)).flatten()
        };
        let lookup = |name: &str| variables.get(name).map(OsString::from).or_else(|| of_shell(name));
        Ok(Layout::from_vars(lookup)?)
    }

    fn topics_settings(&self) -> anyhow::Result<Option<TopicsSettings>> {
        let Some(bootstrap_servers) = self.kafka.bootstrap_server.clone() else { return Ok(None) };
        let (group, properties) = (self.group.clone(), self.kafka.properties()?);
        Ok(Some(TopicsSettings { bootstrap_servers, group, properties }))
    }
}

/// A setting of a function: one that is misspelt would be passed over.
fn setting(argument: &str) -> Result<(String, String), String> {
    let (name, value) = super::function::name_and_value(argument)?;
    if !Layout::knows(&name) {
        return Err(format!("{name} is no setting of a function; `landfall settings` lists them"));
    }
    Ok((name, value))
}

#[cfg(test)]
mod tests {
    use super::setting;

    #[test]
    fn a_setting_that_there_is_not_is_refused() {
        assert_eq!(setting("TOPICS_DIR="), Ok(("TOPICS_DIR".to_owned(), String::new())));
        assert_eq!(
            setting("TOPIC_DIR=x"),
            Err("TOPIC_DIR is no setting of a function; `landfall settings` lists them".to_owned())
        );
        assert_eq!(setting("TOPICS_DIR"), Err("expected NAME=VALUE".to_owned()));
    }
}

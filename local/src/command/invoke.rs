//! `landfall invoke`.

use super::function::{FunctionArguments, SetUp, set_up};
use super::terminal::{complain, note, say};
use super::tree;
use anyhow::Context as _;
use clap::Args;
use local::lambda::{Environment, Function};
use local::s3::EmbeddedS3;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

/// Run a function on sample events, without Docker and without AWS
///
/// The answers and the objects that were written go to standard output, the function's log to standard
/// error. The exit code is 1 when an invocation failed.
#[derive(Args)]
pub(crate) struct Invoke {
    /// The function: a name beside this command, such as json-sink, or the path of a binary
    function: String,

    /// An event's JSON, as Lambda sends it; more than one are sent in this order
    #[arg(long = "event", value_name = "FILE", required = true, num_args = 1..)]
    events: Vec<PathBuf>,

    /// Keep the objects in this folder; otherwise they are shown and dropped
    #[arg(long, value_name = "FOLDER", conflicts_with = "endpoint_url")]
    dir: Option<PathBuf>,

    #[command(flatten)]
    arguments: FunctionArguments,
}

impl Invoke {
    pub(crate) async fn run(self) -> anyhow::Result<ExitCode> {
        // Read before anything starts: a wrong name is the most likely mistake.
        let events: Vec<(&Path, Vec<u8>)> = self
            .events
            .iter()
            .map(|path| {
                let event = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
                Ok((path.as_path(), event))
            })
            .collect::<anyhow::Result<_>>()?;
        let temporary = tempfile::tempdir()?;
        let folder = self.dir.as_deref().unwrap_or(temporary.path());
        let SetUp { function, s3, registry: _registry } =
            set_up(&self.function, &self.arguments, folder).await?;
        let timeout = function.timeout;
        let environment = Environment::start(function).await?;

        let mut failed = false;
        for (path, event) in events {
            let started = Instant::now();
            let answer = environment.invoke(event, timeout).await;
            let elapsed_ms = started.elapsed().as_millis();
            match answer {
                Ok(answer) => {
                    let answer = String::from_utf8_lossy(&answer);
                    say(format_args!("{}: {} ({elapsed_ms} ms)", path.display(), answer.trim()))?;
                }
                Err(error) => {
                    failed = true;
                    let error = anyhow::Error::new(error).context(path.display().to_string());
                    complain(&pipeline::chain(error.as_ref()));
                }
            }
        }
        if let Some(s3) = s3 {
            show(environment.function(), &s3)?;
        }
        environment.stop().await;
        if self.dir.is_none() && self.arguments.endpoint_url.is_none() {
            note("The objects were dropped; --dir keeps them.");
        }
        Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }
}

/// Shows the objects as a tree.
fn show(function: &Function, s3: &EmbeddedS3) -> anyhow::Result<()> {
    let bucket = function.variables.get("S3_BUCKET_NAME").map(String::as_str).unwrap_or_default();
    let folder = s3.root().join(bucket);
    say(format_args!("{bucket}/"))?;
    for line in tree::draw(&tree::objects(&folder)?) {
        say(line)?;
    }
    Ok(())
}

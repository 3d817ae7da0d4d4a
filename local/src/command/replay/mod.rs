//! `landfall replay`.

mod access;
mod pool;
mod rows;

use super::function::FunctionArguments;
use super::terminal::{complain, note, progress, say};
use access::Access;
use anyhow::{Context as _, bail};
use clap::{ArgGroup, Args};
use indicatif::ProgressBar;
use pipeline::replay::{
    Candidate, Invoke, Keys, LambdaFunction, Outcome, Replay as Course, Selection, Summary, Survey, survey,
};
use pipeline::s3::Bucket;
use pool::Pool;
use rows::{Rows, Told};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};

/// Deliver again what was given up: on-failure records of a mapping, and quarantine
///
/// Without --execute it says what it would do, and does nothing. An object whose records are all durable is moved
/// below the done prefix; one with records that are still bad stays, and so does one that cannot be read. It may be
/// broken off and repeated: each record lands once, as long as the settings that place records stay the same.
///
/// Exit code 1 says that objects stay.
#[derive(Args)]
#[command(group(ArgGroup::new("target").args(["function", "lambda"])))]
pub(crate) struct Replay {
    /// Bucket of the objects; a function that is run here writes to it too, unless --env S3_BUCKET_NAME says otherwise
    #[arg(long)]
    bucket: String,

    /// What the keys of the objects begin with, such as aws/lambda/ or quarantine/
    #[arg(long)]
    prefix: String,

    /// Run this function here: a name beside this command, such as json-sink, or the path of a binary
    #[arg(long)]
    function: Option<String>,

    /// Invoke this deployed function, with the settings that it has there: a name or an ARN
    ///
    /// AWS_ENDPOINT_URL_LAMBDA names another endpoint than AWS's.
    #[arg(long, value_name = "NAME", conflicts_with = "dir")]
    lambda: Option<String>,

    /// Do it
    #[arg(long, requires = "target")]
    execute: bool,

    /// What stands before the key of an object that is done
    #[arg(long, value_name = "PREFIX", default_value = "done/")]
    done_prefix: String,

    /// The MSK cluster of quarantined records whose objects name none, for keys with {cluster}
    #[arg(long, value_name = "ARN")]
    event_source_arn: Option<String>,

    /// Look at so many objects at most
    #[arg(long, value_name = "OBJECTS")]
    limit: Option<NonZeroUsize>,

    /// Most objects under way at once; those of one topic-partition go one after the other
    #[arg(long, value_name = "OBJECTS", default_value_t = 4, value_parser = clap::value_parser!(u8).range(1..=64))]
    concurrency: u8,

    /// Write one JSON document
    #[arg(long)]
    json: bool,

    /// The bucket is a folder in this folder, instead of S3's
    #[arg(long, value_name = "FOLDER", conflicts_with = "endpoint_url")]
    dir: Option<PathBuf>,

    #[command(flatten)]
    arguments: FunctionArguments,
}

impl Replay {
    pub(crate) async fn run(self) -> anyhow::Result<ExitCode> {
        if self.done_prefix.is_empty()
            || self.done_prefix.starts_with(&self.prefix) && !self.prefix.is_empty()
        {
            bail!(
                "--done-prefix {:?} must not be empty or below --prefix {:?}",
                self.done_prefix,
                self.prefix
            );
        }
        let access = Access::open(&self.bucket, self.dir.as_deref(), &self.arguments).await?;
        let bucket = Bucket::new(&access.settings)?;
        let selection = Selection {
            source: Keys::Under(self.prefix.clone()),
            done_prefix: self.done_prefix.clone(),
            limit: self.limit.map(NonZeroUsize::get),
        };
        let looked_at = progress(0, "objects looked at");
        let survey = survey(&bucket, &selection, |count| looked_at.set_position(count as u64)).await;
        looked_at.finish_and_clear();
        let survey = survey.with_context(|| format!("bucket {} cannot be looked through", self.bucket))?;

        let rows = Rows { bucket: &self.bucket, prefix: &self.prefix, is_json: self.json };
        if !self.execute {
            rows.plan(&survey)?;
            return Ok(exit_code(&survey, &Summary::default()));
        }
        match (&self.function, &self.lambda) {
            (Some(function), _) => {
                let pool = Pool::new(access.function(function, &self.arguments).await?);
                let done = self.execute(&bucket, &pool, &survey, &rows).await;
                pool.stop().await;
                done
            }
            (None, Some(name)) => {
                let function = LambdaFunction::new(name, &access.settings, access.lambda_endpoint.clone())?;
                self.execute(&bucket, &function, &survey, &rows).await
            }
            (None, None) => bail!("--execute takes --function or --lambda"),
        }
    }

    async fn execute(
        &self,
        bucket: &Bucket,
        function: &impl Invoke,
        survey: &Survey,
        rows: &Rows<'_>,
    ) -> anyhow::Result<ExitCode> {
        let bar = progress(survey.candidates.len() as u64, "objects replayed");
        let told: Mutex<Vec<Told>> = Mutex::default();
        let watch = |candidate: &Candidate, outcome: &Outcome| {
            tell(rows, &bar, candidate, outcome);
            let told_now = Told { key: candidate.key.clone(), outcome: outcome.clone() };
            told.lock().unwrap_or_else(PoisonError::into_inner).push(told_now);
            bar.inc(1);
        };
        let course = Course {
            objects: bucket,
            function,
            done_prefix: &self.done_prefix,
            cluster_arn: self.event_source_arn.as_deref(),
            concurrency: self.concurrency.into(),
        };
        let summary = course.run(survey.candidates.clone(), || true, watch).await;
        bar.finish_and_clear();
        let summary = summary?;
        rows.done(survey, &told.into_inner().unwrap_or_else(PoisonError::into_inner), &summary)?;
        Ok(exit_code(survey, &summary))
    }
}

/// Tells of an object as soon as its fate is known, where people read it.
fn tell(rows: &Rows<'_>, bar: &ProgressBar, candidate: &Candidate, outcome: &Outcome) {
    if rows.is_json {
        return;
    }
    bar.suspend(|| {
        for line in rows::outcome(candidate, outcome) {
            // Who closes standard output has seen enough; the replay goes on.
            let _ = say(line);
        }
    });
}

/// 1 where objects stay, with one sentence that says which.
fn exit_code(survey: &Survey, summary: &Summary) -> ExitCode {
    let stays = [
        (survey.unreadable.len() as u64, "cannot be read as anything to replay"),
        (summary.failed, "could not be replayed"),
        (summary.still_bad, "with records that are still bad"),
    ];
    let told: Vec<String> =
        stays.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    if survey.is_limited {
        note("There are more objects than --limit; run it again for the others.");
    }
    if told.is_empty() {
        return ExitCode::SUCCESS;
    }
    complain(&format_args!("objects stay where they are: {}", told.join(", ")));
    ExitCode::FAILURE
}

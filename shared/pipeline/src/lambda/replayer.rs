//! The function that replays.

use super::trigger::{Beat, Trigger, TriggerError};
use super::{RESERVE, check_variables, fail, init_error, now_ms};
use crate::chain::chain;
use crate::replay::{
    Candidate, Invoke, InvokeFailure, LambdaFunction, Outcome, Replay, ReplayError, Selection, Summary,
    Survey, survey,
};
use crate::s3::Bucket;
use crate::settings::ReplaySettings;
use crate::{logging, metrics};
use bytes::Bytes;
use delivery::StoreError;
use lambda_runtime::tower::service_fn;
use lambda_runtime::{Context, Diagnostic, LambdaEvent, Runtime};
use serde_json::{Value, json};
use std::io::Write as _;
use std::pin::Pin;
use std::process::ExitCode;
use std::time::{Duration, Instant};
use tracing::{error, info, warn};

/// The share of the time in which no object is begun any more: an invocation of the sink must fit.
const LAST_SHARE: u32 = 5;

/// How many records of an object the log names.
const NAMED: usize = 20;

/// Where the objects are, who takes their records, and what else the settings say.
struct Replayer {
    settings: ReplaySettings,
    bucket: Bucket,
    function: LambdaFunction,
}

/// What an invocation did.
#[derive(Debug)]
pub(crate) struct ReplayReport {
    pub(crate) summary: Summary,
    /// Objects that nobody can replay.
    pub(crate) unreadable: u64,
    /// Markers, which hold nothing.
    pub(crate) markers: u64,
    /// What would be replayed, where that is all that was asked for.
    pub(crate) planned: Option<u64>,
    pub(crate) elapsed: Duration,
}

/// Why an invocation failed.
#[derive(Debug, thiserror::Error)]
enum ReplayerError {
    #[error(transparent)]
    Trigger(#[from] TriggerError),
    #[error("bucket {bucket} could not be looked through")]
    Store { bucket: String, source: StoreError },
    #[error(transparent)]
    Function(#[from] ReplayError),
    #[error("{failed} of {objects} objects could not be replayed; the log names each with the reason")]
    Incomplete { failed: u64, objects: u64 },
}

impl ReplayerError {
    /// A stable word for what failed, to alarm on: Lambda's `errorType`.
    fn kind(&self) -> &'static str {
        match self {
            Self::Trigger(_) => "TriggerUnknown",
            Self::Store { .. } => "StoreFailed",
            Self::Function(_) => "FunctionUnusable",
            Self::Incomplete { .. } => "ReplayIncomplete",
        }
    }
}

impl From<ReplayerError> for Diagnostic {
    fn from(error: ReplayerError) -> Self {
        Self { error_type: error.kind().to_owned(), error_message: chain(&error).to_string() }
    }
}

/// Runs replayer: reads the settings, then replays what each event names until Lambda stops the environment.
pub async fn serve_replayer() -> ExitCode {
    const NAME: &str = "replayer";
    logging::start();
    let replayer = match start() {
        Ok(replayer) => replayer,
        Err(problem) => {
            init_error::report(&problem).await;
            return fail(NAME, &problem);
        }
    };
    let replayer = &replayer;
    let handler = service_fn(move |event: LambdaEvent<Value>| async move {
        replayer.handle(event.payload, &event.context).await
    });
    match Runtime::new(handler).run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(NAME, &format!("Lambda Runtime API: {}", chain(&*error))),
    }
}

/// Reads all that the function needs to run; the error is for people.
fn start() -> Result<Replayer, String> {
    let settings = ReplaySettings::from_env().map_err(|error| error.to_string())?;
    check_variables()?;
    let told = |error: crate::s3::ClientError| chain(&error).to_string();
    let bucket = Bucket::new(&settings.s3).map_err(told)?;
    let endpoint = settings.lambda_endpoint.clone();
    let function = LambdaFunction::new(&settings.function_name, &settings.s3, endpoint).map_err(told)?;
    Ok(Replayer { settings, bucket, function })
}

impl Replayer {
    async fn handle(&self, event: Value, context: &Context) -> Result<Value, ReplayerError> {
        let started = Instant::now();
        let now = now_ms();
        let left = Duration::from_millis(context.deadline.saturating_sub(now.unsigned_abs()));
        // Without its type: the SDK's futures lie too deep in each other for the compiler's usual limit.
        let replay: Pin<Box<dyn Future<Output = _> + '_>> = Box::pin(self.replay(event, started, left));
        let result = replay.await;
        match &result {
            Ok(report) => {
                log(&context.request_id, report);
                if let Some(namespace) = &self.settings.metrics_namespace {
                    let function = &context.env_config.function_name;
                    // A log that is gone must not fail what is done.
                    let _ = writeln!(
                        std::io::stdout(),
                        "{}",
                        metrics::replay_line(namespace, function, now_ms(), report)
                    );
                }
            }
            Err(error) => {
                error!(request_id = context.request_id, kind = error.kind(), error = %chain(error), "replay failed");
            }
        }
        let report = result?;
        let Summary { done, still_bad, failed, moved_by_another, left, .. } = report.summary;
        if failed > 0 {
            let objects = done + still_bad + failed + moved_by_another + left;
            // So that who invoked it tries again: S3 and EventBridge do, twice.
            return Err(ReplayerError::Incomplete { failed, objects });
        }
        Ok(answer(&report))
    }

    async fn replay(
        &self,
        event: Value,
        started: Instant,
        left: Duration,
    ) -> Result<ReplayReport, ReplayerError> {
        let Self { settings, bucket, function } = self;
        let beat = Beat { bucket: bucket.name(), prefix: &settings.prefix };
        let Trigger { source, is_dry_run, limit } = Trigger::read(event, beat)?;
        let selection = Selection { source, done_prefix: settings.done_prefix.clone(), limit };
        let Survey { candidates, unreadable, markers, .. } =
            survey(bucket, &selection, |_| {}).await.map_err(|source| {
                let bucket = bucket.name().to_owned();
                ReplayerError::Store { bucket, source }
            })?;
        for object in &unreadable {
            error!(object = object.key, reason = object.reason, "object cannot be replayed");
        }
        let mut report = ReplayReport {
            summary: Summary::default(),
            unreadable: unreadable.len() as u64,
            markers: markers as u64,
            planned: None,
            elapsed: Duration::ZERO,
        };
        if is_dry_run.unwrap_or(settings.is_dry_run) {
            report.planned = Some(candidates.len() as u64);
            for Candidate { key, kind, reason, .. } in &candidates {
                info!(object = key, %kind, reason, "would be replayed");
            }
        } else {
            let function = &Within { function, end: started + (left - RESERVE.min(left / 10)) };
            let replay = Replay {
                objects: bucket,
                function,
                done_prefix: &settings.done_prefix,
                cluster_arn: settings.cluster_arn.as_deref(),
                concurrency: settings.concurrency,
            };
            let last_begin = left - left / LAST_SHARE;
            report.summary = replay.run(candidates, || started.elapsed() < last_begin, log_outcome).await?;
        }
        report.elapsed = started.elapsed();
        Ok(report)
    }
}

/// A function that nobody waits for longer than they have time.
struct Within<'a> {
    function: &'a LambdaFunction,
    end: Instant,
}

impl Invoke for Within<'_> {
    fn name(&self) -> &str {
        self.function.name()
    }

    async fn invoke(&self, event: Bytes) -> Result<Bytes, InvokeFailure> {
        tokio::time::timeout_at(self.end.into(), self.function.invoke(event))
            .await
            .unwrap_or_else(|_| Err(InvokeFailure::OutOfTime(self.name().to_owned())))
    }
}

fn log_outcome(candidate: &Candidate, outcome: &Outcome) {
    let Candidate { key: object, kind, .. } = candidate;
    match outcome {
        Outcome::Done(_) | Outcome::MovedByAnother | Outcome::Left => {}
        Outcome::StillBad(tally) => {
            let records = &tally.still_bad[..NAMED.min(tally.still_bad.len())];
            let still_bad = tally.still_bad.len();
            warn!(object, %kind, still_bad, ?records, "object has records that are still bad");
        }
        Outcome::Failed(reason) => error!(object, %kind, reason, "object not replayed"),
        Outcome::Waits(other) => warn!(object, %kind, other, "object waits for another, which failed"),
    }
}

/// The one line of an invocation that did what it could.
fn log(request_id: &str, report: &ReplayReport) {
    let ReplayReport { summary, unreadable, markers, planned, elapsed } = report;
    let Summary { done, still_bad, failed, moved_by_another, left, records } = summary;
    macro_rules! line {
        ($log:ident, $message:literal) => {
            $log!(
                request_id,
                planned,
                done,
                still_bad,
                failed,
                unreadable,
                moved_by_another,
                left,
                markers,
                records_delivered = records.delivered,
                records_redelivered = records.redelivered,
                records_ignored = records.ignored,
                records_quarantined = records.quarantined,
                records_still_bad = records.still_bad.len(),
                elapsed_ms = elapsed.as_millis() as u64,
                $message
            )
        };
    }
    if *failed > 0 {
        line!(error, "replayed in part");
    } else if still_bad + unreadable + left > 0 {
        line!(warn, "replayed, and something stays");
    } else {
        line!(info, "replayed");
    }
}

fn answer(report: &ReplayReport) -> Value {
    let ReplayReport { summary, unreadable, planned, .. } = report;
    let Summary { done, still_bad, failed, moved_by_another, left, records } = summary;
    let mut answer = json!({
        "done": done,
        "stillBad": still_bad,
        "failed": failed,
        "unreadable": unreadable,
        "movedByAnother": moved_by_another,
        "left": left,
        "records": {
            "delivered": records.delivered,
            "redelivered": records.redelivered,
            "ignored": records.ignored,
            "quarantined": records.quarantined,
            "stillBad": records.still_bad.len(),
        },
    });
    if let Some(planned) = planned {
        answer["planned"] = (*planned).into();
    }
    answer
}

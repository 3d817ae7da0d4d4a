//! Behind the Lambda Runtime API.

mod init_error;
#[cfg(feature = "replay")]
mod replayer;
mod take_event;
#[cfg(feature = "replay")]
mod trigger;

#[cfg(feature = "replay")]
pub(crate) use replayer::ReplayReport;
#[cfg(feature = "replay")]
pub use replayer::serve_replayer;

use crate::answer::Answer;
use crate::chain::chain;
use crate::format::Format;
use crate::s3::S3Store;
use crate::settings::{FormatSettings as _, Settings};
use crate::sink::{InvocationError, Sink, Time};
use crate::{Report, logging, metrics};
use bytes::Bytes;
use lambda_runtime::tower::service_fn;
use lambda_runtime::{Context, Diagnostic, LambdaEvent, Runtime};
use record::event::Replay;
use std::io::Write as _;
use std::process::ExitCode;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use take_event::{Slots, TakeEvent};
use tracing::warn;

/// What Lambda sets and the runtime cannot do without.
const REQUIRED_VARIABLES: [&str; 4] = [
    "AWS_LAMBDA_RUNTIME_API",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_VERSION",
];

/// What is kept of the time that Lambda gives, so that the answer arrives before the environment is stopped.
const RESERVE: Duration = Duration::from_millis(500);

/// Runs the function: reads the settings, then delivers batch after batch until Lambda stops the environment.
///
/// Everything that can be wrong before the first batch is told at once, on standard error and to Lambda, and ends
/// the process.
pub async fn serve<F: Format>() -> ExitCode {
    let name = F::Settings::FUNCTION.name();
    logging::start();
    let sink = match start::<F>() {
        Ok(sink) => sink,
        Err(problem) => {
            init_error::report(&problem).await;
            return fail(name, &problem);
        }
    };
    if sink.settings().partitioning.uses_wall_clock() {
        warn!("timestamp.extractor=Wallclock: a record that is delivered again may be written twice");
    }
    let slots = Slots::default();
    let (sink, taken) = (&sink, slots.clone());
    let handler = service_fn(move |event: LambdaEvent<()>| {
        let event_bytes = taken.take(&event.context.request_id);
        async move {
            let event_bytes = event_bytes.expect("the layer has put the event's bytes into its slot");
            handle(sink, event_bytes, &event.context).await
        }
    });
    match Runtime::new(handler).layer(TakeEvent { slots }).run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(name, &format!("Lambda Runtime API: {}", chain(&*error))),
    }
}

fn fail(name: &str, problem: &str) -> ExitCode {
    // The last thing this process does: there is nobody left to tell that telling failed.
    let _ = writeln!(std::io::stderr(), "{name}: {problem}");
    ExitCode::FAILURE
}

/// Reads all that a function needs to run; the error is for people.
fn start<F: Format>() -> Result<Sink<S3Store, F>, String> {
    let settings = Settings::<F::Settings>::from_env().map_err(|error| error.to_string())?;
    check_variables()?;
    let store = S3Store::new(settings.s3.clone()).map_err(|error| chain(&error).to_string())?;
    let format = F::new(&settings).map_err(|error| chain(&*error).to_string())?;
    Ok(Sink::new(settings, format, store))
}

/// Whether Lambda runs this process, or something that stands in for it.
fn check_variables() -> Result<(), String> {
    let missing: Vec<&str> =
        REQUIRED_VARIABLES.into_iter().filter(|variable| std::env::var_os(variable).is_none()).collect();
    if !missing.is_empty() {
        return Err(format!(
            "{} not set: this is a Lambda function, to be run by Lambda, or on this computer by `landfall invoke`",
            missing.join(", ")
        ));
    }
    Ok(())
}

async fn handle<F: Format>(
    sink: &Sink<S3Store, F>,
    event: Bytes,
    context: &Context,
) -> Result<Answer, Failure> {
    let started = Instant::now();
    let result = deliver(sink, event, context, started).await;
    match &result {
        Ok(Done { report, topic, .. }) => {
            logging::delivered(&context.request_id, report);
            if let Some(namespace) = &sink.settings().metrics_namespace {
                let function = &context.env_config.function_name;
                let line = metrics::line(namespace, function, topic, now_ms(), report);
                // A log that is gone must not fail a batch that is delivered.
                let _ = writeln!(std::io::stdout(), "{line}");
            }
        }
        Err(error) => logging::failed(&context.request_id, error),
    }
    result.map(|done| Answer::of(&done.report, done.replay)).map_err(Failure)
}

/// What an invocation has done.
struct Done {
    report: Report,
    /// The batch's topic.
    topic: String,
    /// How the event asked to be taken.
    replay: Option<Replay>,
}

/// Delivers an event within the time that Lambda gives.
async fn deliver<F: Format>(
    sink: &Sink<S3Store, F>,
    event: Bytes,
    context: &Context,
    started: Instant,
) -> Result<Done, InvocationError> {
    let now_ms = now_ms();
    let batch = record::event::parse(&event)?;
    // Six megabytes that nobody needs any more.
    drop(event);
    let left = Duration::from_millis(context.deadline.saturating_sub(now_ms.unsigned_abs()));
    // A tenth, where the time is short.
    let left = left - RESERVE.min(left / 10);
    let delivery = sink.deliver(&batch, Time { now_ms, left }, tokio::time::sleep);
    let mut report =
        tokio::time::timeout(left, delivery).await.map_err(|_| InvocationError::OutOfTime(left))??;
    report.elapsed = started.elapsed();
    let topic = batch.partitions().next().map(|partition| partition.topic().to_owned());
    Ok(Done { report, topic: topic.unwrap_or_default(), replay: batch.replay() })
}

fn now_ms() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as i64)
}

/// An invocation's failure, as Lambda is told of it.
#[derive(Debug)]
struct Failure(InvocationError);

impl From<Failure> for Diagnostic {
    fn from(Failure(error): Failure) -> Self {
        Self { error_type: error.kind().to_owned(), error_message: chain(&error).to_string() }
    }
}

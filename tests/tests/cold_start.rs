//! A cold start is short: from exec to the first PUT that S3 has acknowledged over TLS.

use end_to_end::embedded::Embedded;
use end_to_end::process;
use end_to_end::s3::S3;
use end_to_end::sink::{Sink, TIMEOUT};
use end_to_end::tls::TlsFront;
use end_to_end::tools;
use local::lambda::{Environment, Function, Log};
use std::collections::BTreeMap;
use std::fs;
use std::time::Duration;
use tempfile::NamedTempFile;
use tokio::sync::mpsc::{self, UnboundedReceiver};
use tokio::time::timeout;

/// Most instructions of a cold start: twice the 5.00 million of a program that does one PUT with the
/// AWS SDK in its slimmest build (no `aws-config`, rustls on ring, roots of its own) and nothing else.
const LIMIT: u64 = 10_000_000;

/// How long the function may take to start, and callgrind to print its total: it runs the function
/// tens of times slower.
const PATIENCE: Duration = Duration::from_secs(60);

const BUCKET: &str = "lake";

#[tokio::test]
async fn a_cold_start_takes_at_most_twice_the_instructions_of_a_bare_put() {
    check("one root to trust", "").await;
}

#[tokio::test]
async fn a_cold_start_keeps_to_that_with_amazons_roots_to_read() {
    let roots = tools::root().join("shared/pipeline/src/aws/amazon-roots.pem");
    check("Amazon's roots to trust too", &fs::read_to_string(roots).expect("the roots are there")).await;
}

#[tokio::test]
async fn a_cold_start_delivers_over_tls() {
    let lake = Lake::start("").await;
    let sink = Sink::start_with(lake.variables()).await.expect("the function starts");
    sink.invoke(event()).await.expect("the batch is delivered");
    let peak = sink.process_id().and_then(process::peak_resident_bytes).expect("the function runs");
    lake.assert_delivered().await;
    println!("cold start: peak of {:.1} MB resident", peak as f64 / 1e6);
}

async fn check(case: &str, other_roots: &str) {
    let lake = Lake::start(other_roots).await;
    let instructions = instructions_to_deliver(lake.variables()).await;
    lake.assert_delivered().await;
    #[expect(clippy::print_stdout, reason = "the number is worth seeing")]
    {
        println!("cold start, {case}: {:.2} million instructions", instructions as f64 / 1e6);
    }
    assert!(instructions <= LIMIT, "{instructions} instructions, {LIMIT} are promised");
}

/// Runs the function for one event and counts its instructions in user space: from exec until it has answered,
/// which is a little after S3 has.
async fn instructions_to_deliver(variables: BTreeMap<String, String>) -> u64 {
    let (lines, log) = mpsc::unbounded_channel();
    let function = Function {
        name: "json-sink".to_owned(),
        arguments: vec![
            "--tool=callgrind".into(),
            "--callgrind-out-file=/dev/null".into(),
            // It would put pipes for a debugger into /tmp.
            "--vgdb=no".into(),
            tools::binary("json-sink").into(),
        ],
        variables,
        init_timeout: PATIENCE,
        log: Log::new(move |line| {
            // Nobody listens any more when the total has been read.
            let _ = lines.send(line.to_owned());
        }),
        ..Function::new(tools::valgrind())
    };
    let environment = Environment::start(function).await.expect("the function starts");
    environment.invoke(event(), TIMEOUT).await.expect("the batch is delivered");
    process::terminate(environment.process_id().expect("the function runs"));
    let total = timeout(PATIENCE, total(log)).await;
    total.ok().flatten().expect("callgrind prints its total at the end")
}

/// The total in the line that callgrind ends with, such as `==7== Collected : 4930000`.
async fn total(mut log: UnboundedReceiver<String>) -> Option<u64> {
    while let Some(line) = log.recv().await {
        if let Some((_, total)) = line.split_once("Collected : ") {
            return total.trim().parse().ok();
        }
    }
    None
}

/// A bucket behind TLS, and what a function must trust to get there.
struct Lake {
    embedded: Embedded,
    tls: TlsFront,
    trusted: NamedTempFile,
}

impl Lake {
    async fn start(other_roots: &str) -> Self {
        let embedded = Embedded::start().await;
        let tls = TlsFront::start(&embedded.bucket(BUCKET).endpoint).await;
        let trusted = NamedTempFile::new().expect("a file can be made");
        fs::write(trusted.path(), format!("{other_roots}{}", tls.authority())).expect("it can be written");
        Self { embedded, tls, trusted }
    }

    /// What leads the function there.
    fn variables(&self) -> BTreeMap<String, String> {
        let s3 = S3 { endpoint: self.tls.endpoint(), ..self.embedded.s3() };
        let mut variables: BTreeMap<_, _> = s3.environment().into_iter().collect();
        variables.insert("S3_BUCKET_NAME".to_owned(), BUCKET.to_owned());
        // The machine's own authorities would cost another number of instructions on each machine.
        variables.insert("AWS_CA_BUNDLE".to_owned(), self.trusted.path().display().to_string());
        variables
    }

    async fn assert_delivered(&self) {
        let objects = self.embedded.s3().objects(BUCKET).await;
        let lines: Vec<_> =
            objects.iter().map(|(key, object)| (key.as_str(), object.text().lines().count())).collect();
        assert_eq!(lines, [("topics/tracking.log/partition=0/tracking.log+0+0000000300.json", 3)]);
    }
}

/// A small event: three records.
fn event() -> Vec<u8> {
    fs::read(tools::root().join("events/compact.json")).expect("the sample event is there")
}

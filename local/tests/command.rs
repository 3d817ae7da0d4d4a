//! The command line: what is said, where, and with which exit code.

#![allow(clippy::unwrap_used, reason = "the helpers of tests fail as tests do")]

mod support;

use local::kafka::{EmbeddedKafka, Producer};
use record::TimestampType;
use record::event::NewRecord;
use serde_json::Value;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use support::{call, header};
use tempfile::TempDir;

/// Plays a function that takes every event and writes nothing, in another process; without Lambda's
/// variable there is nothing to do.
#[test]
fn the_function() {
    let Ok(api) = std::env::var("AWS_LAMBDA_RUNTIME_API") else { return };
    loop {
        let (head, event) = call(&api, "GET", "invocation/next", "");
        eprintln!("got {} bytes", event.len());
        let id = header(&head, "lambda-runtime-aws-request-id");
        let (end, body) = match event.as_str() {
            _ if event == "fail" || std::env::var("FAIL").is_ok() => {
                ("error", r#"{"errorType":"StoreFailed","errorMessage":"503"}"#)
            }
            _ => ("response", r#"{"batchItemFailures":[]}"#),
        };
        call(&api, "POST", &format!("invocation/{id}/{end}"), body);
    }
}

/// A program that is that function: this test program, run again.
fn function() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("taker");
    let this = std::env::current_exe().unwrap();
    let script = format!("#!/bin/sh\nexec '{}' --exact the_function --nocapture\n", this.display());
    fs::write(&path, script).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    (folder, path)
}

async fn kafka(records: usize) -> EmbeddedKafka {
    let kafka = EmbeddedKafka::start().unwrap();
    kafka.create_topic("t", 1).unwrap();
    let producer = Producer::connect(kafka.bootstrap_servers()).unwrap();
    for _ in 0..records {
        let record = NewRecord {
            topic: "t",
            partition: 0,
            offset: 0,
            timestamp_ms: 1_700_000_000_000,
            timestamp_type: TimestampType::CreateTime,
            key: None,
            value: Some(b"{}"),
            headers: Vec::new(),
        };
        producer.send(&record).await.unwrap();
    }
    kafka
}

fn landfall(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_landfall")).args(arguments).output().unwrap()
}

/// Runs the command, which fails with one sentence.
#[track_caller]
fn check_failure(arguments: &[&str], expected: &str) {
    let output = landfall(arguments);
    assert_eq!(String::from_utf8(output.stderr).unwrap(), format!("landfall: {expected}\n"));
    assert_eq!(output.stdout, b"");
    assert_eq!(output.status.code(), Some(1));
}

#[track_caller]
fn check_usage(arguments: &[&str], expected: &str) {
    let output = landfall(arguments);
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(stderr.contains(expected), "{stderr}");
    assert_eq!(output.status.code(), Some(2));
}

fn stdout(arguments: &[&str]) -> String {
    let output = landfall(arguments);
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    assert_eq!(output.status.code(), Some(0));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn help_names_every_subcommand() {
    let help = stdout(&["--help"]);
    for name in [
        "audit",
        "cost",
        "demo",
        "invoke",
        "poll",
        "replay",
        "schema",
        "settings",
        "Exit codes: 0 done, 1 failed",
    ] {
        assert!(help.contains(name), "{name}: {help}");
    }
}

#[test]
fn settings_are_listed_for_people_tables_and_programs() {
    let text = stdout(&["settings"]);
    assert!(
        text.starts_with(
            "S3_BUCKET_NAME (s3.bucket.name)\n    Bucket that the objects are written to.\n    text; required; of sinks\n\n"
        ),
        "{text}"
    );
    let table = stdout(&["settings", "json-sink", "--markdown"]);
    assert!(
        table.starts_with("| property | of | type | default | meaning |\n|---|---|---|---|---|\n"),
        "{table}"
    );
    assert!(
        table.contains("\n| `topics.dir` | sinks | directory | `topics` | First directory of every key"),
        "{table}"
    );

    let settings: Vec<Value> = serde_json::from_str(&stdout(&["settings", "json-sink", "--json"])).unwrap();
    let topics_dir = settings.iter().find(|setting| setting["variable"] == "TOPICS_DIR").unwrap();
    assert_eq!(topics_dir["default"], "topics");
    assert_eq!(topics_dir["required"], false);
    assert_eq!(settings.len(), table.lines().count() - 2);
}

#[test]
fn what_is_missing_is_said_in_one_sentence() {
    check_usage(
        &["settings", "no-sink"],
        "there is no function no-sink; expected json-sink, parquet-sink or replayer",
    );
    check_failure(
        &["invoke", "json-sink", "--event", "no-such.json"],
        "cannot read no-such.json: No such file or directory (os error 2)",
    );
    check_failure(
        &["invoke", "./no/such/function", "--event", "Cargo.toml"],
        "there is no function at ./no/such/function",
    );
    let this = std::env::current_exe().unwrap();
    let invoke = ["invoke", this.to_str().unwrap(), "--event", "Cargo.toml", "--schemas"];
    check_failure(
        &[&invoke[..], &["no-such-folder"]].concat(),
        "cannot read the schemas in no-such-folder: No such file or directory (os error 2)",
    );
    check_failure(
        &[&invoke[..], &["../events/schemas", "--env", "SCHEMA_REGISTRY_URL=http://r:1"]].concat(),
        "--schemas starts a registry of its own: SCHEMA_REGISTRY_URL is glue then, or unset",
    );
    check_failure(
        &["poll", "--bootstrap-server", "b:1", "--topic", "t", "--function", "./nothing"],
        "there is no function at ./nothing",
    );
}

#[test]
fn a_folder_that_is_no_demo_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("precious"), "").unwrap();
    let this = std::env::current_exe().unwrap();
    let dir = folder.path().to_str().unwrap();
    check_failure(
        &["demo", "--function", this.to_str().unwrap(), "--dir", dir],
        &format!("{dir} holds something else than an earlier demo; --dir takes another folder"),
    );
}

#[test]
fn wrong_usage_is_told_from_failure() {
    check_usage(&[], "Usage: landfall");
    check_usage(&["invoke", "json-sink"], "--event <FILE>...");
    check_usage(&["demo", "--pipeline", "avro"], "[possible values: json, parquet]");
    check_usage(&["invoke", "f", "--event", "e", "--env", "X"], "expected NAME=VALUE");
    let poll = ["poll", "--bootstrap-server", "b:1", "--topic", "t", "--function", "f"];
    let with = |more: &[&'static str]| [&poll[..], more].concat();
    check_usage(&with(&["--batch-size", "10001"]), "10001 is not in 1..=10000");
    check_usage(&with(&["--maximum-batching-window-in-seconds", "301"]), "expected 0 to 300 seconds");
    check_usage(
        &with(&["--starting-position", "EARLIEST"]),
        "[possible values: TRIM_HORIZON, LATEST, AT_TIMESTAMP]",
    );
    check_usage(&with(&["--starting-position", "AT_TIMESTAMP"]), "--starting-position-timestamp <TIME>");
    check_usage(&with(&["--maximum-retry-attempts", "10001"]), "10001 is not in -1..=10000");
    check_usage(&with(&["--maximum-record-age-in-seconds", "59"]), "expected 60 to 604800 seconds, or -1");
    check_usage(&with(&["--minimum-pollers", "0"]), "0 is not in 1..=200");
    check_usage(
        &with(&["--on-failure", "sqs"]),
        "expected s3://bucket, s3://bucket/prefix or arn:aws:s3:::bucket",
    );
    check_usage(&with(&["-X", "x"]), "expected property=value");
}

#[test]
fn an_invocation_that_fails_is_told_and_the_others_go_on() {
    let (folder, function) = function();
    let event = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (bad, good) = (event("bad.json", "fail"), event("good.json", "{}"));
    let output = landfall(&["invoke", function.to_str().unwrap(), "--event", &bad, &good]);
    let stderr = String::from_utf8(output.stderr).unwrap();
    let expected = format!("\nlandfall: {bad}: the function failed with StoreFailed: 503\n");
    assert!(stderr.contains(&expected), "{stderr}");
    assert!(stderr.contains("\ngot 2 bytes\n"), "the function's log: {stderr}");
    let stdout = String::from_utf8(output.stdout).unwrap();
    assert!(stdout.starts_with(&format!("{good}: {{\"batchItemFailures\":[]}} (")), "{stdout}");
    assert!(stdout.ends_with(" ms)\nlandfall/\n"), "{stdout}");
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn a_demo_whose_records_are_lost_fails() {
    let (folder, function) = function();
    for pipeline in ["json", "parquet"] {
        let dir = folder.path().join(pipeline);
        let arguments = ["demo", "--pipeline", pipeline, "--records", "50"];
        let places = ["--function", function.to_str().unwrap(), "--dir", dir.to_str().unwrap()];
        let output = landfall(&[&arguments[..], &places].concat());
        let stdout = String::from_utf8(output.stdout).unwrap();
        assert!(stdout.contains("\n50 lost, 0 doubled, 0 objects changed, 0 added\n"), "{stdout}");
        assert_eq!(output.status.code(), Some(1));
    }
}

#[tokio::test]
async fn polling_ends_when_it_has_caught_up_or_is_told_to() {
    let kafka = kafka(7).await;
    let (folder, function) = function();
    let poll = |more: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_landfall"));
        command.args(["poll", "--topic", "t", "--batch-size", "5", "--function"]).arg(&function);
        command.args(["--bootstrap-server", kafka.bootstrap_servers()]).args(more);
        command.arg("--dir").arg(folder.path().join("objects"));
        command
    };
    let output = poll(&["--until-caught-up"]).output().unwrap();
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        "7 records delivered in 2 invocations, 0 of which failed\n"
    );
    assert_eq!(output.status.code(), Some(0));

    let mut running =
        poll(&["--group", "other"]).stderr(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(running.stderr.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap().starts_with("got ")), "an event came");
    assert!(Command::new("kill").arg(running.id().to_string()).status().unwrap().success());
    // Read on, so that the command does not wait for us.
    lines.for_each(drop);
    assert_eq!(running.wait_with_output().unwrap().status.code(), Some(0));
}

#[tokio::test]
async fn batches_that_are_given_up_are_kept_or_else_the_command_fails() {
    let kafka = kafka(3).await;
    let (folder, function) = function();
    let objects = folder.path().join("objects");
    let poll = |group: &str, more: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_landfall"));
        command.args(["poll", "--topic", "t", "--until-caught-up", "--env", "FAIL=1", "--function"]);
        command.arg(&function).args(["--bootstrap-server", kafka.bootstrap_servers()]);
        command.args(["--maximum-retry-attempts", "1", "--consumer-group-id", group, "--seed", "1"]);
        command.args(more).arg("--dir").arg(&objects).output().unwrap()
    };
    let kept = poll("kept", &["--on-failure", "s3://lost/here"]);
    let stderr = String::from_utf8_lossy(&kept.stderr).into_owned();
    let stdout = String::from_utf8(kept.stdout).unwrap();
    assert!(stdout.starts_with("0 records delivered in "), "{stdout}{stderr}");
    assert!(stdout.ends_with("; 3 given up and kept\n"), "{stdout}{stderr}");
    assert_eq!(kept.status.code(), Some(0));
    assert!(objects.join("lost/here/aws/lambda").is_dir(), "{stderr}");
    assert!(stderr.contains("the function failed with StoreFailed: 503"), "{stderr}");

    let discarded = poll("discarded", &[]);
    let stderr = String::from_utf8_lossy(&discarded.stderr).into_owned();
    let expected = "landfall: 3 records were discarded, for the mapping has no --on-failure destination\n";
    assert!(stderr.ends_with(expected), "{stderr}");
    assert_eq!(discarded.status.code(), Some(1));
}

#[tokio::test]
async fn a_function_that_dies_at_its_start_is_told_in_a_sentence() {
    let kafka = kafka(1).await;
    let folder = tempfile::tempdir().unwrap();
    let function = folder.path().join("dead");
    fs::write(&function, "#!/bin/sh\necho 'no bucket' >&2\nexit 3\n").unwrap();
    fs::set_permissions(&function, fs::Permissions::from_mode(0o755)).unwrap();
    let output = landfall(&[
        "poll",
        "--bootstrap-server",
        kafka.bootstrap_servers(),
        "--topic",
        "t",
        "--function",
        function.to_str().unwrap(),
        "--dir",
        folder.path().join("objects").to_str().unwrap(),
    ]);
    let stderr = String::from_utf8(output.stderr).unwrap();
    let expected = "landfall: the function's process ended before its first invocation (exit status: 3, its last line: no bucket)\n";
    assert!(stderr.ends_with(expected), "{stderr}");
    assert_eq!(output.status.code(), Some(1));
}

//! `landfall cost`: what it says for people, for READMEs and for programs, and what it refuses.

#![allow(clippy::unwrap_used, reason = "the helpers of tests fail as tests do")]

use serde_json::Value;
use std::process::{Command, Output};

fn cost(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_landfall")).arg("cost").args(arguments).output().unwrap()
}

fn stdout(arguments: &[&str]) -> String {
    let output = cost(arguments);
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    assert_eq!(output.status.code(), Some(0));
    String::from_utf8(output.stdout).unwrap()
}

#[track_caller]
fn check_failure(arguments: &[&str], code: i32, expected: &str) {
    let output = cost(arguments);
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(stderr.contains(expected), "{stderr}");
    assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(code), b"".as_slice()));
    assert!(code == 2 || stderr.lines().count() == 1, "{stderr}");
}

#[test]
fn people_get_a_table_the_parts_and_what_it_rests_on() {
    let text = stdout(&[
        "--records-per-second",
        "50",
        "--partitions",
        "1",
        "--flush-size",
        "1",
        "--mode",
        "on-demand",
    ]);
    for expected in [
        "landfall, on-demand mapping",
        "Confluent S3 sink on MSK Connect",
        "At 0.05 MB/s (50 records/s), a batch has 3,000 records (the window ends it), becomes 3,000 objects",
        "131,400,000 requests     $657",
        "  together",
        "List prices in us-east-1",
        "landfall cost --list-prices shows every number with its source.",
    ] {
        assert!(text.contains(expected), "{expected}: {text}");
    }
}

#[test]
fn rates_are_compared_side_by_side_in_markdown() {
    let text = stdout(&["--megabytes-per-second", "0.1,1", "--markdown"]);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "|  | 0.1 MB/s: $/month ($/TB) | 1 MB/s: $/month ($/TB) |");
    assert_eq!(lines[1], "|---|---|---|");
    assert!(lines[2].starts_with("| landfall, on-demand mapping | $"), "{text}");
    assert_eq!(lines.iter().filter(|line| line.starts_with('|')).count(), 8, "{text}");
}

#[test]
fn programs_get_every_number_and_what_it_rests_on() {
    let document: Value = serde_json::from_str(&stdout(&["--json", "--region", "ap-northeast-2"])).unwrap();
    let estimate = &document["estimates"][0];
    assert_eq!(estimate["recordsPerSecond"], 1000.0);
    assert_eq!(estimate["batches"]["limit"], "payload");
    let offers = estimate["offers"].as_array().unwrap();
    let names: Vec<&str> = offers.iter().map(|offer| offer["offerer"].as_str().unwrap()).collect();
    assert_eq!(
        names,
        [
            "landfall-on-demand",
            "landfall-provisioned",
            "msk-connect",
            "msk-delivery",
            "firehose",
            "confluent-cloud"
        ]
    );
    for offer in offers {
        let items = offer["items"].as_array().unwrap();
        let sum: f64 = items.iter().map(|item| item["usdPerMonth"].as_f64().unwrap()).sum();
        assert!((sum - offer["usdPerMonth"].as_f64().unwrap()).abs() < 1e-6, "{offer}");
    }
    let figures = document["figures"].as_array().unwrap();
    let figure = |name: &str| figures.iter().find(|figure| figure["name"] == name).unwrap();
    assert_eq!(figure("s3-put")["isBorrowed"], true);
    assert_eq!(figure("lambda-gb-second")["isBorrowed"], false);
    assert_eq!(figure("firehose-gb")["standing"], "unconfirmed");
}

#[test]
fn prices_of_another_region_are_told_apart() {
    let text = stdout(&["--region", "ap-northeast-2"]);
    assert!(text.contains("Of us-east-1, for want of a price in ap-northeast-2: lambda-request"), "{text}");
}

#[test]
fn every_price_is_listed_with_its_source() {
    let text = stdout(&["--list-prices"]);
    assert!(
        text.contains(
            "lambda-event-poller-unit-hour: $0.185 per event poller unit and hour\n    documented, 2026-11: https://docs.aws.amazon.com/lambda/"
        ),
        "{text}"
    );
}

#[test]
fn another_price_list_is_taken_or_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("prices.toml");
    let own = include_str!("../prices.toml").replace("usd = 0.185", "usd = 1.85");
    std::fs::write(&path, own).unwrap();
    let path = path.to_str().unwrap();
    let text = stdout(&["--prices", path, "--mode", "provisioned"]);
    assert!(text.contains("$1,351"), "ten times 135.05: {text}");
    std::fs::write(path, "figure = []").unwrap();
    check_failure(
        &["--prices", path],
        1,
        "prices.toml is no price list: the price list has no lambda-gb-second",
    );
    check_failure(&["--prices", "/nonexistent"], 1, "/nonexistent can't be read: ");
}

#[test]
fn nonsense_is_refused_in_a_sentence() {
    check_failure(&["--megabytes-per-second", "0"], 1, "landfall: the rate is 0, expected a number above 0");
    check_failure(
        &["--batch-size", "10001", "--maximum-batching-window-in-seconds", "301"],
        1,
        "BatchSize is 10001, expected 1 to 10000; MaximumBatchingWindowInSeconds is 301, expected 0 to 300",
    );
    check_failure(&["--record-bytes", "5000000"], 1, "makes an event of more than 6 MB");
    check_failure(&["--region", "mars-1"], 1, "nothing for the region mars-1");
    check_failure(&["--megabytes-per-second", "much"], 2, "invalid value 'much'");
    check_failure(&["--megabytes-per-second", "1", "--records-per-second", "1"], 2, "cannot be used with");
    check_failure(&["--json", "--markdown"], 2, "cannot be used with");
}

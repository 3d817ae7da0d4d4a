//! `infra/status` says how a pipeline is, and says in a sentence what keeps it from saying so.

use end_to_end::ministack::{Ministack, REGION};
use end_to_end::tools;
use serde_json::{Value, json};
use std::process::{Command, Output};

/// Looks at a stack with the keys of the account's root.
fn status(endpoint: &str, arguments: &[&str]) -> Output {
    let mut line = Command::new(tools::python());
    line.arg(tools::root().join("infra/status")).args(arguments).env_clear().envs([
        ("AWS_ENDPOINT_URL", endpoint),
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
        ("AWS_EC2_METADATA_DISABLED", "true"),
        ("HOME", "/nonexistent"),
    ]);
    line.output().expect("Python runs")
}

fn rows(output: &Output) -> Vec<Value> {
    let document: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    document["rows"].as_array().expect("a list of rows").clone()
}

#[track_caller]
fn check_row(rows: &[Value], what: &str, name: &str, state: &str, is_well: bool) -> String {
    let row = rows.iter().find(|row| row["what"] == what && row["name"] == name);
    let row = row.unwrap_or_else(|| panic!("no row {what} {name}: {rows:#?}"));
    assert_eq!((row["state"].as_str(), row["well"].as_bool()), (Some(state), Some(is_well)), "{row}");
    row["detail"].as_str().expect("a detail").to_owned()
}

const SHOP: &[&str] = &["--stack-name", "shop", "--region", REGION, "--json"];

#[test]
fn a_pipeline_that_is_well_shows_its_parts_and_its_last_object() {
    let ministack = Ministack::start();
    // More keys in a folder than one listing shows, of two partitions.
    let many = (0..1010).map(|n| format!("topics/orders/partition=0/orders+0+{:010}.json", n * 37));
    let objects: Vec<String> =
        ["topics/orders/partition=1/orders+1+0000000003.json".to_owned()].into_iter().chain(many).collect();
    ministack.set_up_pipeline(&json!({ "objects": objects, "lag": 12, "enabled": "true" }));

    let output = status(ministack.endpoint(), SHOP);
    let rows = rows(&output);
    check_row(&rows, "stack", "shop", "CREATE_COMPLETE", true);
    check_row(&rows, "function", "shop-json-sink", "Active", true);
    check_row(&rows, "mapping", "orders", "Enabled", true);
    check_row(&rows, "lag", "orders", "12 records", true);
    check_row(&rows, "last 3 h", "failed invocations", "0", true);
    check_row(&rows, "alarm", "1 in all", "none rings", true);
    let last = rows.iter().find(|row| row["what"] == "last object").expect("a row");
    assert_eq!(last["detail"], "s3://shop/topics/orders/partition=0/orders+0+0000037333.json", "{last}");
    assert_eq!(output.status.code(), Some(0), "{rows:#?}");

    let table = String::from_utf8(status(ministack.endpoint(), &SHOP[..4]).stdout).expect("UTF-8");
    assert!(table.contains("ok  mapping      orders"), "{table}");
}

#[test]
fn a_pipeline_that_lags_is_not_well_and_one_that_is_switched_off_on_purpose_is() {
    let ministack = Ministack::start();
    let hour =
        |hour: &str| format!("topics/orders/year=2025/month=11/day=11/hour={hour}/orders+0+0000000000.json");
    let objects = [hour("09"), hour("10"), hour("08")];
    ministack.set_up_pipeline(&json!({ "objects": objects, "lag": 1001, "enabled": "false" }));

    let output = status(ministack.endpoint(), SHOP);
    let rows = rows(&output);
    check_row(&rows, "mapping", "orders", "Disabled", true);
    let detail = check_row(&rows, "lag", "orders", "1001 records", false);
    assert!(detail.ends_with("alarm above 1000"), "{detail}");
    let last = rows.iter().find(|row| row["what"] == "last object").expect("a row");
    assert_eq!(last["detail"], format!("s3://shop/{}", hour("10")), "the latest hour: {last}");
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn what_keeps_it_from_looking_is_said_in_a_sentence() {
    #[track_caller]
    fn check(endpoint: &str, arguments: &[&str], code: i32, expected: &str) {
        let output = status(endpoint, arguments);
        let stderr = String::from_utf8(output.stderr).expect("UTF-8");
        assert!(stderr.lines().last().is_some_and(|line| line.starts_with(expected)), "{stderr}");
        assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(code), b"".as_slice()));
        assert!(code == 2 || stderr.lines().count() == 1, "{stderr}");
    }
    let ministack = Ministack::start();
    let endpoint = ministack.endpoint();
    let of = |name: &'static str, region: &'static str| ["--stack-name", name, "--region", region];
    check(endpoint, &of("nothing", REGION), 1, "status: there is no stack nothing in ap-northeast-2");
    check(
        endpoint,
        &["--region", "mars-1", "--stack-name", "shop", "--config-file", "/nonexistent"],
        1,
        "status: there is no region mars-1",
    );
    check(
        endpoint,
        &["--config-file", "/nonexistent"],
        1,
        "status: /nonexistent is missing: give --stack-name",
    );
    check(endpoint, &["--watch", "1"], 2, "status: error: argument --watch: 1 is not 5 to 3600");
    check("http://127.0.0.1:1", &of("shop", REGION), 1, "status: AWS can't be reached: ");
}

//! DuckDB gives a table's rows as they are now, by what `landfall` prints and by what it asks itself.

use crate::lake::{BUCKET, Lake, event_at};
use end_to_end::tools;
use serde_json::{Value, json};
use std::path::Path;
use std::process::{Command, Output, Stdio};

const TOPIC: &str = "shop.orders";

/// A column whose name needs quotes of all kinds.
const ODD: &str = "it's \"x\"";

const SETTINGS: [(&str, &str); 4] = [
    ("VALUE_CONVERTER", "json"),
    ("DEBEZIUM_UNWRAP", "after"),
    ("STORE_KAFKA_METADATA", "columns"),
    ("PARTITIONER_CLASS", "HourlyPartitioner"),
];

/// The rows that are left of [`deliver_changes`].
fn current_rows() -> Value {
    json!([
        { "id": 4, ODD: "four'", "year": "MMXXV", "color": "blue" },
        { "id": 6, ODD: null, "year": null, "color": null },
    ])
}

// The server answers while the test waits for DuckDB.
#[tokio::test(flavor = "multi_thread")]
async fn a_query_of_objects_in_s3_gives_the_rows_as_they_are_now() {
    let lake = deliver_changes().await;
    let s3 = lake.s3();
    let ask = |arguments: &[&str]| {
        let mut line = landfall("query", &[]);
        line.env("HOME", tools::duckdb_home()).arg("--duckdb").arg(tools::duckdb()).args(arguments);
        for (name, value) in s3.environment() {
            line.args(["--env", &format!("{name}={value}")]);
        }
        line.output().expect("landfall can be started")
    };
    assert_eq!(json_of(&ask(&["--key", "id", "--output", "json", BY_ID])), current_rows());
    let shown = ask(&["--key", "id"]);
    let lines = String::from_utf8_lossy(&shown.stdout).lines().filter(|line| line.contains("MMXXV")).count();
    assert_eq!(lines, 1, "{}", String::from_utf8_lossy(&shown.stdout));
    // The rows' own `year`, and not the directory's.
    let all = "SELECT count(*) AS records, max(year) AS year, max(color) AS color FROM shop_orders -- all";
    let counted = json!({ "records": 10, "year": "MMXXV", "color": "red" });
    assert_eq!(json_of(&ask(&["--output", "jsonlines", all])), counted);
    let csv =
        ask(&["--key", "id", "--output", "csv", "SELECT id, color FROM shop_orders_current ORDER BY id"]);
    assert_eq!(String::from_utf8_lossy(&csv.stdout).replace("\r\n", "\n"), "id,color\n4,blue\n6,NULL\n");

    let wrong = ask(&["--key", "id", "SELECT nothing FROM shop_orders_current"]);
    assert_eq!(wrong.status.code(), Some(1));
    let told = String::from_utf8_lossy(&wrong.stderr).into_owned();
    assert!(told.contains("nothing"), "{told}");
    assert!(
        told.ends_with("landfall: DuckDB could not answer, and has said why (exit status: 1)\n"),
        "{told}"
    );
    assert!(!told.contains(&s3.credentials.secret_access_key), "{told}");
}

#[tokio::test]
async fn the_printed_view_gives_the_rows_as_they_are_now_from_a_folder() {
    let lake = deliver_changes().await;
    let folder = lake.file("");
    let location = folder.to_str().expect("the folder is UTF-8");
    let print = |arguments: &[&str]| {
        let arguments = [&["--dialect", "duckdb", "--location", location], arguments].concat();
        let output = landfall("schema", &arguments).output().expect("landfall can be started");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("a statement is text")
    };
    let current = print(&["--current", "--key", "id", "--database", "a\"b", "--table", "t'"]);
    assert_eq!(
        duckdb(&format!(r#"{current} SELECT * FROM "a""b"."t'_current" ORDER BY id;"#)),
        current_rows()
    );
    let all = print(&[]);
    assert_eq!(
        duckdb(&format!(
            r#"{all} SELECT "__op" AS op, count(*) AS count FROM shop_orders GROUP BY ALL ORDER BY ALL;"#
        )),
        json!([
            { "op": "c", "count": 5 },
            { "op": "d", "count": 2 },
            { "op": "t", "count": 1 },
            { "op": "u", "count": 2 },
        ])
    );
}

#[test]
fn without_duckdb_a_query_says_how_to_get_it() {
    for program in ["duckdb", "/nowhere/duckdb"] {
        let arguments = ["--env", "AWS_REGION=us-east-1", "--duckdb", program];
        let output = landfall("query", &arguments).env("PATH", "/nowhere").output();
        let output = output.expect("landfall can be started");
        assert_eq!(output.status.code(), Some(1));
        let told = String::from_utf8_lossy(&output.stderr);
        let expected =
            format!("landfall: cannot run {program}, DuckDB's program: expected it on the PATH or at");
        assert!(told.starts_with(&expected) && told.contains("pip install duckdb-cli"), "{told}");
        assert_eq!(told.lines().count(), 1, "{told}");
    }
}

#[test]
fn what_only_one_dialect_has_is_wrong_usage_in_the_other() {
    for (arguments, expected) in [
        (&["--location", "x"][..], "--location is DuckDB's: expected --dialect duckdb"),
        (&["--dialect", "duckdb", "--format", "columns"], "--dialect duckdb prints views only"),
        (&["--dialect", "duckdb", "--partitions", "6"], "DuckDB looks for objects itself"),
        (&["--dialect", "duckdb", "--since-year", "2024"], "DuckDB looks for objects itself"),
    ] {
        let output = landfall("schema", arguments).output().expect("landfall can be started");
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(told.starts_with(&format!("error: {expected}")), "{told}");
        assert_eq!(output.status.code(), Some(2), "{told}");
    }
}

const BY_ID: &str = "SELECT * FROM shop_orders_current ORDER BY id";

/// A lake with inserts, updates, deletes, a truncate, and a column that is added in the middle.
async fn deliver_changes() -> Lake {
    let lake = Lake::start(&SETTINGS).await;
    let row = |id: i64, odd: &str| json!({ "id": id, ODD: odd, "year": "MMXXV" });
    let colored = |id: i64, odd: Option<&str>, color: Option<&str>| json!({ "id": id, ODD: odd, "year": odd.map(|_| "MMXXV"), "color": color });
    let nothing = Value::Null;
    let before = [
        change("c", 10, &nothing, &row(1, "one")),
        change("c", 20, &nothing, &row(2, "two")),
        change("u", 30, &row(1, "one"), &row(1, "uno")),
    ];
    lake.deliver(event_at(TOPIC, 0, 0, &before)).await;
    let deleted = [change("c", 35, &nothing, &row(3, "three")), change("d", 36, &row(3, "three"), &nothing)];
    lake.deliver(event_at(TOPIC, 1, 0, &deleted)).await;
    lake.deliver(event_at(TOPIC, 1, 2, &[change("t", 40, &nothing, &nothing)])).await;
    let altered = [
        altered_change("c", 50, &nothing, &colored(4, Some("four"), Some("red"))),
        altered_change(
            "u",
            60,
            &colored(4, Some("four"), Some("red")),
            &colored(4, Some("four'"), Some("blue")),
        ),
    ];
    lake.deliver(event_at(TOPIC, 0, 3, &altered)).await;
    let rest = [
        altered_change("d", 80, &colored(5, None, None), &nothing),
        altered_change("c", 90, &nothing, &colored(6, None, None)),
    ];
    lake.deliver(event_at(TOPIC, 1, 3, &rest)).await;
    lake
}

fn change(op: &str, position: i64, before: &Value, after: &Value) -> Vec<u8> {
    envelope(&schema(&[]), op, position, [before, after])
}

/// A change of the table that has a column more.
fn altered_change(op: &str, position: i64, before: &Value, after: &Value) -> Vec<u8> {
    envelope(&schema(&["color"]), op, position, [before, after])
}

fn envelope(schema: &Value, op: &str, position: i64, [before, after]: [&Value; 2]) -> Vec<u8> {
    let source = json!({ "ts_ms": 1, "file": "binlog.000009", "pos": position });
    let payload = json!({ "before": before, "after": after, "source": source, "op": op, "ts_ms": 2 });
    json!({ "schema": schema, "payload": payload }).to_string().into_bytes()
}

/// The schema that Connect's JSON converter puts beside a change.
fn schema(added: &[&str]) -> Value {
    let text = |name: &str| json!({ "field": name, "type": "string", "optional": true });
    let mut row = vec![json!({ "field": "id", "type": "int64" }), text(ODD), text("year")];
    row.extend(added.iter().map(|name| text(name)));
    let image = |name: &str| json!({ "field": name, "type": "struct", "optional": true, "fields": row });
    let number = |name: &str| json!({ "field": name, "type": "int64", "optional": true });
    json!({
        "type": "struct",
        "name": "shop.orders.Envelope",
        "fields": [
            image("before"),
            image("after"),
            { "field": "source", "type": "struct", "fields": [number("ts_ms"), text("file"), number("pos")] },
            { "field": "op", "type": "string" },
            number("ts_ms"),
        ],
    })
}

/// A subcommand for the topic, with the newest schema in a file.
fn landfall(subcommand: &str, arguments: &[&str]) -> Command {
    let mut line = Command::new(tools::binary("landfall"));
    line.env_clear().args([subcommand, "--topic", TOPIC]).arg("--file").arg(schema_file());
    for (name, value) in [("S3_BUCKET_NAME", BUCKET)].iter().chain(&SETTINGS) {
        line.args(["--env", &format!("{name}={value}")]);
    }
    line.args(arguments);
    line
}

/// The newest schema, in a file that stays.
fn schema_file() -> &'static Path {
    use std::sync::LazyLock;
    static FILE: LazyLock<tempfile::NamedTempFile> = LazyLock::new(|| {
        let file = tempfile::Builder::new().suffix(".json").tempfile().expect("a file can be made");
        std::fs::write(file.path(), schema(&["color"]).to_string()).expect("the file can be written");
        file
    });
    FILE.path()
}

/// What DuckDB's program says, as JSON.
fn duckdb(script: &str) -> Value {
    let mut line = Command::new(tools::duckdb());
    line.env_clear().args(["-no-init", "-bail", "-json"]).stdin(Stdio::piped());
    let output = end_to_end::process::output(&mut line, script.as_bytes());
    serde_json::from_slice(&output).expect("DuckDB writes JSON")
}

fn json_of(output: &Output) -> Value {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
        panic!("DuckDB writes JSON: {error}: {}", String::from_utf8_lossy(&output.stdout))
    })
}

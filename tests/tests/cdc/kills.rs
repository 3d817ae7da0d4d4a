//! Traffic of 100,000 rows, while everything that it passes through is killed and started again.

use crate::lake::{Lake, View, first_difference};
use crate::lane::{CONFLUENT, Lane};
use end_to_end::{mysql, process};
use std::thread;

const LANE: Lane = CONFLUENT;

/// The tables that change; the last one has no key.
const TABLES: [&str; 3] = ["items", "moves", "entries"];

const VIEWS: [View<'_>; 2] = [View { table: "items", key: "id" }, View { table: "moves", key: "a,b" }];

/// The table whose only row is the last one.
const LAST: &str = "last";

const SCHEMA: [&str; 10] = [
    "CREATE DATABASE shop",
    "CREATE TABLE shop.items (id INT AUTO_INCREMENT PRIMARY KEY, round INT, n INT, note VARCHAR(40), price DECIMAL(12,4))",
    "CREATE TABLE shop.moves (a INT, b VARCHAR(20), n INT, PRIMARY KEY (a, b))",
    "CREATE TABLE shop.entries (round INT, n INT)",
    "CREATE TABLE shop.last (id INT PRIMARY KEY)",
    // What the snapshot finds.
    "INSERT INTO shop.items (round, n) VALUES (-1, 0)",
    "INSERT INTO shop.moves VALUES (0, '', 0)",
    "INSERT INTO shop.entries VALUES (-1, 0)",
    // What large statements take their rows from; it is not captured.
    "CREATE DATABASE helper",
    "CREATE TABLE helper.numbers AS WITH RECURSIVE numbers AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM numbers
        WHERE n < 1000) SELECT a.n + 1000 * b.n AS n FROM numbers a JOIN (SELECT 0 AS n UNION SELECT 1) b",
];

/// How many rows change at least.
const CHANGES: i64 = 100_000;

/// What is killed.
#[derive(Debug, Clone, Copy)]
enum Victim {
    Connect,
    Kafka,
    Database,
    Functions,
    Pollers,
}

/// Each at least twice.
const STRIKES: [Victim; 12] = [
    Victim::Functions,
    Victim::Connect,
    Victim::Database,
    Victim::Kafka,
    Victim::Pollers,
    Victim::Database,
    Victim::Functions,
    Victim::Kafka,
    Victim::Connect,
    Victim::Pollers,
    Victim::Database,
    Victim::Functions,
];

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_thousand_changes_land_once_whatever_is_killed_on_the_way() {
    let mut lake = Lake::start(&[LANE], &SCHEMA).await;
    for table in TABLES {
        lake.wait_for_records(LANE, table, 1).await;
        lake.poll(LANE, table).await;
    }
    for (victim, round) in STRIKES.into_iter().zip((0..).step_by(2)) {
        let port = lake.mysql.port();
        // When the strike comes, what changes in one round is on its way, and the next one goes on meanwhile.
        let before = lake.records(LANE, TABLES[0]);
        change(port, round);
        lake.wait_for_records(LANE, TABLES[0], before + 1).await;
        thread::scope(|scope| {
            scope.spawn(|| change(port, round + 1));
            strike(&mut lake, victim);
        });
    }
    lake.wait_for_capture(LANE, LAST).await;
    lake.wait_for_delivery(LANE, &TABLES).await;

    assert_eq!(lake.quarantined(), Vec::<String>::new());
    let mut changes = 0;
    for table in TABLES {
        let [rows, records] = lake.rows_and_records(LANE, table);
        assert_eq!(rows, records, "{table}");
        lake.audit(LANE, table);
        changes += rows;
    }
    assert!(changes >= CHANGES, "{changes} changes");
    for view in VIEWS {
        let (is, expected) = (lake.current(LANE, view), lake.in_mysql(view.table));
        assert!(expected.len() > 1000, "{} rows", expected.len());
        assert_eq!(first_difference(&is, &expected), None, "{}", view.table);
    }
}

/// Changes some thousand rows.
fn change(port: u16, round: u32) {
    let statements = statements(round);
    let statements: Vec<&str> = statements.iter().map(String::as_str).collect();
    mysql::execute(port, &statements);
}

/// A database that is killed may have carried a statement out without a word, and is told again: so each may be
/// carried out twice.
fn statements(round: u32) -> Vec<String> {
    let mut statements = vec![
        format!(
            "INSERT INTO shop.items (round, n, note, price)
                SELECT {round}, n, CONCAT('note ', n), n / 7 FROM helper.numbers"
        ),
        format!(
            "UPDATE shop.items SET n = n + 1, note = CONCAT(note, 'é') WHERE round = {round} AND n % 2 = 0"
        ),
        format!("DELETE FROM shop.items WHERE round = {round} AND n % 10 = 3"),
        format!("UPDATE shop.items SET id = id + 1000000 WHERE round = {round} AND n % 50 = 1"),
        format!(
            "INSERT IGNORE INTO shop.moves SELECT n, 'in {round}', {round} FROM helper.numbers WHERE n <= 500"
        ),
        format!("UPDATE shop.moves SET n = n + 1 WHERE b = 'in {round}' AND a % 2 = 0"),
        format!("INSERT INTO shop.entries SELECT {round}, n FROM helper.numbers WHERE n <= 250"),
    ];
    if round == 7 {
        statements.push("TRUNCATE TABLE shop.moves".to_owned());
    }
    statements
}

/// Kills something while rows change, and starts it again.
fn strike(lake: &mut Lake, victim: Victim) {
    match victim {
        Victim::Connect => lake.connect.kill_and_start_again(),
        Victim::Kafka => lake.kafka.kill_and_start_again(),
        Victim::Database => lake.mysql.kill_and_start_again(),
        Victim::Functions => {
            let functions: Vec<u32> =
                lake.pollers.iter().filter_map(|poller| poller.function_process_id()).collect();
            assert!(!functions.is_empty(), "no function runs");
            functions.into_iter().for_each(process::kill);
        }
        Victim::Pollers => {
            lake.pollers.clear();
            TABLES.into_iter().for_each(|table| lake.start_poller(LANE, table));
        }
    }
}

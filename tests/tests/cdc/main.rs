//! Change data capture: from a real MySQL, through Debezium in a real Kafka Connect, a registry and Kafka, to Parquet
//! objects, whose latest rows are those that MySQL has.
//!
//! The MySQL that Maven Central has is built for Linux on x86-64; elsewhere there is no such test.

#![cfg(all(target_os = "linux", target_arch = "x86_64"))]

mod kills;
mod lake;
mod lane;
mod modes;
mod tables;

use lake::{Lake, View};
use lane::{BARE_LINES, CONFLUENT, GLUE, JSON, LINES};
use serde_json::Value;
use std::collections::BTreeSet;

/// What a person does with a shop while it is captured.
const CHANGES: [&str; 14] = [
    "UPDATE shop.orders SET note = 'ONE' WHERE id = 1",
    "DELETE FROM shop.orders WHERE id = 2",
    "UPDATE shop.orders SET id = 30 WHERE id = 3",
    "INSERT INTO shop.orders (note, price) VALUES ('four', 4.40)",
    "ALTER TABLE shop.orders ADD COLUMN color VARCHAR(10), ADD COLUMN size INT DEFAULT NULL",
    "INSERT INTO shop.orders (note, price, color, size) VALUES ('five', 5.50, 'blue', 5)",
    "UPDATE shop.orders SET color = 'red' WHERE id = 1",
    tables::ALL_KINDS,
    "UPDATE shop.kinds SET de = 0.01, j = '[1]' WHERE id = 2",
    "TRUNCATE TABLE shop.pairs",
    "INSERT INTO shop.pairs VALUES (1, 'x', 10), (2, 'y', 20)",
    "DELETE FROM shop.pairs WHERE a = 2",
    "INSERT INTO shop.entries VALUES ('c')",
    "DELETE FROM shop.entries LIMIT 1",
];

#[tokio::test(flavor = "multi_thread")]
async fn the_latest_rows_are_those_of_the_database_on_every_way() {
    let mut lake = Lake::start(&[CONFLUENT, GLUE, JSON, LINES, BARE_LINES], &tables::TABLES).await;
    for lane in [CONFLUENT, GLUE, JSON] {
        for table in ["kinds", "entries", "orders", "pairs"] {
            lake.poll(lane, table).await;
        }
    }
    for lane in [LINES, BARE_LINES] {
        lake.poll(lane, "orders").await;
    }
    // Once a snapshot is there, what follows comes from the binlog.
    for lane in [CONFLUENT, GLUE, JSON] {
        lake.wait_for(lane, "orders", |lake| !lake.rows(lane, "orders").is_empty()).await;
    }
    lake.wait_for(BARE_LINES, "orders", |lake| !lake.orders(BARE_LINES).is_empty()).await;
    lake.mysql.execute(&CHANGES);
    for name in ["", "transaction", "heartbeat"] {
        lake.poll(CONFLUENT, name).await;
    }

    for lane in [CONFLUENT, GLUE, JSON] {
        // The view has the columns of the newest schema: DuckDB takes it once files have them, as Athena does at once.
        let has_color = |lake: &Lake| lake.rows(lane, "orders").iter().any(|row| row["color"] == "red");
        lake.wait_for(lane, "orders", has_color).await;
        for (table, key) in [("orders", "id"), ("kinds", "id"), ("pairs", "a,b")] {
            let view = View { table, key };
            let (is, expected) = (|lake: &Lake| lake.current(lane, view), lake.in_mysql(table));
            lake.wait_for(lane, table, |lake| is(lake) == expected).await;
        }
        // A table without a key has no view, but each of its changes.
        lake.wait_for(lane, "entries", |lake| lake.operations(lane, "entries") == ["c", "d", "r", "r"]).await;
    }
    let expected = lake.orders_in_mysql();
    for lane in [LINES, BARE_LINES] {
        lake.wait_for(lane, "orders", |lake| lake.orders(lane) == expected).await;
    }

    // Each record of Kafka's stands in its lake once.
    for lane in [CONFLUENT, GLUE, JSON] {
        lake.wait_for_delivery(lane, &["orders", "kinds", "pairs", "entries"]).await;
        ["orders", "kinds", "pairs", "entries"].iter().for_each(|table| lake.audit(lane, table));
    }
    for lane in [LINES, BARE_LINES] {
        lake.wait_for_delivery(lane, &["orders"]).await;
        lake.audit(lane, "orders");
    }

    // What is no change of a row.
    for topic in ["", "transaction", "heartbeat"] {
        lake.wait_for(CONFLUENT, topic, |lake| !lake.rows(CONFLUENT, topic).is_empty()).await;
    }
    let ddl: Vec<Value> = lake.rows(CONFLUENT, "").iter().map(|row| row["ddl"].clone()).collect();
    assert!(
        ddl.iter().any(|ddl| ddl.as_str().is_some_and(|ddl| ddl.contains("ADD COLUMN color"))),
        "{ddl:?}"
    );
    assert_eq!(lake.quarantined(), Vec::<String>::new());

    for lane in [CONFLUENT, GLUE, JSON] {
        // Rows from before and after the change of the table read together, with the new columns null before.
        let rows = lake.rows(lane, "orders");
        assert_eq!(lake.rows_by_pyarrow(lane, "orders"), rows);
        let colors = |op: &str| -> Vec<&Value> {
            rows.iter().filter(|row| row["__op"] == op).map(|row| &row["color"]).collect()
        };
        assert_eq!(colors("r"), [&Value::Null; 3]);
        assert!(colors("c").contains(&&"blue".into()), "{rows:?}");

        // Decimals that DuckDB has no type for are exact where a reader has one.
        let widest = lake.rows_by_pyarrow(lane, "kinds");
        let widest: BTreeSet<&str> = widest.iter().filter_map(|row| row["dx"]["$decimal"].as_str()).collect();
        assert_eq!(widest, BTreeSet::from(tables::WIDEST));
    }
}

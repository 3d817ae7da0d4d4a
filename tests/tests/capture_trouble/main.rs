//! When change data capture stands, what is seen says why: the runbook quotes it, and these are the real words.
//!
//! The MySQL that Maven Central has is built for Linux on x86-64; elsewhere there is no such test.

#![cfg(all(target_os = "linux", target_arch = "x86_64"))]

mod runbook;
mod world;

use runbook::Runbook;
use world::{DATABASE, World};

#[tokio::test(flavor = "multi_thread")]
async fn the_runbook_quotes_what_is_seen() {
    let mut runbook = Runbook::read();
    let mut world = World::start();

    let refused = async |changes: &[(&str, &str)]| world.refused(changes).await;
    runbook.check("wrong password", &refused(&[("database.password", "wrong")]).await);
    runbook.check("database out of reach", &refused(&[("database.port", "1")]).await);

    world.mysql.execute(&[
        "CREATE USER poor IDENTIFIED WITH mysql_native_password BY 'poor'",
        "GRANT SELECT, RELOAD, SHOW DATABASES ON *.* TO poor",
    ]);
    let poor = [("database.user", "poor"), ("database.password", "poor")];
    runbook.check("missing privilege", &world.failed("poor", &poor).await);

    world.mysql.execute(&["SET GLOBAL binlog_format = 'STATEMENT'"]);
    runbook.check("binlog without rows", &world.failed("statements", &[]).await);
    world.mysql.execute(&["SET GLOBAL binlog_format = 'ROW'"]);

    world.capture("late").await;
    world.connect.stop("late").await;
    world.mysql.execute(&[
        &format!("INSERT INTO {DATABASE}.orders VALUES (2)"),
        "FLUSH BINARY LOGS",
        "PURGE BINARY LOGS BEFORE NOW() + INTERVAL 1 DAY",
    ]);
    world.connect.resume("late").await;
    runbook.check("binlog expired", &world.connect.wait_for_failure("late").await);

    world.capture("deserted").await;
    runbook.check("database gone while it runs", &world.desert("deserted").await);

    let registry = world.registry_down().await;
    runbook.check("registry down", &registry);
    for (trouble, schema) in [
        (
            "type that contains itself",
            r#"{"type":"record","name":"Node","fields":[{"name":"next","type":["null","Node"]}]}"#,
        ),
        (
            "record without fields",
            r#"{"type":"record","name":"Row","fields":[
                {"name":"nothing","type":{"type":"record","name":"Nothing","fields":[]}}]}"#,
        ),
    ] {
        runbook.check(trouble, &world.quarantined(schema).await);
    }
    runbook.assert_all_was_seen();
}

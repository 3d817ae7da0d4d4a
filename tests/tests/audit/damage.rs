//! Damage that objects alone tell of.

use super::{fill, key, quarantine_key};
use end_to_end::damage::{Expected, Vandal, audit, run};
use end_to_end::embedded::Embedded;
use end_to_end::ministack::Ministack;
use end_to_end::records::TOPIC;
use serde_json::json;

const BUCKET: &str = "lake";

const P0: &str = "tracking.log-0";

const P1: &str = "tracking.log-1";

/// Fills a bucket of the embedded store, has it damaged, and audits it.
async fn check(damage: impl AsyncFnOnce(&Vandal), arguments: &[&str], expected: &[Expected<'_>]) {
    let embedded = Embedded::start().await;
    let s3 = embedded.bucket(BUCKET);
    fill(&s3, BUCKET).await;
    damage(&Vandal::new(&s3, BUCKET)).await;
    audit(&s3, BUCKET, arguments).await.assert_damage(expected);
}

#[tokio::test]
async fn what_a_healthy_sink_leaves_behind_is_whole() {
    check(async |_| {}, &[], &[]).await;
    check(async |_| {}, &["--deep"], &[]).await;
}

#[tokio::test]
async fn a_deleted_object_is_a_gap() {
    check(async |s3| s3.delete(&key(1, 5)).await, &[], &[("missing", P1, "5–7", &[])]).await;
}

#[tokio::test]
async fn a_deleted_object_that_others_go_on_after_is_missed_by_them() {
    let marker = key(0, 6);
    check(
        async |s3| s3.delete(&key(0, 0)).await,
        &[],
        &[("marker-missing", P0, "0", &[&marker]), ("marker-without-data", P0, "6–9", &[&marker])],
    )
    .await;
}

#[tokio::test]
async fn a_deleted_marker_is_missed_by_what_goes_on_after_it() {
    check(async |s3| s3.delete(&key(0, 6)).await, &[], &[("marker-missing", P0, "6", &[&key(0, 10)])]).await;
}

#[tokio::test]
async fn a_copy_under_another_key_is_told_from_its_original() {
    for copy in [key(1, 100), key(0, 700), "backup/of today.json".to_owned(), key(1, 0) + ".bak"] {
        check(
            async |s3| s3.copy(&key(1, 0), &copy).await,
            &[],
            &[("copied", P1, "0–4", &[&copy, &key(1, 0)])],
        )
        .await;
    }
}

#[tokio::test]
async fn an_object_that_was_moved_is_missing_where_it_was() {
    check(
        async |s3| s3.rename(&key(1, 5), &key(1, 50)).await,
        &[],
        &[("missing", P1, "5–7", &[]), ("misplaced", P1, "5–7", &[&key(1, 50)])],
    )
    .await;
}

#[tokio::test]
async fn offsets_of_two_paths_are_doubled() {
    let other = format!("topics/{TOPIC}/other/{TOPIC}+1+0000000005.json");
    check(
        async |s3| s3.copy(&key(1, 5), &other).await,
        &[],
        &[("doubled", P1, "5–7", &[&other, &key(1, 5)])],
    )
    .await;
}

#[tokio::test]
async fn an_object_that_was_copied_over_another_partitions_is_found_where_offsets_meet() {
    // Partition 1 has offset 9 in 9–11; partition 0 has 10–14.
    let copy = key(1, 10);
    check(
        async |s3| s3.copy(&key(0, 10), &copy).await,
        &[],
        &[
            ("doubled", P1, "10–11", &[&key(1, 9), &copy]),
            // The copy says, as its original does, that it goes on after offset 6.
            ("marker-missing", P1, "6", &[&copy]),
        ],
    )
    .await;
}

#[tokio::test]
async fn an_object_without_its_bytes_is_truncated() {
    check(async |s3| s3.truncate(&key(1, 5), 0).await, &[], &[("truncated", P1, "5–7", &[&key(1, 5)])]).await;
    // Each of 3 records needs a line.
    check(async |s3| s3.truncate(&key(1, 5), 5).await, &[], &[("truncated", P1, "5–7", &[&key(1, 5)])]).await;
}

#[tokio::test]
async fn an_object_that_is_cut_in_the_middle_is_found_by_opening_it() {
    let cut = async |s3: &Vandal| s3.change(&key(1, 5), |body| body.truncate(body.len() - 10)).await;
    check(cut, &[], &[]).await;
    check(cut, &["--deep"], &[("unreadable", P1, "5–7", &[&key(1, 5)])]).await;
}

#[tokio::test]
async fn rows_that_are_not_those_of_the_metadata_are_found_by_opening_the_object() {
    let line = |body: &mut Vec<u8>| {
        let end = body.iter().position(|byte| *byte == b'\n').expect("there is a line");
        body.drain(..=end);
    };
    check(
        async |s3| s3.change(&key(1, 5), line).await,
        &["--deep"],
        &[("rows-differ", P1, "5–7", &[&key(1, 5)])],
    )
    .await;
    check(
        async |s3| s3.change(&key(0, 0), |body| body[5] = b'\0').await,
        &["--deep"],
        &[("unreadable", P0, "0–9", &[&key(0, 0)])],
    )
    .await;
    let other_record = |body: &mut Vec<u8>| {
        *body = String::from_utf8_lossy(body).replace("\"offset\":8", "\"offset\":9").into_bytes();
    };
    check(
        async |s3| s3.change(&quarantine_key(1, 8), other_record).await,
        &["--deep"],
        &[("rows-elsewhere", P1, "8", &[&quarantine_key(1, 8)])],
    )
    .await;
}

#[tokio::test]
async fn bytes_that_are_not_those_of_the_checksum_are_found_by_opening_the_object() {
    let embedded = Embedded::start().await;
    let s3 = embedded.bucket(BUCKET);
    fill(&s3, BUCKET).await;
    let damaged = key(1, 0);
    let file = embedded.file(BUCKET, &damaged);
    let mut bytes = std::fs::read(&file).expect("the object is a file");
    bytes[6] ^= 1;
    std::fs::write(&file, bytes).expect("the file can be written");
    audit(&s3, BUCKET, &["--deep"]).await.assert_damage(&[("unreadable", P1, "0–4", &[&damaged])]);
}

#[tokio::test]
async fn an_object_without_its_metadata_answers_for_nothing() {
    check(
        async |s3| s3.strip(&key(1, 5)).await,
        &[],
        &[("no-coverage", P1, "5", &[&key(1, 5)]), ("missing", P1, "5–7", &[])],
    )
    .await;
}

#[tokio::test]
async fn a_foreign_object_is_named_where_it_stands_among_ours() {
    let foreign = format!("topics/{TOPIC}/partition=0/notes.txt");
    check(async |s3| s3.put(&foreign, b"x").await, &[], &[("foreign", "", "", &[&foreign])]).await;
    check(async |s3| s3.put(&key(0, 77), b"{}\n").await, &[], &[("no-coverage", P0, "77", &[&key(0, 77)])])
        .await;
    // Elsewhere in the bucket it is nobody's business.
    check(async |s3| s3.put("reports/2025.csv", b"x").await, &[], &[]).await;
}

#[tokio::test]
async fn what_stands_in_quarantine_and_as_data_is_doubled() {
    check(
        async |s3| s3.copy(&key(1, 5), &quarantine_key(1, 5)).await,
        &[],
        &[("doubled-in-quarantine", P1, "5–7", &[&quarantine_key(1, 5), &key(1, 5)])],
    )
    .await;
}

#[tokio::test]
async fn quarantine_that_was_replayed_is_of_no_account() {
    let done = format!("done/{}", quarantine_key(1, 8));
    // Replayed, but never landed: the offset is missing.
    check(async |s3| s3.rename(&quarantine_key(1, 8), &done).await, &[], &[("missing", P1, "8", &[])]).await;
}

#[tokio::test]
async fn damage_is_found_on_a_real_server() {
    let ministack = Ministack::start();
    let mut account = ministack.set_up(&json!({
        "buckets": [BUCKET],
        "users": { "auditor": { "policy": {
            "Version": "2012-10-17",
            "Statement": [{ "Effect": "Allow", "Action": "s3:*", "Resource": "*" }],
        } } },
    }));
    let s3 = ministack.s3(account.users.remove("auditor").expect("the user was made"));
    fill(&s3, BUCKET).await;
    audit(&s3, BUCKET, &["--deep"]).await.assert_whole();

    let vandal = Vandal::new(&s3, BUCKET);
    let foreign = format!("topics/{TOPIC}/partition=1/notes.txt");
    vandal.delete(&key(0, 6)).await;
    vandal.copy(&key(1, 0), &key(1, 100)).await;
    vandal.truncate(&key(1, 5), 0).await;
    vandal.strip(&key(1, 9)).await;
    vandal.put(&foreign, b"x").await;
    vandal.delete(&quarantine_key(1, 8)).await;
    audit(&s3, BUCKET, &[]).await.assert_damage(&[
        ("marker-missing", P0, "6", &[&key(0, 10)]),
        ("copied", P1, "0–4", &[&key(1, 100), &key(1, 0)]),
        ("truncated", P1, "5–7", &[&key(1, 5)]),
        ("no-coverage", P1, "9", &[&key(1, 9)]),
        ("foreign", "", "", &[&foreign]),
    ]);
    // For people the same, in sentences.
    let text = String::from_utf8(run(&s3, &["--bucket", BUCKET]).await.stdout).expect("it writes text");
    for part in [
        "tracking.log-1: topics/tracking.log/partition=1/tracking.log+1+0000000005.json (offsets 5–7) has fewer",
        "Looked at 7 objects of s3://lake/",
        "1 marker-missing",
    ] {
        assert!(text.contains(part), "{part:?} is not in\n{text}");
    }
}

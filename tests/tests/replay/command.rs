//! `landfall replay` with a function that it runs itself.

use crate::scene::{
    AT_FIRST, BUCKET, MENDED, bad_value, command, deliver_at_first, env_arguments, good_value, lake, marks,
    mended_value, on_failure, put, replay, replay_mended,
};
use end_to_end::process;
use end_to_end::records::{Mark, assert_each_landed_once, event, event_with_values};
use end_to_end::s3::{S3, StoredObject};
use end_to_end::sink::Sink;
use end_to_end::{ministack::Ministack, versitygw::Versitygw};
use serde_json::json;
use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

const QUARANTINED: &str = "quarantine/tracking.log/partition=0/tracking.log+0+0000000005.json";

/// The objects of data alone.
async fn data(s3: &S3) -> BTreeMap<String, StoredObject> {
    let mut objects = s3.objects(BUCKET).await;
    objects.retain(|key, _| key.starts_with("topics/"));
    objects
}

async fn keys_under(s3: &S3, prefix: &str) -> Vec<String> {
    s3.keys(BUCKET).await.into_iter().filter(|key| key.starts_with(prefix)).collect()
}

#[tokio::test]
async fn a_dry_run_says_what_would_be_done_and_does_nothing() {
    let (_embedded, s3) = lake().await;
    deliver_at_first(&s3, &marks(0, 5..8), mended_value).await;
    put(&s3, "quarantine/failed/1", on_failure(event(&marks(1, 3..9)))).await;
    let before = s3.keys(BUCKET).await;
    let ended = replay(&s3, &["--prefix", "quarantine/"]).await;
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let lines: Vec<&str> = ended.stdout.lines().collect();
    assert_eq!(lines.len(), 3, "{ended:?}");
    assert_eq!(
        lines[0],
        "on-failure  quarantine/failed/1: 6 records (tracking.log-1@3..8): RetryAttemptsExhausted"
    );
    let quarantined =
        format!("quarantine  {QUARANTINED}: 3 records (tracking.log-0@5..7): 3 × unusable_field, ");
    assert!(lines[1].starts_with(&quarantined), "{ended:?}");
    assert_eq!(lines[2], "2 objects with 9 records would be replayed. Nothing was done: --execute does it.");
    assert_eq!(s3.keys(BUCKET).await, before);

    let ended = replay(&s3, &["--prefix", "quarantine/", "--json", "--limit", "1"]).await;
    let document = ended.json();
    assert_eq!(document["executed"], false);
    assert_eq!(document["limited"], true);
    let expected = json!([{
        "object": "quarantine/failed/1",
        "kind": "on-failure",
        "partitions": [{ "topic": "tracking.log", "partition": 1, "first": 3, "last": 8, "records": 6 }],
        "records": 6,
        "reason": "RetryAttemptsExhausted",
    }]);
    assert_eq!(document["objects"], expected);
}

#[tokio::test]
async fn quarantine_lands_once_after_a_setting_is_mended_on_every_server() {
    let (_embedded, s3) = lake().await;
    check_mended(&s3).await;
    check_mended(&on_ministack(&Ministack::start()).1).await;
    if let Some(versitygw) = Versitygw::start() {
        check_mended(&versitygw.bucket(BUCKET)).await;
    }
}

#[tokio::test]
async fn who_may_not_delete_is_told_and_who_may_finishes_it() {
    let ministack = Ministack::start();
    let (writer, mover) = on_ministack(&ministack);
    deliver_at_first(&writer, &marks(0, 5..8), mended_value).await;
    let ended = replay_mended(&writer, &[]).await;
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert_eq!(ended.complaint(), "objects stay where they are: 1 could not be replayed");
    assert!(ended.stdout.contains("the role needs s3:DeleteObject on the objects of lake"), "{ended:?}");
    // It was copied already: as if the replay had died just before it could delete.
    assert_eq!(keys_under(&writer, "done/").await.len(), 1);
    assert_eq!(keys_under(&writer, "quarantine/").await, [QUARANTINED]);

    let ended = replay_mended(&mover, &[]).await;
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(
        ended.stdout.ends_with("1 of 1 object done: 0 records delivered, 3 found delivered\n"),
        "{ended:?}"
    );
    assert_each_landed_once(&data(&mover).await, marks(0, 5..8));
    assert_eq!(keys_under(&mover, "quarantine/").await, Vec::<String>::new());
}

/// The bucket, as one sees it who may do what a sink does, and as one who may also delete.
fn on_ministack(ministack: &Ministack) -> (S3, S3) {
    let writer = ministack.bucket(BUCKET);
    let policy = json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Action": ["s3:ListBucket", "s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
            "Resource": [format!("arn:aws:s3:::{BUCKET}"), format!("arn:aws:s3:::{BUCKET}/*")],
        }],
    });
    let mut account = ministack.set_up(&json!({ "users": { "mover": { "policy": policy } } }));
    let mover = ministack.s3(account.users.remove("mover").expect("the user was made"));
    (writer, mover)
}

async fn check_mended(s3: &S3) {
    let value = |mark: Mark| if mark.offset % 3 == 0 { good_value(mark) } else { mended_value(mark) };
    let all: Vec<Mark> = marks(0, 5..15).into_iter().chain(marks(1, 0..10)).collect();
    deliver_at_first(s3, &all, value).await;
    let quarantined = s3.objects(BUCKET).await[QUARANTINED].clone();

    let ended = replay_mended(s3, &[]).await;
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.stdout.ends_with("2 of 2 objects done: 13 records delivered\n"), "{ended:?}");
    assert_each_landed_once(&data(s3).await, all.clone());
    assert_eq!(keys_under(s3, "quarantine/").await, Vec::<String>::new());
    let done = s3.objects(BUCKET).await[&format!("done/{QUARANTINED}")].clone();
    assert_eq!((done.body, done.metadata), (quarantined.body, quarantined.metadata));

    let again = replay_mended(s3, &[]).await;
    assert_eq!(again.code, Some(0), "{again:?}");
    assert_eq!(again.stdout, "0 of 0 objects done: 0 records delivered\n");
    assert_each_landed_once(&data(s3).await, all);
}

#[tokio::test]
async fn compressed_quarantine_is_read_too() {
    let (_embedded, s3) = lake().await;
    let mut all = Vec::new();
    for (partition, compression) in [(0, "gzip"), (1, "zstd")] {
        let settings = [AT_FIRST[0], AT_FIRST[1], ("S3_COMPRESSION_TYPE", compression)];
        let sink = Sink::start(&s3, BUCKET, &settings).await.expect("the function starts");
        let marks = marks(partition, 0..4);
        sink.invoke(event_with_values(&marks, mended_value)).await.expect("the batch is delivered");
        all.extend(marks);
    }
    assert_eq!(keys_under(&s3, "quarantine/").await.len(), 2);
    let ended = replay_mended(&s3, &[]).await;
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_each_landed_once(&data(&s3).await, all);
}

#[tokio::test]
async fn what_is_still_bad_is_named_and_stays_and_the_others_land_once_however_often_it_is_tried() {
    let (_embedded, s3) = lake().await;
    let value = |mark: Mark| if mark.offset == 6 { bad_value(mark) } else { mended_value(mark) };
    deliver_at_first(&s3, &marks(0, 5..8), value).await;
    let good = [Mark { partition: 0, offset: 5 }, Mark { partition: 0, offset: 7 }];
    for (delivered, redelivered) in [(2, 0), (0, 2)] {
        let ended = replay_mended(&s3, &["--json"]).await;
        assert_eq!(ended.code, Some(1), "{ended:?}");
        assert_eq!(ended.complaint(), "objects stay where they are: 1 with records that are still bad");
        let outcome = &ended.json()["objects"][0]["outcome"];
        assert_eq!(outcome["state"], "stillBad");
        assert_eq!(
            (&outcome["delivered"], &outcome["redelivered"]),
            (&json!(delivered), &json!(redelivered))
        );
        let still_bad = outcome["stillBad"].as_array().expect("a list");
        assert_eq!(still_bad.len(), 1, "{ended:?}");
        assert!(still_bad[0].as_str().expect("text").starts_with("tracking.log-0@6: unusable_field: "));
        assert_each_landed_once(&data(&s3).await, good);
        assert_eq!(keys_under(&s3, "quarantine/").await, [QUARANTINED]);
    }
}

#[tokio::test]
async fn a_batch_that_lambda_gave_up_half_written_lands_once() {
    let (_embedded, s3) = lake().await;
    let all: Vec<Mark> = marks(0, 5..25).into_iter().chain(marks(1, 0..20)).collect();
    // The first half of it is there already.
    let sink = Sink::start(&s3, BUCKET, &[]).await.expect("the function starts");
    sink.invoke(event(&all[..10])).await.expect("the batch is delivered");
    put(&s3, "aws/lambda/00000000/2019/11/14/2019-11-14T00.38.06-1", on_failure(event(&all))).await;
    put(&s3, "aws/lambda/00000000/2019/11/14/2019-11-14T00.38.06-2", on_failure(event(&marks(0, 25..30))))
        .await;
    let arguments = ["--prefix", "aws/lambda/", "--function", "json-sink", "--execute"];
    let ended = replay(&s3, &arguments).await;
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(
        ended.stdout.ends_with("2 of 2 objects done: 35 records delivered, 10 found delivered\n"),
        "{ended:?}"
    );
    assert_each_landed_once(&data(&s3).await, all.into_iter().chain(marks(0, 25..30)));
    assert_eq!(keys_under(&s3, "aws/").await, Vec::<String>::new());
    assert_eq!(keys_under(&s3, "done/aws/lambda/").await.len(), 2);
}

#[tokio::test]
async fn a_replay_that_is_killed_anywhere_is_finished_by_the_next() {
    let (_embedded, s3) = lake().await;
    let sink = Sink::start(&s3, BUCKET, &AT_FIRST).await.expect("the function starts");
    let all = marks(0, 0..60);
    for marks in all.chunks(3) {
        sink.invoke(event_with_values(marks, mended_value)).await.expect("the batch is delivered");
    }
    for lines in [1, 4, 9] {
        let env = env_arguments(&MENDED);
        let mut arguments = vec!["--prefix", "quarantine/", "--function", "json-sink", "--execute"];
        arguments.extend(env.iter().map(String::as_str));
        let mut line = command(&s3, &arguments);
        let killed = tokio::task::spawn_blocking(move || {
            let mut process =
                line.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("it can be run");
            let stdout = BufReader::new(process.stdout.take().expect("standard output is a pipe"));
            let seen =
                stdout.lines().take(lines).map(|line| line.expect("it writes text")).collect::<Vec<_>>();
            process::kill(process.id());
            (seen, process.wait().expect("it can be waited for"))
        });
        let (seen, status) = killed.await.expect("it does not panic");
        assert!(!status.success(), "{seen:?}");
    }
    // A copy that was made before the original could be deleted.
    let left = keys_under(&s3, "quarantine/").await;
    assert!(!left.is_empty() && left.len() < 20, "{left:?}");
    let source = format!("{BUCKET}/{}", left[0].replace('=', "%3D").replace('+', "%2B"));
    let copy = s3.client().copy_object().bucket(BUCKET).key(format!("done/{}", left[0])).copy_source(source);
    copy.send().await.expect("it is copied");

    let ended = replay_mended(&s3, &[]).await;
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_each_landed_once(&data(&s3).await, all);
    assert_eq!(keys_under(&s3, "quarantine/").await, Vec::<String>::new());
    assert_eq!(keys_under(&s3, "done/").await.len(), 20);
}

#[tokio::test]
async fn two_replays_at_once_land_each_record_once() {
    let (_embedded, s3) = lake().await;
    let sink = Sink::start(&s3, BUCKET, &AT_FIRST).await.expect("the function starts");
    let all: Vec<Mark> = (0..4).flat_map(|partition| marks(partition, 0..30)).collect();
    for marks in all.chunks(5) {
        sink.invoke(event_with_values(marks, mended_value)).await.expect("the batch is delivered");
    }
    let (one, other) = futures_util::future::join(replay_mended(&s3, &[]), replay_mended(&s3, &[])).await;
    assert_eq!((one.code, other.code), (Some(0), Some(0)), "{one:?}\n{other:?}");
    assert_each_landed_once(&data(&s3).await, all);
    assert_eq!(keys_under(&s3, "quarantine/").await, Vec::<String>::new());
    assert_eq!(keys_under(&s3, "done/").await.len(), 24);
}

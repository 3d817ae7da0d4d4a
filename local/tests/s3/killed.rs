//! A server that is killed while it is written to.

use super::{BUCKET, client, create};
use local::s3::{EmbeddedS3, SECRET_ACCESS_KEY};
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use tokio::task::JoinSet;

/// Names the folder to serve, in the process that is to be killed.
const SERVED: &str = "LANDFALL_TEST_SERVED_FOLDER";

/// The other process of the next test; without its variable there is nothing to do.
#[tokio::test]
async fn the_process_that_is_killed() {
    let Some(root) = std::env::var_os(SERVED) else { return };
    let server = EmbeddedS3::start(Path::new(&root), 0).await.unwrap();
    server.create_bucket(BUCKET).unwrap();
    println!("\nendpoint {}", server.endpoint());
    std::future::pending::<()>().await;
}

fn start_process(root: &Path) -> (Child, String) {
    let mut process = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "killed::the_process_that_is_killed", "--nocapture"])
        .env(SERVED, root)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
    let endpoint = lines.find_map(|line| line.unwrap().strip_prefix("endpoint ").map(str::to_owned)).unwrap();
    (process, endpoint)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_server_leaves_whole_objects_only() {
    let root = tempfile::tempdir().unwrap();
    let mut acknowledged = Vec::new();
    for round in 0..6_u64 {
        let (mut process, endpoint) = start_process(root.path());
        let client = client(&endpoint, SECRET_ACCESS_KEY);
        let mut writers = JoinSet::new();
        for writer in 0..8 {
            let client = client.clone();
            writers.spawn(async move {
                let mut done = Vec::new();
                for number in 0.. {
                    let key = format!("{round}/{writer}/{number}");
                    // Between 1 byte and 3 MiB, so that kills hit every step of a PUT.
                    let size = 1 << (number % 4 * 7);
                    let body = key.repeat(size / key.len() + 1);
                    match create(&client, &key, body).await.as_str() {
                        "ok" => done.push(key),
                        _ => break,
                    }
                }
                done
            });
        }
        tokio::time::sleep(std::time::Duration::from_millis(60 + 37 * round)).await;
        process.kill().unwrap();
        process.wait().unwrap();
        acknowledged.extend(writers.join_all().await.into_iter().flatten());
    }
    assert!(acknowledged.len() > 100, "{}", acknowledged.len());

    let server = EmbeddedS3::start(root.path(), 0).await.unwrap();
    let client = client(&server.endpoint(), SECRET_ACCESS_KEY);
    let mut pages = client.list_objects_v2().bucket(BUCKET).into_paginator().send();
    let mut listed = Vec::new();
    while let Some(page) = pages.next().await {
        listed.extend(page.unwrap().contents().iter().map(|object| object.key().unwrap().to_owned()));
    }
    for key in &listed {
        let object = client.get_object().bucket(BUCKET).key(key).send().await.unwrap();
        assert!(object.e_tag().is_some(), "{key} has lost its attributes");
        let text = String::from_utf8(object.body.collect().await.unwrap().to_vec()).unwrap();
        let number: usize = key.rsplit('/').next().unwrap().parse().unwrap();
        let size = 1 << (number % 4 * 7);
        assert!(text == key.repeat(size / key.len() + 1), "{key} is not whole");
    }
    let lost: Vec<_> = acknowledged.iter().filter(|key| !listed.contains(key)).collect();
    assert!(lost.is_empty(), "{lost:?}");
}

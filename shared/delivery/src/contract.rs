//! What every [`Store`] must do, as code to run against it.
//!
//! Each function panics where the store breaks the contract. `prefix` keeps runs on one bucket apart.

use crate::{Coverage, Creation, Metadata, Object, Store};
use bytes::Bytes;
use futures_util::future::join_all;
use record::Identity;

/// Runs the whole contract.
///
/// # Panics
///
/// When the store breaks it.
pub async fn hold(store: &impl Store, prefix: &str) {
    an_object_is_created_once(store, prefix).await;
    what_is_not_there_has_no_metadata(store, prefix).await;
    a_marker_has_coverage_and_no_identity(store, prefix).await;
    the_longest_coverage_comes_back_whole(store, prefix).await;
    keys_are_taken_verbatim(store, prefix).await;
    a_large_body_that_exists_is_told_as_such(store, prefix).await;
    one_of_many_writers_wins(store, prefix, 5).await;
}

/// The first create wins, the second changes nothing.
///
/// # Panics
///
/// When the store breaks the contract.
pub async fn an_object_is_created_once(store: &impl Store, prefix: &str) {
    let (first, second) = (object(prefix, "once", &[5, 6], 1), object(prefix, "once", &[5, 6, 7], 2));
    assert_eq!(create(store, &first).await, Creation::Created);
    assert_eq!(create(store, &second).await, Creation::Exists);
    assert_eq!(head(store, &first.key).await, Some(metadata(&first)));
}

/// A key without an object has no metadata, and that is no error.
///
/// # Panics
///
/// When the store breaks the contract.
pub async fn what_is_not_there_has_no_metadata(store: &impl Store, prefix: &str) {
    assert_eq!(head(store, &format!("{prefix}nothing")).await, None);
}

/// An empty body without identity is an object like others.
///
/// # Panics
///
/// When the store breaks the contract.
pub async fn a_marker_has_coverage_and_no_identity(store: &impl Store, prefix: &str) {
    let marker = Object { body: Bytes::new(), identity: None, ..object(prefix, "marker", &[9], 0) };
    assert_eq!(create(store, &marker).await, Creation::Created);
    assert_eq!(head(store, &marker.key).await, Some(metadata(&marker)));
    assert_eq!(create(store, &object(prefix, "marker", &[9], 3)).await, Creation::Exists);
}

/// Metadata near S3's limit comes back as it was.
///
/// # Panics
///
/// When the store breaks the contract.
pub async fn the_longest_coverage_comes_back_whole(store: &impl Store, prefix: &str) {
    let scattered: Vec<i64> = (0..10_000).map(|n| 8_589_934_592 + n * n % 9973 + n / 9973 * 10_000).collect();
    let offsets: Vec<i64> = std::collections::BTreeSet::from_iter(scattered).into_iter().collect();
    let offsets = &offsets[..Coverage::fitting(&offsets)];
    let object = object(prefix, "long", offsets, 1);
    assert_eq!(create(store, &object).await, Creation::Created);
    assert_eq!(head(store, &object.key).await, Some(metadata(&object)));
}

/// Keys hold what paths may hold.
///
/// # Panics
///
/// When the store breaks the contract.
pub async fn keys_are_taken_verbatim(store: &impl Store, prefix: &str) {
    for key in
        ["year=2025/hour=10/t+0+0000000007.json", "a b/c+d", "ünï/日本", "x=%2F:@&$,;~'()!*", "dot./.dot"]
    {
        let object = object(prefix, key, &[7], 7);
        assert_eq!(create(store, &object).await, Creation::Created, "{key}");
        assert_eq!(create(store, &object).await, Creation::Exists, "{key}");
        assert_eq!(head(store, &object.key).await, Some(metadata(&object)), "{key}");
    }
}

/// A server may answer before it has read a body of megabytes, and hang up; the second create may then fail as
/// unavailable, but never win, and what stands is the first.
///
/// # Panics
///
/// When the store breaks the contract.
pub async fn a_large_body_that_exists_is_told_as_such(store: &impl Store, prefix: &str) {
    let large = |seed: u8| Object { body: vec![seed; 5 << 20].into(), ..object(prefix, "large", &[1], seed) };
    assert_eq!(create(store, &large(1)).await, Creation::Created);
    for seed in 2..6 {
        match store.create(&large(seed)).await {
            Ok(creation) => assert_eq!(creation, Creation::Exists),
            Err(error) => assert!(error.is_retryable(), "{error}"),
        }
    }
    assert_eq!(head(store, &large(1).key).await, Some(metadata(&large(1))));
}

/// Of 20 writers on one key exactly one wins, and what stands is the winner's.
///
/// # Panics
///
/// When the store breaks the contract.
pub async fn one_of_many_writers_wins(store: &impl Store, prefix: &str, rounds: usize) {
    for round in 0..rounds {
        let objects: Vec<Object> = (0..20)
            .map(|writer| object(prefix, &format!("race/{round}"), &[i64::from(writer), 99], writer))
            .collect();
        let creations = join_all(objects.iter().map(|object| create(store, object))).await;
        let winners: Vec<&Object> = objects
            .iter()
            .zip(&creations)
            .filter(|(_, creation)| **creation == Creation::Created)
            .map(|(object, _)| object)
            .collect();
        assert_eq!(winners.len(), 1, "round {round}: {} writers won", winners.len());
        assert_eq!(head(store, &winners[0].key).await, Some(metadata(winners[0])));
    }
}

fn object(prefix: &str, key: &str, offsets: &[i64], seed: u8) -> Object {
    Object {
        key: format!("{prefix}{key}"),
        body: format!("{{\"seed\":{seed}}}\n").into(),
        content_type: "application/x-ndjson",
        content_encoding: None,
        coverage: Coverage::of(offsets),
        identity: Some(Identity::of_parts(Some(i64::from(seed)), None, None)),
    }
}

fn metadata(object: &Object) -> Metadata {
    Metadata {
        coverage: Some(object.coverage.to_string()),
        identity: object.identity.map(|identity| identity.to_string()),
    }
}

async fn create(store: &impl Store, object: &Object) -> Creation {
    store.create(object).await.unwrap_or_else(|error| panic!("create {}: {error}", object.key))
}

async fn head(store: &impl Store, key: &str) -> Option<Metadata> {
    store.head(key).await.unwrap_or_else(|error| panic!("head {key}: {error}"))
}

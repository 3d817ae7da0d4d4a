//! What every [`Store`] must do, as code to run against it.
//!
//! Each function panics where the store breaks the contract. `prefix` keeps runs on one bucket apart.

use crate::{Coverage, Creation, Metadata, Object, Store};
use bytes::Bytes;
use futures_util::future::{join, join_all};
use record::Identity;

/// Longest key that S3 takes, in bytes.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html>
const MAX_KEY_BYTES: usize = 1024;

/// Runs the whole contract; returns what stands afterwards, for a caller who can read bodies and compare them.
///
/// # Panics
///
/// When the store breaks it.
pub async fn hold(store: &impl Store, prefix: &str) -> Vec<Object> {
    let mut standing = vec![
        an_object_is_created_once(store, prefix).await,
        a_marker_has_coverage_and_no_identity(store, prefix).await,
        the_longest_coverage_comes_back_whole(store, prefix).await,
        a_large_body_that_exists_is_told_as_such(store, prefix).await,
    ];
    what_is_not_there_has_no_metadata(store, prefix).await;
    standing.extend(keys_are_taken_verbatim(store, prefix).await);
    standing.extend(one_of_many_writers_wins(store, prefix, 5).await);
    standing
}

/// The first create wins, the others change nothing, whatever they bring.
///
/// # Panics
///
/// When the store breaks the contract.
pub async fn an_object_is_created_once(store: &impl Store, prefix: &str) -> Object {
    let first = object(prefix, "once", &[5, 6], 1);
    let longer = object(prefix, "once", &[5, 6, 7], 2);
    let marker = Object { body: Bytes::new(), identity: None, ..first.clone() };
    let compressed = Object { content_encoding: Some("gzip"), ..longer.clone() };
    assert_eq!(create(store, &first).await, Creation::Created);
    for later in [&longer, &marker, &compressed, &first] {
        assert_eq!(create(store, later).await, Creation::Exists);
        assert_eq!(head(store, &first.key).await, Some(metadata(&first)));
    }
    first
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
pub async fn a_marker_has_coverage_and_no_identity(store: &impl Store, prefix: &str) -> Object {
    let marker = Object { body: Bytes::new(), identity: None, ..object(prefix, "marker", &[9], 0) };
    assert_eq!(create(store, &marker).await, Creation::Created);
    assert_eq!(head(store, &marker.key).await, Some(metadata(&marker)));
    assert_eq!(create(store, &object(prefix, "marker", &[9], 3)).await, Creation::Exists);
    assert_eq!(head(store, &marker.key).await, Some(metadata(&marker)));
    marker
}

/// Metadata near S3's limit comes back as it was.
///
/// # Panics
///
/// When the store breaks the contract.
pub async fn the_longest_coverage_comes_back_whole(store: &impl Store, prefix: &str) -> Object {
    let scattered: Vec<i64> = (0..10_000).map(|n| 8_589_934_592 + n * n % 9973 + n / 9973 * 10_000).collect();
    let offsets: Vec<i64> = std::collections::BTreeSet::from_iter(scattered).into_iter().collect();
    let offsets = &offsets[..Coverage::fitting(&offsets)];
    let object = Object { after: Some(i64::MAX), ..object(prefix, "long", offsets, 1) };
    assert_eq!(create(store, &object).await, Creation::Created);
    assert_eq!(head(store, &object.key).await, Some(metadata(&object)));
    object
}

/// Keys hold what paths may hold, differ by case, and are as long as S3 allows.
///
/// # Panics
///
/// When the store breaks the contract.
pub async fn keys_are_taken_verbatim(store: &impl Store, prefix: &str) -> Vec<Object> {
    let mut longest = "long segment/".repeat(MAX_KEY_BYTES / 13 + 1);
    longest.truncate(MAX_KEY_BYTES - 1 - prefix.len());
    longest.push('k');
    let keys = [
        "year=2025/hour=10/t+0+0000000007.json",
        "year=2025/hour=10/T+0+0000000007.json",
        "a b/c+d",
        "ünï/日本",
        "x=%2F:@&$,;~'()!*",
        "dot./.dot",
        &longest,
    ];
    let objects: Vec<Object> =
        keys.iter().zip(1..).map(|(key, seed)| object(prefix, key, &[i64::from(seed)], seed)).collect();
    for object in &objects {
        assert_eq!(create(store, object).await, Creation::Created, "{}", object.key);
        assert_eq!(create(store, object).await, Creation::Exists, "{}", object.key);
    }
    for object in &objects {
        assert_eq!(head(store, &object.key).await, Some(metadata(object)), "{}", object.key);
    }
    objects
}

/// A server may answer before it has read a body of megabytes, and hang up; the second create may then fail as
/// unavailable, but never win, and what stands is the first.
///
/// # Panics
///
/// When the store breaks the contract.
pub async fn a_large_body_that_exists_is_told_as_such(store: &impl Store, prefix: &str) -> Object {
    let large = |seed: u8| Object { body: vec![seed; 5 << 20].into(), ..object(prefix, "large", &[1], seed) };
    assert_eq!(create(store, &large(1)).await, Creation::Created);
    for seed in 2..6 {
        match store.create(&large(seed)).await {
            Ok(creation) => assert_eq!(creation, Creation::Exists),
            Err(error) => assert!(error.is_retryable(), "{error}"),
        }
    }
    assert_eq!(head(store, &large(1).key).await, Some(metadata(&large(1))));
    large(1)
}

/// Of 20 writers on one key exactly one wins; what stands is the winner's, and who looks meanwhile sees that or
/// nothing.
///
/// # Panics
///
/// When the store breaks the contract.
pub async fn one_of_many_writers_wins(store: &impl Store, prefix: &str, rounds: usize) -> Vec<Object> {
    let mut standing = Vec::with_capacity(rounds);
    for round in 0..rounds {
        let mut objects: Vec<Object> = (0..20)
            .map(|writer| object(prefix, &format!("race/{round}"), &[i64::from(writer), 99], writer))
            .collect();
        let key = &objects[0].key;
        let creations = join_all(objects.iter().map(|object| create(store, object)));
        let (creations, seen) = join(creations, join_all((0..5).map(|_| head(store, key)))).await;
        let winners: Vec<usize> = (0..20).filter(|writer| creations[*writer] == Creation::Created).collect();
        assert_eq!(winners.len(), 1, "round {round}: {} writers won", winners.len());
        let winner = objects.swap_remove(winners[0]);
        let metadata = Some(metadata(&winner));
        assert_eq!(head(store, &winner.key).await, metadata, "round {round}");
        for seen in seen {
            assert!(
                seen.is_none() || seen == metadata,
                "round {round}: {seen:?} was seen, {metadata:?} stands"
            );
        }
        standing.push(winner);
    }
    standing
}

fn object(prefix: &str, key: &str, offsets: &[i64], seed: u8) -> Object {
    Object {
        key: format!("{prefix}{key}"),
        body: format!("{{\"seed\":{seed}}}\n").into(),
        content_type: "application/x-ndjson",
        content_encoding: None,
        coverage: Coverage::of(offsets),
        identity: Some(Identity::of_parts(Some(i64::from(seed)), None, None)),
        after: None,
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

//! Schemas that refer to others.

use crate::server::{Answer, Request, Server};
use crate::{ask, confluent, failure};
use schema::{Fetched, Registry as _, SchemaId};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};

/// What a registry answers by path.
type Answers = BTreeMap<String, Value>;

/// A schema of this name, with references of the name, subject and version of the first version of the others.
fn schema(name: &str, references: &[&str]) -> Value {
    let references: Vec<Value> = references
        .iter()
        .map(|name| json!({"name": format!("ns.{name}"), "subject": format!("of/{name}"), "version": 1}))
        .collect();
    json!({"schema": name, "references": references})
}

/// Schema 7, and the subjects of the others.
fn answers(root: &[&str], others: &[(&str, &[&str])]) -> Answers {
    let mut answers = Answers::from([("/schemas/ids/7".to_owned(), schema("root", root))]);
    for (name, references) in others {
        answers.insert(format!("/subjects/of%2F{name}/versions/1"), schema(name, references));
    }
    answers
}

fn answer(answers: &Answers, request: &Request) -> Answer {
    match answers.get(&request.target) {
        Some(answer) => Answer::json(200, answer.to_string()),
        None => Answer::problem(404, 40401, "Subject not found."),
    }
}

#[track_caller]
fn names(fetched: Fetched) -> Vec<String> {
    match fetched {
        Fetched::Schema(schema) => {
            let names = schema.references.iter();
            names
                .map(|it| {
                    assert_eq!(it.name, format!("ns.{}", it.text));
                    it.text.clone()
                })
                .collect()
        }
        other => panic!("{other:?}"),
    }
}

/// Asserts in which order references stand; each is asked for once.
async fn check(root: &[&str], others: &[(&str, &[&str])], expected: &[&str]) {
    let answers = answers(root, others);
    let server = Server::start(move |request| answer(&answers, request)).await;
    assert_eq!(names(ask(&confluent(&[&server.url])).await.unwrap()), expected);
    let targets = server.targets();
    assert_eq!(targets.len(), targets.iter().collect::<BTreeSet<_>>().len(), "{targets:?}");
}

#[tokio::test]
async fn references_stand_after_those_that_they_refer_to() {
    check(&["a"], &[("a", &[])], &["a"]).await;
    check(&["a", "b"], &[("a", &["c"]), ("b", &[]), ("c", &["b"])], &["b", "c", "a"]).await;
    check(&["c", "b", "a"], &[("a", &["b"]), ("b", &["c"]), ("c", &[])], &["c", "b", "a"]).await;
}

#[tokio::test]
async fn a_diamond_is_fetched_once() {
    let diamond: &[(&str, &[&str])] = &[("l", &["base"]), ("r", &["base"]), ("base", &[])];
    check(&["l", "r"], diamond, &["base", "l", "r"]).await;
}

#[tokio::test]
async fn a_circle_ends_where_it_closes() {
    check(&["a"], &[("a", &["a"])], &["a"]).await;
    check(&["a", "b"], &[("a", &["b"]), ("b", &["a"])], &["b", "a"]).await;
}

#[tokio::test]
async fn hundreds_of_references_are_fetched_wide_and_deep() {
    let names: Vec<String> = (0..200).map(|index| format!("r{index:03}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let wide: Vec<(&str, &[&str])> = names.iter().map(|name| (*name, &[][..])).collect();
    check(&names, &wide, &names).await;

    let deep: Vec<(&str, &[&str])> =
        (0..200).map(|index| (names[index], names.get(index + 1..index + 2).unwrap_or_default())).collect();
    let upwards: Vec<&str> = names.iter().rev().copied().collect();
    check(&names[..1], &deep, &upwards).await;
}

#[tokio::test]
async fn the_first_of_a_name_counts() {
    let mut answers = answers(&["a", "b"], &[("a", &[]), ("b", &[])]);
    // The second one calls another version by the first one's name.
    let b = answers.get_mut("/subjects/of%2Fb/versions/1").unwrap();
    b["references"] = json!([{"name": "ns.a", "subject": "of/a", "version": 2}]);
    answers.insert("/subjects/of%2Fa/versions/2".to_owned(), json!({"schema": "later"}));
    let server = Server::start(move |request| answer(&answers, request)).await;
    assert_eq!(names(ask(&confluent(&[&server.url])).await.unwrap()), ["a", "b"]);
}

#[tokio::test]
async fn a_reference_that_is_not_there_makes_the_schema_unusable() {
    let answers = answers(&["a", "b", "c"], &[("a", &["d"])]);
    let server = Server::start(move |request| answer(&answers, request)).await;
    let registry = confluent(&[&server.url]);
    let unusable = r#"schema 7 refers to version 1 of subject "of/b" and version 1 of subject "of/c" and version 1 of subject "of/d", which the registry says is not there"#;
    for _ in 0..2 {
        assert_eq!(ask(&registry).await.unwrap(), Fetched::Unusable(unusable.to_owned()));
    }
}

#[tokio::test]
async fn a_reference_to_a_deleted_subject_still_stands() {
    let mut answers = answers(&["a"], &[]);
    answers.insert("/subjects/of%2Fa/versions/1?deleted=true".to_owned(), json!({"schema": "a"}));
    let server = Server::start(move |request| answer(&answers, request)).await;
    assert_eq!(names(ask(&confluent(&[&server.url])).await.unwrap()), ["a"]);
}

#[tokio::test]
async fn a_failure_names_the_reference_and_the_next_try_asks_for_the_rest() {
    let answers = answers(&["a", "b"], &[("a", &[]), ("b", &[])]);
    let calls = AtomicUsize::new(0);
    let server = Server::start(move |request| match &*request.target {
        "/subjects/of%2Fb/versions/1" if calls.fetch_add(1, Ordering::Relaxed) == 0 => Answer::html(503),
        _ => answer(&answers, request),
    })
    .await;
    let registry = confluent(&[&server.url]);
    let message = format!(
        "schema 7 could not be fetched from {}: version 1 of subject \"of/b\", which it refers to: answered 503",
        server.url
    );
    assert_eq!(failure(ask(&registry).await), (message, true));
    assert_eq!(names(ask(&registry).await.unwrap()), ["a", "b"]);
    // Another schema with the same references asks for itself alone.
    let before = server.targets().len();
    assert_eq!(registry.fetch(SchemaId::Number(8)).await.unwrap(), Fetched::Unknown);
    assert_eq!(names(ask(&registry).await.unwrap()), ["a", "b"]);
    assert_eq!(server.targets()[before..], ["/schemas/ids/8", "/schemas/ids/7"]);
}

//! What becomes of each answer that a registry, or what stands in its place, may give.

use crate::server::{Answer, Server, nowhere};
use crate::{ask, confluent, doc, failure, settings};
use schema::{Confluent, Fetched, Format, Reference, Registry as _, SchemaId, WriterSchema};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// Asserts what a registry that answers so is taken to have said; `{url}` stands for its URL.
async fn check(answer: Answer, expected: Result<Fetched, (&str, bool)>) {
    let server = Server::saying(answer.clone()).await;
    let result = ask(&confluent(&[&server.url])).await;
    match expected {
        Ok(expected) => assert_eq!(result.expect("an answer"), expected, "{answer:?}"),
        Err((message, is_transient)) => {
            let message = message.replace("{url}", &server.url);
            assert_eq!(failure(result), (message, is_transient), "{answer:?}");
        }
    }
}

fn schema(format: Format, text: &str, version: Option<u64>) -> Result<Fetched, (&'static str, bool)> {
    let (id, references): (_, Vec<Reference>) = (SchemaId::Number(7), Vec::new());
    Ok(Fetched::Schema(Arc::new(WriterSchema { id, format, text: text.to_owned(), references, version })))
}

#[tokio::test]
async fn a_schema_is_what_the_registry_says() {
    check(Answer::json(200, r#"{"schema":"\"int\""}"#), schema(Format::Avro, "\"int\"", None)).await;
    check(
        Answer::json(200, r#"{"schemaType":"AVRO","schema":"\"int\"","references":null,"id":7,"version":3}"#),
        schema(Format::Avro, "\"int\"", Some(3)),
    )
    .await;
    check(
        Answer::json(200, r#"{"schemaType":"PROTOBUF","schema":"message M {}","references":[]}"#),
        schema(Format::Protobuf, "message M {}", None),
    )
    .await;
    check(
        Answer::json(200, r#"{"schemaType":"JSON","schema":"{}"}"#),
        schema(Format::JsonSchema, "{}", None),
    )
    .await;
}

#[tokio::test]
async fn a_schema_of_another_type_cannot_be_used() {
    let unusable = "schema 7 has the type \"THRIFT\", where AVRO, PROTOBUF and JSON are known";
    let answer = Answer::json(200, r#"{"schemaType":"THRIFT","schema":"struct S {}"}"#);
    check(answer, Ok(Fetched::Unusable(unusable.to_owned()))).await;
}

#[tokio::test]
async fn an_id_is_unknown_where_the_registry_itself_says_so() {
    check(Answer::problem(404, 40403, "Schema not found"), Ok(Fetched::Unknown)).await;
    check(Answer::problem(404, 40402, "Version not found"), Ok(Fetched::Unknown)).await;
}

#[tokio::test]
async fn a_404_of_anybody_else_is_a_wrong_url() {
    let hint = "but not as a schema registry does: see schema.registry.url";
    let bare = format!("schema 7 could not be fetched from {{url}}: answered 404, {hint}");
    check(Answer::html(404), Err((&bare, false))).await;
    check(Answer::json(404, ""), Err((&bare, false))).await;
    check(Answer::json(404, r#"{"message":"no route"}"#), Err((&bare, false))).await;
    let words = format!(
        "schema 7 could not be fetched from {{url}}: answered 404 (error_code 404: HTTP 404 Not Found), {hint}"
    );
    check(Answer::problem(404, 404, "HTTP 404 Not Found"), Err((&words, false))).await;
}

#[tokio::test]
async fn refused_credentials_name_the_settings() {
    let hint = ": see basic.auth.user.info, bearer.auth.token or schema.registry.secret.arn";
    for status in [401, 403] {
        let message = format!("schema 7 could not be fetched from {{url}}: answered {status}{hint}");
        check(Answer::html(status), Err((&message, false))).await;
    }
    let message = format!(
        "schema 7 could not be fetched from {{url}}: answered 401 (error_code 40101: User cannot access){hint}"
    );
    check(Answer::problem(401, 40101, "User cannot access"), Err((&message, false))).await;
}

#[tokio::test]
async fn trouble_of_the_server_may_pass() {
    for status in [408, 429, 500, 502, 503, 504] {
        let message = format!("schema 7 could not be fetched from {{url}}: answered {status}");
        check(Answer::html(status), Err((&message, true))).await;
    }
    check(
        Answer::problem(500, 50001, "Error in the backend data store"),
        Err((
            "schema 7 could not be fetched from {url}: answered 500 (error_code 50001: Error in the backend data store)",
            true,
        )),
    )
    .await;
}

#[tokio::test]
async fn other_refusals_stay() {
    let message = "schema 7 could not be fetched from {url}: answered 406 (error_code 406: HTTP 406)";
    check(Answer::problem(406, 406, "HTTP 406"), Err((message, false))).await;
    let message = "schema 7 could not be fetched from {url}: answered 304: see schema.registry.url";
    check(Answer::html(304), Err((message, false))).await;
}

#[tokio::test]
async fn an_answer_that_is_no_schema_may_pass() {
    let message = "schema 7 could not be fetched from {url}: answered 200 with what is no schema: is this a schema registry?";
    for body in ["", "[]", "{}", r#"{"schema":7}"#, r#"{"schema":"\"int\""#, "\u{0}"] {
        check(Answer::json(200, body), Err((message, true))).await;
    }
    check(Answer::html(200), Err((message, true))).await;
}

#[tokio::test]
async fn an_answer_without_end_is_not_read_to_it() {
    let message = "schema 7 could not be fetched from {url}: answered with more than 16777216 bytes";
    check(Answer::json(200, " ".repeat(17 << 20)), Err((message, false))).await;
}

#[tokio::test]
async fn an_answer_that_breaks_off_may_pass() {
    check(
        Answer::BreakOff { body: r#"{"schema":"\"int\"""#.to_owned() },
        Err((
            "schema 7 could not be fetched from {url}: its answer broke off: end of file before message length reached",
            true,
        )),
    )
    .await;
    check(
        Answer::HangUp,
        Err((
            "schema 7 could not be fetched from {url}: the connection broke before there was an answer: \
             connection closed before message completed",
            true,
        )),
    )
    .await;
}

#[tokio::test]
async fn a_server_that_is_slow_may_be_quicker_next_time() {
    let server = Server::saying(Answer::KeepWaiting).await;
    let mut settings = settings(&[&server.url]);
    settings.request_timeout = Duration::from_millis(50);
    let registry = Confluent::new(&settings).unwrap();
    let message = format!("schema 7 could not be fetched from {}: no answer within 50ms", server.url);
    assert_eq!(failure(ask(&registry).await), (message, true));
}

#[tokio::test]
async fn a_refused_connection_may_not_be_next_time() {
    let url = nowhere().await;
    let message = format!(
        "schema 7 could not be fetched from {url}: it cannot be reached: Connection refused (os error 111)"
    );
    assert_eq!(failure(ask(&confluent(&[&url])).await), (message, true));
}

#[tokio::test]
async fn redirects_are_followed_but_not_for_ever() {
    let target = Server::saying(Answer::schema("target")).await;
    let door = Server::saying(Answer::redirect(format!("{}/schemas/ids/7", target.url))).await;
    assert_eq!(doc(ask(&confluent(&[&door.url])).await), "target");

    let circle = Server::saying(Answer::redirect("/schemas/ids/7".to_owned())).await;
    let message = format!(
        "schema 7 could not be fetched from {}: it redirects more than 5 times: too many redirects",
        circle.url
    );
    assert_eq!(failure(ask(&confluent(&[&circle.url])).await), (message, false));
}

#[tokio::test]
async fn a_guid_has_a_path_of_its_own() {
    let server = Server::saying(Answer::schema("guid")).await;
    let id = SchemaId::Guid([0xab; 16]);
    assert_eq!(doc(confluent(&[&server.url]).fetch(id).await), "guid");
    assert_eq!(server.targets(), ["/schemas/guids/abababab-abab-abab-abab-abababababab"]);
}

#[tokio::test]
async fn a_registry_that_knows_no_guids_is_told_from_a_wrong_url() {
    let id = SchemaId::Guid([0xab; 16]);
    let old = Server::start(|request| match &*request.target {
        "/schemas/types" => Answer::json(200, r#"["JSON","PROTOBUF","AVRO"]"#),
        _ => Answer::problem(404, 404, "HTTP 404 Not Found"),
    })
    .await;
    let unusable = format!("schema {id} is a GUID, and the registry {} does not know GUIDs", old.url);
    assert_eq!(confluent(&[&old.url]).fetch(id).await.unwrap(), Fetched::Unusable(unusable));

    let wrong = Server::saying(Answer::html(404)).await;
    let (message, is_transient) = failure(confluent(&[&wrong.url]).fetch(id).await);
    assert!(message.contains("answered 404, but not as a schema registry does"), "{message}");
    assert!(!is_transient);
}

#[tokio::test]
async fn an_id_of_glues_is_not_asked_for() {
    let server = Server::saying(Answer::schema("none")).await;
    let fetched = confluent(&[&server.url]).fetch(SchemaId::Glue([1; 16])).await.unwrap();
    assert!(matches!(fetched, Fetched::Unusable(_)));
    assert_eq!(server.targets(), [""; 0]);
}

#[tokio::test]
async fn a_server_that_stumbles_once_is_asked_again_on_the_next_call() {
    let calls = AtomicUsize::new(0);
    let server = Server::start(move |_| match calls.fetch_add(1, Ordering::Relaxed) {
        0 => Answer::html(500),
        _ => Answer::schema("second"),
    })
    .await;
    let registry = confluent(&[&server.url]);
    assert!(failure(ask(&registry).await).1);
    assert_eq!(doc(ask(&registry).await), "second");
}

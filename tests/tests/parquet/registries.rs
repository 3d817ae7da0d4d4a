//! A registry that fails holds a batch up and loses nothing of it; one that says that it does not know an id does not.

use crate::lake::{APICURIO, Lake, PEERS, TOPIC, avro, event, event_at, schema_id};
use end_to_end::moto::Moto;
use end_to_end::peers::Reference;
use end_to_end::registry::{Reaction, RegistryProxy, basic, calm, demand};
use end_to_end::sink::failure;
use end_to_end::tls::TlsFront;
use serde_json::{Value, json};
use std::fs;
use std::time::Duration;
use tempfile::NamedTempFile;

const SCHEMA: &str = r#"{"type":"record","name":"Order","namespace":"registries","fields":[
    {"name":"id","type":"long"}
]}"#;

#[tokio::test]
async fn an_unknown_id_goes_to_quarantine_and_is_named() {
    let mut values = values();
    values[1][1..5].copy_from_slice(&[0x7f, 0, 0, 1]);
    let lake = Lake::start(&[]).await;
    lake.deliver(event(&values)).await;
    assert_eq!(lake.only_file().await.rows, [json!({ "id": 0 }), json!({ "id": 2 })]);
    let lines = lake.quarantined().await;
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0]["errorKind"], "unknown_schema");
    let message = lines[0]["errorMessage"].as_str().expect("a reason is text");
    assert!(message.contains("2130706433") && message.contains(&APICURIO.url()), "{message}");
}

#[tokio::test]
async fn a_schema_is_fetched_once_for_all_batches() {
    let proxy = RegistryProxy::start(APICURIO.endpoint(), calm).await;
    let lake = Lake::start(&[("SCHEMA_REGISTRY_URL", &proxy.url())]).await;
    let values = values();
    for batch in 0..3 {
        lake.deliver(event_at(TOPIC, 0, batch * 3, &values)).await;
    }
    let path = format!("/schemas/ids/{}", schema_id(&values[0]));
    let fetched = proxy.asked().into_iter().filter(|asked| asked.split('?').next() == Some(&path)).count();
    assert_eq!(fetched, 1, "{:?}", proxy.asked());
}

#[tokio::test]
async fn a_failure_that_passes_is_not_seen() {
    for fault in [
        Reaction::Answer(500, "{}"),
        Reaction::Answer(503, "busy"),
        Reaction::Answer(429, ""),
        Reaction::HangUp,
    ] {
        let first = fault.clone();
        let proxy = RegistryProxy::start(APICURIO.endpoint(), move |asked| {
            if asked.earlier == 0 { first.clone() } else { Reaction::Pass }
        })
        .await;
        let lake = Lake::start(&[("SCHEMA_REGISTRY_URL", &proxy.url())]).await;
        lake.deliver(event(&values())).await;
        assert_eq!(lake.only_file().await.rows, rows(), "{fault:?}");
    }
}

#[tokio::test]
async fn a_failure_that_stays_fails_the_batch_until_the_registry_is_well_again() {
    for (fault, told) in [
        (Reaction::Answer(500, r#"{"error_code":50001,"message":"Error in the backend data store"}"#), "500"),
        (Reaction::Answer(502, "<html>Bad Gateway</html>"), "502"),
        (Reaction::Answer(200, "<html>It works!</html>"), "is this a schema registry?"),
        (Reaction::Answer(200, r#"{"schema":5}"#), ""),
        (Reaction::Answer(200, r#"{"error_code":40403}"#), ""),
        (Reaction::Answer(200, ""), ""),
        (Reaction::Answer(401, r#"{"error_code":401,"message":"Unauthorized"}"#), "401"),
        (Reaction::Answer(403, r#"{"error_code":403,"message":"Forbidden"}"#), "403"),
        // No registry's word for an unknown id: a path that is wrong, or a load balancer's.
        (Reaction::Answer(404, "<html>Not Found</html>"), "404"),
        (Reaction::HangUp, ""),
    ] {
        check_until_well(fault, told).await;
    }
}

#[tokio::test]
async fn a_registry_that_is_slow_is_not_taken_for_one_that_knows_nothing() {
    let proxy =
        RegistryProxy::start(APICURIO.endpoint(), |_| Reaction::PassAfter(Duration::from_secs(600))).await;
    let lake = Lake::start(&[("SCHEMA_REGISTRY_URL", &proxy.url())]).await;
    let (_, message) = failure(lake.sink.invoke_within(event(&values()), Duration::from_secs(4)).await);
    assert!(!message.is_empty());
    assert!(lake.objects().await.is_empty(), "nothing is in quarantine either");
    proxy.follow(calm);
    lake.deliver(event(&values())).await;
    assert_eq!(lake.only_file().await.rows, rows());
}

#[tokio::test]
async fn a_registry_that_refuses_connections_is_named_and_found_again() {
    let proxy = RegistryProxy::start(APICURIO.endpoint(), calm).await;
    let (url, address) = (proxy.url(), proxy.address());
    drop(proxy);
    let lake = Lake::start(&[("SCHEMA_REGISTRY_URL", &url)]).await;
    let values = values();
    let (_, message) = failure(lake.sink.invoke(event(&values)).await);
    assert!(message.contains(&url) && message.contains(&id_of(&values)), "{message}");
    let _proxy = RegistryProxy::start_at(address, APICURIO.endpoint(), calm).await;
    lake.deliver(event(&values)).await;
    assert_eq!(lake.only_file().await.rows, rows());
}

#[tokio::test]
async fn the_next_url_is_asked_where_one_is_down() {
    let proxy = RegistryProxy::start(APICURIO.endpoint(), |_| Reaction::HangUp).await;
    let urls = format!("http://127.0.0.1:1,{},{}", proxy.url(), APICURIO.url());
    let lake = Lake::start(&[("SCHEMA_REGISTRY_URL", &urls)]).await;
    lake.deliver(event(&values())).await;
    assert_eq!(lake.only_file().await.rows, rows());
}

#[tokio::test]
async fn credentials_are_sent_and_wrong_ones_are_told_without_showing_them() {
    let proxy = RegistryProxy::start(APICURIO.endpoint(), demand(basic("reader", "s3cret:pass"))).await;
    let with = |user_info: &'static str| {
        [("BASIC_AUTH_CREDENTIALS_SOURCE", "USER_INFO"), ("BASIC_AUTH_USER_INFO", user_info)]
    };
    check_credentials(&proxy, &with("reader:s3cret:pass"), &with("reader:wr0ng"), "wr0ng").await;

    let proxy = RegistryProxy::start(APICURIO.endpoint(), demand("Bearer t0ken".to_owned())).await;
    let with = |token: &'static str| {
        [("BEARER_AUTH_CREDENTIALS_SOURCE", "STATIC_TOKEN"), ("BEARER_AUTH_TOKEN", token)]
    };
    check_credentials(&proxy, &with("t0ken"), &with("0ther"), "0ther").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn credentials_come_from_a_secret_too() {
    let moto = Moto::start();
    let proxy = RegistryProxy::start(APICURIO.endpoint(), demand(basic("reader", "s3cret"))).await;
    let (url, values) = (proxy.url(), values());
    for (name, text, is_right) in [
        ("right", r#"{"username":"reader","password":"s3cret"}"#, true),
        ("wrong", r#"{"username":"reader","password":"wr0ng"}"#, false),
        ("odd", r#"{"user":"reader","pass":"wr0ng"}"#, false),
    ] {
        let arn = moto.secret(name, text);
        let settings = [
            ("SCHEMA_REGISTRY_URL", url.as_str()),
            ("SCHEMA_REGISTRY_SECRET_ARN", &arn),
            ("AWS_ENDPOINT_URL_SECRETS_MANAGER", moto.endpoint()),
        ];
        let lake = Lake::start(&settings).await;
        if is_right {
            lake.deliver(event(&values)).await;
            assert_eq!(lake.only_file().await.rows, rows());
        } else {
            let (_, message) = failure(lake.sink.invoke(event(&values)).await);
            assert!(message.contains(&url) && message.contains(&id_of(&values)), "{name}: {message}");
            assert!(!message.contains("wr0ng"), "{name}: {message}");
            assert!(lake.objects().await.is_empty(), "{name}");
        }
    }
}

#[tokio::test]
async fn a_registry_behind_an_authority_of_ones_own_is_trusted_by_its_certificate() {
    let tls = TlsFront::start(APICURIO.endpoint()).await;
    let trusted = NamedTempFile::new().expect("a file can be made");
    fs::write(trusted.path(), tls.authority()).expect("it can be written");
    let url = format!("{}/apis/ccompat/v7", tls.endpoint());
    let path = trusted.path().display().to_string();
    let values = values();

    let lake = Lake::start(&[("SCHEMA_REGISTRY_URL", &url)]).await;
    let (_, message) = failure(lake.sink.invoke(event(&values)).await);
    assert!(message.contains(&url) && message.contains("certificate"), "{message}");

    let settings =
        [("SCHEMA_REGISTRY_URL", url.as_str()), ("SCHEMA_REGISTRY_SSL_TRUSTSTORE_LOCATION", &path)];
    let lake = Lake::start(&settings).await;
    lake.deliver(event(&values)).await;
    assert_eq!(lake.only_file().await.rows, rows());
}

#[tokio::test]
async fn a_schema_with_two_hundred_references_is_put_together() {
    let names: Vec<String> = (0..200).map(|number| format!("registries.Part{number}")).collect();
    let schemas: Vec<String> = names
        .iter()
        .enumerate()
        .map(|(number, name)| {
            format!(r#"{{"type":"record","name":"{name}","fields":[{{"name":"n{number}","type":"int"}}]}}"#)
        })
        .collect();
    let references: Vec<Reference<'_>> = names
        .iter()
        .zip(&schemas)
        .map(|(name, schema)| Reference { name, schema, references: &[] })
        .collect();
    let fields: Vec<String> = names
        .iter()
        .enumerate()
        .map(|(number, name)| format!(r#"{{"name":"p{number}","type":"{name}"}}"#))
        .collect();
    let schema = format!(
        r#"{{"type":"record","name":"Whole","namespace":"registries","fields":[{}]}}"#,
        fields.join(",")
    );
    let row: Value = Value::Object(
        (0..200).map(|number| (format!("p{number}"), json!({ format!("n{number}"): -number }))).collect(),
    );
    let registry = APICURIO.url();
    let values = PEERS.serialize_avro_with(
        &registry,
        "registries-references",
        &schema,
        &references,
        std::slice::from_ref(&row),
    );
    let proxy = RegistryProxy::start(APICURIO.endpoint(), calm).await;
    let lake = Lake::start(&[("SCHEMA_REGISTRY_URL", &proxy.url())]).await;
    lake.deliver(event(&values)).await;
    assert_eq!(lake.quarantined().await, Vec::<Value>::new());
    assert_eq!(lake.only_file().await.rows, [row]);
    let asked = proxy.asked();
    assert!(asked.len() <= 210, "each is asked for once: {} requests", asked.len());
}

#[tokio::test]
async fn a_reference_of_a_reference_is_followed() {
    let inner = r#"{"type":"record","name":"registries.Inner","fields":[{"name":"n","type":"int"}]}"#;
    let middle = r#"{"type":"record","name":"registries.Middle","fields":[{"name":"inner","type":"registries.Inner"}]}"#;
    let schema = r#"{"type":"record","name":"Outer","namespace":"registries","fields":[
        {"name":"a","type":"Middle"},{"name":"b","type":["null","Inner"]}]}"#;
    let references = [
        Reference { name: "registries.Inner", schema: inner, references: &[] },
        Reference { name: "registries.Middle", schema: middle, references: &["registries.Inner"] },
    ];
    let rows = [
        json!({ "a": { "inner": { "n": 1 } }, "b": { "n": 2 } }),
        json!({ "a": { "inner": { "n": 3 } }, "b": null }),
    ];
    let values = PEERS.serialize_avro_with(&APICURIO.url(), "registries-deep", schema, &references, &rows);
    let lake = Lake::start(&[]).await;
    lake.deliver(event(&values)).await;
    assert_eq!(lake.quarantined().await, Vec::<Value>::new());
    assert_eq!(lake.only_file().await.rows, rows);
}

/// Fails while every request meets this fault, with a message that names URL and id; then delivers all, once.
async fn check_until_well(fault: Reaction, told: &str) {
    let always = fault.clone();
    let proxy = RegistryProxy::start(APICURIO.endpoint(), move |_| always.clone()).await;
    let lake = Lake::start(&[("SCHEMA_REGISTRY_URL", &proxy.url())]).await;
    let values = values();
    let (error_type, message) = failure(lake.sink.invoke(event(&values)).await);
    assert_eq!(error_type, "RegistryFailed", "{fault:?}: {message}");
    for part in [proxy.url().as_str(), &id_of(&values), told] {
        assert!(message.contains(part), "{fault:?}: {part:?} is not in: {message}");
    }
    assert!(lake.objects().await.is_empty(), "{fault:?}: nothing is in quarantine either");

    proxy.follow(calm);
    lake.deliver(event(&values)).await;
    assert_eq!(lake.only_file().await.rows, rows(), "{fault:?}");
    assert_eq!(lake.objects().await.len(), 1, "{fault:?}");
}

async fn check_credentials(
    proxy: &RegistryProxy,
    right: &[(&str, &str)],
    wrong: &[(&str, &str)],
    secret: &str,
) {
    let url = proxy.url();
    let values = values();
    for (settings, is_right) in [(right, true), (wrong, false), (&[], false)] {
        let mut all = vec![("SCHEMA_REGISTRY_URL", url.as_str())];
        all.extend_from_slice(settings);
        let lake = Lake::start(&all).await;
        if is_right {
            lake.deliver(event(&values)).await;
            assert_eq!(lake.only_file().await.rows, rows());
        } else {
            let (_, message) = failure(lake.sink.invoke(event(&values)).await);
            assert!(message.contains(&url) && message.contains("401"), "{message}");
            assert!(message.contains(&id_of(&values)), "{message}");
            let log = lake.sink.log().join("\n");
            assert!(!message.contains(secret) && !log.contains(secret), "{message}\n{log}");
            assert!(lake.objects().await.is_empty());
        }
    }
}

fn values() -> Vec<Vec<u8>> {
    avro("registries", SCHEMA, &rows())
}

fn rows() -> Vec<Value> {
    (0..3).map(|id| json!({ "id": id })).collect()
}

fn id_of(values: &[Vec<u8>]) -> String {
    schema_id(&values[0]).to_string()
}

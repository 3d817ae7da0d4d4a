//! Who asks, and what is refused before anybody is asked.

use crate::server::{Answer, Server};
use crate::{ask, doc, settings};
use schema::{Confluent, Credentials, RegistryUrl};

/// Asserts what a registry is told of who asks; the credentials of a URL stand before its host.
async fn check(in_url: &str, credentials: Credentials, expected: Option<&str>) {
    let server = Server::saying(Answer::schema("in")).await;
    let mut settings = settings(&[&server.url.replace("http://", &format!("http://{in_url}"))]);
    settings.credentials = credentials;
    assert_eq!(doc(ask(&Confluent::new(&settings).unwrap()).await), "in");
    assert_eq!(server.requests()[0].header("authorization"), expected);
}

fn basic(user: &str, password: &str) -> Credentials {
    Credentials::Basic { user: user.to_owned(), password: password.to_owned() }
}

#[tokio::test]
async fn each_way_to_say_who_asks_is_told() {
    check("", Credentials::None, None).await;
    check("", basic("Aladdin", "open sesame"), Some("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==")).await;
    check("", basic("me", "p\u{e4}ss:word"), Some("Basic bWU6cMOkc3M6d29yZA==")).await;
    check("", Credentials::Bearer(" token.of.mine\n".to_owned()), Some("Bearer token.of.mine")).await;
    check("Aladdin:open%20sesame@", Credentials::None, Some("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==")).await;
    check("key@", Credentials::None, Some("Basic a2V5Og==")).await;
}

#[tokio::test]
async fn a_registry_is_asked_for_json_under_its_own_path() {
    let server = Server::saying(Answer::schema("base")).await;
    for base in ["/apis/ccompat/v7", "/apis/ccompat/v7/", "/apis/ccompat/v7//"] {
        let registry = Confluent::new(&settings(&[&format!("{}{base}", server.url)])).unwrap();
        assert_eq!(doc(ask(&registry).await), "base");
    }
    assert_eq!(server.targets(), ["/apis/ccompat/v7/schemas/ids/7"; 3]);
    let accept = "application/vnd.schemaregistry.v1+json, application/json";
    assert_eq!(server.requests()[0].header("accept"), Some(accept));
}

#[tokio::test]
async fn no_message_has_a_password() {
    let server = Server::saying(Answer::html(401)).await;
    let url = server.url.replace("http://", "http://me:secret@");
    let settings = settings(&[&url]);
    let registry = Confluent::new(&settings).unwrap();
    let error = ask(&registry).await.unwrap_err();
    let all = format!("{error} {error:?} {settings:?} {registry:?}");
    assert!(!all.contains("secret@") && !all.contains("bWU6c2VjcmV0"), "{all}");
    assert!(error.to_string().contains(&server.url), "{error}");
}

#[tokio::test]
async fn a_proxy_is_asked_where_there_is_one() {
    let proxy = Server::saying(Answer::schema("proxy")).await;
    let mut settings = settings(&["http://registry.example:8081"]);
    settings.proxy = Some(RegistryUrl(proxy.url.clone()));
    assert_eq!(doc(ask(&Confluent::new(&settings).unwrap()).await), "proxy");
    assert_eq!(proxy.targets(), ["http://registry.example:8081/schemas/ids/7"]);
}

#[track_caller]
fn check_refused(urls: &[&str], credentials: Credentials, message: &str) {
    let mut settings = settings(urls);
    settings.credentials = credentials;
    assert_eq!(Confluent::new(&settings).unwrap_err().to_string(), message);
}

#[test]
fn settings_that_make_no_sense_are_refused() {
    let none = Credentials::None;
    check_refused(&[], none.clone(), "there is no URL of a schema registry");
    for (url, message) in [
        ("", r#""" is not the URL of a schema registry: relative URL without a base"#),
        (
            "registry:8081",
            r#""registry:8081" is not the URL of a schema registry: it does not begin with http:// or https://"#,
        ),
        (
            "me:secret@registry:8081",
            r#""registry:8081" is not the URL of a schema registry: it does not begin with http:// or https://"#,
        ),
        ("http://", r#""http://" is not the URL of a schema registry: empty host"#),
        (
            "http://registry:port",
            r#""http://registry:port" is not the URL of a schema registry: invalid port number"#,
        ),
        (
            "http://registry/?a=b",
            r#""http://registry/?a=b" is not the URL of a schema registry: it has a query or a fragment"#,
        ),
        (
            "https://me:secret@registry",
            r#""https://registry" is https, and no certificates of authorities are given"#,
        ),
    ] {
        check_refused(&[url], none.clone(), message);
    }
    check_refused(
        &["http://fine:8081", "http://me:secret@registry:8081"],
        Credentials::Bearer("token".to_owned()),
        r#"credentials stand in the URL "http://registry:8081" and in settings of their own: leave one of them out"#,
    );
    check_refused(
        &["http://registry:8081"],
        Credentials::Bearer("to\nken".to_owned()),
        "the credentials for the schema registry have characters that an HTTP header cannot have",
    );
}

#[test]
fn a_proxy_that_is_none_is_refused() {
    let mut settings = settings(&["http://registry:8081"]);
    settings.proxy = Some(RegistryUrl::from("http://me:secret@pro xy"));
    let message = Confluent::new(&settings).unwrap_err().to_string();
    assert_eq!(message, r#""http://pro xy" is not the URL of a proxy"#);
}

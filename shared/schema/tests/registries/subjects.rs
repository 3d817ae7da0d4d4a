//! Ids of a subject's versions.

use crate::confluent;
use crate::server::{Answer, Server};
use schema::{SchemaId, Version};

#[tokio::test]
async fn a_version_of_a_subject_has_an_id() {
    let server =
        Server::saying(Answer::json(200, r#"{"subject":"a/b","version":3,"id":7,"schema":"\"int\""}"#)).await;
    let registry = confluent(&[&server.url]);
    for version in [Version::Number(3), Version::Latest] {
        assert_eq!(registry.id_of("a/b", version).await.unwrap(), Some(SchemaId::Number(7)));
    }
    assert_eq!(server.targets(), ["/subjects/a%2Fb/versions/3", "/subjects/a%2Fb/versions/latest"]);
}

#[tokio::test]
async fn a_subject_that_there_isnt_has_none() {
    let server = Server::saying(Answer::problem(404, 40401, "Subject not found.")).await;
    assert_eq!(confluent(&[&server.url]).id_of("a", Version::Latest).await.unwrap(), None);
}

#[tokio::test]
async fn a_failure_names_the_subject_and_the_registry() {
    let server = Server::saying(Answer::problem(401, 40101, "Unauthorized")).await;
    let error = confluent(&[&server.url]).id_of("a", Version::Latest).await.unwrap_err().to_string();
    let expected = format!("schema a (latest) could not be fetched from {}: ", server.url);
    assert!(error.starts_with(&expected), "{error}");
}

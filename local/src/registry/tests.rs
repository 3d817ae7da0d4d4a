//! What clients are told.

use super::answer::{Answer, answer};
use super::shelf::Shelf;
use super::{EmbeddedRegistry, FilesError, Reference, Schema, SchemaType, files, glue};
use http::Method;
use serde_json::{Value, json};
use std::fs;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const ORDER: &str = r#"{"type":"record","name":"Order","fields":[{"name":"id","type":"long"}]}"#;

/// A registry with two versions of one subject, and a schema in Protobuf that another imports.
fn shelf() -> Shelf {
    let mut shelf = Shelf::default();
    assert_eq!(shelf.register("orders-value", Schema::new(SchemaType::Avro, ORDER)).unwrap(), 1);
    assert_eq!(shelf.register("orders-value", Schema::new(SchemaType::Avro, "\"long\"")).unwrap(), 2);
    let money = Schema::new(SchemaType::Protobuf, "message Money {}");
    assert_eq!(shelf.register("money.proto", money).unwrap(), 3);
    let money = Reference { name: "money.proto".to_owned(), subject: "money.proto".to_owned(), version: 1 };
    let price =
        Schema { references: vec![money], ..Schema::new(SchemaType::Protobuf, "import \"money.proto\";") };
    assert_eq!(shelf.register("a/b", price).unwrap(), 4);
    shelf
}

#[track_caller]
fn check(method: &Method, path: &str, body: &str, expected: Value) {
    match answer(&mut shelf(), method, path, body.as_bytes()) {
        Ok(Answer::Json(value)) => assert_eq!((200, value), (200, expected), "{path}"),
        Ok(Answer::Text(text)) => assert_eq!((200, Value::from(text)), (200, expected), "{path}"),
        Err(refusal) => {
            let (status, body) = (refusal.status.as_u16(), refusal.to_json());
            assert_eq!(json!([status, body["error_code"], body["message"]]), expected, "{path}");
        }
    }
}

#[track_caller]
fn get(path: &str, expected: Value) {
    check(&Method::GET, path, "", expected);
}

#[test]
fn a_schema_is_found_by_its_id_and_by_its_guid() {
    let guid = "5373d026-ebd6-bcd6-0941-b5ccfce354fe";
    get("/schemas/ids/1", json!({ "schema": ORDER, "guid": guid }));
    get(&format!("/schemas/guids/{guid}"), json!({ "schema": ORDER, "guid": guid }));
    get("/schemas/ids/1/schema", json!(ORDER));
    get("/schemas/ids/2/subjects", json!(["orders-value"]));
    get("/schemas/ids/2/versions", json!([{ "subject": "orders-value", "version": 2 }]));
    get(
        "/schemas/ids/4",
        json!({
            "schemaType": "PROTOBUF",
            "schema": "import \"money.proto\";",
            "references": [{ "name": "money.proto", "subject": "money.proto", "version": 1 }],
            "guid": "1c4bef61-d402-e86f-94c2-2c90432bef00",
        }),
    );
    for path in ["/schemas/ids/7", "/schemas/ids/7/versions"] {
        get(path, json!([404, 40403, "Schema 7 not found"]));
    }
    get("/schemas/guids/7", json!([404, 40403, "Schema 7 not found"]));
    get("/schemas/ids/seven", json!([404, 404, "HTTP 404 Not Found"]));
}

#[test]
fn subjects_have_versions() {
    get("/subjects", json!(["a/b", "money.proto", "orders-value"]));
    get("/subjects/orders-value/versions", json!([1, 2]));
    let money = json!({
        "subject": "money.proto", "version": 1, "id": 3, "schemaType": "PROTOBUF", "schema": "message Money {}",
        "guid": "4d061dfb-2183-23a5-9a05-fff78eef45b8",
    });
    for version in ["1", "latest", "-1"] {
        get(&format!("/subjects/money.proto/versions/{version}"), money.clone());
    }
    get("/subjects/orders-value/versions/latest/schema", json!("\"long\""));
    get("/subjects/a%2Fb/versions", json!([1]));
    get("/subjects/none/versions", json!([404, 40401, "Subject 'none' not found."]));
    get("/subjects/none/versions/1", json!([404, 40401, "Subject 'none' not found."]));
    get("/subjects/orders-value/versions/3", json!([404, 40402, "Version 3 not found."]));
    let allowed = "allowed is a number from 1 to 2147483647, or latest";
    for version in ["0", "first"] {
        let message = format!("The version '{version}' is not valid; {allowed}");
        get(&format!("/subjects/orders-value/versions/{version}"), json!([422, 42202, message]));
    }
}

#[test]
fn registering_again_gives_the_same_id() {
    let post =
        |path: &str, body: Value, expected: Value| check(&Method::POST, path, &body.to_string(), expected);
    post("/subjects/orders-value/versions", json!({ "schema": ORDER }), json!({ "id": 1 }));
    post("/subjects/other/versions", json!({ "schema": ORDER, "schemaType": "AVRO" }), json!({ "id": 1 }));
    post("/subjects/other/versions", json!({ "schema": "string" }), json!({ "id": 5 }));
    post("/subjects/other/versions", json!({ "schema": "{}", "schemaType": "JSON" }), json!({ "id": 5 }));

    let mut shelf = shelf();
    for _ in 0..2 {
        let body = json!({ "schema": ORDER }).to_string();
        answer(&mut shelf, &Method::POST, "/subjects/other/versions", body.as_bytes()).unwrap();
    }
    assert_eq!(shelf.versions("other"), Some(1));
}

#[test]
fn a_registered_schema_is_looked_up_by_its_text() {
    let post = |path: &str, body: &str, expected: Value| check(&Method::POST, path, body, expected);
    let long = json!({ "schema": "\"long\"" }).to_string();
    post(
        "/subjects/orders-value",
        &long,
        json!({
            "subject": "orders-value", "version": 2, "id": 2, "schema": "\"long\"",
            "guid": "58863db3-2afc-a780-a7ef-2a8cc46f5d42",
        }),
    );
    post("/subjects/none", &long, json!([404, 40401, "Subject 'none' not found."]));
    post("/subjects/money.proto", &long, json!([404, 40403, "Schema not found"]));
}

#[test]
fn what_is_no_schema_is_refused() {
    let post = |body: &str, expected: Value| check(&Method::POST, "/subjects/s/versions", body, expected);
    post(r#"{"schema":""}"#, json!([422, 42201, "Invalid schema: it is empty"]));
    post(
        r#"{"schema":"{"}"#,
        json!([422, 42201, "Invalid schema: EOF while parsing an object at line 1 column 1"]),
    );
    post("{}", json!([422, 42201, "Invalid schema: missing field `schema` at line 1 column 2"]));
    let reference = r#"{"schema":"\"x.Y\"","references":[{"name":"x.Y","subject":"y","version":1}]}"#;
    let message = "Invalid schema: no schema is registered as version 1 of subject y, which x.Y refers to";
    post(reference, json!([422, 42201, message]));
}

#[test]
fn other_paths_and_methods_are_refused_as_http_does() {
    get("/", json!({}));
    get("/config/orders-value", json!({ "compatibilityLevel": "NONE" }));
    get("/schemas/types", json!(["JSON", "PROTOBUF", "AVRO"]));
    get("/mode", json!([404, 404, "HTTP 404 Not Found"]));
    check(&Method::DELETE, "/subjects/orders-value", "", json!([405, 405, "HTTP 405 Method Not Allowed"]));
}

#[test]
fn glue_is_asked_by_the_version_s_uuid() {
    let shelf = shelf();
    let guid = "5373d026-ebd6-bcd6-0941-b5ccfce354fe";
    let ask = |target: &str, body: Value| {
        let (status, answer) = glue::answer(&shelf, target.as_bytes(), body.to_string().as_bytes());
        (status.as_u16(), answer)
    };
    let known = ask("AWSGlue.GetSchemaVersion", json!({ "SchemaVersionId": guid }));
    let expected = json!({
        "SchemaVersionId": guid,
        "SchemaDefinition": ORDER,
        "DataFormat": "AVRO",
        "SchemaArn": "arn:aws:glue:ap-northeast-2:123456789012:schema/embedded/orders-value",
        "VersionNumber": 1,
        "Status": "AVAILABLE",
    });
    assert_eq!(known, (200, expected));
    let unknown =
        ask("AWSGlue.GetSchemaVersion", json!({ "SchemaVersionId": "4f5b3a66-2f0c-4f0d-9a55-6d2b1c9f1e11" }));
    assert_eq!((unknown.0, &unknown.1["__type"]), (400, &json!("EntityNotFoundException")));
    let other = ask("AWSGlue.CreateSchema", json!({}));
    assert_eq!((other.0, &other.1["__type"]), (400, &json!("UnknownOperationException")));
}

/// The shelf of a folder with these files, or why there is none.
fn folder(names: &[&str]) -> Result<Shelf, FilesError> {
    let folder = tempfile::tempdir().unwrap();
    for name in names {
        fs::write(folder.path().join(name), format!("\"{name}\"")).unwrap();
    }
    files::read(folder.path())
}

#[test]
fn the_names_of_files_say_what_they_are() {
    let guid = "4f5b3a66-2f0c-4f0d-9a55-6d2b1c9f1e11";
    let avro = format!("orders-value.{guid}.avsc");
    let names = ["README.md", "orders-value.10.avsc", "orders-value.9.avsc", "8.proto", "70.json", &avro];
    let mut shelf = folder(&names).unwrap();
    let mut get = |path: &str| match answer(&mut shelf, &Method::GET, path, b"") {
        Ok(Answer::Json(value)) => value,
        other => panic!("{path}: {other:?}"),
    };
    assert_eq!(get("/schemas/ids/8")["schemaType"], "PROTOBUF");
    assert_eq!(get("/schemas/ids/70")["schemaType"], "JSON");
    assert_eq!(get("/subjects/orders-value/versions/1")["id"], 9);
    assert_eq!(get("/subjects/orders-value/versions/2")["schema"], "\"orders-value.10.avsc\"");
    assert_eq!(get("/subjects/orders-value/versions/3")["guid"], guid);
    assert_eq!(get(&format!("/schemas/guids/{guid}"))["schema"], format!("\"{avro}\""));
}

#[test]
fn a_folder_that_cannot_be_served_says_why() {
    #[track_caller]
    fn check(names: &[&str], expected: &str) {
        let error = folder(names).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
    check(&["orders.avsc"], "orders.avsc does not say its id: expected a name such as 7.avsc");
    check(&["0.avsc"], "0.avsc does not say its id");
    check(&["7.avsc", "a.7.json"], "7.avsc has the id of another file in its folder");
    check(&["README.md"], "there are no schemas in ");
}

#[tokio::test]
async fn it_answers_over_http() {
    let registry = EmbeddedRegistry::start().await.unwrap();
    registry.register("s", Schema::new(SchemaType::Avro, "\"long\"")).unwrap();
    let call = async |request: &str| {
        let mut connection =
            TcpStream::connect(registry.url().strip_prefix("http://").unwrap()).await.unwrap();
        connection.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        connection.read_to_string(&mut answer).await.unwrap();
        answer
    };
    let end = "host: registry\r\nconnection: close";
    let found = call(&format!("GET /schemas/ids/1?subject=s HTTP/1.1\r\n{end}\r\n\r\n")).await;
    assert!(found.starts_with("HTTP/1.1 200 OK\r\n"), "{found}");
    assert!(found.contains("content-type: application/vnd.schemaregistry.v1+json\r\n"), "{found}");
    assert!(found.contains(r#""schema":"\"long\"""#), "{found}");

    let body = r#"{"schema":"\"int\""}"#;
    let length = body.len();
    let post =
        format!("POST /subjects/s/versions HTTP/1.1\r\n{end}\r\ncontent-length: {length}\r\n\r\n{body}");
    assert!(call(&post).await.ends_with(r#"{"id":2}"#));

    let missing = call(&format!("GET /schemas/ids/3 HTTP/1.1\r\n{end}\r\n\r\n")).await;
    assert!(missing.starts_with("HTTP/1.1 404 Not Found\r\n"), "{missing}");
    assert!(missing.ends_with(r#"{"error_code":40403,"message":"Schema 3 not found"}"#), "{missing}");

    let unknown = r#"{"SchemaVersionId":"4f5b3a66-2f0c-4f0d-9a55-6d2b1c9f1e11"}"#;
    let length = unknown.len();
    let glue = format!(
        "POST / HTTP/1.1\r\n{end}\r\nx-amz-target: AWSGlue.GetSchemaVersion\r\ncontent-length: {length}\r\n\r\n{unknown}"
    );
    let unknown = call(&glue).await;
    assert!(unknown.starts_with("HTTP/1.1 400 Bad Request\r\n"), "{unknown}");
    assert!(unknown.contains("EntityNotFoundException"), "{unknown}");
}

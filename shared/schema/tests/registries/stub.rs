//! The registry in process, asked by the client.

use crate::confluent;
use schema::{
    AnyRegistry, Fetched, Format, Reference, Registry as _, SchemaId, StubReference, StubRegistry,
    StubSchema, WriterSchema,
};
use std::sync::Arc;

#[tokio::test]
async fn the_stub_tells_what_it_was_given() {
    let reference = StubReference { name: "ns.Id".to_owned(), subject: "ns/Id".to_owned(), version: 2 };
    let guid = "abababab-abab-abab-abab-abababababab".to_owned();
    let stub = StubRegistry::start(&[
        StubSchema { version: 2, ..StubSchema::avro(1, "ns/Id", "\"long\"") },
        StubSchema {
            guid: Some(guid),
            schema_type: "PROTOBUF".to_owned(),
            references: vec![reference],
            ..StubSchema::avro(2, "orders-value", "message Order {}")
        },
    ])
    .await
    .unwrap();
    let registry = AnyRegistry::from(confluent(&[&stub.url]));
    let id = SchemaId::Guid([0xab; 16]);
    let expected = WriterSchema {
        id,
        format: Format::Protobuf,
        text: "message Order {}".to_owned(),
        references: vec![Reference { name: "ns.Id".to_owned(), text: "\"long\"".to_owned() }],
        version: None,
    };
    assert_eq!(registry.fetch(id).await.unwrap(), Fetched::Schema(Arc::new(expected)));
    assert_eq!(registry.fetch(SchemaId::Number(3)).await.unwrap(), Fetched::Unknown);
}

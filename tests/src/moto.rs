//! moto: the Glue Schema Registry and Secrets Manager on loopback; and AWS's own serializers, which register their
//! schemas in the former.

use crate::server::{Ready, Server};
use crate::{base64, process, tools};
use serde_json::{Value, json};
use std::process::Command;

/// The region of everything in it.
pub const REGION: &str = "ap-northeast-2";

/// moto takes any keys.
pub(crate) const KEYS: [(&str, &str); 3] =
    [("AWS_ACCESS_KEY_ID", "moto"), ("AWS_SECRET_ACCESS_KEY", "moto"), ("AWS_DEFAULT_REGION", REGION)];

/// The registry in which everything is registered.
pub const REGISTRY: &str = "lake";

/// A running moto with a registry in its Glue; killed when dropped.
#[derive(Debug)]
pub struct Moto {
    _server: Server,
    endpoint: String,
}

/// Values of one schema, for AWS's serializer.
#[derive(Debug)]
pub struct ToSerialize<'a> {
    /// The schema's name in the registry.
    pub name: &'a str,
    /// `AVRO`, `JSON` or `PROTOBUF`.
    pub format: &'a str,
    /// `NONE` or `ZLIB`.
    pub compression: &'a str,
    /// The schema, or of Protobuf what [`crate::peers::Peers::encode_protobuf`] gives as `descriptors`.
    pub schema: &'a str,
    /// The message's name in its file; of Protobuf alone.
    pub message: &'a str,
    /// Avro's JSON, JSON, or messages of Protobuf in base64.
    pub values: Vec<String>,
}

impl Moto {
    /// Starts it.
    pub fn start() -> Self {
        let (server, [port]) = Server::start("moto", Ready::Port, |line, _, [port]| {
            line.arg(tools::peers()).args(["-m", "moto.server", "-H", "127.0.0.1", "-p", &port.to_string()]);
        });
        let endpoint = format!("http://127.0.0.1:{port}");
        let moto = Self { _server: server, endpoint };
        moto.set_up(&json!({ "registries": [REGISTRY] }));
        moto
    }

    /// Its URL, for every service.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Makes a secret, and gives its ARN.
    pub fn secret(&self, name: &str, text: &str) -> String {
        let made = self.set_up(&json!({ "secrets": { name: text } }));
        made[name].as_str().expect("the secret was made").to_owned()
    }

    /// Serializes values with AWS's own serializers, and registers their schemas. One JVM does it all.
    ///
    /// # Panics
    ///
    /// When a serializer refuses.
    pub fn serialize(&self, topic: &str, schemas: &[ToSerialize<'_>]) -> Vec<Vec<Vec<u8>>> {
        let schemas: Vec<Value> = schemas.iter().map(ToSerialize::to_json).collect();
        let request = json!({
            "endpoint": self.endpoint,
            "region": REGION,
            "registry": REGISTRY,
            "topic": topic,
            "schemas": schemas,
        });
        let mut line = Command::new("java");
        line.args(["-XX:TieredStopAtLevel=1", "-cp"]).arg(tools::glue_jars().join("*"));
        line.arg(tools::root().join("tests/tools/glue/Serialize.java")).envs(KEYS);
        let answer: Vec<Vec<String>> =
            serde_json::from_slice(&process::output(&mut line, request.to_string().as_bytes()))
                .expect("the program writes lists of texts");
        answer.iter().map(|values| values.iter().map(|value| base64::decode(value)).collect()).collect()
    }

    fn set_up(&self, account: &Value) -> Value {
        let mut line = Command::new(tools::peers());
        line.arg(tools::root().join("tests/tools/moto/set_up_account.py"))
            .env_clear()
            .envs(KEYS)
            .env("AWS_ENDPOINT_URL", &self.endpoint);
        let output = process::output(&mut line, account.to_string().as_bytes());
        serde_json::from_slice(&output).expect("the script writes JSON")
    }
}

impl ToSerialize<'_> {
    fn to_json(&self) -> Value {
        json!({
            "name": self.name,
            "format": self.format,
            "compression": self.compression,
            "schema": self.schema,
            "descriptors": self.schema,
            "message": self.message,
            "values": self.values,
        })
    }
}

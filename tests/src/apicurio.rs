//! Apicurio Registry: the API of Confluent's Schema Registry, over a store in memory.

use crate::server::{Ready, Server};
use crate::tools;

/// Small and quick to start: the tests measure nothing here.
const JVM: [&str; 3] = ["-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"];

/// Where Confluent's API is.
pub(crate) const API: &str = "/apis/ccompat/v7";

/// A running Apicurio; killed when dropped.
#[derive(Debug)]
pub struct Apicurio {
    _server: Server,
    endpoint: String,
}

impl Apicurio {
    /// Starts it.
    pub fn start() -> Self {
        let (server, [port]) =
            Server::start("apicurio", Ready::Line("Listening on: http://127.0.0.1:"), |line, _, [port]| {
                let jars = tools::apicurio();
                line.arg("java")
                    .args(JVM)
                    .arg("-Dquarkus.http.host=127.0.0.1")
                    .arg(format!("-Dquarkus.http.port={port}"))
                    .arg("-cp")
                    .arg(format!("{0}/*:{0}/lib/*", jars.display()))
                    .arg("io.quarkus.runner.GeneratedMain");
            });
        Self { _server: server, endpoint: format!("http://127.0.0.1:{port}") }
    }

    /// What a client is told: `schema.registry.url`.
    pub fn url(&self) -> String {
        format!("{}{API}", self.endpoint)
    }

    /// Where it listens, without a path.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }
}

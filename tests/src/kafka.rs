//! Apache Kafka: one node that is broker and controller.

use crate::server::{Ready, Server};
use crate::tools;
use rdkafka::ClientConfig;
use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// Any 16 bytes in base64url; a fixed one saves the JVM that would draw it.
const CLUSTER_ID: &str = "bGFuZGZhbGwtdGVzdHMtMQ";

/// Small and quick to start: the tests measure nothing here.
const JVM: [&str; 4] = ["-Xmx256m", "-Xms64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"];

/// A running Kafka; killed when dropped.
#[derive(Debug)]
pub struct Kafka {
    server: Server,
    bootstrap_server: String,
}

impl Kafka {
    /// Starts it.
    pub fn start() -> Self {
        Self::start_with(|_: &[u16; 0]| Listeners::default(), &[]).0
    }

    /// Starts it with more listeners, on free ports of their own, and users of SCRAM.
    pub(crate) fn start_with<const N: usize>(
        listeners: impl Fn(&[u16; N]) -> Listeners,
        scram_users: &[String],
    ) -> (Self, [u16; N]) {
        let (server, [port, _, more @ ..]) = Server::start(
            "kafka",
            Ready::Line("Kafka Server started"),
            |line, folder, [port, controller, more @ ..]: &[u16; 6]| {
                let more = more[..N].try_into().expect("there are as many ports as listeners");
                let settings = folder.join(SETTINGS);
                let text = properties(folder, [*port, *controller], &listeners(more));
                fs::write(&settings, text).expect("the settings can be written");
                format(&settings, scram_users);
                command(line, folder);
            },
        );
        let more = more[..N].try_into().expect("there are as many ports as listeners");
        (Self { server, bootstrap_server: format!("127.0.0.1:{port}") }, more)
    }

    /// Where clients start.
    pub fn bootstrap_server(&self) -> &str {
        &self.bootstrap_server
    }

    /// The settings that every client needs.
    pub fn client(&self) -> ClientConfig {
        let mut config = ClientConfig::new();
        config.set("bootstrap.servers", &self.bootstrap_server);
        config
    }

    /// Ends it as SIGKILL does, and starts it again with what it has stored, at its ports.
    ///
    /// # Panics
    ///
    /// When it does not start within minutes.
    pub fn kill_and_start_again(&mut self) {
        self.server.kill();
        self.server.start_again(command);
        self.server.wait_until_ready();
    }

    /// Whether there is a topic of this name.
    ///
    /// # Panics
    ///
    /// When Kafka does not answer.
    pub fn has_topic(&self, topic: &str) -> bool {
        let consumer: BaseConsumer = self.client().create().expect("a client can be made");
        let metadata = consumer.fetch_metadata(Some(topic), Duration::from_secs(10)).expect("Kafka answers");
        metadata.topics().iter().any(|it| it.error().is_none() && !it.partitions().is_empty())
    }

    /// Makes a topic.
    ///
    /// # Panics
    ///
    /// When Kafka refuses it.
    pub async fn create_topic(&self, topic: &str, partitions: i32) {
        let admin: AdminClient<DefaultClientContext> =
            self.client().create().expect("an admin client can be made");
        let options = AdminOptions::new().operation_timeout(Some(Duration::from_secs(30)));
        let topics = [NewTopic::new(topic, partitions, TopicReplication::Fixed(1))];
        for made in admin.create_topics(&topics, &options).await.expect("Kafka answers") {
            made.expect("the topic can be made");
        }
    }
}

/// What a Kafka listens to beside its plain listener.
#[derive(Debug, Default)]
pub(crate) struct Listeners {
    /// As `NAME://host:port`.
    pub(crate) listeners: Vec<String>,
    /// Lines of properties.
    pub(crate) properties: String,
}

const SETTINGS: &str = "server.properties";

fn command(line: &mut Command, folder: &Path) {
    java(line.arg("java")).arg("kafka.Kafka").arg(folder.join(SETTINGS));
}

/// Adds the options of every JVM of Kafka, up to its main class.
pub(crate) fn java(line: &mut Command) -> &mut Command {
    let log4j = tools::root().join("tests/tools/kafka/log4j2.xml");
    line.args(JVM)
        .arg(format!("-Dlog4j2.configurationFile={}", log4j.display()))
        .arg("-cp")
        .arg(tools::kafka_jars().join("*"))
}

/// Makes an empty store of these settings, with these users.
pub(crate) fn format(settings: &Path, scram_users: &[String]) {
    let mut line = Command::new("java");
    java(&mut line).args(["kafka.tools.StorageTool", "format", "-t", CLUSTER_ID, "-c"]).arg(settings);
    for user in scram_users {
        line.args(["--add-scram", user]);
    }
    let output = line.output().expect("java is missing: run `make tools`");
    assert!(
        output.status.success(),
        "Kafka's storage was not formatted:\n{}\n{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

/// Nothing is deleted by age: the records' own timestamps are in the past.
fn properties(folder: &Path, [port, controller]: [u16; 2], more: &Listeners) -> String {
    let plain = format!("PLAINTEXT://127.0.0.1:{port}");
    let advertised: Vec<&str> =
        [plain.as_str()].into_iter().chain(more.listeners.iter().map(String::as_str)).collect();
    let advertised = advertised.join(",");
    let more = &more.properties;
    format!(
        "process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
controller.listener.names=CONTROLLER
listeners={advertised},CONTROLLER://127.0.0.1:{controller}
advertised.listeners={advertised}
log.dirs={}
auto.create.topics.enable=false
log.retention.ms=-1
log.cleaner.backoff.ms=500
log.cleaner.dedupe.buffer.size=4194304
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
share.coordinator.state.topic.num.partitions=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
{more}",
        folder.join("data").display()
    )
}

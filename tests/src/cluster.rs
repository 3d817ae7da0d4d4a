//! Apache Kafka: three nodes that are brokers and controllers, each of which can be killed and started again.

use crate::kafka::{format, java};
use crate::server::{Ready, Server, free_ports};
use rdkafka::ClientConfig;
use rdkafka::admin::{AdminClient, AdminOptions, NewPartitions, NewTopic, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// The least number of which any one may be down.
pub const NODES: usize = 3;

/// How long a node that was started may take until it has caught up with the others; a busy machine takes its time.
const IN_SYNC_TIMEOUT: Duration = Duration::from_secs(180);

/// How long the cluster may take to do what an administrator asks, while a node of it may be down.
const ADMIN_TIMEOUT: Duration = Duration::from_secs(60);

/// A running cluster; killed when dropped.
#[derive(Debug)]
pub struct Cluster {
    nodes: [Mutex<Server>; NODES],
    ports: [[u16; 2]; NODES],
}

impl Cluster {
    /// Starts it, and waits until all nodes are ready.
    ///
    /// # Panics
    ///
    /// When one does not start.
    pub fn start() -> Self {
        let [a, b, c, d, e, f] = free_ports::<{ 2 * NODES }>();
        let ports = [[a, b], [c, d], [e, f]];
        // Side by side: each takes some seconds, and is ready only when most of them run.
        let mut nodes = thread::scope(|scope| {
            [0, 1, 2]
                .map(|node| scope.spawn(move || start(node, &ports)))
                .map(|node| node.join().expect("a node starts"))
        });
        nodes.iter_mut().for_each(Server::wait_until_ready);
        Self { nodes: nodes.map(Mutex::new), ports }
    }

    /// Where clients start: all nodes, of which one may be down.
    pub fn bootstrap_servers(&self) -> String {
        self.ports.map(|[port, _]| format!("127.0.0.1:{port}")).join(",")
    }

    /// The settings that every client needs.
    pub fn client(&self) -> ClientConfig {
        let mut config = ClientConfig::new();
        config
            .set("bootstrap.servers", self.bootstrap_servers())
            // librdkafka waits up to 10 s for a broker that was down.
            .set("reconnect.backoff.max.ms", "500")
            .set("topic.metadata.refresh.interval.ms", "2000");
        config
    }

    /// Makes a topic of which each node has a copy.
    ///
    /// # Panics
    ///
    /// When Kafka refuses it.
    pub async fn create_topic(&self, topic: &str, partitions: i32) {
        let topics = [NewTopic::new(topic, partitions, TopicReplication::Fixed(NODES as i32))];
        for made in self.admin().create_topics(&topics, &options()).await.expect("Kafka answers") {
            made.expect("the topic can be made");
        }
    }

    /// Gives a topic more partitions, so that it has this many.
    ///
    /// # Panics
    ///
    /// When Kafka refuses it.
    pub async fn add_partitions(&self, topic: &str, partitions: usize) {
        let started = Instant::now();
        loop {
            let wanted = [NewPartitions::new(topic, partitions)];
            match self.admin().create_partitions(&wanted, &options()).await {
                Ok(made) if made.iter().all(Result::is_ok) => return,
                // An answer that a dying controller kept for itself is not told from a request that it never had.
                _ if self.partitions(topic) == partitions => return,
                other => {
                    assert!(started.elapsed() < ADMIN_TIMEOUT, "no partitions could be added: {other:?}");
                }
            }
        }
    }

    /// The node whose controller leads, as far as the logs of those that run tell.
    pub fn leading_controller(&self) -> Option<usize> {
        let epochs = (0..NODES).filter_map(|node| Some((leading_epoch(&self.node(node).log())?, node)));
        epochs.max().map(|(_, node)| node)
    }

    /// Ends a node as SIGKILL does.
    pub fn kill(&self, node: usize) {
        self.node(node).kill();
    }

    /// Starts a node again with what it has stored, at its ports, and waits until it has caught up with the others.
    ///
    /// # Panics
    ///
    /// When it does not within minutes.
    pub fn start_again(&self, node: usize) {
        let mut server = self.node(node);
        server.start_again(command);
        server.wait_until_ready();
        drop(server);
        self.wait_until_in_sync();
    }

    /// Waits until each node has all that is in any topic.
    ///
    /// # Panics
    ///
    /// When they have not within minutes.
    pub fn wait_until_in_sync(&self) {
        let consumer: BaseConsumer = self.client().create().expect("a client can be made");
        let started = Instant::now();
        while !is_in_sync(&consumer) {
            assert!(started.elapsed() < IN_SYNC_TIMEOUT, "the brokers' copies do not become the same");
            thread::sleep(Duration::from_millis(100));
        }
    }

    /// A node that has ended by itself.
    pub fn ended(&self) -> Option<usize> {
        // One that is held is being started again.
        (0..NODES).find(|node| self.nodes[*node].try_lock().is_ok_and(|mut server| server.has_ended()))
    }

    fn partitions(&self, topic: &str) -> usize {
        let consumer: BaseConsumer = self.client().create().expect("a client can be made");
        let metadata = consumer.fetch_metadata(Some(topic), Duration::from_secs(5));
        metadata.map_or(0, |metadata| metadata.topics().iter().map(|topic| topic.partitions().len()).sum())
    }

    fn admin(&self) -> AdminClient<DefaultClientContext> {
        self.client().create().expect("an admin client can be made")
    }

    fn node(&self, node: usize) -> MutexGuard<'_, Server> {
        self.nodes[node].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn options() -> AdminOptions {
    let timeout = Duration::from_secs(10);
    AdminOptions::new().request_timeout(Some(timeout)).operation_timeout(Some(timeout))
}

/// Whether every partition of every topic, also of Kafka's own, has a leader and all its copies.
fn is_in_sync(consumer: &BaseConsumer) -> bool {
    let Ok(metadata) = consumer.fetch_metadata(None, Duration::from_secs(5)) else { return false };
    metadata.brokers().len() == NODES
        && metadata
            .topics()
            .iter()
            .flat_map(|topic| topic.partitions())
            .all(|partition| partition.leader() >= 0 && partition.isr().len() == NODES)
}

/// The last epoch that this node's controller has led, by its log.
fn leading_epoch(log: &str) -> Option<u64> {
    let line = log.lines().rfind(|line| line.contains("Completed transition to Leader("))?;
    let (_, epoch) = line.split_once("epoch=")?;
    epoch.split(|digit: char| !digit.is_ascii_digit()).next()?.parse().ok()
}

fn start(node: usize, ports: &[[u16; 2]; NODES]) -> Server {
    let [port, _] = ports[node];
    Server::spawn("kafka", Ready::Line("Kafka Server started"), port, |line, folder| {
        let settings = folder.join(SETTINGS);
        fs::write(&settings, properties(node, ports, folder)).expect("the settings can be written");
        format(&settings, &[]);
        command(line, folder);
    })
}

const SETTINGS: &str = "server.properties";

fn command(line: &mut Command, folder: &Path) {
    java(line.arg("java")).arg("kafka.Kafka").arg(folder.join(SETTINGS));
}

/// Nothing is deleted by age: the records' own timestamps are in the past.
/// A node that is gone is missed within seconds, and what it led goes back to it within seconds.
fn properties(node: usize, ports: &[[u16; 2]; NODES], folder: &Path) -> String {
    let id = |node: usize| node + 1;
    let voters: Vec<String> =
        (0..NODES).map(|node| format!("{}@127.0.0.1:{}", id(node), ports[node][1])).collect();
    let [port, controller] = ports[node];
    format!(
        "process.roles=broker,controller
node.id={}
controller.quorum.voters={}
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
log.dirs={}
auto.create.topics.enable=false
log.retention.ms=-1
message.max.bytes=2097152
default.replication.factor=3
min.insync.replicas=2
offsets.topic.replication.factor=3
offsets.topic.num.partitions=3
transaction.state.log.replication.factor=3
transaction.state.log.min.isr=2
transaction.state.log.num.partitions=3
share.coordinator.state.topic.num.partitions=1
broker.heartbeat.interval.ms=500
broker.session.timeout.ms=3000
leader.imbalance.check.interval.seconds=5
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
transaction.abort.timed.out.transaction.cleanup.interval.ms=1000
",
        id(node),
        voters.join(","),
        folder.join("data").display()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_epoch_that_a_controller_led_is_in_its_log() {
        let led = |epoch: u32| {
            format!(
                "INFO [RaftManager id=1] Completed transition to Leader(localVoterNode=VoterNode(voterKey=1), \
                 epoch={epoch}, epochStartOffset=12) from CandidateState(localId=1, epoch={epoch})\n"
            )
        };
        assert_eq!(leading_epoch(&[led(3), "other epoch=9\n".to_owned(), led(12)].concat()), Some(12));
        assert_eq!(leading_epoch("INFO Completed transition to Voted(epoch=4)"), None);
    }
}

//! A database and its lakes, and all that lies between them.

mod proof;

use crate::lane::{CONFLUENT, Frame, Lane};
use end_to_end::apicurio::Apicurio;
use end_to_end::connect::{self, Connect, Wire};
use end_to_end::embedded::Embedded;
use end_to_end::kafka::Kafka;
use end_to_end::moto::Moto;
use end_to_end::mysql::MySql;
use end_to_end::peers::{Peers, QueriedTable};
use end_to_end::poller::{Poller, PollerSettings};
use end_to_end::s3::{S3, StoredObject};
use end_to_end::sink::Program;
use end_to_end::tools;
use serde_json::Value;
use std::collections::BTreeMap;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

pub(crate) use proof::first_difference;

/// The database that is captured.
pub(crate) const DATABASE: &str = "shop";

/// Columns of orders that are in JSON what they are in MySQL.
const ORDERS: [&str; 4] = ["id", "note", "color", "size"];

/// The lake's schema in DuckDB, which Athena calls database.
const SCHEMA: &str = "lake";

/// How long something may take to come through.
const LIMIT: Duration = Duration::from_secs(120);

/// A database and its lakes, and all that lies between them.
pub(crate) struct Lake {
    pub(crate) mysql: MySql,
    pub(crate) connect: Connect,
    pub(crate) kafka: Kafka,
    pub(crate) pollers: Vec<Poller>,
    apicurio: Apicurio,
    moto: Moto,
    peers: Peers,
    s3: S3,
    /// As they were last seen, by bucket and key.
    objects: BTreeMap<&'static str, BTreeMap<String, StoredObject>>,
    _embedded: Embedded,
}

/// A table's latest rows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct View<'a> {
    /// The table.
    pub(crate) table: &'a str,
    /// The columns of its key.
    pub(crate) key: &'a str,
}

impl Lake {
    /// Sets a database up, and has it captured on these ways.
    pub(crate) async fn start(lanes: &[Lane], tables: &[&str]) -> Self {
        let (mysql, apicurio, moto, (kafka, connect)) = thread::scope(|scope| {
            let mysql = scope.spawn(|| {
                let mysql = MySql::start();
                mysql.execute(tables);
                mysql
            });
            let registries = scope.spawn(|| (Apicurio::start(), Moto::start()));
            let kafka = Kafka::start();
            let connect = Connect::start(&kafka);
            let (apicurio, moto) = registries.join().expect("the registries start");
            (mysql.join().expect("MySQL starts"), apicurio, moto, (kafka, connect))
        });
        let connectors: BTreeMap<&str, &Lane> = lanes.iter().map(|lane| (lane.connector, lane)).collect();
        for (connector, lane) in connectors {
            let wire = match lane.frame {
                Frame::Confluent => Wire::Confluent(&apicurio),
                Frame::Glue => Wire::Glue(&moto),
                Frame::JsonWithSchema => Wire::JsonWithSchema,
                Frame::Json => Wire::Json,
            };
            let mut config = connect::config(connector, (&mysql, DATABASE), (&kafka, wire));
            for (name, value) in lane.modes {
                config[*name] = (*value).into();
            }
            connect.run(connector, &config).await;
        }
        let embedded = Embedded::start().await;
        let mut s3 = embedded.s3();
        for lane in lanes {
            s3 = embedded.bucket(lane.bucket);
        }
        Self {
            mysql,
            connect,
            kafka,
            pollers: Vec::new(),
            apicurio,
            moto,
            peers: Peers::start(),
            s3,
            objects: BTreeMap::new(),
            _embedded: embedded,
        }
    }

    /// Has a topic written to a lake, as soon as Debezium has made it.
    pub(crate) async fn poll(&mut self, lane: Lane, name: &str) {
        let topic = lane.topic(name);
        let started = Instant::now();
        while !self.kafka.has_topic(&topic) {
            assert!(started.elapsed() < LIMIT, "Debezium makes no topic {topic}");
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        self.start_poller(lane, name);
    }

    /// Starts one poller more for a topic.
    pub(crate) fn start_poller(&mut self, lane: Lane, name: &str) {
        let (url, topic) = (self.apicurio.url(), lane.topic(name));
        let mut function = lane.all_settings();
        match lane.frame {
            Frame::Confluent => function.push(("SCHEMA_REGISTRY_URL", &url)),
            Frame::Glue => {
                function.push(("SCHEMA_REGISTRY_URL", "glue"));
                function.push(("AWS_ENDPOINT_URL_GLUE", self.moto.endpoint()));
            }
            Frame::JsonWithSchema | Frame::Json => {}
        }
        self.pollers.push(Poller::start(&PollerSettings {
            kafka: &self.kafka,
            topic: &topic,
            group: &lane.group(name),
            batch_size: 1000,
            s3: &self.s3,
            bucket: lane.bucket,
            program: lane.program,
            function: &function,
        }));
    }

    /// Waits until something is so of a topic, which is given by its short name.
    pub(crate) async fn wait_for(&mut self, lane: Lane, name: &str, is_so: impl Fn(&Self) -> bool) {
        let started = Instant::now();
        loop {
            self.objects.insert(lane.bucket, self.s3.objects(lane.bucket).await);
            if is_so(self) {
                return;
            }
            if started.elapsed() > LIMIT {
                let logs: Vec<String> = self.pollers.iter().map(Poller::log).collect();
                let keys: Vec<_> = self.objects[lane.bucket].keys().collect();
                let rows =
                    if lane.program == Program::ParquetSink { self.rows(lane, name) } else { Vec::new() };
                panic!("of `{name}` came only {rows:#?} in {keys:#?}; {}", logs.join("\n"));
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    }

    /// The rows of a topic of Parquet, as they were written.
    pub(crate) fn rows(&self, lane: Lane, name: &str) -> Vec<Value> {
        let files = self.files(lane, name);
        if files.is_empty() {
            return Vec::new();
        }
        let table = QueriedTable { schema: SCHEMA, table: "written", files: &files };
        self.peers.query(table, "SET threads = 1", r#"SELECT * FROM "lake"."written""#)
    }

    /// The same as pyarrow reads it.
    pub(crate) fn rows_by_pyarrow(&self, lane: Lane, name: &str) -> Vec<Value> {
        self.peers.read_parquet_together(&self.files(lane, name))
    }

    /// The operations of a table's changes, sorted.
    pub(crate) fn operations(&self, lane: Lane, table: &str) -> Vec<String> {
        let rows = self.rows(lane, table);
        let mut operations: Vec<String> =
            rows.iter().map(|row| row["__op"].as_str().expect("a change has one").to_owned()).collect();
        operations.sort();
        operations
    }

    /// A table's latest rows in a lake, by the view that `landfall schema` prints.
    pub(crate) fn current(&self, lane: Lane, view: View<'_>) -> Vec<Value> {
        let table = view.table;
        let files = self.files(lane, table);
        if files.is_empty() {
            return Vec::new();
        }
        let queried = QueriedTable { schema: SCHEMA, table, files: &files };
        let query = format!(r#"SELECT * FROM "{SCHEMA}"."{table}_current""#);
        let rows = self.peers.query(queried, &self.statement(view), &query);
        let mut rows: Vec<Value> = rows.into_iter().map(as_mysql_has_it).collect();
        rows.sort_by_cached_key(Value::to_string);
        rows
    }

    /// The statement that makes a view, by the schema that Confluent's registry has; the columns of all lanes are the
    /// same.
    fn statement(&self, View { table, key }: View<'_>) -> String {
        let topic = CONFLUENT.topic(table);
        let mut line = Command::new(tools::binary("landfall"));
        line.args(["schema", "--current", "--topic", &topic, "--subject", &format!("{topic}-value")]);
        line.args(["--key", key, "--database", SCHEMA, "--table", table]);
        let url = self.apicurio.url();
        let mut settings = CONFLUENT.all_settings();
        settings.extend([("SCHEMA_REGISTRY_URL", url.as_str()), ("S3_BUCKET_NAME", CONFLUENT.bucket)]);
        for (name, value) in settings {
            line.args(["--env", &format!("{name}={value}")]);
        }
        line.env_clear().envs(self.s3.environment());
        let output = line.output().expect("landfall can be started");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("a statement is text")
    }

    /// The latest orders in a lake of JSON Lines, by their ids; only of columns that JSON has as MySQL does.
    pub(crate) fn orders(&self, lane: Lane) -> Vec<Value> {
        let folder = format!("topics/{}/", lane.topic("orders"));
        let objects = self.objects[lane.bucket].iter().filter(|(key, _)| key.starts_with(&folder));
        let mut latest: BTreeMap<i64, (i64, Option<Value>)> = BTreeMap::new();
        for line in objects.map(|(_, object)| object.text()).flat_map(lines_of) {
            let id = line["id"].as_i64().expect("an order has an id");
            let offset = line["_kafka"]["offset"].as_i64().expect("a record has an offset");
            let is_deleted = line["__deleted"].as_bool().expect("a change says so");
            if latest.get(&id).is_none_or(|(known, _)| *known < offset) {
                // What was written before a column was added lacks it.
                let order = ORDERS.map(|column| (column.to_owned(), line[column].clone()));
                let order = Value::Object(order.into_iter().collect());
                latest.insert(id, (offset, (!is_deleted).then_some(order)));
            }
        }
        let mut orders: Vec<Value> = latest.into_values().filter_map(|(_, order)| order).collect();
        orders.sort_by_cached_key(Value::to_string);
        orders
    }

    /// The same of MySQL.
    pub(crate) fn orders_in_mysql(&self) -> Vec<Value> {
        self.mysql.rows(&format!("SELECT {} FROM {DATABASE}.orders", ORDERS.join(", ")))
    }

    /// A table's rows in MySQL, without the column that no view has: Athena's decimals have at most 38 digits.
    pub(crate) fn in_mysql(&self, table: &str) -> Vec<Value> {
        let mut rows = self.mysql.rows(&format!("SELECT * FROM {DATABASE}.{table}"));
        rows.iter_mut().filter_map(Value::as_object_mut).for_each(|row| drop(row.remove("dx")));
        rows.sort_by_cached_key(Value::to_string);
        rows
    }

    /// The keys of objects in quarantine, in all buckets.
    pub(crate) fn quarantined(&self) -> Vec<String> {
        let keys = self.objects.values().flat_map(BTreeMap::keys);
        keys.filter(|key| key.starts_with("quarantine/")).cloned().collect()
    }

    fn files(&self, lane: Lane, name: &str) -> Vec<&[u8]> {
        let folder = format!("topics/{}/", lane.topic(name));
        let objects = self.objects.get(lane.bucket).into_iter().flatten();
        objects.filter(|(key, _)| key.starts_with(&folder)).map(|(_, object)| &object.body[..]).collect()
    }
}

fn lines_of(text: String) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).expect("a line is JSON")).collect()
}

/// A row of the lake with MySQL's own notion of JSON and geometry: texts of JSON are compared by what they say, and
/// geometries by their bytes, behind their system of coordinates.
fn as_mysql_has_it(mut row: Value) -> Value {
    if let Some(text) = row["j"].as_str() {
        row["j"] = serde_json::from_str(text).expect("a column of JSON is JSON");
    }
    if row["g"].is_object() {
        row["g"] = row["g"]["wkb"].take();
    }
    row
}

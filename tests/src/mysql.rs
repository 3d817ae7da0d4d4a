//! MySQL: a server with a row binlog, as Debezium needs it.

use crate::server::{Ready, Server};
use crate::{process, tools};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::process::Command;

/// The user that a connector logs in as, and its password: a user of the test's own server on loopback.
pub const USER: &str = "debezium";
/// The password of [`USER`].
pub const PASSWORD: &str = "debezium";

/// A running MySQL; killed when dropped.
#[derive(Debug)]
pub struct MySql {
    server: Server,
    port: u16,
}

impl MySql {
    /// Starts it, with the user [`USER`].
    pub fn start() -> Self {
        let (server, [port]) =
            Server::start("mysql", Ready::Line("ready for connections. Version"), |line, folder, [port]| {
                let settings = folder.join(SETTINGS);
                fs::write(&settings, options(folder, *port)).expect("the settings can be written");
                initialize(&settings);
                command(line, folder);
            });
        let mysql = Self { server, port };
        mysql.execute(&[
            &format!("CREATE USER '{USER}'@'%' IDENTIFIED WITH mysql_native_password BY '{PASSWORD}'"),
            &format!(
                "GRANT SELECT, RELOAD, SHOW DATABASES, REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO '{USER}'@'%'"
            ),
        ]);
        mysql
    }

    /// Ends its process as SIGKILL does.
    pub fn kill(&mut self) {
        self.server.kill();
    }

    /// The port of loopback that it listens on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Ends it as SIGKILL does, and starts it again with what it has stored, at its port.
    ///
    /// # Panics
    ///
    /// When it does not start within minutes.
    pub fn kill_and_start_again(&mut self) {
        self.server.kill();
        self.server.start_again(command);
        self.server.wait_until_ready();
    }

    /// Carries out statements, each in a transaction of its own.
    ///
    /// # Panics
    ///
    /// When MySQL refuses one.
    pub fn execute(&self, statements: &[&str]) {
        execute(self.port, statements);
    }

    /// The rows of a query, each an object, in the canonical JSON of [`crate::peers`]; sorted by their text.
    ///
    /// # Panics
    ///
    /// When MySQL refuses it.
    pub fn rows(&self, query: &str) -> Vec<Value> {
        let mut answer = ask(&json!({ "port": self.port, "query": query }));
        let mut rows: Vec<Value> =
            serde_json::from_value(answer["rows"].take()).expect("the answer has rows");
        rows.sort_by_cached_key(Value::to_string);
        rows
    }

    /// The rows of several queries, each as [`Self::rows`] gives them, in one go.
    ///
    /// # Panics
    ///
    /// When MySQL refuses one.
    pub fn rows_of_each(&self, queries: &[String]) -> Vec<Vec<Value>> {
        let mut answer = ask(&json!({ "port": self.port, "queries": queries }));
        let mut results: Vec<Vec<Value>> =
            serde_json::from_value(answer["results"].take()).expect("the answer has results");
        for rows in &mut results {
            rows.sort_by_cached_key(Value::to_string);
        }
        results
    }
}

/// Carries out statements, each in a transaction of its own, of the server at this port. Where the server goes away, the
/// statement is carried out again as soon as there is a server, so that it may be carried out twice.
///
/// # Panics
///
/// When MySQL refuses one, or stays away for a minute.
pub fn execute(port: u16, statements: &[&str]) {
    ask(&json!({ "port": port, "statements": statements }));
}

/// Runs the client beside the tools, which speaks JSON.
fn ask(request: &Value) -> Value {
    let mut line = Command::new(tools::peers());
    line.arg("-B").arg(tools::root().join("tests/tools/mysql/client.py")).env_clear().env(
        "PYTHONPATH",
        std::env::join_paths([tools::mysql().join("client"), tools::root().join("tests/tools/peers")])
            .expect("the folders have no colon"),
    );
    let output = process::output(&mut line, request.to_string().as_bytes());
    serde_json::from_slice(&output).expect("the client writes JSON")
}

fn program() -> std::path::PathBuf {
    tools::mysql().join("bin/mysqld")
}

const SETTINGS: &str = "my.cnf";

fn command(line: &mut Command, folder: &Path) {
    mysqld(line.arg(program()), &folder.join(SETTINGS));
}

/// Adds what every start needs. Root's own MySQL must be told that it may be.
fn mysqld<'l>(line: &'l mut Command, settings: &Path) -> &'l mut Command {
    line.arg(format!("--defaults-file={}", settings.display())).arg("--user=root")
}

/// Makes the folder of data, with a root that has no password.
fn initialize(settings: &Path) {
    let mut line = Command::new(program());
    let output = mysqld(&mut line, settings)
        .arg("--initialize-insecure")
        .output()
        .expect("mysqld is missing: run `make tools`");
    assert!(
        output.status.success(),
        "MySQL's data was not set up:\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

fn options(folder: &Path, port: u16) -> String {
    let (tools, folder) = (tools::mysql(), folder.display());
    format!(
        "[mysqld]
basedir={0}
lc_messages_dir={0}/share
datadir={folder}/data
# A socket's name has at most 107 bytes, so it is relative to the data.
socket=mysql.sock
pid_file=mysql.pid
port={port}
bind_address=127.0.0.1
mysqlx=0
server_id=1
log_bin=binlog
gtid_mode=ON
enforce_gtid_consistency=ON
binlog_format=ROW
binlog_row_image=FULL
binlog_row_metadata=FULL
default_time_zone=+00:00
innodb_buffer_pool_size=32M
performance_schema=OFF
secure_file_priv=NULL
",
        tools.display()
    )
}

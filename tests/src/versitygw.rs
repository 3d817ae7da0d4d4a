//! versitygw: a second S3 server, stricter than ministack in metadata and payload hashes.

use crate::s3::{Credentials, S3};
use crate::server::{Ready, Server};
use crate::tools;
use std::fs;
use std::path::Path;
use std::process::Command;

const ACCESS_KEY_ID: &str = "versity";
const SECRET_ACCESS_KEY: &str = "versity-on-loopback";

/// A running versitygw; killed when dropped.
#[derive(Debug)]
pub struct Versitygw {
    server: Server,
    port: u16,
}

impl Versitygw {
    /// Starts it, or says that it is not there and gives none.
    pub fn start() -> Option<Self> {
        let Some(program) = tools::versitygw() else {
            #[expect(clippy::print_stderr, reason = "a test that cannot run says so")]
            {
                eprintln!("skipped: versitygw is not installed, `make tools` builds it where Go is");
            }
            return None;
        };
        let (server, [port]) = Server::start("versitygw", Ready::Port, |line, folder, [port]| {
            fs::create_dir_all(folder.join("buckets")).expect("a folder can be made");
            command(line.arg(&program), folder, *port);
        });
        Some(Self { server, port })
    }

    /// Ends it as SIGKILL does.
    pub fn kill(&mut self) {
        self.server.kill();
    }

    /// Starts it again with what it has stored, at its port, and waits until it is ready.
    pub fn start_again(&mut self) {
        let program = tools::versitygw().expect("it was there before");
        self.server.start_again(|line, folder| command(line.arg(program), folder, self.port));
        self.server.wait_until_ready();
    }

    /// Makes a bucket, and gives the view of the only user that there is.
    pub fn bucket(&self, bucket: &str) -> S3 {
        // Its buckets are folders, wherever they come from.
        fs::create_dir(self.server.folder().join("buckets").join(bucket)).expect("the bucket is new");
        S3 {
            endpoint: format!("http://127.0.0.1:{}", self.port),
            region: "us-east-1".to_owned(),
            credentials: Credentials {
                access_key_id: ACCESS_KEY_ID.to_owned(),
                secret_access_key: SECRET_ACCESS_KEY.to_owned(),
                session_token: None,
            },
        }
    }
}

/// Adds the options and the environment.
fn command(line: &mut Command, folder: &Path, port: u16) {
    line.args(["--port", &format!("127.0.0.1:{port}"), "--region", "us-east-1", "--quiet"]);
    line.arg("posix").arg(folder.join("buckets"));
    line.envs([("ROOT_ACCESS_KEY", ACCESS_KEY_ID), ("ROOT_SECRET_KEY", SECRET_ACCESS_KEY)]);
}

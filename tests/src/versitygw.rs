//! versitygw: a second S3 server, stricter than ministack in metadata and payload hashes.

use crate::s3::{Credentials, S3};
use crate::server::{Ready, Server};
use crate::tools;
use std::fs;

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
            line.arg(&program).args([
                "--port",
                &format!("127.0.0.1:{port}"),
                "--region",
                "us-east-1",
                "--quiet",
            ]);
            line.arg("posix").arg(folder.join("buckets"));
            line.envs([("ROOT_ACCESS_KEY", ACCESS_KEY_ID), ("ROOT_SECRET_KEY", SECRET_ACCESS_KEY)]);
        });
        Some(Self { server, port })
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

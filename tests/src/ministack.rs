//! ministack: S3, IAM and STS on loopback, with signatures and policies enforced.

use crate::s3::{Credentials, S3};
use crate::server::{Ready, Server};
use crate::{process, tools};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

/// The region of everything in it.
pub const REGION: &str = "ap-northeast-2";

/// A running ministack; killed when dropped.
#[derive(Debug)]
pub struct Ministack {
    server: Server,
    port: u16,
    endpoint: String,
}

/// What [`Ministack::set_up`] made.
#[derive(Debug)]
pub struct Account {
    /// The keys of the users, by name.
    pub users: BTreeMap<String, Credentials>,
    /// The ARNs of the roles, by name.
    pub roles: BTreeMap<String, String>,
}

impl Ministack {
    /// Starts it.
    pub fn start() -> Self {
        let (server, [port]) =
            Server::start("ministack", Ready::Port, |line, folder, [port]| command(line, folder, *port));
        Self { server, port, endpoint: format!("http://127.0.0.1:{port}") }
    }

    /// Ends it as SIGKILL does.
    pub fn kill(&mut self) {
        self.server.kill();
    }

    /// Starts it again at its port, and waits until it is ready. Its objects are there again, its users are not.
    pub fn start_again(&mut self) {
        self.server.start_again(|line, folder| command(line, folder, self.port));
        self.server.wait_until_ready();
    }

    /// Its URL, for every service.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// A view on its S3 with the keys of a user or a session.
    pub fn s3(&self, credentials: Credentials) -> S3 {
        S3 { endpoint: self.endpoint.clone(), region: REGION.to_owned(), credentials }
    }

    /// Makes a bucket, and a user who may do there what the sink does, and read what is there; gives their view.
    pub fn bucket(&self, bucket: &str) -> S3 {
        let user = format!("{bucket}-user");
        let mut account = self.set_up(
            &json!({ "buckets": [bucket], "users": { &user: { "policy": read_and_write(bucket) } } }),
        );
        self.s3(account.users.remove(&user).expect("the user was made"))
    }

    /// Makes a bucket, and gives the view of the account's root, who is the only one to be there after a restart.
    pub fn bucket_of_root(&self, bucket: &str) -> S3 {
        self.set_up(&json!({ "buckets": [bucket] }));
        self.s3(Credentials {
            access_key_id: "test".to_owned(),
            secret_access_key: "test".to_owned(),
            session_token: None,
        })
    }

    /// Makes buckets, users with access keys, and roles.
    ///
    /// `account` has `buckets`, a list of names; `users`, by name, each with its `policy`; and `roles`, by name,
    /// each with its `trust` policy and its `policy`. Each part may be missing.
    ///
    /// # Panics
    ///
    /// When ministack refuses any of it.
    pub fn set_up(&self, account: &Value) -> Account {
        let made = self.python("set_up_account.py", account);
        let text = |value: &Value| value.as_str().expect("the script writes text").to_owned();
        let members = |name: &str| made[name].as_object().into_iter().flatten();
        Account {
            users: members("users")
                .map(|(name, keys)| (name.clone(), Credentials::from_json(keys)))
                .collect(),
            roles: members("roles").map(|(name, arn)| (name.clone(), text(arn))).collect(),
        }
    }

    /// A session that has already ended, of a role that the user may assume.
    pub fn expired_session(&self, user: &Credentials, role_arn: &str) -> Credentials {
        let session = json!({
            "role_arn": role_arn,
            "access_key_id": user.access_key_id,
            "secret_access_key": user.secret_access_key,
        });
        Credentials::from_json(&self.python("expired_session.py", &session))
    }

    /// Makes a stack `shop` with the outputs of the templates, `objects` in its bucket and `lag` as its metric; its
    /// mapping is `enabled` or not.
    ///
    /// # Panics
    ///
    /// When ministack refuses any of it.
    pub fn set_up_pipeline(&self, pipeline: &Value) {
        self.python("set_up_pipeline.py", pipeline);
    }

    /// Runs one of the scripts beside the tools, which speak JSON: the SDKs of this workspace know S3 and STS alone.
    fn python(&self, script: &str, input: &Value) -> Value {
        let mut line = Command::new(tools::python());
        line.arg(tools::root().join("tests/tools/ministack").join(script))
            .env_clear()
            .envs([("AWS_ENDPOINT_URL", self.endpoint.as_str()), ("AWS_DEFAULT_REGION", REGION)]);
        let output = process::output(&mut line, input.to_string().as_bytes());
        serde_json::from_slice(&output).expect("the script writes JSON")
    }
}

/// A policy that allows what the sink needs in a bucket, and nothing else.
pub fn write_only(bucket: &str) -> Value {
    policy(&["s3:PutObject", "s3:GetObject"], bucket)
}

/// Adds the options and the environment.
fn command(line: &mut Command, folder: &Path, port: u16) {
    line.arg(tools::python()).args(["-m", "ministack"]).envs([
        ("AUTH", "true"),
        ("S3_PERSIST", "1"),
        ("BIND_HOST", "127.0.0.1"),
        ("MINISTACK_HOST", "127.0.0.1"),
        ("IOT_MTLS_ENABLED", "0"),
        ("SFTP_ENABLED", "0"),
    ]);
    // It does not store where its buckets are; after a restart all are here.
    line.env("MINISTACK_REGION", REGION);
    line.env("S3_DATA_DIR", folder.join("s3"));
    line.env("GATEWAY_PORT", port.to_string());
    line.env("AWS_ENDPOINT_URL", format!("http://127.0.0.1:{port}"));
}

fn read_and_write(bucket: &str) -> Value {
    policy(&["s3:PutObject", "s3:GetObject", "s3:ListBucket"], bucket)
}

fn policy(actions: &[&str], bucket: &str) -> Value {
    json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Action": actions,
            "Resource": [format!("arn:aws:s3:::{bucket}"), format!("arn:aws:s3:::{bucket}/*")],
        }],
    })
}

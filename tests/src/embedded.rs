//! The workbench's own S3 server, in this process.

use crate::s3::{Credentials, S3};
use local::s3::{ACCESS_KEY_ID, EmbeddedS3, SECRET_ACCESS_KEY};
use std::path::PathBuf;
use tempfile::TempDir;

/// A running embedded store over a folder of its own; ends when dropped.
#[derive(Debug)]
pub struct Embedded {
    server: EmbeddedS3,
    _folder: TempDir,
}

/// A folder in memory where the machine has such a thing: many small files take a disk its time.
fn memory_folder() -> TempDir {
    let builder = tempfile::Builder::new();
    builder.tempdir_in("/dev/shm").or_else(|_| builder.tempdir()).expect("a folder can be made")
}

impl Embedded {
    /// Starts it.
    pub async fn start() -> Self {
        let folder = memory_folder();
        let server = EmbeddedS3::start(folder.path(), 0).await.expect("the embedded store starts");
        Self { server, _folder: folder }
    }

    /// Makes a bucket, and gives a view on the server.
    pub fn bucket(&self, bucket: &str) -> S3 {
        self.server.create_bucket(bucket).expect("the bucket is new");
        self.s3()
    }

    /// The file that holds an object's bytes.
    pub fn file(&self, bucket: &str, key: &str) -> PathBuf {
        self.server.root().join(bucket).join(key)
    }

    /// A view on the server.
    pub fn s3(&self) -> S3 {
        S3 {
            endpoint: self.server.endpoint(),
            region: "ap-northeast-2".to_owned(),
            credentials: Credentials {
                access_key_id: ACCESS_KEY_ID.to_owned(),
                secret_access_key: SECRET_ACCESS_KEY.to_owned(),
                session_token: None,
            },
        }
    }
}

//! The S3 server, which can be killed and started again with what it has stored.

use end_to_end::ministack::Ministack;
use end_to_end::s3::S3;
use end_to_end::versitygw::Versitygw;
use std::env;

/// The S3 server: versitygw where it is installed, else ministack.
#[derive(Debug)]
pub(crate) enum Storage {
    /// The quicker one.
    Versitygw(Versitygw),
    /// `LANDFALL_CHAOS_S3=ministack` asks for this one.
    Ministack(Ministack),
}

impl Storage {
    /// Starts it.
    pub(crate) fn start() -> Self {
        let asked_for = env::var("LANDFALL_CHAOS_S3").unwrap_or_default();
        let versitygw = if asked_for == "ministack" { None } else { Versitygw::start() };
        versitygw.map_or_else(|| Self::Ministack(Ministack::start()), Self::Versitygw)
    }

    /// Its name.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Versitygw(_) => "versitygw",
            Self::Ministack(_) => "ministack",
        }
    }

    /// Makes a bucket, and gives a view on it that outlives restarts.
    pub(crate) fn bucket(&self, bucket: &str) -> S3 {
        match self {
            Self::Versitygw(versitygw) => versitygw.bucket(bucket),
            Self::Ministack(ministack) => ministack.bucket_of_root(bucket),
        }
    }

    /// Ends it as SIGKILL does.
    pub(crate) fn kill(&mut self) {
        match self {
            Self::Versitygw(versitygw) => versitygw.kill(),
            Self::Ministack(ministack) => ministack.kill(),
        }
    }

    /// Starts it again, and waits until it is ready.
    pub(crate) fn start_again(&mut self) {
        match self {
            Self::Versitygw(versitygw) => versitygw.start_again(),
            Self::Ministack(ministack) => ministack.start_again(),
        }
    }
}

//! What `landfall audit` says of the same objects and the same topic.

use crate::fleet::{GROUP, Mapping};
use crate::traffic::TOPIC;
use end_to_end::tools;
use std::process::Command;

/// Runs it, with every object opened. Gives what it writes.
///
/// # Errors
///
/// With what it writes, when it does not say that all is well.
pub(crate) fn run(mapping: &Mapping) -> Result<String, String> {
    let mut line = Command::new(tools::binary("landfall"));
    line.env_clear().envs(mapping.s3.environment());
    line.args(["audit", "--deep", "--bucket", mapping.bucket, "--topic", TOPIC, "--group", GROUP]);
    line.args(["--endpoint-url", &mapping.s3.endpoint, "--bootstrap-server", &mapping.bootstrap_servers]);
    for setting in mapping.settings() {
        line.args(["--env", &setting]);
    }
    let output = line.output().map_err(|error| error.to_string())?;
    let [said, complained] =
        [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
    if output.status.success() {
        Ok(said)
    } else {
        Err(format!("landfall audit ended with {}:\n{said}{complained}", output.status))
    }
}

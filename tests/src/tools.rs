//! Where `make tools` and `make build` put what the tests need.

use std::env;
use std::path::{Path, PathBuf};

/// The folder of the repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("this crate lies in a folder of the repository")
}

/// The Python that has ministack and boto3.
pub fn python() -> PathBuf {
    tool("python/bin/python")
}

/// The Python that has the readers and serializers of others, and moto.
pub fn peers() -> PathBuf {
    tool("peers/bin/python")
}

/// DuckDB's program.
pub fn duckdb() -> PathBuf {
    tool("duckdb/duckdb_cli/duckdb")
}

/// The home folder in which DuckDB's program finds its extension for S3.
pub fn duckdb_home() -> PathBuf {
    tool("duckdb/home")
}

/// A program beside the SAM CLI, such as the Python that has ministack with SAM's transform.
pub fn deploy(program: &str) -> PathBuf {
    tool(&format!("deploy/bin/{program}"))
}

/// The folder of Apicurio.
pub fn apicurio() -> PathBuf {
    tool("apicurio")
}

/// The folder with the jars of AWS's serializers for Glue.
pub fn glue_jars() -> PathBuf {
    tool("glue")
}

/// The folder with the jars of Kafka.
pub fn kafka_jars() -> PathBuf {
    tool("kafka")
}

/// The folder with the jars of Kafka Connect.
pub fn connect_jars() -> PathBuf {
    tool("connect")
}

/// The folder of Connect's plugins, as `make plugin` builds them: one for each registry.
pub fn connect_plugins() -> PathBuf {
    tool("plugins")
}

/// The folder of MySQL.
pub fn mysql() -> PathBuf {
    tool("mysql")
}

/// The program versitygw, or none on a machine without Go.
///
/// # Panics
///
/// When it is missing in CI, where every test must run.
pub fn versitygw() -> Option<PathBuf> {
    let program = tools().join("versitygw/versitygw");
    if program.exists() || in_ci() { Some(tool("versitygw/versitygw")) } else { None }
}

/// The program valgrind, which counts a process's instructions.
///
/// # Panics
///
/// When it is not installed.
pub fn valgrind() -> PathBuf {
    let folders = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&folders)
        .map(|folder| folder.join("valgrind"))
        .find(|program| program.is_file())
        .expect("valgrind is missing: run `make tools`")
}

/// A release binary: from `LANDFALL_BIN_DIR` where that is set, else from the target folder.
///
/// # Panics
///
/// When it has not been built.
pub fn binary(name: &str) -> PathBuf {
    let folder = env::var_os("LANDFALL_BIN_DIR").map_or_else(
        || match env::var_os("CARGO_TARGET_DIR") {
            // Cargo takes it relative to where it was called, which is the root with `make`.
            Some(target) => root().join(target).join("release"),
            None => root().join("target/release"),
        },
        PathBuf::from,
    );
    let path = folder.join(name);
    assert!(path.exists(), "{} is missing: run `make build`", path.display());
    path
}

/// The folder in which servers keep their data: on the disk of the repository, because a `/tmp` in memory may
/// lack the extended attributes that versitygw needs.
pub fn run_folder() -> PathBuf {
    tools().join("run")
}

fn tools() -> PathBuf {
    root().join(".tools")
}

fn tool(path: &str) -> PathBuf {
    let path = tools().join(path);
    assert!(path.exists(), "{} is missing: run `make tools`", path.display());
    path
}

fn in_ci() -> bool {
    env::var("CI").is_ok_and(|value| value == "true" || value == "1")
}

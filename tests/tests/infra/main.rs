//! The templates of `infra/`, deployed by the SAM CLI into an AWS on loopback that enforces IAM.
//!
//! Each test is a scenario of `tests/tools/infra/scenarios`: they speak to the SAM CLI, which is a Python program, and
//! to a dozen services, for which Python's SDK is there already.

use end_to_end::tools;
use std::io::{self, Write as _};
use std::process::Command;

#[test]
fn every_environment_is_deployed_and_its_function_writes_under_its_own_role_alone() {
    run("environments");
}

#[test]
fn functions_are_granted_what_they_ask_for_and_nothing_more() {
    run("policies");
}

#[test]
fn wrong_parameters_are_refused_before_anything_is_made() {
    run("parameters");
}

#[test]
fn templates_say_what_no_emulator_can_show() {
    run("templates");
}

#[test]
fn the_plugins_run_in_a_real_connect_with_the_properties_of_the_template() {
    run("plugin");
}

#[test]
fn status_says_how_the_connector_is() {
    run("status");
}

#[test]
fn zips_are_reproducible() {
    run("zips");
}

/// Runs a scenario; what it prints is shown also when all is well, because it says what could not be tried here.
#[track_caller]
fn run(scenario: &str) {
    let output = Command::new(tools::deploy("python"))
        .args(["-m", "scenarios", scenario])
        .current_dir(tools::root().join("tests/tools/infra"))
        .env("LANDFALL_BIN_DIR", tools::binary("json-sink").parent().expect("a binary lies in a folder"))
        .output()
        .expect("Python can be started");
    // Not println!: the harness would keep it to itself.
    io::stderr().write_all(&output.stdout).expect("standard error takes text");
    assert!(output.status.success(), "{scenario} failed:\n{}", String::from_utf8_lossy(&output.stderr));
}

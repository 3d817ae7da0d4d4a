//! README shows the settings and the costs as the command does.

use std::path::Path;
use std::process::Command;

#[track_caller]
fn check(name: &str, least_lines: usize) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let readme = std::fs::read_to_string(root.join("README.md")).expect("README.md is there");
    // The comment before a table has the command that prints it.
    let (_, rest) = readme.split_once(&format!("<!-- {name}: landfall ")).expect("README.md has the start");
    let (arguments, rest) = rest.split_once(" -->\n").expect("README.md has a command");
    let (shown, _) =
        rest.split_once(&format!("<!-- /{name} -->")).expect("README.md has the end of the table");

    let landfall = Command::new(env!("CARGO_BIN_EXE_landfall"))
        .args(arguments.split_whitespace())
        .output()
        .expect("landfall runs");
    let table = String::from_utf8(landfall.stdout).expect("the table is UTF-8");
    assert!(table.lines().count() >= least_lines, "{table}{}", String::from_utf8_lossy(&landfall.stderr));
    assert_eq!(shown.trim(), table.trim(), "copy the output of `landfall {arguments}`");
}

#[test]
fn readme_shows_the_settings_table() {
    check("settings", 60);
}

#[test]
fn readme_shows_the_costs() {
    check("cost", 8);
}

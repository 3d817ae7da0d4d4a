//! README.md and SETTINGS.md show costs and settings as the command does.

use std::path::Path;
use std::process::Command;

#[track_caller]
fn check(page: &str, name: &str, least_lines: usize) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let text = std::fs::read_to_string(root.join(page)).expect("the page is there");
    // The comment before a table has the command that prints it.
    let (_, rest) = text.split_once(&format!("<!-- {name}: landfall ")).expect("the page has the start");
    let (arguments, rest) = rest.split_once(" -->\n").expect("the page has a command");
    let (shown, _) =
        rest.split_once(&format!("<!-- /{name} -->")).expect("the page has the end of the table");

    let landfall = Command::new(env!("CARGO_BIN_EXE_landfall"))
        .args(arguments.split_whitespace())
        .output()
        .expect("landfall runs");
    let table = String::from_utf8(landfall.stdout).expect("the table is UTF-8");
    assert!(table.lines().count() >= least_lines, "{table}{}", String::from_utf8_lossy(&landfall.stderr));
    assert_eq!(shown.trim(), table.trim(), "copy the output of `landfall {arguments}`");
}

#[test]
fn the_settings_table_is_what_the_command_prints() {
    check("SETTINGS.md", "settings", 60);
}

#[test]
fn the_costs_are_what_the_command_prints() {
    check("README.md", "cost", 8);
}

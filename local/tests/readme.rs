//! README shows the settings as the command does.

use std::path::Path;
use std::process::Command;

const START: &str = "<!-- settings: landfall settings --markdown -->\n";
const END: &str = "<!-- /settings -->";

#[test]
fn readme_shows_the_settings_table() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let readme = std::fs::read_to_string(root.join("README.md")).expect("README.md is there");
    let (_, rest) = readme.split_once(START).expect("README.md has the start of the table");
    let (shown, _) = rest.split_once(END).expect("README.md has the end of the table");

    let landfall = Command::new(env!("CARGO_BIN_EXE_landfall"))
        .args(["settings", "--markdown"])
        .output()
        .expect("landfall runs");
    let table = String::from_utf8(landfall.stdout).expect("the table is UTF-8");
    assert!(table.lines().count() > 60, "{table}");
    assert_eq!(shown.trim(), table.trim(), "copy the output of `landfall settings --markdown`");
}

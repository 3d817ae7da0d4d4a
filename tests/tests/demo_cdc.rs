//! The demo of change data capture: it ends with both sides equal, and leaves nothing behind however it ends.

#![cfg(all(target_os = "linux", target_arch = "x86_64"))]

use end_to_end::{process, tools};
use rustix::process::{Pid, Signal, kill_process_group, set_child_subreaper};
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// One demo at a time: each is asked what it left behind.
static ALONE: Mutex<()> = Mutex::new(());

/// How long a process may be seen that was killed.
const LIMIT: Duration = Duration::from_secs(10);

#[test]
fn the_demo_ends_with_both_sides_equal_and_nothing_left_running() {
    let output = leaves_nothing(|| {
        demo(&["--seconds", "5", "--seed", "7"]).output().expect("the demo can be started")
    });
    let (told, problems) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{told}\n{problems}");
    assert_eq!(problems, "");
    for part in
        ["MySQL with a row binlog", "Apicurio, a schema registry", "Kafka ", "Kafka Connect with Debezium"]
    {
        assert!(
            told.lines().any(|line| line.trim_start().starts_with(part) && line.ends_with(" s")),
            "{told}"
        );
    }
    assert!(told.contains("\n   id   sku") || told.contains("\n  id   sku"), "{told}");
    assert!(!told.contains('\x1b'), "what is no terminal is written line by line: {told}");
    let verdict =
        told.lines().find(|line| line.starts_with("Equal: all ")).unwrap_or_else(|| panic!("{told}"));
    for change in ["inserts: ", "updates: ", "deletes: ", "keys changed: ", "column added: 1"] {
        assert!(verdict.contains(change), "{verdict}");
    }
    // Orders of after the new column have coupons, on both sides.
    let with_coupons = |line: &str| line.matches("SPRING").count().max(line.matches("HALF").count()) == 2;
    assert!(told.lines().any(with_coupons), "{told}");
}

#[test]
fn a_demo_that_is_asked_to_end_while_it_starts_leaves_nothing_running() {
    check("Apicurio, a schema registry", |demo| process::terminate(demo.id()));
}

#[test]
fn ctrl_c_leaves_nothing_running() {
    check("The shop is open", |demo| {
        // A terminal sends it to the whole group.
        let group = i32::try_from(demo.id()).ok().and_then(Pid::from_raw).expect("a process has an id");
        kill_process_group(group, Signal::INT).expect("the group is there");
    });
}

/// Has a demo stopped as soon as it has written a line.
#[track_caller]
fn check(line: &str, stop: impl FnOnce(&Child)) {
    let output = leaves_nothing(|| {
        let mut demo =
            demo(&[]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it can be started");
        let mut lines = BufReader::new(demo.stdout.take().expect("standard output is a pipe")).lines();
        let found = lines.by_ref().map_while(Result::ok).any(|it| it.trim_start().starts_with(line));
        assert!(found, "the demo has ended before it wrote `{line}`");
        stop(&demo);
        for _ in lines {}
        demo.wait_with_output().expect("it can be waited for")
    });
    assert_eq!(output.status.code(), Some(1));
    let problems = String::from_utf8_lossy(&output.stderr);
    assert!(problems.ends_with("demo-cdc: stopped before the two sides could be compared\n"), "{problems}");
}

/// The demo, in a group of processes of its own.
fn demo(arguments: &[&str]) -> Command {
    let mut line = Command::new(env!("CARGO_BIN_EXE_demo-cdc"));
    line.args(arguments).stdin(Stdio::null()).process_group(0);
    line
}

/// Runs a demo, and looks for processes and folders that it leaves behind.
#[track_caller]
fn leaves_nothing(run: impl FnOnce() -> Output) -> Output {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    // Whoever outlives the demo becomes a child of this process.
    set_child_subreaper(Some(rustix::process::getpid())).expect("the kernel lets a process adopt others");
    let folders = folders();
    let output = run();
    let ended = Instant::now();
    while !orphans().is_empty() {
        assert!(ended.elapsed() < LIMIT, "still running: {:?}", orphans());
        thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(self::folders().difference(&folders).collect::<Vec<_>>(), Vec::<&OsString>::new());
    output
}

/// The names of children that run; those that have ended and that nobody waits for are no burden.
fn orphans() -> Vec<String> {
    let threads = fs::read_dir("/proc/self/task").expect("the kernel shows threads").flatten();
    let lists = threads.filter_map(|thread| fs::read_to_string(thread.path().join("children")).ok());
    let children: Vec<String> =
        lists.flat_map(|list| list.split_whitespace().map(str::to_owned).collect::<Vec<_>>()).collect();
    children
        .into_iter()
        .filter_map(|child| {
            let mut status = String::new();
            fs::File::open(format!("/proc/{child}/stat")).ok()?.read_to_string(&mut status).ok()?;
            // The name stands in parentheses, and the state behind it.
            let (name, state) = status.rsplit_once(") ")?;
            (!state.starts_with('Z')).then(|| name.to_owned())
        })
        .collect()
}

/// The folders of servers.
fn folders() -> BTreeSet<OsString> {
    fs::read_dir(tools::run_folder()).into_iter().flatten().flatten().map(|entry| entry.file_name()).collect()
}

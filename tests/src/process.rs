//! Processes as the kernel shows them, and signals to them.

use rustix::process::{Pid, Signal, kill_process};
use std::fs;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::Duration;

/// Kills a process: nothing of it runs any more. One that has ended meanwhile is no error.
pub fn kill(process_id: u32) {
    // It fails for a process that is gone, and that is what was wanted.
    let _ = kill_process(pid(process_id), Signal::KILL);
}

/// Asks a process to end (SIGTERM).
pub fn terminate(process_id: u32) {
    let _ = kill_process(pid(process_id), Signal::TERM);
}

/// A process that another has started and that still runs; `name` is its program's, as the kernel has it.
pub fn child_named(parent: u32, name: &str) -> Option<u32> {
    children_named(parent, name).into_iter().next()
}

/// All of them.
pub fn children_named(parent: u32, name: &str) -> Vec<u32> {
    let threads = fs::read_dir(format!("/proc/{parent}/task")).into_iter().flatten().flatten();
    let lists = threads.filter_map(|thread| fs::read_to_string(thread.path().join("children")).ok());
    let children: Vec<u32> = lists
        .flat_map(|list| list.split_whitespace().filter_map(|id| id.parse().ok()).collect::<Vec<_>>())
        .collect();
    children.into_iter().filter(|child| is_running(*child, name)).collect()
}

/// Whether a process with this id runs this program.
pub fn is_running(process_id: u32, name: &str) -> bool {
    fs::read_to_string(format!("/proc/{process_id}/comm")).is_ok_and(|comm| comm.trim_end() == name)
}

/// How long a process has run on a processor until now, all of its threads together.
pub fn processor_time(process_id: u32) -> Duration {
    let threads = fs::read_dir(format!("/proc/{process_id}/task")).into_iter().flatten().flatten();
    let times = threads.filter_map(|thread| {
        let times = fs::read_to_string(thread.path().join("schedstat")).ok()?;
        times.split(' ').next()?.parse::<u64>().ok()
    });
    Duration::from_nanos(times.sum())
}

/// The most memory that a process has had resident at any time, in bytes; none when it is gone.
pub fn peak_resident_bytes(process_id: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process_id}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}

/// Runs a program to its end, and gives what it writes.
///
/// # Panics
///
/// When it can't be started, or fails; with what it has written beside.
pub fn output(line: &mut Command, input: &[u8]) -> Vec<u8> {
    let mut process = line
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{} can't be started: {error}", line.get_program().display()));
    let mut stdin = process.stdin.take().expect("standard input is a pipe");
    stdin.write_all(input).expect("the program reads its input");
    drop(stdin);
    let output = process.wait_with_output().expect("the program can be waited for");
    assert!(
        output.status.success(),
        "{} failed:\n{}",
        line.get_program().display(),
        String::from_utf8_lossy(&output.stderr)
    );
    output.stdout
}

fn pid(process_id: u32) -> Pid {
    let id = i32::try_from(process_id).expect("the kernel's ids are positive");
    Pid::from_raw(id).expect("no process has id 0")
}

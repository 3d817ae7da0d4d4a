//! Processes as the kernel shows them, and signals to them.

use rustix::process::{Pid, Signal, kill_process};
use std::fs;

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
    let threads = fs::read_dir(format!("/proc/{parent}/task")).ok()?;
    let lists =
        threads.flatten().filter_map(|thread| fs::read_to_string(thread.path().join("children")).ok());
    let children: Vec<u32> = lists
        .flat_map(|list| list.split_whitespace().filter_map(|id| id.parse().ok()).collect::<Vec<_>>())
        .collect();
    children.into_iter().find(|child| is_running(*child, name))
}

/// Whether a process with this id runs this program.
pub fn is_running(process_id: u32, name: &str) -> bool {
    fs::read_to_string(format!("/proc/{process_id}/comm")).is_ok_and(|comm| comm.trim_end() == name)
}

/// The most memory that a process has had resident at any time, in bytes; none when it is gone.
pub fn peak_resident_bytes(process_id: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process_id}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}

fn pid(process_id: u32) -> Pid {
    let id = i32::try_from(process_id).expect("the kernel's ids are positive");
    Pid::from_raw(id).expect("no process has id 0")
}

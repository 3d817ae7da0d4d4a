//! Processes that are killed on purpose.

use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use std::fs;

/// Kills a process as the kernel would: nothing of it runs any more.
///
/// A process that has ended meanwhile is no error.
pub fn kill(process_id: u32) {
    // It fails for a process that is gone, and that is what was wanted.
    let _ = kill_process(pid(process_id), Signal::KILL);
}

/// Kills a process group: a process that was started as the leader of one, and what it has started in it.
pub fn kill_group(leader: u32) {
    let _ = kill_process_group(pid(leader), Signal::KILL);
}

/// The processes that a process has started and that still run.
pub fn children(process_id: u32) -> Vec<u32> {
    let list = |thread: fs::DirEntry| fs::read_to_string(thread.path().join("children")).ok();
    let threads = fs::read_dir(format!("/proc/{process_id}/task")).into_iter().flatten().flatten();
    threads
        .filter_map(list)
        .flat_map(|ids| ids.split_whitespace().filter_map(|id| id.parse().ok()).collect::<Vec<_>>())
        .collect()
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

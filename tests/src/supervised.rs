//! A process that cannot outlive its test.

use crate::process;
use std::os::unix::process::CommandExt as _;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};
use std::{env, thread};

/// Runs a program until standard input ends, which it does in any case when the test process does: also when that
/// one is killed with SIGKILL, and no destructor runs.
const SUPERVISOR: &str = r#"
exec 3<&0 </dev/null
"$@" 3<&- &
program=$!
{ read -r _ <&3; kill -KILL "$program"; } 2>/dev/null &
watcher=$!
exec 3<&-
wait "$program"
status=$?
kill "$watcher" 2>/dev/null
exit "$status"
"#;

/// A running program; killed when dropped.
#[derive(Debug)]
pub struct Supervised {
    supervisor: Child,
    /// Its end is the program's end.
    lifeline: Option<ChildStdin>,
}

impl Supervised {
    /// Starts a program. `command` completes the command line, which is empty at first, as is the environment but
    /// for what finds programs: what the developer's shell has set must not change a test.
    ///
    /// # Panics
    ///
    /// When there is no `sh`.
    pub fn start(command: impl FnOnce(&mut Command)) -> Self {
        let mut line = Command::new("sh");
        line.args(["-c", SUPERVISOR, "supervisor"]);
        line.env_clear()
            .envs(["PATH", "HOME", "JAVA_HOME"].iter().filter_map(|name| Some((name, env::var_os(name)?))));
        // A Ctrl-C is for the process that started it, which then ends it.
        line.process_group(0);
        command(&mut line);
        let mut supervisor = line.stdin(Stdio::piped()).spawn().expect("sh can be started");
        let lifeline = supervisor.stdin.take();
        Self { supervisor, lifeline }
    }

    /// The id of the program's process; `name` is the program's, as the kernel has it.
    pub fn process_id(&self, name: &str) -> Option<u32> {
        process::child_named(self.supervisor.id(), name)
    }

    /// How the program has ended, or none while it runs.
    ///
    /// # Panics
    ///
    /// When the supervisor is lost.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.supervisor.try_wait().expect("the supervisor can be asked")
    }

    /// Waits until the program ends by itself, or gives none after this time.
    pub fn end_within(&mut self, timeout: Duration) -> Option<ExitStatus> {
        let started = Instant::now();
        loop {
            let ended = self.ended();
            if ended.is_some() || started.elapsed() > timeout {
                return ended;
            }
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Ends the program as SIGKILL does.
    ///
    /// # Panics
    ///
    /// When the supervisor is lost.
    pub fn kill(&mut self) {
        self.lifeline = None;
        self.supervisor.wait().expect("the supervisor can be waited for");
    }
}

impl Drop for Supervised {
    fn drop(&mut self) {
        self.kill();
    }
}

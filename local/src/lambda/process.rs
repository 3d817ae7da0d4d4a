//! A function's process.

use super::error::{LastLines, StartError};
use super::function::{Function, Log};
use super::identifier::request_id;
use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::process::{ExitStatus, Stdio};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, BufReader};
use tokio::process::{Child, Command};
use tokio::task::JoinSet;

/// How many lines are kept for the report of a crash.
const KEPT_LINES: usize = 20;

/// How long the last lines of a process that ended are waited for: what it started may hold its pipes open.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// A running function; killed when dropped.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    /// Holds the process id for others to see, and 0 after it.
    id: Arc<AtomicU32>,
    readers: JoinSet<()>,
    last_lines: Arc<Mutex<VecDeque<String>>>,
}

impl Process {
    /// Runs the function's binary against a Runtime API.
    pub(crate) fn start(
        function: &Function,
        runtime_api: SocketAddr,
        id: &Arc<AtomicU32>,
    ) -> Result<Self, StartError> {
        let child = Command::new(&function.binary)
            .args(&function.arguments)
            // What happens to be set in this shell must not change what the function does.
            .env_clear()
            .envs(lambda_variables(function, runtime_api))
            .envs(&function.variables)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            // Ctrl-C is for us: we let the invocation in flight end.
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .map_err(|source| StartError::Spawn { binary: function.binary.clone(), source })?;

        id.store(child.id().unwrap_or(0), Relaxed);
        let mut process =
            Self { child, id: Arc::clone(id), readers: JoinSet::new(), last_lines: Arc::default() };
        if let Some(stdout) = process.child.stdout.take() {
            process.read(stdout, function.log.clone());
        }
        if let Some(stderr) = process.child.stderr.take() {
            process.read(stderr, function.log.clone());
        }
        Ok(process)
    }

    /// Whether the process is gone already.
    pub(crate) fn has_ended(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }

    /// Waits until the process ends; may be called again.
    pub(crate) async fn wait(&mut self) -> io::Result<ExitStatus> {
        self.child.wait().await
    }

    /// What the process, which has ended, wrote last.
    pub(crate) async fn last_lines(&mut self) -> LastLines {
        let all_read = async { while self.readers.join_next().await.is_some() {} };
        if tokio::time::timeout(LAST_WORDS, all_read).await.is_err() {
            self.readers.abort_all();
        }
        let lines = self.last_lines.lock().unwrap_or_else(PoisonError::into_inner);
        LastLines(lines.iter().cloned().collect())
    }

    /// Kills the process and waits until it is gone.
    pub(crate) async fn kill(&mut self) {
        if let Err(error) = self.child.kill().await {
            tracing::warn!(%error, "cannot kill the function's process");
        }
    }

    fn read(&mut self, pipe: impl AsyncRead + Unpin + Send + 'static, log: Log) {
        let last_lines = Arc::clone(&self.last_lines);
        self.readers.spawn(async move {
            let mut reader = BufReader::new(pipe);
            let mut line = Vec::new();
            // A function may write what is no text; it must not block on a full pipe for that.
            while matches!(reader.read_until(b'\n', &mut line).await, Ok(1..)) {
                let text = String::from_utf8_lossy(&line);
                let text = text.trim_end_matches(['\r', '\n']);
                log.line(text);
                let mut kept = last_lines.lock().unwrap_or_else(PoisonError::into_inner);
                if kept.len() == KEPT_LINES {
                    kept.pop_front();
                }
                kept.push_back(text.to_owned());
                drop(kept);
                line.clear();
            }
        });
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.id.store(0, Relaxed);
    }
}

/// What Lambda sets for a function on `provided.al2023`.
/// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html>
fn lambda_variables(function: &Function, runtime_api: SocketAddr) -> [(&'static str, String); 17] {
    let today = jiff::Timestamp::now().strftime("%Y/%m/%d").to_string();
    let instance = request_id().replace('-', "");
    let folder = function.binary.parent().map(|folder| folder.display().to_string()).unwrap_or_default();
    [
        ("AWS_ACCESS_KEY_ID", crate::s3::ACCESS_KEY_ID.to_owned()),
        ("AWS_SECRET_ACCESS_KEY", crate::s3::SECRET_ACCESS_KEY.to_owned()),
        ("AWS_REGION", function.region.clone()),
        ("AWS_DEFAULT_REGION", function.region.clone()),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", function.memory_mb.to_string()),
        ("AWS_LAMBDA_FUNCTION_NAME", function.name.clone()),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST".to_owned()),
        ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand".to_owned()),
        ("AWS_LAMBDA_LOG_GROUP_NAME", format!("/aws/lambda/{}", function.name)),
        ("AWS_LAMBDA_LOG_STREAM_NAME", format!("{today}/[$LATEST]{instance}")),
        ("AWS_LAMBDA_RUNTIME_API", runtime_api.to_string()),
        ("LAMBDA_RUNTIME_DIR", "/var/runtime".to_owned()),
        ("LAMBDA_TASK_ROOT", folder),
        ("LANG", "en_US.UTF-8".to_owned()),
        ("PATH", "/usr/local/bin:/usr/bin:/bin:/opt/bin".to_owned()),
        ("TZ", ":UTC".to_owned()),
        ("_HANDLER", "bootstrap".to_owned()),
    ]
}

//! What pollers and functions wrote, in numbers.

/// What the logs say of all that happened.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Logged {
    /// Invocations that delivered their batch.
    pub(crate) invocations: u64,
    /// Batches that failed and came again.
    pub(crate) failures: u64,
    /// Records that were in S3 already when they came.
    pub(crate) redelivered: u64,
    /// Markers that were written.
    pub(crate) markers: u64,
    /// Requests to S3 that were made again.
    pub(crate) retries: u64,
    /// Times that a poller was given partitions.
    pub(crate) assignments: u64,
    /// Commits that Kafka did not take.
    pub(crate) commit_failures: u64,
}

impl Logged {
    /// Counts what a line says.
    pub(crate) fn add(&mut self, line: &str) {
        if let Some(redelivered) = number(line, "redelivered") {
            self.invocations += 1;
            self.redelivered += redelivered;
            self.markers += number(line, "markers").unwrap_or(0);
            self.retries += number(line, "retries").unwrap_or(0);
        } else if line.contains("batch failed") {
            self.failures += 1;
        } else if line.contains("partitions assigned") {
            self.assignments += 1;
        } else if line.contains("not committed") {
            self.commit_failures += 1;
        }
    }
}

/// The number behind `name=` in a line of a log.
fn number(line: &str, name: &str) -> Option<u64> {
    let value = line.split(' ').find_map(|field| field.strip_prefix(name)?.strip_prefix('='))?;
    value.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_pollers_and_functions_are_counted() {
        let mut logged = Logged::default();
        for line in [
            " INFO batch delivered request_id=\"a\" records=5 objects=2 redelivered=3 markers=1 retries=2 failed_partitions=0",
            " WARN batch delivered, with records in quarantine request_id=\"a\" redelivered=1 markers=0 retries=0",
            " INFO batch delivered records=5 event_bytes=10 attempts=1 elapsed_ms=4",
            " WARN batch failed error=the invocation failed attempts=1 retry_in_ms=200",
            " INFO partitions assigned partitions={0, 1}",
        ] {
            logged.add(line);
        }
        let Logged { invocations, failures, redelivered, markers, retries, assignments, .. } = logged;
        assert_eq!((invocations, failures, redelivered, markers, retries, assignments), (2, 1, 4, 1, 2, 1));
    }
}

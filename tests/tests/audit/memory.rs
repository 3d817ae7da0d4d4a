//! However many objects there are, the audit takes the same memory.

use end_to_end::listing::Listing;
use end_to_end::process;
use end_to_end::tools;
use std::process::{Command, Stdio};

/// What it may take, with its 128 requests in flight.
const LIMIT: u64 = 64 << 20;

/// What ten times as many objects may add: the sets of offsets grow by some bytes for each 65,536 of them.
const GROWTH_LIMIT: u64 = 8 << 20;

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_thousand_objects_take_no_more_memory_than_ten_thousand() {
    let few = peak(10_000).await;
    let many = peak(100_000).await;
    println!(
        "peak of {:.1} MB for 10,000 objects, {:.1} MB for 100,000",
        few as f64 / 1e6,
        many as f64 / 1e6
    );
    assert!(many < LIMIT, "peak of {many} bytes");
    assert!(many < few + GROWTH_LIMIT, "peak of {many} bytes, and of {few} for a tenth of the objects");
}

/// Audits a listing of this many objects of ten records, and gives the most memory that it took.
async fn peak(objects: u64) -> u64 {
    let listing = Listing::start(objects, 10).await;
    let mut line = Command::new(tools::binary("landfall"));
    line.args(["audit", "--bucket", "lake", "--json"]).env_clear().envs(listing.s3().environment());
    let mut audit = line.stdout(Stdio::piped()).spawn().expect("landfall can be started");
    let mut peak = 0;
    let status = loop {
        // It is gone as soon as the process is waited for.
        peak = process::peak_resident_bytes(audit.id()).unwrap_or(0).max(peak);
        match audit.try_wait().expect("a child can be waited for") {
            Some(status) => break status,
            None => tokio::time::sleep(std::time::Duration::from_millis(20)).await,
        }
    };
    let output = audit.wait_with_output().expect("what it wrote can be read");
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("it writes JSON");
    assert!(status.success(), "{report:#}");
    assert_eq!(report["looked_at"]["objects"], objects);
    assert_eq!(report["partitions"][0]["present"], serde_json::json!([[0, objects * 10 - 1]]));
    peak
}

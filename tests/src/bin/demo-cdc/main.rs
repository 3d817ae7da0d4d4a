//! The demo of change data capture: a shop's MySQL, and the same rows as they are read from Parquet objects.
//!
//! MySQL, Debezium in Kafka Connect, Apicurio's registry, Kafka, `landfall poll`, `parquet-sink` and the S3 server are
//! real, run on loopback, and are stopped by whatever ends the demo.

mod screen;
mod shop;
mod sides;
mod world;

use clap::Parser;
use end_to_end::server;
use screen::{Scene, Screen};
use shop::Shop;
use std::panic::{self, AssertUnwindSafe};
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::runtime::Runtime;
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::{Instant, sleep_until};
use world::World;

/// Watch a MySQL's rows arrive in Parquet objects, and be read there as they are now
///
/// Starts MySQL, Debezium in Kafka Connect, a schema registry, Kafka and an S3 server on this computer, makes the
/// changes of a small shop, and shows the orders in MySQL beside the orders that DuckDB reads from the objects, by the
/// view that `landfall schema --current --dialect duckdb` prints. Exit code 0 when all tables are equal at the end.
#[derive(Parser)]
#[command(name = "demo-cdc", version, max_term_width = 100)]
struct Arguments {
    /// How long the shop is open
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=86_400))]
    seconds: u32,

    /// What the shop's changes are drawn from [default: another one each time]
    #[arg(long, value_name = "NUMBER")]
    seed: Option<u64>,
}

/// How often the two sides are compared.
const TICK: Duration = Duration::from_secs(1);

/// How many changes are made between two comparisons.
const CHANGES_A_TICK: usize = 8;

/// How long the last change may take until it can be read.
const LIMIT: Duration = Duration::from_secs(60);

/// Why the demo could not go on: what the first panic said.
static PROBLEM: Mutex<Option<String>> = Mutex::new(None);

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let screen = Screen::new();
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        screen.complain(
            "MySQL's binaries of Maven Central run on Linux on x86-64, and this is another machine",
        );
        return ExitCode::FAILURE;
    }
    // The parts panic with a sentence, as they do in tests.
    panic::set_hook(Box::new(|info| {
        let mut problem = PROBLEM.lock().unwrap_or_else(PoisonError::into_inner);
        problem.get_or_insert_with(|| info.payload_as_str().unwrap_or("something unknown failed").to_owned());
    }));
    let played = panic::catch_unwind(AssertUnwindSafe(|| {
        let runtime = Runtime::new().expect("threads can be started");
        runtime.spawn(watch_for_signals());
        runtime.block_on(play(&arguments, &screen))
    }));
    let problem = match played {
        Ok(Ok(())) => return ExitCode::SUCCESS,
        _ if server::is_interrupted() => "stopped before the two sides could be compared".to_owned(),
        Ok(Err(problem)) => problem,
        Err(_) => PROBLEM.lock().unwrap_or_else(PoisonError::into_inner).take().unwrap_or_default(),
    };
    screen.complain(&problem);
    ExitCode::FAILURE
}

/// Has the demo end early, in its own time.
async fn watch_for_signals() {
    let [mut interrupt, mut terminate] = [SignalKind::interrupt(), SignalKind::terminate()]
        .map(|kind| signal(kind).expect("signals can be listened to"));
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    server::interrupt();
}

/// Plays it; an error is a sentence that says why the two sides are not equal.
async fn play(arguments: &Arguments, screen: &Screen) -> Result<(), String> {
    let seed = arguments.seed.unwrap_or_else(|| fastrand::u64(..1_000_000));
    let mut shop = Shop::new(seed);
    let mut world = World::start(screen, &shop.opening()).await;
    screen.line(&format!(
        "\nThe shop is open for {} s (--seconds); --seed {seed} draws the same changes again\n",
        arguments.seconds
    ));
    let open_for = Duration::from_secs(arguments.seconds.into());
    let opened = Instant::now();
    let mut closed = None;
    loop {
        let tick = Instant::now();
        if server::is_interrupted() {
            return Err("stopped".to_owned());
        }
        if let Some(problem) = world.broken() {
            return Err(problem);
        }
        if opened.elapsed() < open_for {
            let is_half_time = opened.elapsed() >= open_for / 2;
            world.execute(&shop.changes(CHANGES_A_TICK, is_half_time));
        } else if closed.is_none() {
            // However short it was: there is a new column.
            world.execute(&shop.changes(CHANGES_A_TICK, true));
            closed = Some(Instant::now());
        }
        let sides = world.sides();
        let lag: usize = sides.iter().map(|it| it.differing()).sum();
        let scene =
            Scene { elapsed: opened.elapsed(), sides: &sides, is_open: closed.is_none(), shop: &shop };
        screen.show(&scene);
        match closed {
            Some(closed) if lag == 0 => {
                screen.finish(&scene, closed.elapsed());
                break;
            }
            Some(closed) if closed.elapsed() > LIMIT => {
                screen.finish(&scene, closed.elapsed());
                let logs = world.logs();
                return Err(format!("{lag} rows still differ after {} s; {logs}", LIMIT.as_secs()));
            }
            _ => sleep_until(tick + TICK).await,
        }
    }
    drop(world);
    screen.line("All that was started has been stopped");
    Ok(())
}

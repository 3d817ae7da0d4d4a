//! CPU time of variants, measured in turns.

use anyhow::Context as _;
use cpu_time::ThreadTime;
use std::{hint::black_box, time::Duration};

/// One way to do a thing.
pub(crate) struct Variant<'a> {
    name: &'static str,
    /// Does it so many times and says how much CPU time that took.
    run: Box<dyn FnMut(u32) -> anyhow::Result<Duration> + 'a>,
}

impl<'a> Variant<'a> {
    /// A variant that runs on this thread.
    pub(crate) fn new<T>(name: &'static str, mut work: impl FnMut() -> T + 'a) -> Self {
        Self::timed_by(name, move |times| {
            let start = ThreadTime::try_now()?;
            for _ in 0..times {
                black_box(work());
            }
            Ok(start.try_elapsed()?)
        })
    }

    /// A variant that runs elsewhere and measures its own CPU time.
    pub(crate) fn timed_by(
        name: &'static str,
        run: impl FnMut(u32) -> anyhow::Result<Duration> + 'a,
    ) -> Self {
        Self { name, run: Box::new(run) }
    }

    fn run(&mut self, times: u32) -> anyhow::Result<Duration> {
        (self.run)(times).with_context(|| format!("measuring {}", self.name))
    }
}

/// What a variant took, round by round.
pub(crate) struct Measured {
    pub(crate) name: &'static str,
    /// CPU seconds of one run.
    seconds: Vec<f64>,
}

impl Measured {
    /// CPU seconds of one run.
    pub(crate) fn seconds(&self) -> f64 {
        median(self.seconds.clone())
    }

    /// How many times as long as another one, in the same round.
    pub(crate) fn ratio_to(&self, other: &Self) -> f64 {
        median(self.seconds.iter().zip(&other.seconds).map(|(own, other)| own / other).collect())
    }
}

/// Measures variants side by side.
pub(crate) fn side_by_side<const N: usize>(
    rounds: u32,
    mut variants: [Variant<'_>; N],
) -> anyhow::Result<[Measured; N]> {
    /// Long enough that the clock's own cost and resolution don't count.
    const SAMPLE: Duration = Duration::from_millis(40);
    let mut times = [1; N];
    for (variant, times) in variants.iter_mut().zip(&mut times) {
        // The first run finds its pages and caches cold.
        variant.run(1)?;
        let once = variant.run(1)?.max(Duration::from_micros(1));
        *times = SAMPLE.div_duration_f64(once).ceil().max(1.0) as u32;
    }
    let mut measured =
        variants.each_ref().map(|variant| Measured { name: variant.name, seconds: Vec::new() });
    for round in 0..rounds as usize {
        for turn in 0..N {
            // Who comes first differs from round to round.
            let index = (round + turn) % N;
            let elapsed = variants[index].run(times[index])?;
            measured[index].seconds.push(elapsed.as_secs_f64() / f64::from(times[index]));
        }
    }
    Ok(measured)
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    let middle = numbers.len() / 2;
    if numbers.len() % 2 == 1 { numbers[middle] } else { (numbers[middle - 1] + numbers[middle]) / 2.0 }
}

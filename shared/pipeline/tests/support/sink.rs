//! Sinks over a store of the test's.

use crate::settings::settings;
use delivery::Store;
use pipeline::{Format as _, JsonFormat, Sink};

/// A sink of JSON Lines with these variables.
#[track_caller]
pub(crate) fn sink_over<S: Store>(vars: &[(&str, &str)], store: S) -> Sink<S, JsonFormat> {
    let settings = settings(vars);
    let format = JsonFormat::new(&settings).expect("it needs nothing");
    Sink::new(settings, format, store)
}

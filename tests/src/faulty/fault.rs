//! What goes wrong, and when.

use fastrand::Rng;
use std::fmt;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::time::Duration;

/// A request, as far as a plan looks at it.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// `PUT` or `HEAD`.
    pub method: &'a str,
    /// Bucket and key, as the URL has them.
    pub path: &'a str,
    /// How many requests of this method there were for this path.
    pub earlier: u32,
}

/// What becomes of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The real server answers, after this time.
    None(Duration),
    /// The connection ends, and the real server has heard nothing.
    HangUpBefore,
    /// The real server has done its work, and then the connection ends.
    HangUpAfter,
    /// This status and code, and the real server has heard nothing.
    AnswerBefore(u16, &'static str),
    /// The real server has done its work, and then this status and code.
    AnswerAfter(u16, &'static str),
    /// Where the key is taken: 412 before the body was read, then the connection ends, as real servers do.
    ExistsEarly,
    /// No answer at all for this time, then the connection ends; the real server has done its work at once.
    Hang(Duration),
}

/// Decides what becomes of each request.
pub struct Plan(Box<dyn Fn(Asked<'_>) -> Fault + Send + Sync>);

impl Plan {
    /// Nothing goes wrong.
    pub fn calm() -> Self {
        Self::new(|_| Fault::None(Duration::ZERO))
    }

    /// This function decides.
    pub fn new(decide: impl Fn(Asked<'_>) -> Fault + Send + Sync + 'static) -> Self {
        Self(Box::new(decide))
    }

    /// Any fault in `percent` of the requests. The same request meets the same fault in every run of a seed,
    /// however the requests interleave.
    pub fn seeded(seed: u64, percent: u8) -> Self {
        Self::new(move |asked| {
            let mut hasher = DefaultHasher::new();
            (seed, asked.method, asked.path, asked.earlier).hash(&mut hasher);
            let mut rng = Rng::with_seed(hasher.finish());
            if rng.u8(0..100) >= percent {
                // Most answers take some time, so that attempts that run at once interleave in many ways.
                if rng.u8(0..4) == 0 {
                    return Fault::ExistsEarly;
                }
                return Fault::None(Duration::from_micros(rng.u64(0..3000)));
            }
            match rng.u8(0..8) {
                0 => Fault::HangUpBefore,
                1 => Fault::HangUpAfter,
                2 => Fault::AnswerBefore(503, "SlowDown"),
                3 => Fault::AnswerAfter(503, "ServiceUnavailable"),
                4 => Fault::AnswerBefore(500, "InternalError"),
                5 => Fault::AnswerAfter(500, "InternalError"),
                6 if asked.method == "PUT" => Fault::AnswerBefore(409, "ConditionalRequestConflict"),
                _ => Fault::Hang(Duration::from_millis(rng.u64(5..30))),
            }
        })
    }

    pub(crate) fn decide(&self, asked: Asked<'_>) -> Fault {
        (self.0)(asked)
    }
}

impl fmt::Debug for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Plan").finish_non_exhaustive()
    }
}

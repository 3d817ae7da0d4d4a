//! A store whose requests take time, fail, and take effect without saying so.

use crate::flaw::Flaw;
use delivery::memory::MemoryStore;
use delivery::{Creation, Metadata, Object, Store, StoreError, StoreErrorKind};
use fastrand::Rng;
use std::future::poll_fn;
use std::sync::{Mutex, MutexGuard};
use std::task::Poll;

/// A store between whose steps anything may happen.
pub(crate) struct FaultyStore {
    flaw: Option<Flaw>,
    memory: MemoryStore,
    state: Mutex<State>,
}

struct State {
    rng: Rng,
    fault_percent: u8,
    created: Vec<Object>,
    stragglers: Vec<Object>,
    tale: Vec<String>,
    telling: bool,
}

/// What becomes of a request.
enum Fate {
    Served,
    /// It never arrives, or is answered with 503 or 409.
    Unserved,
    /// The caller gives up waiting; the store serves it later.
    Straggles,
    /// It is served, and the answer is lost.
    Unanswered,
}

impl FaultyStore {
    /// An empty store with faults of any frequency.
    pub(crate) fn random(rng: &mut Rng, flaw: Option<Flaw>, telling: bool) -> Self {
        let state = State {
            rng: rng.fork(),
            fault_percent: [0, 5, 15, 40][rng.usize(..4)],
            created: Vec::new(),
            stragglers: Vec::new(),
            tale: Vec::new(),
            telling,
        };
        Self { flaw, memory: MemoryStore::default(), state: Mutex::new(state) }
    }

    /// Ends the faults.
    pub(crate) fn calm(&self) {
        self.state().fault_percent = 0;
    }

    /// Serves one of the requests whose callers gave up, if there is one.
    pub(crate) fn serve_straggler(&self) -> bool {
        let straggler = {
            let State { rng, stragglers, .. } = &mut *self.state();
            if stragglers.is_empty() {
                return false;
            }
            stragglers.swap_remove(rng.usize(..stragglers.len()))
        };
        let _ = self.serve(&straggler);
        true
    }

    /// Whether an object with records answers for this offset.
    pub(crate) fn holds(&self, offset: i64) -> bool {
        self.state()
            .created
            .iter()
            .any(|object| object.identity.is_some() && object.coverage.contains(offset))
    }

    /// What was written, in that order.
    pub(crate) fn created(&self) -> Vec<Object> {
        self.state().created.clone()
    }

    /// What stands.
    pub(crate) fn standing(&self) -> Vec<Object> {
        self.memory.objects().into_values().collect()
    }

    /// Adds a line to the tale of the history, where it is told.
    pub(crate) fn tell(&self, line: impl FnOnce() -> String) {
        let mut state = self.state();
        if state.telling {
            state.tale.push(line());
        }
    }

    /// What happened, a line each.
    pub(crate) fn tale(&self) -> Vec<String> {
        self.state().tale.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no holder of the lock panics")
    }

    fn fate(&self) -> Fate {
        let State { rng, fault_percent, .. } = &mut *self.state();
        if rng.u8(..100) >= *fault_percent {
            return Fate::Served;
        }
        match rng.u8(..3) {
            0 => Fate::Unserved,
            1 => Fate::Straggles,
            _ => Fate::Unanswered,
        }
    }

    fn serve(&self, object: &Object) -> Creation {
        let is_marker = object.identity.is_none();
        let creation = match self.flaw {
            Some(Flaw::Overwrites) => {
                self.memory.overwrite(object.clone());
                Creation::Created
            }
            Some(Flaw::NoMarkers) if is_marker => return Creation::Created,
            _ => self.memory.create_now(object),
        };
        self.tell(|| {
            let kind = if is_marker { "marker" } else { "object" };
            format!("PUT {kind} {} covers {}: {creation:?}", object.key, object.coverage)
        });
        if creation == Creation::Created {
            self.state().created.push(object.clone());
        }
        if self.flaw == Some(Flaw::TakenIsDone) { Creation::Created } else { creation }
    }
}

impl Store for FaultyStore {
    async fn create(&self, object: &Object) -> Result<Creation, StoreError> {
        pause().await;
        let fate = self.fate();
        match fate {
            Fate::Unserved => return Err(unavailable()),
            Fate::Straggles => {
                self.state().stragglers.push(object.clone());
                return Err(unavailable());
            }
            Fate::Served | Fate::Unanswered => {}
        }
        let creation = self.serve(object);
        pause().await;
        if matches!(fate, Fate::Unanswered) { Err(unavailable()) } else { Ok(creation) }
    }

    async fn head(&self, key: &str) -> Result<Option<Metadata>, StoreError> {
        pause().await;
        let fate = self.fate();
        let metadata = self.memory.head_now(key);
        // The answer may be old when it is read.
        pause().await;
        match fate {
            Fate::Served => Ok(metadata),
            // Reads lag behind writes.
            Fate::Straggles => Ok(None),
            Fate::Unserved | Fate::Unanswered => Err(unavailable()),
        }
    }
}

/// Lets others go first.
pub(crate) fn pause() -> impl Future<Output = ()> + Send {
    let mut paused = false;
    poll_fn(move |_| if std::mem::replace(&mut paused, true) { Poll::Ready(()) } else { Poll::Pending })
}

fn unavailable() -> StoreError {
    StoreError { kind: StoreErrorKind::Unavailable, message: "unavailable".to_owned(), source: None }
}

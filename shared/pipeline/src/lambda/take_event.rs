//! From the runtime's hands into ours, without a detour.
//!
//! The runtime would deserialize the event into a `Value` or a type of serde's before the handler sees it. A tower
//! layer takes the event's bytes out before that and leaves `null` in their place; the handler takes them from the
//! slot of its request. So one pass over the bytes makes the batch.

use bytes::Bytes;
use lambda_runtime::LambdaInvocation;
use lambda_runtime::tower::{Layer, Service};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

/// The bytes of the events under way, by request id.
#[derive(Debug, Clone, Default)]
pub(super) struct Slots(Arc<Mutex<HashMap<String, Bytes>>>);

impl Slots {
    fn put(&self, request_id: String, event: Bytes) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(request_id, event);
    }

    pub(super) fn take(&self, request_id: &str) -> Option<Bytes> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(request_id)
    }
}

/// Takes an event's bytes out of an invocation.
#[derive(Debug, Clone)]
pub(super) struct TakeEvent {
    pub(super) slots: Slots,
}

impl<S> Layer<S> for TakeEvent {
    type Service = TakeEventService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        TakeEventService { inner, slots: self.slots.clone() }
    }
}

/// What [`TakeEvent`] makes of a service.
#[derive(Debug, Clone)]
pub(super) struct TakeEventService<S> {
    inner: S,
    slots: Slots,
}

impl<S: Service<LambdaInvocation>> Service<LambdaInvocation> for TakeEventService<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut invocation: LambdaInvocation) -> Self::Future {
        let event = std::mem::replace(&mut invocation.body, Bytes::from_static(b"null"));
        self.slots.put(invocation.context.request_id.clone(), event);
        self.inner.call(invocation)
    }
}

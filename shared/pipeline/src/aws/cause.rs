//! What lies beneath an error of the SDK.

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::{ConnectorError, SdkError};
use std::error::Error;

/// The cause of an error without a response: what the SDK says of itself ("dispatch failure", "other") helps nobody.
pub(crate) fn cause<E: Error + Send + Sync + 'static>(error: SdkError<E, HttpResponse>) -> Option<BoxError> {
    let source = error.into_source().ok()?;
    Some(source.downcast::<ConnectorError>().map_or_else(|source| source, |error| error.into_source()))
}

/// The first error of a type in a chain.
pub(crate) fn find<'e, T: Error + 'static>(error: &'e (dyn Error + 'static)) -> Option<&'e T> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<T>() {
            return Some(found);
        }
        next = error.source();
    }
    None
}

//! Telling Lambda why a function cannot start.

use lambda_runtime::Diagnostic;
use lambda_runtime_api_client::{PooledClient, body::Body, build_request};
use std::time::Duration;

/// How long the telling may take: the process ends anyway.
const PATIENCE: Duration = Duration::from_secs(1);

/// Posts an initialization error, so that who invoked the function is told too, not the log alone.
///
/// <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html#runtimes-api-initerror>
pub(super) async fn report(problem: &str) {
    // The client panics where nobody is listening.
    if std::env::var_os("AWS_LAMBDA_RUNTIME_API").is_none() {
        return;
    }
    let diagnostic =
        Diagnostic { error_type: "Runtime.InvalidSettings".to_owned(), error_message: problem.to_owned() };
    let request = serde_json::to_vec(&diagnostic).map(|body| {
        build_request()
            .method("POST")
            .uri("/2018-06-01/runtime/init/error")
            .header("lambda-runtime-function-error-type", &diagnostic.error_type)
            .body(Body::from(body))
    });
    if let Ok(Ok(request)) = request {
        // Best effort: the message stands on standard error too.
        let _ = tokio::time::timeout(PATIENCE, PooledClient::builder().build().call(request)).await;
    }
}

//! A function's environment. The function is this test program, run again.

#![allow(clippy::unwrap_used, reason = "the helpers of tests fail as tests do")]

mod support;

use local::lambda::{Environment, Function, InvokeError, Log, MAX_PAYLOAD_BYTES, StartError};
use serde_json::{Value, json};
use std::process::Command;
use std::sync::mpsc;
use std::time::Duration;
use support::{call, header};

const LONG: Duration = Duration::from_secs(60);

/// Plays a function, in the other process; without Lambda's variable there is nothing to do.
#[test]
fn the_function() {
    let Ok(api) = std::env::var("AWS_LAMBDA_RUNTIME_API") else { return };
    let error = json!({"errorType": "Teapot", "errorMessage": "short and stout"}).to_string();
    match std::env::var("START").as_deref() {
        Ok("refuse") => {
            call(&api, "POST", "init/error", &error);
            std::process::exit(1);
        }
        Ok("crash") => {
            eprintln!("S3_BUCKET_NAME is missing");
            std::process::exit(2);
        }
        Ok("hang") => std::thread::sleep(LONG),
        _ => {}
    }
    loop {
        let (head, event) = call(&api, "GET", "invocation/next", "");
        let header = |name: &str| header(&head, name);
        let id = header("lambda-runtime-aws-request-id");
        let answer = match event.as_str() {
            "headers" => json!({
                "arn": header("lambda-runtime-invoked-function-arn"),
                "deadline_ms": header("lambda-runtime-deadline-ms"),
                "trace": header("lambda-runtime-trace-id"),
            })
            .to_string(),
            "variables" => json!(std::env::vars().collect::<std::collections::BTreeMap<_, _>>()).to_string(),
            "fail" => {
                call(&api, "POST", &format!("invocation/{id}/error"), &error);
                continue;
            }
            "fail oddly" => {
                call(&api, "POST", &format!("invocation/{id}/error"), "no JSON");
                continue;
            }
            "crash" => {
                println!("on standard output");
                eprintln!("thread 'main' panicked");
                std::process::exit(101);
            }
            "hang" => {
                std::thread::sleep(LONG);
                continue;
            }
            "too much" => "x".repeat(MAX_PAYLOAD_BYTES + 1),
            "twice" => {
                call(&api, "POST", &format!("invocation/{id}/response"), "1");
                "2".to_owned()
            }
            "process" => std::process::id().to_string(),
            other => format!("{} bytes", other.len()),
        };
        call(&api, "POST", &format!("invocation/{id}/response"), &answer);
    }
}

fn function() -> Function {
    Function {
        name: "json-sink".to_owned(),
        arguments: ["--exact", "the_function", "--nocapture"].map(Into::into).into(),
        ..Function::new(std::env::current_exe().unwrap())
    }
}

async fn start() -> Environment {
    Environment::start(function()).await.unwrap()
}

/// What an invocation ends with: the answer, or the error's chain.
async fn invoke(environment: &Environment, event: &str) -> String {
    match environment.invoke(event.to_owned(), LONG).await {
        Ok(answer) => String::from_utf8(answer.to_vec()).unwrap(),
        Err(error) => error.to_string(),
    }
}

#[tokio::test]
async fn an_event_is_answered() {
    let environment = start().await;
    assert_eq!(invoke(&environment, "hello").await, "5 bytes");
    assert_eq!(invoke(&environment, &"x".repeat(MAX_PAYLOAD_BYTES)).await, "6291456 bytes");
    environment.stop().await;
}

#[tokio::test]
async fn a_function_sees_what_lambda_would_tell_it() {
    let mut function = function();
    function.variables.insert("S3_BUCKET_NAME".to_owned(), "lake".to_owned());
    function.variables.insert("AWS_REGION".to_owned(), "eu-west-1".to_owned());
    let environment = Environment::start(function).await.unwrap();

    let variables: Value = serde_json::from_str(&invoke(&environment, "variables").await).unwrap();
    let names: Vec<_> = variables.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "AWS_ACCESS_KEY_ID",
            "AWS_DEFAULT_REGION",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
            "AWS_LAMBDA_FUNCTION_NAME",
            "AWS_LAMBDA_FUNCTION_VERSION",
            "AWS_LAMBDA_INITIALIZATION_TYPE",
            "AWS_LAMBDA_LOG_GROUP_NAME",
            "AWS_LAMBDA_LOG_STREAM_NAME",
            "AWS_LAMBDA_RUNTIME_API",
            "AWS_REGION",
            "AWS_SECRET_ACCESS_KEY",
            "LAMBDA_RUNTIME_DIR",
            "LAMBDA_TASK_ROOT",
            "LANG",
            "PATH",
            "S3_BUCKET_NAME",
            "TZ",
            "_HANDLER",
        ]
    );
    assert_eq!(variables["AWS_LAMBDA_FUNCTION_NAME"], "json-sink");
    assert_eq!(variables["AWS_REGION"], "eu-west-1");

    let before = jiff::Timestamp::now().as_millisecond();
    let headers: Value = serde_json::from_str(&invoke(&environment, "headers").await).unwrap();
    assert_eq!(headers["arn"], "arn:aws:lambda:ap-northeast-2:123456789012:function:json-sink");
    let deadline_ms: i64 = headers["deadline_ms"].as_str().unwrap().parse().unwrap();
    assert!((before + 60_000..before + 70_000).contains(&deadline_ms), "{before} {deadline_ms}");
    assert!(headers["trace"].as_str().unwrap().starts_with("Root=1-"), "{headers}");
}

#[tokio::test]
async fn an_error_is_passed_on_and_the_process_goes_on() {
    let environment = start().await;
    let process = invoke(&environment, "process").await;
    assert_eq!(invoke(&environment, "fail").await, "the function failed with Teapot: short and stout");
    assert_eq!(invoke(&environment, "fail oddly").await, "the function failed with Runtime.Unknown: no JSON");
    assert_eq!(invoke(&environment, "process").await, process);
}

#[tokio::test]
async fn a_crash_is_reported_with_the_last_lines_and_the_function_starts_again() {
    let (line, lines) = mpsc::channel();
    let log = Log::new(move |text| line.send(text.to_owned()).unwrap());
    let environment = Environment::start(Function { log, ..function() }).await.unwrap();
    let process = invoke(&environment, "process").await;
    let crash = environment.invoke("crash", LONG).await.unwrap_err();
    let InvokeError::Crashed { status, last_lines } = crash else { panic!("{crash:?}") };
    assert_eq!(status.code(), Some(101));
    let logged: Vec<_> = lines.try_iter().collect();
    for text in ["on standard output", "thread 'main' panicked"] {
        assert!(last_lines.0.iter().any(|line| line.contains(text)), "{last_lines:?}");
        assert!(logged.iter().any(|line| line.contains(text)), "{logged:?}");
    }
    assert_eq!(environment.process_id(), None);
    let next = invoke(&environment, "process").await;
    assert_ne!(next, process);
    assert_eq!(environment.process_id().map(|id| id.to_string()), Some(next));
}

#[tokio::test]
async fn a_function_that_hangs_is_killed() {
    let environment = start().await;
    let process: u32 = invoke(&environment, "process").await.parse().unwrap();
    let error = environment.invoke("hang", Duration::from_millis(300)).await.unwrap_err();
    assert_eq!(error.to_string(), "the function did not answer within 0.3 s and was killed");
    assert!(!is_running(process));
    assert_eq!(invoke(&environment, "hello").await, "5 bytes");
}

#[tokio::test]
async fn a_function_that_was_killed_between_two_invocations_is_started_again() {
    let environment = start().await;
    let process = environment.process_id().unwrap();
    kill(process);
    // The parent learns of it a moment later: until then an invocation may still meet the dead process.
    let end = loop {
        match invoke(&environment, "hello").await {
            crash if crash.contains("SIGKILL") => {}
            end => break end,
        }
    };
    assert_eq!(end, "5 bytes");
    assert_ne!(environment.process_id(), Some(process));
}

#[tokio::test]
async fn a_function_that_is_killed_while_it_works_has_crashed() {
    let environment = start().await;
    let process = environment.process_id().unwrap();
    let (end, ()) = tokio::join!(invoke(&environment, "hang"), async { kill(process) });
    assert!(end.contains("signal: 9 (SIGKILL)"), "{end}");
}

#[tokio::test]
async fn payloads_above_the_limit_are_refused() {
    let environment = start().await;
    let event = "x".repeat(MAX_PAYLOAD_BYTES + 1);
    assert_eq!(invoke(&environment, &event).await, "the event has 6291457 bytes, Lambda takes 6291456");
    assert_eq!(invoke(&environment, "too much").await, "the function's answer has more than 6291456 bytes");
    assert_eq!(invoke(&environment, "hello").await, "5 bytes");
}

#[tokio::test]
async fn the_first_of_two_answers_counts() {
    let environment = start().await;
    assert_eq!(invoke(&environment, "twice").await, "1");
    assert_eq!(invoke(&environment, "hello").await, "5 bytes");
}

#[tokio::test]
async fn invocations_of_one_environment_wait_for_each_other() {
    let environment = start().await;
    let answers =
        tokio::join!(invoke(&environment, "1"), invoke(&environment, "22"), invoke(&environment, "333"));
    assert_eq!(answers, ("1 bytes".to_owned(), "2 bytes".to_owned(), "3 bytes".to_owned()));
}

#[tokio::test]
async fn dropping_an_environment_or_an_invocation_ends_the_process() {
    let environment = start().await;
    let process = environment.process_id().unwrap();
    drop(environment);
    until_gone(process).await;

    let environment = start().await;
    let process = environment.process_id().unwrap();
    tokio::select! {
        _ = environment.invoke("hang", LONG) => unreachable!("it hangs"),
        () = tokio::time::sleep(Duration::from_millis(50)) => {}
    }
    until_gone(process).await;
    assert_eq!(invoke(&environment, "hello").await, "5 bytes");
}

#[track_caller]
fn check_start(how: &str, init_timeout: Duration) -> impl Future<Output = String> {
    let mut function = Function { init_timeout, ..function() };
    function.variables.insert("START".to_owned(), how.to_owned());
    async move { Environment::start(function).await.unwrap_err().to_string() }
}

#[tokio::test]
async fn a_function_that_does_not_start_says_why() {
    assert_eq!(
        check_start("refuse", LONG).await,
        "the function refused to start with Teapot: short and stout"
    );
    assert_eq!(
        check_start("crash", LONG).await,
        "the function's process ended before its first invocation (exit status: 2, \
         its last line: S3_BUCKET_NAME is missing)"
    );
    assert_eq!(
        check_start("hang", Duration::from_millis(200)).await,
        "the function was not ready within 0.2 s and was killed"
    );
    let missing = Environment::start(Function::new("/no/such/function")).await.unwrap_err();
    assert!(matches!(missing, StartError::Spawn { .. }));
    assert_eq!(missing.to_string(), "cannot run /no/such/function");
}

fn kill(process: u32) {
    assert!(Command::new("kill").args(["-9", &process.to_string()]).status().unwrap().success());
}

fn is_running(process: u32) -> bool {
    Command::new("kill").args(["-0", &process.to_string()]).output().unwrap().status.success()
}

async fn until_gone(process: u32) {
    while is_running(process) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

//! `GET /resources` and the gauges beside it.

use serde_json::Value;

use crate::test_app::{TestApp, redacted};

#[actix_web::test]
async fn the_body_reads_as_the_contract_says() {
    let app = TestApp::start();
    let answer = app.get("/resources").await;
    assert_eq!(answer.status(), 200);
    let body = answer.text().await.expect("text");
    let mut shape = redacted(
        &body,
        &[
            "usage_percent",
            "count",
            "total_mb",
            "available_mb",
            "used_mb",
            "total_gb",
            "used_gb",
            "free_gb",
            "memory_mb",
            "cpu_percent",
            "threads",
            "open_files",
            "bytes_sent_mb",
            "bytes_recv_mb",
            "packets_sent",
            "packets_recv",
            "high_cpu",
            "high_memory",
            "low_disk",
            "timestamp",
        ],
    );
    let (start, end) =
        (shape.find("\"per_cpu\":[").expect("the list") + 11, shape.find("]}").expect("its end"));
    shape.replace_range(start..end, "per_cpu");
    insta::assert_snapshot!(shape);
}

#[actix_web::test]
async fn the_first_sample_is_there_from_the_start_and_makes_sense() {
    let app = TestApp::start();
    let body: Value = app.get("/resources").await.json().await.expect("JSON");
    let number = |pointer: &str| body.pointer(pointer).and_then(Value::as_f64).expect(pointer);
    assert_eq!(body["status"], "ok");
    assert!(number("/memory/total_mb") > number("/memory/used_mb"));
    assert!(number("/process/memory_mb") > 0.0);
    assert!(number("/process/threads") >= 1.0);
    assert!(number("/process/open_files") > 2.0);
    assert_eq!(
        number("/cpu/count") as usize,
        body["cpu"]["per_cpu"].as_array().expect("a list").len()
    );
    assert!(app.metric("process_memory_usage_bytes").await > 0.0);
    assert!(app.metric("process_threads_count").await >= 1.0);
    assert!(app.metric("system_memory_usage_bytes").await > 0.0);
}

#[actix_web::test]
async fn the_sample_is_taken_again_without_being_asked() {
    let app = TestApp::start();
    let timestamp = async || -> Value {
        let body: Value = app.get("/resources").await.json().await.expect("JSON");
        body["timestamp"].clone()
    };
    let first = timestamp().await;
    while timestamp().await == first {
        actix_web::rt::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

//! Everything at once.

use std::sync::Arc;

use actix_web::rt;
use serde_json::json;

use crate::{lead::lead, test_app::TestApp};

const GETS: [&str; 12] = [
    "/",
    "/health",
    "/health/ready",
    "/health/live",
    "/status",
    "/resources",
    "/metrics",
    "/docs",
    "/api/v1/model/info",
    "/api/v1/model/features",
    "/api/v1/model/importance",
    "/nothing",
];

#[actix_web::test]
async fn all_routes_are_served_side_by_side_and_every_request_is_counted_once() {
    const CLIENTS: usize = 12;
    const ROUNDS: usize = 10;
    let app = Arc::new(TestApp::start_with(&["--log-failures-per-second", "1000000"]));
    let clients: Vec<_> = (0..CLIENTS)
        .map(|client| {
            let app = Arc::clone(&app);
            rt::spawn(async move {
                for round in 0..ROUNDS {
                    let path = GETS[(client + round) % GETS.len()];
                    assert_eq!(
                        app.get(path).await.status(),
                        if path == "/nothing" { 404 } else { 200 },
                        "{path}"
                    );
                    assert_eq!(app.post("/api/v1/score", &lead("x")).await.status(), 200);
                    let batch = json!([lead("x"), lead("y"), lead("z")]);
                    assert_eq!(app.post("/api/v1/score/batch", &batch).await.status(), 200);
                    assert_eq!(app.post("/api/v1/score", &json!({})).await.status(), 422);
                }
            })
        })
        .collect();
    for client in clients {
        client.await.expect("no panic");
    }
    let total = (CLIENTS * ROUNDS) as f64;
    let series = |endpoint: &str, status: u16| {
        format!(
            "http_requests_total{{endpoint=\"{endpoint}\",method=\"POST\",status=\"{status}\"}}"
        )
    };
    assert_eq!(app.metric(&series("/api/v1/score", 200)).await, total);
    assert_eq!(app.metric(&series("/api/v1/score", 422)).await, total);
    assert_eq!(app.metric(&series("/api/v1/score/batch", 200)).await, total);
    assert_eq!(
        app.metric("model_prediction_raw_scores_count{endpoint_provider=\"local\"}").await,
        4.0 * total
    );
    assert_eq!(app.metric("http_requests_active").await, 1.0);
    // Four requests a round, and the five questions above.
    assert_eq!(app.logged().len(), CLIENTS * ROUNDS * 4 + 5);
}

//! The Open Inference Protocol, as its clients use it.

use lead_model::{Lead, Scorer};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    lead::lead,
    test_app::{TestApp, faults, model_path, problem},
};

const INFER: &str = "/v2/models/b2b/infer";

/// The committed model, and the values of a lead in its order.
fn model_and_values() -> (Scorer, Vec<f64>) {
    let file = std::fs::File::open(model_path()).expect("the committed model");
    let scorer = Scorer::load(file).expect("a sound model");
    let body = lead("x").to_string();
    let lead = Lead::from_json(scorer.schema(), body.as_bytes()).expect("a sound lead");
    let values = lead.values().to_vec();
    (scorer, values)
}

fn request(rows: usize, data: &Value) -> Value {
    json!({"id": "42", "inputs": [
        {"name": "anything", "shape": [rows, 50], "datatype": "FP64", "data": data}
    ]})
}

async fn infer(app: &TestApp, body: &Value) -> Value {
    let answer = app.post(INFER, body).await;
    assert_eq!(answer.status(), 200);
    answer.json().await.expect("JSON")
}

#[actix_web::test]
async fn the_rows_of_a_tensor_score_what_the_leads_score() {
    let app = TestApp::start();
    let (scorer, values) = model_and_values();
    let mut other = values.clone();
    other[14] += 3.0;
    let expected = [&values, &other].map(|values| {
        let lead = Lead::from_values(scorer.schema(), "", values.as_slice()).expect("sound");
        scorer.score(&lead)
    });
    let flat: Vec<f64> = values.iter().chain(&other).copied().collect();
    for data in [json!(flat), json!([values, other])] {
        let answer = infer(&app, &request(2, &data)).await;
        assert_eq!(answer["model_name"], "b2b");
        assert_eq!(answer["model_version"], "1.0.0");
        assert_eq!(answer["id"], "42");
        let output = |name: &str| {
            let outputs = answer["outputs"].as_array().expect("a list");
            outputs.iter().find(|output| output["name"] == name).expect(name).clone()
        };
        assert_eq!(output("probability")["datatype"], "FP64");
        assert_eq!(output("probability")["shape"], json!([2]));
        assert_eq!(output("probability")["data"], json!(expected.map(|score| score.probability)));
        assert_eq!(output("log_odds")["data"], json!(expected.map(|score| score.log_odds)));
        assert_eq!(output("bucket")["data"], json!(expected.map(|score| score.bucket.get())));
        assert_eq!(output("tier")["data"], json!(expected.map(|score| score.tier.as_str())));
    }
    assert_eq!(
        app.metric("model_predictions_total{endpoint_provider=\"local\",tier=\"A\"}").await
            + app.metric("model_predictions_total{endpoint_provider=\"local\",tier=\"B\"}").await
            + app.metric("model_predictions_total{endpoint_provider=\"local\",tier=\"C\"}").await
            + app.metric("model_predictions_total{endpoint_provider=\"local\",tier=\"D\"}").await
            + app.metric("model_predictions_total{endpoint_provider=\"local\",tier=\"E\"}").await,
        4.0
    );
}

#[actix_web::test]
async fn null_takes_the_default_and_a_required_value_must_be_there() {
    let app = TestApp::start();
    let (scorer, values) = model_and_values();
    let mut row: Vec<Value> = values.iter().map(|value| json!(value)).collect();
    row[3] = Value::Null;
    let mut defaulted = values.clone();
    defaulted[3] = 0.0;
    let lead = Lead::from_values(scorer.schema(), "", defaulted).expect("sound");
    let answer = infer(&app, &request(1, &json!([row]))).await;
    assert_eq!(answer["outputs"][0]["data"], json!([scorer.score(&lead).probability]));

    row[0] = Value::Null;
    row[13] = json!(2);
    let nested = problem(app.post(INFER, &request(1, &json!([row]))).await, 422).await;
    let expected = |places: [&str; 2]| {
        vec![
            (places[0].to_owned(), "missing".to_owned()),
            (places[1].to_owned(), "out_of_range".to_owned()),
        ]
    };
    assert_eq!(faults(&nested), expected(["/inputs/0/data/0/0", "/inputs/0/data/0/13"]));
    assert_eq!(nested["error"], nested["detail"], "clients of the protocol look for `error`");
    let flat = problem(app.post(INFER, &request(1, &json!(row))).await, 422).await;
    assert_eq!(faults(&flat), expected(["/inputs/0/data/0", "/inputs/0/data/13"]));
}

#[actix_web::test]
async fn only_the_outputs_that_are_asked_for_are_answered() {
    let app = TestApp::start();
    let (_, values) = model_and_values();
    let mut body = request(1, &json!(values));
    body["outputs"] = json!([{"name": "tier"}]);
    let answer = infer(&app, &body).await;
    assert_eq!(answer["outputs"].as_array().expect("a list").len(), 1);
    assert_eq!(answer["outputs"][0]["name"], "tier");
    body["outputs"] = json!([{"name": "tier"}, {"name": "colour"}]);
    let refused = problem(app.post(INFER, &body).await, 422).await;
    assert_eq!(faults(&refused)[0].0, "/outputs/1/name");
}

#[actix_web::test]
async fn no_rows_are_a_request_of_none() {
    let app = TestApp::start();
    let answer = infer(&app, &request(0, &json!([]))).await;
    assert_eq!(answer["outputs"][0]["data"], json!([]));
    assert_eq!(answer["outputs"][0]["shape"], json!([0]));
}

#[actix_web::test]
async fn a_request_of_the_wrong_form_is_told_where() {
    let app = TestApp::start();
    let (_, values) = model_and_values();
    let whole = request(1, &json!(values));
    let with = |pointer: &str, value: Value| {
        let mut body = whole.clone();
        *body.pointer_mut(pointer).expect("a member") = value;
        body
    };
    for (body, pointer) in [
        (json!([]), ""),
        (json!({}), ""),
        (json!({"inputs": {}}), ""),
        (json!({"inputs": []}), "/inputs"),
        (with("/inputs/0/data", json!(["1"])), ""),
        (with("/inputs/0/data", json!([[[1]]])), ""),
        (with("/inputs/0/data", json!([1])), "/inputs/0/data"),
        (with("/inputs/0/shape", json!([50])), "/inputs/0/shape"),
        (with("/inputs/0/shape", json!([1, 49])), "/inputs/0/shape"),
        (with("/inputs/0/shape", json!([2, 50])), "/inputs/0/data"),
        (with("/inputs/0/datatype", json!("BYTES")), "/inputs/0/datatype"),
    ] {
        let refused = problem(app.post(INFER, &body).await, 422).await;
        assert_eq!(faults(&refused)[0].0, pointer, "{body}");
    }
    let many = with("/inputs/0/shape", json!([18_446_744_073_709_551_615_u64, 50]));
    problem(app.post(INFER, &many).await, 400).await;
}

#[actix_web::test]
async fn members_in_a_list_instead_of_an_object_are_refused() {
    let app = TestApp::start();
    let (_, values) = model_and_values();
    let input = json!([[1, 50], "FP64", values]);
    let sound = request(1, &json!(values));
    let mut output = sound.clone();
    output["outputs"] = json!([["tier"]]);
    for body in [json!([null, [input], []]), json!({"inputs": [input]}), output] {
        let refused = problem(app.post(INFER, &body).await, 422).await;
        assert_eq!(faults(&refused), [(String::new(), "wrong_type".to_owned())], "{body}");
    }
    assert_eq!(app.post(INFER, &sound).await.status(), 200);
}

#[actix_web::test]
async fn another_model_or_version_is_not_found() {
    let app = TestApp::start();
    let (_, values) = model_and_values();
    let body = request(1, &json!(values));
    assert_eq!(app.post("/v2/models/b2b/versions/1.0.0/infer", &body).await.status(), 200);
    for path in ["/v2/models/b2c/infer", "/v2/models/b2b/versions/9/infer"] {
        problem(app.post(path, &body).await, 404).await;
    }
    for path in ["/v2/models/b2c", "/v2/models/b2b/versions/9", "/v2/models/b2c/ready", "/v2/x"] {
        problem(app.get(path).await, 404).await;
    }
}

#[actix_web::test]
async fn health_and_descriptions_read_as_the_protocol_says() {
    let app = TestApp::start();
    let mut read = Vec::new();
    for path in [
        "/v2",
        "/v2/health/live",
        "/v2/health/ready",
        "/v2/models/b2b",
        "/v2/models/b2b/versions/1.0.0/ready",
    ] {
        let answer = app.get(path).await;
        assert_eq!(answer.status(), 200, "{path}");
        read.push(format!("{path} {}", answer.text().await.expect("text")));
    }
    insta::assert_snapshot!(read.join("\n"));
}

#[actix_web::test]
async fn health_is_open_and_the_rest_asks_for_the_key() {
    let app = TestApp::start();
    for path in ["/v2/health/live", "/v2/health/ready"] {
        let answer = app.anonymous(Method::GET, path).send().await.expect("an answer");
        assert_eq!(answer.status(), 200);
    }
    for path in ["/v2", "/v2/models/b2b", "/v2/models/b2b/ready"] {
        problem(app.anonymous(Method::GET, path).send().await.expect("an answer"), 401).await;
    }
    problem(app.anonymous(Method::POST, INFER).send().await.expect("an answer"), 401).await;
}

#[actix_web::test]
async fn a_draining_service_is_not_ready_in_the_protocol_either() {
    let app = TestApp::start_with(&["--drain-delay", "3600"]);
    app.say_stop().await;
    app.wait_for_ready(503).await;
    assert_eq!(app.get("/v2/health/ready").await.status(), 503);
    assert_eq!(app.get("/v2/models/b2b/ready").await.status(), 503);
    assert_eq!(app.get("/v2/health/live").await.status(), 200);
    app.say_stop().await;
    app.ended().await.expect("an end without an error");
}

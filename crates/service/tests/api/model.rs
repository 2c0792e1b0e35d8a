//! `GET /api/v1/model/{info,features,importance}`.

use lead_model::Schema;
use serde_json::Value;

use crate::test_app::TestApp;

fn names() -> Vec<String> {
    Schema::b2b().features().iter().map(|feature| feature.name.clone()).collect()
}

#[actix_web::test]
async fn info_names_the_model_its_features_and_its_training() {
    let app = TestApp::start();
    let info: Value = app.get("/api/v1/model/info").await.json().await.expect("JSON");
    assert_eq!(info["n_features"], 50);
    assert_eq!(info["features"], serde_json::json!(names()));
    let metadata = &info["metadata"];
    assert_eq!(metadata["version"], info["version"]);
    assert_eq!(metadata["features"], info["features"]);
    assert_eq!(metadata["n_features"], 50);
    assert_eq!(metadata["model_type"], "scorecard");
    assert_eq!(metadata["is_stub"], false);
    let training = &metadata["training"];
    assert!(training["rows"].as_u64().expect("a number") > 0);
    let auc = training["auc"].as_f64().expect("a number");
    assert!((0.5..=1.0).contains(&auc), "{auc}");
}

#[actix_web::test]
async fn features_are_listed_in_model_order_with_their_schema() {
    let app = TestApp::start();
    let body: Value = app.get("/api/v1/model/features").await.json().await.expect("JSON");
    assert_eq!(body["count"], 50);
    assert_eq!(body["features"], serde_json::json!(names()));
    let bounce_rate = &body["schema"][13];
    assert_eq!(bounce_rate["name"], "bounce_rate");
    assert_eq!((bounce_rate["min"].as_f64(), bounce_rate["max"].as_f64()), (Some(0.0), Some(1.0)));
}

#[actix_web::test]
async fn importance_names_all_features_the_weightiest_first() {
    let app = TestApp::start();
    let text = app.get("/api/v1/model/importance").await.text().await.expect("text");
    let body: Value = serde_json::from_str(&text).expect("JSON");
    let importance = body["importance"].as_object().expect("an object");
    let mut known = names();
    known.sort();
    assert_eq!(importance.keys().cloned().collect::<Vec<_>>(), known);

    // The order on the wire, which a parsed object does not keep.
    let weight = |name: &String| importance[name].as_f64().expect("a number");
    let mut by_place = known.clone();
    by_place.sort_by_key(|name| text.find(&format!("\"{name}\":")).expect("its place"));
    assert!(by_place.windows(2).all(|pair| weight(&pair[0]) >= weight(&pair[1])), "{text}");

    let top = body["top_10"].as_array().expect("a list");
    assert_eq!(top.len(), 10);
    for (entry, name) in top.iter().zip(&by_place) {
        assert_eq!(entry[0], name.as_str());
        assert_eq!(entry[1].as_f64(), Some(weight(name)));
    }
}

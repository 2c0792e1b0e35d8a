//! `GET /openapi.json` and the page at `GET /docs`.

use std::collections::BTreeSet;

use lead_model::Schema;
use reqwest::Method;
use serde_json::{Value, json};

use crate::{document::Document, test_app::TestApp};

#[actix_web::test]
async fn the_document_reads_well() {
    let app = TestApp::start();
    let answer = app.anonymous(Method::GET, "/openapi.json").send().await.expect("an answer");
    assert_eq!(answer.headers()["content-type"], "application/json");
    let text = answer.text().await.expect("text");
    let document: Value = serde_json::from_str(&text).expect("JSON");
    insta::assert_snapshot!(serde_json::to_string_pretty(&document).expect("JSON"));
    // The order on the wire, which a parsed object does not keep: what is asked for most comes first.
    let place = |path: &str| text.find(&format!("\"{path}\":{{")).expect("its place");
    assert!(place("/api/v1/score") < place("/v2") && place("/v2") < place("/health"));
}

#[actix_web::test]
async fn operations_have_ids_of_their_own_and_a_tag_that_is_told() {
    let app = TestApp::start();
    let document = Document::of(&app).await;
    let tags = document.0["tags"].as_array().expect("tags");
    let mut ids = BTreeSet::new();
    for operation in document.operations() {
        assert!(ids.insert(operation.id().to_owned()), "{} is there twice", operation.id());
        assert!(tags.iter().any(|tag| tag["name"] == operation.tag()), "{}", operation.tag());
    }
}

#[actix_web::test]
async fn the_schema_of_a_lead_is_that_of_the_live_model() {
    let app = TestApp::start();
    let document = Document::of(&app).await;
    let lead = &document.0["components"]["schemas"]["Features"];
    let known: BTreeSet<_> = lead["properties"].as_object().expect("features").keys().collect();
    let schema = Schema::b2b();
    assert_eq!(known, schema.features().iter().map(|feature| &feature.name).collect());
    assert_eq!(lead["additionalProperties"], false);
    assert_eq!(lead["properties"]["bounce_rate"]["maximum"], 1);
    assert_eq!(lead["properties"]["geographic_tier"]["type"], "integer");
    let required = lead["required"].as_array().expect("a list");
    assert_eq!(required.len(), 23);
}

#[actix_web::test]
async fn the_document_knows_the_limits_and_whether_metrics_ask_for_a_key() {
    let app = TestApp::start_with(&["--max-batch", "7"]);
    let document = Document::of(&app).await.0;
    assert_eq!(document["components"]["schemas"]["Batch"]["maxItems"], 7);
    assert_eq!(document["paths"]["/metrics"]["get"].get("security"), None);
    let guarded = TestApp::start_with(&["--metrics-access", "key"]);
    let document = Document::of(&guarded).await.0;
    let metrics = &document["paths"]["/metrics"]["get"];
    assert_eq!(metrics["security"], json!([{"ApiKey": ["metrics"]}]));
    assert!(metrics["responses"].get("403").is_some());
}

#[actix_web::test]
async fn a_browser_gets_a_page_and_a_program_gets_words() {
    let app = TestApp::start();
    let docs = async |accept: &str| {
        let request = app.anonymous(Method::GET, "/docs").header("Accept", accept);
        request.send().await.expect("an answer")
    };
    for program in ["*/*", "text/markdown", "application/json"] {
        let answer = docs(program).await;
        assert_eq!(answer.headers()["content-type"], "text/markdown; charset=utf-8", "{program}");
        assert_eq!(answer.headers()["vary"], "Accept");
    }
    let page = docs("text/html,application/xhtml+xml,*/*;q=0.8").await;
    assert_eq!(page.headers()["content-type"], "text/html; charset=utf-8");
    assert_eq!(page.headers()["vary"], "Accept");
    let policy = page.headers()["content-security-policy"].to_str().expect("ASCII").to_owned();
    assert!(
        policy.contains("default-src 'none'; script-src 'self'; style-src 'self';"),
        "{policy}"
    );
    assert!(!policy.contains("unsafe") && !policy.contains("http"), "{policy}");
    let page = page.text().await.expect("text");
    assert!(!page.contains("http:") && !page.contains("https:"), "nothing from elsewhere");
}

#[actix_web::test]
async fn everything_that_the_page_loads_is_served_here() {
    let app = TestApp::start();
    let page = app.anonymous(Method::GET, "/docs").header("Accept", "text/html");
    let page = page.send().await.expect("an answer").text().await.expect("text");
    let files: Vec<_> = page
        .split(['"'])
        .filter(|text| text.starts_with("/docs/") || *text == "/openapi.json")
        .collect();
    assert_eq!(files.len(), 5, "{files:?}");
    for file in files {
        let answer = app.anonymous(Method::GET, file).send().await.expect("an answer");
        assert_eq!(answer.status(), 200, "{file}");
        let packed = answer.headers().get("content-encoding").is_some_and(|how| how == "gzip");
        let bytes = answer.bytes().await.expect("a body");
        assert_eq!(packed, bytes.starts_with(&[0x1f, 0x8b]), "{file}");
        assert_eq!(packed, file.contains("swagger-ui"), "{file}");
    }
}

#[actix_web::test]
async fn the_type_of_every_problem_leads_to_its_place_on_the_page() {
    let app = TestApp::start();
    let document = Document::of(&app).await;
    let types = &document.0["components"]["schemas"]["Problem"]["properties"]["type"]["enum"];
    let page = app.anonymous(Method::GET, "/docs").header("Accept", "text/html");
    let page = page.send().await.expect("an answer").text().await.expect("text");
    let words = app.get("/docs").await.text().await.expect("text");
    for kind in types.as_array().expect("types") {
        let name = kind.as_str().and_then(|kind| kind.strip_prefix("/docs#")).expect("an anchor");
        assert!(page.contains(&format!("<dt id=\"{name}\">")), "{name} on the page");
        assert!(words.lines().any(|line| line == format!("#### {name}")), "{name} in words");
    }
}

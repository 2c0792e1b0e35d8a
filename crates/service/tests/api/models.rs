//! `/api/v1/admin/models`: which model is live at the start, which ones there are, and how to go from one to another.

use clap::Parser;
use lead_model::{Artifact, Presence};
use lead_service::{App, Args, Config, Journal, Level};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    artifact::{Folder, committed, reshaped, shifted, version},
    lead::lead,
    test_app::{TestApp, problem, redacted},
};

const MODELS: &str = "/api/v1/admin/models";

/// A service of the whole folder.
fn serving(folder: &Folder) -> TestApp {
    TestApp::start_with(&["--model-path", folder.text()])
}

/// Posts to an endpoint below the models; asserts that it went well.
async fn done(app: &TestApp, path: &str) -> Value {
    let answer = app.post(&format!("{MODELS}/{path}"), &json!(null)).await;
    assert_eq!(answer.status(), 200, "{path}");
    answer.json().await.expect("JSON")
}

/// The same where it must fail with this status and problem.
async fn refused(app: &TestApp, path: &str, status: u16, name: &str) -> Value {
    let body = problem(app.post(&format!("{MODELS}/{path}"), &json!(null)).await, status).await;
    assert_eq!(body["type"], format!("/docs#{name}"), "{path}");
    body
}

async fn listing(app: &TestApp) -> Value {
    app.get(MODELS).await.json().await.expect("JSON")
}

/// Version, state, and whether it was passed over, in the order of the listing.
fn states(listing: &Value) -> Vec<(String, String, bool)> {
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let models = listing["models"].as_array().expect("a list");
    models
        .iter()
        .map(|model| {
            let passed_over = model["passed_over"].as_bool().expect("a bool");
            (text(&model["version"]), text(&model["state"]), passed_over)
        })
        .collect()
}

fn state(version: &str, state: &str, passed_over: bool) -> (String, String, bool) {
    (version.to_owned(), state.to_owned(), passed_over)
}

/// The version that scores now.
async fn live(app: &TestApp) -> String {
    let answer: Value = app.post("/api/v1/score", &lead("x")).await.json().await.expect("JSON");
    answer["model"]["version"].as_str().expect("a version").to_owned()
}

/// What a service says that cannot start from the folder, with the folder's name cut out.
fn no_start(folder: &Folder) -> String {
    let typed = ["lead-service", "--port", "0", "--model-path", folder.text()];
    let config = Config::try_from(Args::try_parse_from(typed).expect("flags")).expect("a meaning");
    let journal = Journal::start(Level::Info, std::io::sink()).expect("a thread");
    let error = App::bind(&config, journal).expect_err("no start").to_string();
    error.replace(folder.text(), "[folder]")
}

#[actix_web::test]
async fn of_a_directory_the_highest_version_is_served() {
    let folder = Folder::new();
    for name in ["1.9.0", "1.10.0", "1.10.0-rc.1", "0.12.0"] {
        folder.put(&format!("b2b-{name}.json"), &version(name));
    }
    // None of these is a candidate.
    folder.put(".b2b-9.json", &version("9.0.0"));
    folder.put_bytes("b2b-9.md", b"a card");
    folder.put_bytes("b2b-9.html", b"a card");
    std::fs::create_dir(folder.file("old.json")).expect("created");
    folder.put_bytes("b2b-9.json", b"half a file");
    let app = serving(&folder);
    assert_eq!(live(&app).await, "1.10.0");

    let listing = listing(&app).await;
    let name = folder.path().file_name().and_then(|name| name.to_str());
    assert_eq!(listing["source"], json!({"kind": "directory", "name": name}));
    assert_eq!(listing["live"], "1.10.0");
    let others = ["1.10.0-rc.1", "1.9.0", "0.12.0"].map(|name| state(name, "available", false));
    assert_eq!(states(&listing)[0], state("1.10.0", "live", false));
    assert_eq!(states(&listing)[1..], others);
    let models = listing["models"].as_array().expect("a list");
    assert_eq!(models[0]["file"], "b2b-1.10.0.json");
    assert!(models[0]["loaded_at"].is_string() && models[1]["loaded_at"].is_null(), "{listing}");
    let fingerprint = version("1.9.0").fingerprint();
    assert_eq!(models[2]["fingerprint"], fingerprint);
    let refused = &listing["refused"];
    assert_eq!(refused.as_array().map(Vec::len), Some(1), "{refused}");
    assert_eq!((&refused[0]["file"], &refused[0]["code"]), (&json!("b2b-9.json"), &json!("torn")));
    assert!(!listing.to_string().contains(folder.text()), "no path goes out");
}

#[actix_web::test]
async fn a_single_file_is_the_whole_choice() {
    let folder = Folder::with(&version("1.0.0"));
    folder.put("better.json", &version("2.0.0"));
    let path = folder.file("model.json");
    let app = TestApp::start_with(&["--model-path", path.to_str().expect("UTF-8")]);
    let answer = app.get(MODELS).await;
    assert_eq!(answer.headers()["content-type"], "application/json");
    let text = redacted(&answer.text().await.expect("text"), &["fingerprint", "loaded_at"]);
    insta::assert_snapshot!(text, @r#"{"source":{"kind":"file","name":"model.json"},"live":"1.0.0","models":[{"name":"b2b","version":"1.0.0","fingerprint":[fingerprint],"state":"live","loaded_at":[loaded_at],"file":"model.json","on_shelf":true,"passed_over":false}],"refused":[]}"#);
}

#[actix_web::test]
async fn a_directory_without_one_clear_choice_does_not_start() {
    let folder = Folder::new();
    insta::assert_snapshot!(no_start(&folder), @"there is no *.json in the directory [folder]: put a model there, or set MODEL_PATH to a file");
    folder.put_bytes("a.json", b"");
    insta::assert_snapshot!(no_start(&folder), @"cannot serve the model at [folder]/a.json: model file is torn or not a model: EOF while parsing a value at line 1 column 0; make one with `lead-model train`; `cargo xtask train` makes the default one again");
    folder.put("a.json", &version("1.0.0"));
    folder.put("b.json", &shifted("1.0", 0.5));
    insta::assert_snapshot!(no_start(&folder), @"the files a.json (version 1.0.0) and b.json (version 1.0) hold different models of the same version: give one of them another, or take it away");
    folder.put("b.json", &Artifact { name: "crm".to_owned(), ..version("2.0.0") });
    insta::assert_snapshot!(no_start(&folder), @"the directory holds models of different names, b2b in a.json and crm in b.json: keep one name in a directory, or set MODEL_PATH to a file");
    // A copy under another name is no other model.
    folder.put("b.json", &version("1.0.0"));
    assert_eq!(live(&serving(&folder)).await, "1.0.0");
}

#[actix_web::test]
async fn a_reload_of_a_directory_follows_what_is_put_in_and_taken_out() {
    let folder = Folder::with(&version("1.0.0"));
    let app = serving(&folder);
    folder.put("next.json", &version("1.1.0"));
    let answer = done(&app, "reload").await;
    assert_eq!(answer["outcome"], "swapped");
    assert_eq!(
        (&answer["live"]["version"], &answer["live"]["file"]),
        (&json!("1.1.0"), &json!("next.json"))
    );
    assert_eq!(answer["previous"]["version"], "1.0.0");

    // A bad file that is all there is to take is a failure; beside a good one it is a remark.
    folder.put_bytes("bad.json", b"{}");
    let body = refused(&app, "reload", 422, "model-refused").await;
    assert_eq!(body["errors"][0]["pointer"], "/files/bad.json");
    assert_eq!(live(&app).await, "1.1.0");
    folder.put("good.json", &version("1.2.0"));
    let answer = done(&app, "reload").await;
    assert_eq!(
        (&answer["outcome"], &answer["live"]["version"]),
        (&json!("swapped"), &json!("1.2.0"))
    );
    assert_eq!(answer["refused"][0]["file"], "bad.json");
    folder.take("bad.json");

    folder.put("twin.json", &shifted("1.2.0", 0.5));
    let body = refused(&app, "reload", 409, "model-ambiguous").await;
    let detail = body["detail"].as_str().expect("a sentence");
    assert!(detail.contains("good.json (version 1.2.0) and twin.json"), "{detail}");
    folder.put("twin.json", &Artifact { name: "crm".to_owned(), ..version("3.0.0") });
    refused(&app, "reload", 409, "model-ambiguous").await;
    assert_eq!(live(&app).await, "1.2.0");
    folder.take("twin.json");

    folder.take("good.json");
    assert_eq!(done(&app, "reload").await["live"]["version"], "1.1.0", "the next highest");
    folder.take("next.json");
    folder.take("model.json");
    refused(&app, "reload", 422, "model-refused").await;
    assert_eq!(live(&app).await, "1.1.0", "an empty directory stops nobody");
}

#[actix_web::test]
async fn a_rollback_needs_no_file_and_goes_further_back_each_time() {
    let folder = Folder::with(&version("1.0.0"));
    let app = serving(&folder);
    refused(&app, "rollback", 409, "no-previous-model").await;
    for next in ["1.1.0", "1.2.0"] {
        folder.put("model.json", &version(next));
        done(&app, "reload").await;
    }
    folder.put_bytes("model.json", b"torn");
    let answer = done(&app, "rollback").await;
    assert_eq!(
        (&answer["outcome"], &answer["live"]["version"]),
        (&json!("swapped"), &json!("1.1.0"))
    );
    assert_eq!(answer["previous"]["version"], "1.2.0");
    assert_eq!(live(&app).await, "1.1.0");
    assert_eq!(done(&app, "rollback").await["live"]["version"], "1.0.0");
    refused(&app, "rollback", 409, "no-previous-model").await;
    assert_eq!(live(&app).await, "1.0.0");
    assert_eq!(app.metric("model_swaps_total{cause=\"rollback\"}").await, 2.0);
}

#[actix_web::test]
async fn what_was_rolled_back_does_not_return_by_a_reload_meant_for_something_else() {
    let folder = Folder::with(&version("1.0.0"));
    let app = serving(&folder);
    folder.put("next.json", &version("1.1.0"));
    done(&app, "reload").await;
    done(&app, "rollback").await;
    let answer = done(&app, "reload").await;
    assert_eq!(
        (&answer["outcome"], &answer["passed_over"]),
        (&json!("unchanged"), &json!("1.1.0"))
    );
    assert_eq!(live(&app).await, "1.0.0");
    let known = [state("1.1.0", "available", true), state("1.0.0", "live", false)];
    assert_eq!(states(&listing(&app).await), known);

    // What is new is taken, and what was passed over when somebody insists.
    folder.put("newest.json", &version("1.0.1"));
    assert_eq!(done(&app, "reload").await["live"]["version"], "1.0.1");
    let answer = done(&app, "reload?force=true").await;
    assert_eq!(
        (&answer["live"]["version"], &answer["passed_over"]),
        (&json!("1.1.0"), &json!(null))
    );
    let known = states(&listing(&app).await);
    assert!(known.iter().all(|(_, _, passed_over)| !passed_over), "{known:?}");
}

#[actix_web::test]
async fn a_forced_reload_that_fails_forgets_no_decision() {
    let folder = Folder::with(&version("1.0.0"));
    let app = serving(&folder);
    folder.put("next.json", &version("1.1.0"));
    done(&app, "reload").await;
    done(&app, "rollback").await;
    folder.put("twin.json", &shifted("1.1.0", 0.5));
    refused(&app, "reload?force=true", 409, "model-ambiguous").await;
    folder.take("twin.json");
    let answer = done(&app, "reload").await;
    assert_eq!(
        (&answer["outcome"], &answer["passed_over"]),
        (&json!("unchanged"), &json!("1.1.0"))
    );
    assert_eq!(live(&app).await, "1.0.0");
}

#[actix_web::test]
async fn any_version_can_be_activated_by_its_version_or_its_fingerprint() {
    let folder = Folder::with(&version("1.0.0"));
    folder.put("next.json", &version("1.1.0"));
    folder.put("plus.json", &version("1.0.5+mon"));
    let app = serving(&folder);
    assert_eq!(live(&app).await, "1.1.0");
    let answer = done(&app, "1.0.0/activate").await;
    assert_eq!(
        (&answer["outcome"], &answer["live"]["version"]),
        (&json!("swapped"), &json!("1.0.0"))
    );
    assert_eq!(done(&app, "1.0.0/activate").await["outcome"], "unchanged");
    assert_eq!(done(&app, "reload").await["live"]["version"], "1.0.0", "a reload does not undo it");
    let fingerprint = version("1.0.5+mon").fingerprint();
    assert_eq!(
        done(&app, &format!("{fingerprint}/activate")).await["live"]["version"],
        "1.0.5+mon"
    );
    // From memory, where there is no file any more.
    folder.take("next.json");
    assert_eq!(done(&app, "1.1.0/activate").await["live"]["version"], "1.1.0");
    assert_eq!(done(&app, "rollback").await["live"]["version"], "1.0.5+mon");
    refused(&app, "4.0.0/activate", 404, "model-unknown").await;
    assert_eq!(live(&app).await, "1.0.5+mon");
    assert_eq!(app.metric("model_swaps_total{cause=\"activation\"}").await, 3.0);
}

#[actix_web::test]
async fn one_version_of_two_models_must_be_told_by_its_fingerprint() {
    let folder = Folder::with(&version("1.0.0"));
    let app = serving(&folder);
    let changed = shifted("1.0.0", 0.5);
    folder.put("model.json", &changed);
    assert_eq!(done(&app, "reload").await["outcome"], "swapped", "a version may be made again");
    refused(&app, "1.0.0/activate", 409, "model-ambiguous").await;
    let first = version("1.0.0").fingerprint();
    assert_eq!(done(&app, &format!("{first}/activate")).await["live"]["fingerprint"], first);
}

#[actix_web::test]
async fn activation_minds_the_schema_and_a_rollback_always_works() {
    let folder = Folder::with(&version("1.0.0"));
    let app = serving(&folder);
    folder.put(
        "wider.json",
        &reshaped("2.0.0", |feature| {
            if feature.presence == Presence::Required {
                feature.presence = Presence::Default(1.0);
            }
            if feature.name == "company_growth_rate" || feature.max.is_none() {
                feature.min = None;
            }
        }),
    );
    done(&app, "reload").await;
    let body = refused(&app, "1.0.0/activate", 409, "model-incompatible").await;
    let errors = body["errors"].as_array().expect("a list");
    assert!(
        errors.iter().all(|error| error["code"] == "incompatible") && errors.len() >= 23,
        "{body}"
    );
    assert_eq!(live(&app).await, "2.0.0");
    assert_eq!(done(&app, "rollback").await["live"]["version"], "1.0.0");
    done(&app, "2.0.0/activate").await;
    assert_eq!(done(&app, "1.0.0/activate?force=true").await["live"]["version"], "1.0.0");
}

#[actix_web::test]
async fn only_a_few_former_models_are_kept() {
    let folder = Folder::with(&version("1.0.0"));
    let app = serving(&folder);
    for minor in 1..=8 {
        folder.put("model.json", &version(&format!("1.{minor}.0")));
        done(&app, "reload").await;
    }
    let kept = ["1.7.0", "1.6.0", "1.5.0"].map(|name| state(name, "previous", false));
    let known = states(&listing(&app).await);
    assert_eq!((&known[0], &known[1..]), (&state("1.8.0", "live", false), &kept[..]));
    // To and fro between two does not fill the memory with them.
    for _ in 0..4 {
        done(&app, "1.7.0/activate").await;
        done(&app, "1.8.0/activate").await;
    }
    assert_eq!(states(&listing(&app).await).len(), 4);
}

#[actix_web::test]
async fn the_endpoints_ask_for_a_key_and_take_their_own_methods() {
    let app = TestApp::start();
    for (method, path) in [
        (Method::GET, MODELS.to_owned()),
        (Method::POST, format!("{MODELS}/reload")),
        (Method::POST, format!("{MODELS}/rollback")),
        (Method::POST, format!("{MODELS}/1.0.0/activate")),
        (Method::GET, "/api/v1/admin/nothing".to_owned()),
    ] {
        let answer = app.anonymous(method, &path).send().await.expect("an answer");
        assert_eq!(answer.status(), 401, "{path}");
    }
    assert_eq!(app.get(&format!("{MODELS}/reload")).await.headers()["allow"], "POST");
    assert_eq!(app.post(MODELS, &json!(null)).await.headers()["allow"], "GET, HEAD");
    problem(app.get("/api/v1/admin/nothing").await, 404).await;
    assert_eq!(app.request(Method::HEAD, MODELS).send().await.expect("an answer").status(), 200);
    let activate = "http_requests_total{endpoint=\"/api/v1/admin/models/{version}/activate\",method=\"POST\",status=\"404\"}";
    app.post(&format!("{MODELS}/no-such/activate"), &json!(null)).await;
    assert_eq!(app.metric(activate).await, 1.0, "the label is the route, not the version");
    assert_eq!(live(&app).await, committed().version);
}

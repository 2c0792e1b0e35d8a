//! The key file: taken over when it changes, and left alone when it cannot be used.

use std::{fs, os::unix::fs::PermissionsExt, path::PathBuf, time::Duration};

use actix_web::rt::time::sleep;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use crate::{
    startup::{Running, refusal},
    test_app::{TestApp, client, problem},
};

const LONG_AGO: &str = "2020-01-01T00:00:00Z";
const NEVER_SOON: &str = "2999-01-01T00:00:00Z";

/// A key file of a test's own.
pub(crate) struct KeyFile {
    folder: TempDir,
}

impl KeyFile {
    pub(crate) fn of(entries: &[Value]) -> Self {
        let file = Self { folder: tempfile::tempdir().expect("a folder") };
        file.write(entries);
        file
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("keys.json")
    }

    pub(crate) fn typed(&self) -> String {
        self.path().to_str().expect("UTF-8").to_owned()
    }

    /// Replaces the file in one step.
    fn write(&self, entries: &[Value]) {
        let new = self.folder.path().join("new.json");
        fs::write(&new, json!({"keys": entries}).to_string()).expect("written");
        fs::set_permissions(&new, fs::Permissions::from_mode(0o600)).expect("its owner may");
        fs::rename(new, self.path()).expect("renamed");
    }

    /// Writes over the file.
    fn scribble(&self, text: &str) {
        fs::write(self.path(), text).expect("written");
    }

    /// A service with this file and no other key.
    pub(crate) fn serve(&self) -> TestApp {
        let typed = ["--key-file", &self.typed(), "--admin-api-keys", "unused-admin-key"];
        TestApp::start_with(&typed)
    }
}

/// An entry with the scope score.
pub(crate) fn entry(id: &str, key: &str) -> Value {
    json!({"id": id, "digest": sha256(key), "scopes": ["score"]})
}

/// The same with further members.
pub(crate) fn entry_with(id: &str, key: &str, members: &Value) -> Value {
    let mut entry = entry(id, key);
    for (name, value) in members.as_object().expect("an object") {
        entry[name] = value.clone();
    }
    entry
}

fn sha256(key: &str) -> String {
    let digest = Sha256::digest(key);
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{hex}")
}

/// The status of a call with this key.
pub(crate) async fn status(app: &TestApp, key: &str) -> StatusCode {
    let request = app.anonymous(Method::GET, "/api/v1/model/info").header("X-API-Key", key);
    request.send().await.expect("an answer").status()
}

/// Waits for what the next look at the file brings; that it comes is what is tested, not when.
async fn wait_for_reloads(app: &TestApp, outcome: &str, count: f64) {
    while app.metric(&format!("key_file_reloads_total{{outcome=\"{outcome}\"}}")).await < count {
        sleep(Duration::from_millis(20)).await;
    }
}

#[actix_web::test]
async fn either_digest_makes_a_key_known() {
    let blake3 = format!("blake3:{}", blake3::hash(b"key-b"));
    let file =
        KeyFile::of(&[entry("a", "key-a"), entry_with("b", "key-b", &json!({"digest": blake3}))]);
    let app = file.serve();
    for (key, wanted) in [("key-a", 200), ("key-b", 200), ("key-c", 401)] {
        assert_eq!(status(&app, key).await, wanted, "{key}");
    }
}

#[actix_web::test]
async fn a_rotation_needs_no_restart_and_no_moment_without_a_key() {
    let file = KeyFile::of(&[entry("acme", "old-key")]);
    let app = file.serve();
    assert_eq!(status(&app, "old-key").await, 200);
    assert_eq!(status(&app, "new-key").await, 401);

    file.write(&[
        entry_with("acme", "old-key", &json!({"expires": NEVER_SOON})),
        entry("acme", "new-key"),
    ]);
    wait_for_reloads(&app, "success", 1.0).await;
    assert_eq!(status(&app, "new-key").await, 200);
    assert_eq!(status(&app, "old-key").await, 200, "both are live");

    file.write(&[
        entry_with("acme", "old-key", &json!({"expires": LONG_AGO})),
        entry("acme", "new-key"),
    ]);
    wait_for_reloads(&app, "success", 2.0).await;
    assert_eq!(status(&app, "old-key").await, 401);
    assert_eq!(status(&app, "new-key").await, 200);
    assert_eq!(app.metric("auth_failures_total{reason=\"expired\"}").await, 1.0);
}

#[actix_web::test]
async fn a_file_that_cannot_be_used_leaves_the_keys_as_they_were() {
    let file = KeyFile::of(&[entry("acme", "good-key")]);
    let app = file.serve();
    let mut refused = 0.0;
    for text in ["{\"keys\": [", "{\"keys\": [{\"id\": \"globex\"}]}", ""] {
        file.scribble(text);
        refused += 1.0;
        wait_for_reloads(&app, "failure", refused).await;
        assert_eq!(status(&app, "good-key").await, 200, "{text}");
    }
    fs::remove_file(file.path()).expect("it was there");
    wait_for_reloads(&app, "failure", refused + 1.0).await;
    assert_eq!(status(&app, "good-key").await, 200);

    file.write(&[entry("acme", "better-key")]);
    wait_for_reloads(&app, "success", 1.0).await;
    assert_eq!(status(&app, "better-key").await, 200);
    assert_eq!(status(&app, "good-key").await, 401);
}

#[actix_web::test]
async fn a_key_outside_its_time_is_told_no_more_than_a_wrong_one() {
    let file = KeyFile::of(&[
        entry_with("early", "early-key", &json!({"not_before": NEVER_SOON})),
        entry_with("late", "late-key", &json!({"expires": LONG_AGO})),
        entry_with("now", "now-key", &json!({"not_before": LONG_AGO, "expires": NEVER_SOON})),
    ]);
    let app = file.serve();
    assert_eq!(status(&app, "now-key").await, 200);
    for key in ["early-key", "late-key", "no-key"] {
        let request = app.anonymous(Method::GET, "/api/v1/model/info").header("X-API-Key", key);
        let refused = problem(request.send().await.expect("an answer"), 401).await;
        assert_eq!(
            (&refused["type"], &refused["detail"]),
            (&json!("/docs#key-wrong"), &json!("Invalid API key"))
        );
    }
    for reason in ["not_yet_valid", "expired", "wrong"] {
        let series = format!("auth_failures_total{{reason=\"{reason}\"}}");
        assert_eq!(app.metric(&series).await, 1.0, "{reason}");
    }
}

#[actix_web::test]
async fn a_file_without_keys_opens_nothing() {
    let file = KeyFile::of(&[]);
    let typed = file.typed();
    let mut service = Running::start(&["--port", "0", "--key-file", &typed], &[]);
    let info = client().get(format!("{}/api/v1/model/info", service.address)).send().await;
    assert_eq!(info.expect("an answer").status(), 401);
    service.signal("TERM");
    let (_, _, log) = service.end();
    assert!(log.contains("holds no key: nobody may call"), "{log}");
}

#[actix_web::test]
async fn sighup_reads_the_file_again_and_the_log_says_what_became_of_it() {
    let file = KeyFile::of(&[entry_with("acme", "gone-key-51c7", &json!({"expires": LONG_AGO}))]);
    fs::set_permissions(file.path(), fs::Permissions::from_mode(0o644)).expect("its owner may");
    let typed = file.typed();
    let mut service = Running::start(&["--port", "0"], &[("KEY_FILE", &typed)]);
    let get = |path: &str| client().get(format!("{}{path}", service.address));
    service.signal("HUP");
    // Nothing has changed, so this is the signal's doing.
    loop {
        let page = get("/metrics").send().await.expect("an answer").text().await.expect("text");
        if page.contains("key_file_reloads_total{outcome=\"success\"} 1\n") {
            break;
        }
    }
    let refused = get("/api/v1/model/info").header("X-API-Key", "gone-key-51c7").send().await;
    assert_eq!(refused.expect("an answer").status(), 401);
    service.signal("TERM");
    let (code, _, log) = service.end();
    assert_eq!(code, Some(0));
    let lines: Vec<Value> =
        log.lines().map(|line| serde_json::from_str(line).expect("every line is JSON")).collect();
    let said = |message: &str| {
        let found = lines
            .iter()
            .find(|line| line["message"].as_str().is_some_and(|text| text.contains(message)));
        found.unwrap_or_else(|| panic!("{message} is missing: {log}"))
    };
    assert_eq!(said("key file taken over")["keys"], 1);
    assert_eq!(said("chmod o-r")["level"], "WARN");
    let refused = said("key refused");
    assert_eq!((&refused["client"], &refused["reason"]), (&json!("acme"), &json!("expired")));
    assert!(!log.contains("gone-key-51c7"), "{log}");
    // A model is named by its digest, a key never.
    let of_keys = log.lines().filter(|line| !line.contains("model"));
    assert!(of_keys.into_iter().all(|line| !line.contains("sha256:")), "{log}");
}

#[test]
fn a_key_file_that_is_missing_or_faulty_refuses_the_start() {
    let file = KeyFile::of(&[entry("acme", "a"), entry("globex", "a")]);
    let folder = file.folder.path().to_str().expect("UTF-8").to_owned();
    let line = |name: &str| {
        let path = format!("{folder}/{name}");
        refusal(&["--port", "0"], &[("KEY_FILE", &path)], 1).replace(&folder, "[folder]")
    };
    insta::assert_snapshot!(line("keys.json"), @"lead-service: the key file [folder]/keys.json has a fault in entry 2 (globex): the digest is that of entry 1; every entry needs a key of its own: remove one of the two");
    insta::assert_snapshot!(line("none.json"), @"lead-service: there is no key file at [folder]/none.json: `lead-service keys new --id NAME --file [folder]/none.json` makes one, or unset KEY_FILE");
}

//! Answers about models: each from a service of its own, with a folder of models that may be changed.

use reqwest::Method;
use serde_json::{Value, json};

use super::{
    answered::Answer,
    asked::{at, filled, key, start},
};
use crate::{
    artifact::{Folder, bytes, committed, reduced, shifted, version},
    document::Case,
    key_file::KeyFile,
    test_app::TestApp,
};

const NEXT: &str = "2.0.0";

/// A service and the folder that its models come from; 1.0.0 is live.
pub(super) struct Shelf {
    folder: Folder,
    app: TestApp,
}

impl Shelf {
    pub(super) fn new(keys: &KeyFile) -> Self {
        let folder = Folder::with(&committed());
        let app = start(keys, &["--model-path", folder.text()]);
        Self { folder, app }
    }

    /// Makes an operation answer what the case says; `None` if that is about no model.
    pub(super) async fn answer(&self, case: &Case<'_>) -> Option<Answer> {
        let (folder, is) = (&self.folder, |id: &str| case.operation.id() == id);
        let mut body = None;
        match case.problem {
            // A new model, and a file that is none.
            None => {
                folder.put("next.json", &shifted(NEXT, 0.5));
                folder.put_bytes("torn.json", b"{");
                if is("rollBackModel") {
                    self.call(Method::POST, "/api/v1/admin/models/reload", &Value::Null).await;
                } else if !is("putChallenger") {
                    self.seat().await;
                }
            }
            Some("model-refused") => folder.put_bytes("model.json", b"{"),
            Some("model-incompatible") => {
                folder.put("next.json", &reduced(NEXT, |name| name != "bounce_rate"));
                if is("promoteChallenger") {
                    self.seat().await;
                }
            }
            Some("model-ambiguous") => {
                folder.put("next.json", &version(NEXT));
                folder.put("other.json", &shifted(NEXT, 0.5));
                body = Some(json!({"version": NEXT}));
            }
            Some("model-unknown") => body = Some(json!({"version": NEXT})),
            Some("no-challenger") => body = Some(json!({"share": 0.5})),
            Some("challenger-refused") => {
                folder.put_bytes("odd.json", &bytes(&committed())[1..]);
                body = Some(json!({"path": folder.file("odd.json")}));
            }
            Some("invalid-settings") => body = Some(json!({})),
            Some("no-previous-model") => {}
            Some(_) => return None,
        }
        let request = match is("activateModel") {
            true => at(&self.app, case, &case.operation.path.replace("{version}", NEXT)),
            false => at(&self.app, case, &filled(case.operation, None)),
        };
        let request = match body.filter(|_| is("putChallenger")) {
            // Takes the example's place.
            Some(body) => request.body(body.to_string()),
            None => request,
        };
        Some(Answer::of(request.send().await.expect("an answer")).await)
    }

    /// Has the next model compared with the live one, on leads that both have scored.
    async fn seat(&self) {
        let settings = json!({"version": NEXT, "share": 1});
        self.call(Method::PUT, "/api/v1/admin/challenger", &settings).await;
    }

    async fn call(&self, method: Method, path: &str, body: &Value) {
        let request = self.app.anonymous(method, path).header("X-API-Key", key("admin"));
        let answer = request.json(body).send().await.expect("an answer");
        assert_eq!(answer.status(), 200, "{path}");
    }
}

//! The served description of the API, as a test reads it: its operations, their answers, and what a body must look like.

use jsonschema::Validator;
use serde_json::{Map, Value, json};

use crate::test_app::TestApp;

/// The media type of a failure.
pub(crate) const PROBLEM: &str = "application/problem+json";

/// The document of a running service.
pub(crate) struct Document(pub(crate) Value);

/// One operation.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Operation<'a> {
    pub(crate) path: &'a str,
    /// In capitals.
    pub(crate) method: &'a str,
    members: &'a Value,
}

/// One documented answer of an operation in one of its media types, and for one kind of problem.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Case<'a> {
    pub(crate) operation: Operation<'a>,
    pub(crate) status: u16,
    pub(crate) media_type: Option<&'a str>,
    /// The name of the problem, if it is one.
    pub(crate) problem: Option<&'a str>,
    answer: &'a Value,
}

impl Document {
    pub(crate) async fn of(app: &TestApp) -> Self {
        Self(app.get("/openapi.json").await.json().await.expect("JSON"))
    }

    pub(crate) fn operations(&self) -> impl Iterator<Item = Operation<'_>> {
        self.0["paths"].as_object().expect("paths").iter().flat_map(|(path, item)| {
            let methods = ["get", "post", "put", "delete", "patch"].iter();
            methods.filter_map(move |method| {
                let members = item.get(method)?;
                let method = match *method {
                    "get" => "GET",
                    "post" => "POST",
                    "put" => "PUT",
                    "delete" => "DELETE",
                    other => panic!("{other} is not expected"),
                };
                Some(Operation { path, method, members })
            })
        })
    }

    /// Everything that an operation is said to answer.
    pub(crate) fn cases<'a>(&'a self, operation: Operation<'a>) -> Vec<Case<'a>> {
        let mut cases = Vec::new();
        let answers = operation.members["responses"].as_object().expect("responses");
        for (status, answer) in answers {
            let status = status.parse().expect("a status");
            let answer = self.resolved(answer);
            let case = Case { operation, status, media_type: None, problem: None, answer };
            let Some(content) = answer.get("content") else {
                cases.push(case);
                continue;
            };
            for (media_type, content) in content.as_object().expect("media types") {
                let case = Case { media_type: Some(media_type), ..case };
                match content.get("examples").filter(|_| media_type == PROBLEM) {
                    Some(problems) => {
                        let names = problems.as_object().expect("examples").keys();
                        cases.extend(names.map(|name| Case { problem: Some(name), ..case }));
                    }
                    None => cases.push(case),
                }
            }
        }
        cases
    }

    /// What a body of this case must look like; members that the document does not name are faults.
    pub(crate) fn validator(&self, case: &Case<'_>) -> Option<Validator> {
        let schema = &case.answer["content"][case.media_type?]["schema"];
        let mut components = self.0["components"].clone();
        let schemas = components["schemas"].as_object_mut().expect("schemas").values_mut();
        schemas.filter_map(Value::as_object_mut).for_each(close);
        let root = json!({"allOf": [schema], "components": components});
        Some(jsonschema::draft202012::new(&root).expect("a sound schema"))
    }

    /// The names of the headers that an answer is said to bear.
    pub(crate) fn headers<'a>(case: &Case<'a>) -> impl Iterator<Item = &'a String> {
        case.answer["headers"].as_object().expect("headers").keys()
    }

    fn resolved<'a>(&'a self, answer: &'a Value) -> &'a Value {
        match answer["$ref"].as_str() {
            Some(pointer) => self.0.pointer(&pointer[1..]).expect("a component"),
            None => answer,
        }
    }
}

fn close(schema: &mut Map<String, Value>) {
    if schema.contains_key("properties") && !schema.contains_key("additionalProperties") {
        schema.insert("additionalProperties".to_owned(), false.into());
    }
}

impl<'a> Operation<'a> {
    pub(crate) fn id(&self) -> &'a str {
        self.members["operationId"].as_str().expect("an id")
    }

    pub(crate) fn tag(&self) -> &'a str {
        self.members["tags"][0].as_str().expect("a tag")
    }

    /// What its key must be allowed to do.
    pub(crate) fn scope(&self) -> Option<&'a str> {
        self.members["security"][0]["ApiKey"][0].as_str()
    }

    /// The body to try it with, and its media type.
    pub(crate) fn example(&self) -> Option<(&'a str, String)> {
        let content = self.members.get("requestBody")?["content"].as_object()?;
        let (media_type, content) = content.iter().next()?;
        let example = content.get("example")?;
        let body = example.as_str().map_or_else(|| example.to_string(), str::to_owned);
        Some((media_type, body))
    }

    /// The names of the parameters in its query.
    pub(crate) fn queries(&self) -> impl Iterator<Item = &'a str> {
        let parameters = self.members["parameters"].as_array().into_iter().flatten();
        let names = parameters.filter(|parameter| parameter["in"] == "query");
        names.map(|parameter| parameter["name"].as_str().expect("a name"))
    }
}

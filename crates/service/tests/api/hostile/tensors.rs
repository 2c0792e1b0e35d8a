//! Bodies of `/v2/models/b2b/infer`, and names and versions of models that there are not.

use super::case::{Answer, Case};

/// The code of a tensor's fault.
const fn tensors(code: &'static str) -> Answer {
    Answer::Faults("invalid-tensors", code)
}

/// A tensor of one row, its data and its members as told.
fn tensor(shape: &str, datatype: &str, data: &str) -> String {
    format!(
        "{{\"inputs\":[{{\"name\":\"x\",\"shape\":{shape},\"datatype\":{datatype},\"data\":{data}}}]}}"
    )
}

/// Bodies that are no inference request.
const NO_REQUEST: [(&str, &str, &str); 20] = [
    ("nothing", "", "invalid_json"),
    ("an open brace", "{", "invalid_json"),
    ("a byte order mark", "\u{feff}{\"inputs\":[]}", "invalid_json"),
    ("two requests", "{\"inputs\":[]}{}", "invalid_json"),
    ("an empty object", "{}", "wrong_type"),
    ("null", "null", "wrong_type"),
    ("a list", "[]", "wrong_type"),
    ("no inputs", "{\"inputs\":[]}", "wrong_type"),
    ("inputs as null", "{\"inputs\":null}", "wrong_type"),
    ("inputs as an object", "{\"inputs\":{}}", "wrong_type"),
    ("an empty input", "{\"inputs\":[{}]}", "wrong_type"),
    ("inputs twice", "{\"inputs\":[],\"inputs\":[]}", "wrong_type"),
    ("an id that is a number", "{\"id\":1,\"inputs\":[]}", "wrong_type"),
    ("a comma at the end", "{\"inputs\":[],}", "invalid_json"),
    ("a comment", "{\"inputs\":[]/**/}", "invalid_json"),
    ("NaN", "{\"inputs\":NaN}", "invalid_json"),
    ("a NUL", "{\"inputs\":[\0]}", "invalid_json"),
    ("half a surrogate", "{\"id\":\"\\ud800\",\"inputs\":[]}", "invalid_json"),
    ("outputs as a text", "{\"inputs\":[],\"outputs\":\"tier\"}", "wrong_type"),
    ("an output without a name", "{\"inputs\":[],\"outputs\":[{}]}", "wrong_type"),
];

/// The rows.
pub(super) fn cases() -> Vec<Case> {
    let infer = "/v2/models/b2b/infer";
    let mut cases: Vec<Case> = Vec::new();
    for (name, body, code) in NO_REQUEST {
        cases.push(Case::post(format!("infer: {name}"), infer, body, tensors(code)));
    }
    let row = format!("[{}]", vec!["0"; 50].join(","));
    let with = |literal: &str| row.replacen('0', literal, 1);
    for (name, body, answer) in [
        ("a shape of one dimension", tensor("[50]", "\"FP64\"", &row), tensors("wrong_type")),
        ("a shape of three", tensor("[1,1,50]", "\"FP64\"", &row), tensors("wrong_type")),
        ("no shape in it", tensor("[]", "\"FP64\"", &row), tensors("wrong_type")),
        ("49 columns", tensor("[1,49]", "\"FP64\"", &row), tensors("wrong_type")),
        ("a negative shape", tensor("[-1,50]", "\"FP64\"", &row), tensors("wrong_type")),
        ("a fraction for a shape", tensor("[1.5,50]", "\"FP64\"", &row), tensors("wrong_type")),
        ("a shape beyond 64 bits", tensor("[18446744073709551616,50]", "\"FP64\"", &row), tensors("wrong_type")),
        ("a shape that overflows when multiplied", tensor("[18446744073709551615,50]", "\"FP64\"", &row), Answer::Problem(400, "batch-too-long")),
        ("101 rows", tensor("[101,50]", "\"FP64\"", &row), Answer::Problem(400, "batch-too-long")),
        ("fewer values than the shape says", tensor("[2,50]", "\"FP64\"", &row), tensors("wrong_type")),
        ("values for no rows", tensor("[0,50]", "\"FP64\"", &row), tensors("wrong_type")),
        ("texts", tensor("[1,50]", "\"BYTES\"", &row), tensors("wrong_type")),
        ("a datatype that there is not", tensor("[1,50]", "\"fp64\"", &row), tensors("wrong_type")),
        ("a datatype that is null", tensor("[1,50]", "null", &row), tensors("wrong_type")),
        ("data as a text", tensor("[1,50]", "\"FP64\"", "\"AAAA\""), tensors("wrong_type")),
        ("data as an object", tensor("[1,50]", "\"FP64\"", "{}"), tensors("wrong_type")),
        ("data three deep", tensor("[1,50]", "\"FP64\"", &format!("[[{row}]]")), tensors("wrong_type")),
        ("data 50,000 deep", tensor("[1,50]", "\"FP64\"", &"[".repeat(50_000)), tensors("wrong_type")),
        ("a text among the data", tensor("[1,50]", "\"FP64\"", &with("\"0\"")), tensors("wrong_type")),
        ("true among the data", tensor("[1,50]", "\"FP64\"", &with("true")), tensors("wrong_type")),
        ("1e400 among the data", tensor("[1,50]", "\"FP64\"", &with("1e400")), tensors("invalid_json")),
        ("400 digits among the data", tensor("[1,50]", "\"FP64\"", &with(&"9".repeat(400))), tensors("invalid_json")),
        ("NaN among the data", tensor("[1,50]", "\"FP64\"", &with("NaN")), tensors("invalid_json")),
        ("a required value of null", tensor("[1,50]", "\"FP64\"", &with("null")), tensors("missing")),
        ("a value out of range", tensor("[1,50]", "\"FP64\"", &with("-1e300")), tensors("out_of_range")),
        ("two inputs", "{\"inputs\":[{\"name\":\"a\",\"shape\":[0,50],\"datatype\":\"FP64\",\"data\":[]},{\"name\":\"b\",\"shape\":[0,50],\"datatype\":\"FP64\",\"data\":[]}]}".to_owned(), tensors("wrong_type")),
        ("an output that there is not", tensor("[1,50]", "\"FP64\"", &row).replacen('{', "{\"outputs\":[{\"name\":\"x\"}],", 1), tensors("unknown_name")),
        ("more than a megabyte", " ".repeat(1_048_577), Answer::Problem(413, "body-too-large")),
    ] {
        cases.push(Case::post(format!("infer: {name}"), infer, body, answer));
    }
    for path in [
        "/v2/models/nobody/infer",
        "/v2/models/B2B/infer",
        "/v2/models/b2b/versions/9.9.9/infer",
        "/v2/models/%2e%2e/infer",
        "/v2/models/b2b%00/infer",
    ] {
        let body = tensor("[1,50]", "\"FP64\"", &row);
        cases.push(Case::post(path, path, body, Answer::Problem(404, "no-such-model")));
    }
    cases
}

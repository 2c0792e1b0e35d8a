//! Model files that somebody made to break the reader: each is refused with its message, none is half believed.

use std::io::Read;

use lead_model::{
    Artifact, Axis, Curve, CutPoints, Feature, Histogram, Kind, Levels, Pair, Ramp, Reference,
    Schema, Scorer,
};
use serde_json::{Value, json};

use crate::scorer::committed;

fn model() -> Artifact {
    committed().artifact().clone()
}

fn file(artifact: &Artifact) -> String {
    let mut file = Vec::new();
    artifact.write(&mut file).unwrap();
    String::from_utf8(file).unwrap()
}

/// Why these bytes are no model, in one line.
fn refusal(file: impl Read) -> String {
    let error = Scorer::load(file).expect_err("a hostile file was accepted").to_string();
    assert!(!error.contains('\n') && error.len() < 600, "{error}");
    error
}

/// A table of refusals, a case and its message a line.
fn table(cases: &[(&str, String)]) -> String {
    let lines: Vec<_> = cases.iter().map(|(case, said)| format!("{case}: {said}")).collect();
    lines.join("\n")
}

/// The model file with its first `from` replaced, whatever that does to its checksum.
fn edited(from: &str, to: &str) -> String {
    let text = file(&model());
    assert!(text.contains(from), "{from}");
    refusal(text.replacen(from, to, 1).as_bytes())
}

/// The refusal after a change of the content's JSON, with a checksum that fits wherever the content is a model at all.
fn sealed(change: impl FnOnce(&mut Value)) -> String {
    let mut value: Value = serde_json::from_str(&file(&model())).unwrap();
    change(&mut value["model"]);
    if let Ok(artifact) = serde_json::from_value::<Artifact>(value["model"].clone()) {
        value["checksum"] = json!(artifact.fingerprint());
    }
    refusal(value.to_string().as_bytes())
}

/// The refusal after a change of the content itself.
fn changed(change: impl FnOnce(&mut Artifact)) -> String {
    let mut artifact = model();
    change(&mut artifact);
    refusal(file(&artifact).as_bytes())
}

#[test]
fn what_is_no_json_is_refused() {
    let nested = |open: &str| {
        refusal(format!("{{\"format\":2,\"model\":{}", open.repeat(100_000)).as_bytes())
    };
    let utf16: Vec<u8> = "{\"format\":2}".encode_utf16().flat_map(u16::to_le_bytes).collect();
    insta::assert_snapshot!(table(&[
        ("nothing", refusal(&b""[..])),
        ("only white space", refusal(&b" \n\t "[..])),
        ("arrays 100,000 deep", nested("[")),
        ("objects 100,000 deep", nested("{\"a\":")),
        ("a byte order mark", refusal(&b"\xef\xbb\xbf{\"format\":2}"[..])),
        ("UTF-16", refusal(&utf16[..])),
        ("invalid UTF-8", refusal(&b"{\"format\":2,\"checksum\":\"\xff\"}"[..])),
        ("a lone surrogate", refusal(&b"{\"format\":2,\"checksum\":\"\\ud800\"}"[..])),
        ("a control character", refusal(&b"{\"format\":2,\"checksum\":\"\n\"}"[..])),
        ("NaN", edited("\"intercept\": ", "\"intercept\": NaN, \"x\": ")),
        ("infinity", edited("\"intercept\": ", "\"intercept\": -Infinity, \"x\": ")),
        ("a number beyond f64", edited("\"intercept\": -", "\"intercept\": -1e999, \"x\": ")),
        ("a comma too many", edited("\"version\": \"1.0.0\",", "\"version\": \"1.0.0\",,")),
        ("two models", refusal(format!("{0}{0}", file(&model())).as_bytes())),
    ]), @r"
    nothing: model file is torn or not a model: EOF while parsing a value at line 1 column 0; make one with `lead-model train`
    only white space: model file is torn or not a model: EOF while parsing a value at line 2 column 2; make one with `lead-model train`
    arrays 100,000 deep: model file is torn or not a model: EOF while parsing a list at line 1 column 100020; make one with `lead-model train`
    objects 100,000 deep: model file is torn or not a model: EOF while parsing a value at line 1 column 500020; make one with `lead-model train`
    a byte order mark: model file is torn or not a model: expected value at line 1 column 1; make one with `lead-model train`
    UTF-16: model file is torn or not a model: key must be a string at line 1 column 2; make one with `lead-model train`
    invalid UTF-8: model file is torn or not a model: invalid unicode code point at line 1 column 25; make one with `lead-model train`
    a lone surrogate: model file is torn or not a model: unexpected end of hex escape at line 1 column 31; make one with `lead-model train`
    a control character: model file is torn or not a model: control character (\u0000-\u001F) found while parsing a string at line 1 column 24; make one with `lead-model train`
    NaN: model file is torn or not a model: expected value at line 63 column 20; make one with `lead-model train`
    infinity: model file is torn or not a model: invalid number at line 63 column 21; make one with `lead-model train`
    a number beyond f64: model file is torn or not a model: number out of range at line 63 column 25; make one with `lead-model train`
    a comma too many: model file is torn or not a model: key must be a string at line 6 column 24; make one with `lead-model train`
    two models: model file is torn or not a model: trailing characters at line 307 column 1; make one with `lead-model train`
    ");
}

#[test]
fn a_file_of_64_mb_and_a_byte_is_refused_and_no_more_of_it_is_read() {
    struct Endless(u64);
    impl Read for Endless {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            buffer.fill(b' ');
            self.0 += buffer.len() as u64;
            Ok(buffer.len())
        }
    }
    let mut endless = Endless(0);
    let said = refusal(&mut endless);
    assert_eq!(said, "model file is larger than 64 MB; is it a model?");
    assert!(endless.0 <= (64 << 20) + 1);
    // A byte less is looked at: it is white space.
    let said = refusal(std::io::repeat(b' ').take(64 << 20));
    assert!(said.starts_with("model file is torn or not a model: EOF"), "{said}");
}

#[test]
fn members_of_another_form_are_refused() {
    let whole = |json: Value| refusal(json.to_string().as_bytes());
    insta::assert_snapshot!(table(&[
        ("an array", whole(json!([1, 2]))),
        ("a number", whole(json!(2))),
        ("no format", whole(json!({"checksum": "", "model": {}}))),
        ("format as text", whole(json!({"format": "2"}))),
        ("format as a fraction", whole(json!({"format": 2.0}))),
        ("format below zero", whole(json!({"format": -1}))),
        ("format 0", whole(json!({"format": 0}))),
        ("format of the far future", whole(json!({"format": u64::MAX}))),
        ("format beyond u64", refusal(&b"{\"format\":18446744073709551616}"[..])),
        ("no checksum", whole(json!({"format": 2, "model": {}}))),
        ("checksum null", whole(json!({"format": 2, "checksum": null}))),
        ("model null", whole(json!({"format": 2, "checksum": "", "model": null}))),
        ("a member more", whole(json!({"format": 2, "checksum": "", "extra": 1}))),
        ("a checksum of nothing", edited("\"checksum\": \"sha256:", "\"checksum\": \"\", \"model\": \"")),
        ("intercept null", sealed(|model| model["scorecard"]["intercept"] = json!(null))),
        ("intercept as text", sealed(|model| model["scorecard"]["intercept"] = json!("0"))),
        ("curves as an object", sealed(|model| model["scorecard"]["curves"] = json!({}))),
        ("a curve of no kind", sealed(|model| model["scorecard"]["curves"][0]["curve"] = json!({}))),
        ("a curve of an unknown kind", sealed(|model| model["scorecard"]["curves"][0]["curve"] = json!({"spline": []}))),
        ("a curve of two kinds", sealed(|model| model["scorecard"]["curves"][0]["curve"]["levels"] = json!({}))),
        ("a feature of an unknown kind", sealed(|model| model["schema"]["features"][0]["kind"] = json!("date"))),
        ("a presence of an unknown kind", sealed(|model| model["schema"]["features"][0]["presence"] = json!("never"))),
        ("a default that is no number", sealed(|model| model["schema"]["features"][0]["presence"] = json!({"default": null}))),
        ("golden as an object", sealed(|model| model["golden"] = json!({}))),
        ("a golden value as text", sealed(|model| model["golden"][0]["values"][0] = json!("1"))),
        ("rows below zero", sealed(|model| model["training"]["rows"] = json!(-1))),
        ("three cut points", sealed(|model| model["cut_points"] = json!([0.1, 0.2, 0.3]))),
        ("five cut points", sealed(|model| model["cut_points"] = json!([0.1, 0.2, 0.3, 0.4, 0.5]))),
        ("a reference without a score", sealed(|model| model["reference"] = json!({"features": []}))),
    ]), @r#"
    an array: model file is torn or not a model: trailing characters at line 1 column 4; make one with `lead-model train`
    a number: model file is torn or not a model: invalid type: integer `2`, expected struct Version at line 1 column 1; make one with `lead-model train`
    no format: model file is torn or not a model: missing field `format` at line 1 column 26; make one with `lead-model train`
    format as text: model file is torn or not a model: invalid type: string "2", expected u64 at line 1 column 13; make one with `lead-model train`
    format as a fraction: model file is torn or not a model: invalid type: floating point `2.0`, expected u64 at line 1 column 13; make one with `lead-model train`
    format below zero: model file is torn or not a model: invalid value: integer `-1`, expected u64 at line 1 column 12; make one with `lead-model train`
    format 0: model file has format version 0, this program reads versions up to 2; train it again with this program, or use the program that wrote it
    format of the far future: model file has format version 18446744073709551615, this program reads versions up to 2; train it again with this program, or use the program that wrote it
    format beyond u64: model file is torn or not a model: invalid type: floating point `1.8446744073709552e+19`, expected u64 at line 1 column 30; make one with `lead-model train`
    no checksum: model file is torn or not a model: missing field `name` at line 1 column 22; make one with `lead-model train`
    checksum null: model file is torn or not a model: invalid type: null, expected a string at line 1 column 16; make one with `lead-model train`
    model null: model file is torn or not a model: invalid type: null, expected struct Artifact at line 1 column 38; make one with `lead-model train`
    a member more: model file is torn or not a model: unknown field `extra`, expected one of `format`, `checksum`, `model` at line 1 column 22; make one with `lead-model train`
    a checksum of nothing: model file is torn or not a model: invalid type: string "d8d62dabff7488b6a6fb62ce3c353fc4fbaedb81e83987b2ba79375d251bbe88", expected struct Artifact at line 3 column 93; make one with `lead-model train`
    intercept null: model file is torn or not a model: invalid type: null, expected f64 at line 1 column 31932; make one with `lead-model train`
    intercept as text: model file is torn or not a model: invalid type: string "0", expected f64 at line 1 column 31931; make one with `lead-model train`
    curves as an object: model file is torn or not a model: invalid type: map, expected a sequence at line 1 column 22641; make one with `lead-model train`
    a curve of no kind: model file is torn or not a model: expected value at line 1 column 22653; make one with `lead-model train`
    a curve of an unknown kind: model file is torn or not a model: unknown variant `spline`, expected `ramp` or `levels` at line 1 column 22660; make one with `lead-model train`
    a curve of two kinds: model file is torn or not a model: missing field `values` at line 1 column 22663; make one with `lead-model train`
    a feature of an unknown kind: model file is torn or not a model: unknown variant `date`, expected one of `real`, `integer`, `flag`, `category` at line 1 column 10830; make one with `lead-model train`
    a presence of an unknown kind: model file is torn or not a model: unknown variant `never`, expected one of `required`, `default`, `optional` at line 1 column 10980; make one with `lead-model train`
    a default that is no number: model file is torn or not a model: invalid type: null, expected f64 at line 1 column 10988; make one with `lead-model train`
    golden as an object: model file is torn or not a model: invalid type: map, expected a sequence at line 1 column 154; make one with `lead-model train`
    a golden value as text: model file is torn or not a model: invalid type: string "1", expected f64 at line 1 column 233; make one with `lead-model train`
    rows below zero: model file is torn or not a model: invalid value: integer `-1`, expected u64 at line 1 column 37324; make one with `lead-model train`
    three cut points: model file is torn or not a model: invalid length 3, expected an array of length 4 at line 1 column 132; make one with `lead-model train`
    five cut points: model file is torn or not a model: trailing characters at line 1 column 137; make one with `lead-model train`
    a reference without a score: model file is torn or not a model: missing field `score` at line 1 column 3827; make one with `lead-model train`
    "#);
}

#[test]
fn a_member_that_appears_twice_is_refused() {
    let twice = |member: &str| edited(member, &format!("{member}{member}"));
    insta::assert_snapshot!(table(&[
        ("format", twice("\"format\": 2,")),
        ("checksum", edited("\"checksum\":", "\"checksum\":\"\",\"checksum\":")),
        ("version", twice("\"version\": \"1.0.0\",")),
        ("kind", twice("\"kind\":\"real\",")),
        ("feature", twice("\"feature\":\"company_revenue\",")),
        ("intercept", edited("\"intercept\":", "\"intercept\":0,\"intercept\":")),
    ]), @"
    format: model file is torn or not a model: duplicate field `format` at line 2 column 22; make one with `lead-model train`
    checksum: model file is torn or not a model: duplicate field `checksum` at line 3 column 26; make one with `lead-model train`
    version: model file is torn or not a model: duplicate field `version` at line 6 column 32; make one with `lead-model train`
    kind: model file is torn or not a model: duplicate field `kind` at line 10 column 78; make one with `lead-model train`
    feature: model file is torn or not a model: duplicate field `feature` at line 65 column 46; make one with `lead-model train`
    intercept: model file is torn or not a model: duplicate field `intercept` at line 63 column 31; make one with `lead-model train`
    ");
}

#[test]
fn schemas_that_contradict_themselves_are_refused_though_their_checksum_fits() {
    let feature =
        |change: fn(&mut Value)| sealed(|model| change(&mut model["schema"]["features"][0]));
    let many = |count: usize| {
        sealed(move |model| {
            let first = model["schema"]["features"][0].clone();
            model["schema"]["features"] = Value::Array(vec![first; count]);
        })
    };
    insta::assert_snapshot!(table(&[
        ("no feature", many(0)),
        ("one name twice", many(2)),
        ("4097 features", many(4097)),
        ("4097 levels", feature(|feature| {
            feature["kind"] = json!("category");
            feature["levels"] = (0..4097).map(|level| json!(level.to_string())).collect();
        })),
        ("a name with a control character", feature(|feature| feature["name"] = json!("a\u{7f}b"))),
        ("an empty range", feature(|feature| feature["max"] = json!(-1.0))),
        ("integers beyond 2^53", feature(|feature| {
            feature["kind"] = json!("integer");
            feature["max"] = json!(1e17);
        })),
        ("a level that is missing", feature(|feature| {
            feature["kind"] = json!("category");
            feature["presence"] = json!("optional");
            feature["levels"] = json!(["NA", "a"]);
            feature["missing"] = json!(["NA"]);
        })),
        ("yes before no", feature(|feature| {
            feature["kind"] = json!("flag");
            feature["max"] = json!(1.0);
            feature["levels"] = json!(["yes", "no"]);
        })),
    ]), @r#"
    no feature: model file is torn or not a model: schema b2b is not sound: it has 0 features at line 1 column 10807; make one with `lead-model train`
    one name twice: model file is torn or not a model: schema b2b is not sound: feature company_revenue appears twice at line 1 column 11218; make one with `lead-model train`
    4097 features: model file is torn or not a model: schema b2b is not sound: it has 4097 features at line 1 column 854788; make one with `lead-model train`
    4097 levels: model file is torn or not a model: schema b2b is not sound: 4097 levels of company_revenue do not suit the kind category at line 1 column 50202; make one with `lead-model train`
    a name with a control character: model file is torn or not a model: schema b2b is not sound: feature name "a\u{7f}b" is empty or holds a control character at line 1 column 22606; make one with `lead-model train`
    an empty range: model file is torn or not a model: schema b2b is not sound: range 0 to -1 of company_revenue does not suit the kind real at line 1 column 22618; make one with `lead-model train`
    integers beyond 2^53: model file is torn or not a model: schema b2b is not sound: range 0 to 100000000000000000 of company_revenue does not suit the kind integer at line 1 column 22622; make one with `lead-model train`
    a level that is missing: model file is torn or not a model: schema b2b is not sound: text "NA" of company_revenue means two things at line 1 column 22659; make one with `lead-model train`
    yes before no: model file is torn or not a model: schema b2b is not sound: the levels ["yes", "no"] of company_revenue must be no and yes, in this order at line 1 column 22639; make one with `lead-model train`
    "#);
}

#[test]
fn numbers_that_would_make_a_score_nan_are_refused() {
    fn ramp(knots: &[f64], points: &[f64]) -> String {
        let (knots, points) = (knots.to_vec(), points.to_vec());
        changed(|model| {
            model.scorecard.curves[0].curve = Curve::Ramp(Ramp { knots, points, missing: 0.0 });
        })
    }
    fn levels(at: usize, values: &[f64]) -> String {
        let (values, points) = (values.to_vec(), vec![0.0; values.len()]);
        let curve = Curve::Levels(Levels { values, points, unseen: 0.0, missing: 0.0 });
        changed(|model| model.scorecard.curves[at].curve = curve)
    }
    fn pair(names: [&str; 2], knots: &[f64], cell: f64) -> String {
        let points = vec![vec![cell; knots.len() + 1]; knots.len() + 1];
        let axes = [Axis::Knots(knots.to_vec()), Axis::Knots(knots.to_vec())];
        let pair = Pair { features: names.map(str::to_owned), axes, points, rows: Vec::new() };
        changed(|model| model.scorecard.pairs = vec![pair])
    }
    let names = ["company_revenue", "bounce_rate"];
    insta::assert_snapshot!(table(&[
        ("infinite slope between far points", ramp(&[0.0, 1.0], &[-1e308, 1e308])),
        ("infinite slope between close knots", ramp(&[0.0, 5e-324], &[0.0, 1.0])),
        ("knots too far apart", ramp(&[-1.7e308, 1.7e308], &[0.0, 1.0])),
        ("one knot twice", ramp(&[1.0, 1.0], &[0.0, 1.0])),
        ("zero twice", ramp(&[-0.0, 0.0], &[0.0, 1.0])),
        ("no knots", ramp(&[], &[])),
        ("levels for a number", levels(0, &[1.0])),
        ("a level between numbers", levels(6, &[1.5])),
        ("a level without a successor", levels(6, &[9_007_199_254_740_992.0])),
        ("an enormous intercept", changed(|model| model.scorecard.intercept = 1e308)),
        ("an enormous cell", pair(names, &[0.0, 1.0], 1e7)),
        ("a pair of one feature", pair(["bounce_rate"; 2], &[0.0], 1.0)),
        ("a pair of strangers", pair(["bounce_rate", "shoe_size"], &[0.0], 1.0)),
        ("a pair without cells", pair(names, &[], 1.0)),
    ]), @"
    infinite slope between far points: model is not sound: curve company_revenue: its points must lie between -1000000 and 1000000; train it again
    infinite slope between close knots: model is not sound: curve company_revenue: its knots are too close for a line between them; train it again
    knots too far apart: model is not sound: curve company_revenue: its knots or values must rise strictly; train it again
    one knot twice: model is not sound: curve company_revenue: its knots or values must rise strictly; train it again
    zero twice: model is not sound: curve company_revenue: its knots or values must rise strictly; train it again
    no knots: model is not sound: curve company_revenue: it needs as many points as knots or values, and at least one; train it again
    levels for a number: model is not sound: curve company_revenue has levels, company_revenue any number; train it again
    a level between numbers: model is not sound: curve geographic_tier: its values must be whole numbers below 2^53; train it again
    a level without a successor: model is not sound: curve geographic_tier: its values must be whole numbers below 2^53; train it again
    an enormous intercept: model is not sound: the intercept must lie between -1000000 and 1000000; train it again
    an enormous cell: model is not sound: pair company_revenue and bounce_rate: its points must lie between -1000000 and 1000000; train it again
    a pair of one feature: model is not sound: pair bounce_rate and bounce_rate does not join two features; train it again
    a pair of strangers: model is not sound: pair bounce_rate and shoe_size does not join two features; train it again
    a pair without cells: model is not sound: pair company_revenue and bounce_rate: an axis needs finite numbers that rise strictly, at least one; train it again
    ");
}

#[test]
fn references_that_do_not_count_are_refused() {
    fn reference(change: impl FnOnce(&mut Reference)) -> String {
        let histogram = |of: &str| Histogram {
            of: of.to_owned(),
            edges: vec![0.0],
            counts: vec![1, 2],
            missing: 0,
            range: None,
        };
        let features = model().schema.features().iter().map(|f| histogram(&f.name)).collect();
        let mut reference = Reference { features, score: histogram("score") };
        change(&mut reference);
        changed(|model| model.reference = Some(reference))
    }
    insta::assert_snapshot!(table(&[
        ("a feature less", reference(|reference| drop(reference.features.pop()))),
        ("a stranger", reference(|reference| reference.features[1].of = "shoe_size".to_owned())),
        ("a count more", reference(|reference| reference.score.counts.push(1))),
        ("edges that fall", reference(|reference| {
            (reference.score.edges, reference.score.counts) = (vec![1.0, 0.0], vec![1, 1, 1]);
        })),
        ("a range that falls", reference(|reference| reference.score.range = Some([1.0, 0.0]))),
        ("more rows than u64", reference(|reference| reference.score.counts = vec![u64::MAX, 1])),
    ]), @"
    a feature less: model is not sound: the reference is of other features; train it again
    a stranger: model is not sound: the reference is of other features; train it again
    a count more: model is not sound: reference of score: its bins do not fit its edges; train it again
    edges that fall: model is not sound: reference of score: its bins do not fit its edges; train it again
    a range that falls: model is not sound: reference of score: its bins do not fit its edges; train it again
    more rows than u64: model is not sound: reference of score: it counts more rows than there can be; train it again
    ");
}

#[test]
fn a_model_that_no_reader_would_take_is_not_written() {
    let unwritten = |change: fn(&mut Artifact)| {
        let (mut artifact, mut file) = (model(), Vec::new());
        change(&mut artifact);
        let error = artifact.write(&mut file).unwrap_err().to_string();
        assert!(file.is_empty());
        error
    };
    insta::assert_snapshot!(table(&[
        ("NaN as a measure", unwritten(|model| model.training.auc = f64::NAN)),
        ("an infinite penalty", unwritten(|model| model.training.penalty = f64::INFINITY)),
        ("an infinite log-odds", unwritten(|model| model.golden[0].log_odds = f64::NEG_INFINITY)),
    ]), @"
    NaN as a measure: model is not sound: its file would not load: invalid type: null, expected f64 at line 127 column 17; train it again
    an infinite penalty: model is not sound: its file would not load: invalid type: null, expected f64 at line 123 column 21; train it again
    an infinite log-odds: model is not sound: its file would not load: invalid type: null, expected f64 at line 292 column 261; train it again
    ");
}

#[test]
fn a_schema_of_the_most_features_and_levels_loads() {
    let feature = |name: String| Feature {
        name,
        group: String::new(),
        kind: Kind::Category,
        min: None,
        max: None,
        presence: lead_model::Presence::Optional,
        levels: Vec::new(),
        missing: Vec::new(),
        decimal: None,
        meaning: String::new(),
        unit: None,
        phrase: String::new(),
        denial: None,
    };
    let mut features: Vec<_> = (0..4096).map(|at| feature(format!("feature {at}"))).collect();
    features[0].levels = (0..4096).map(|level| format!("level {level}")).collect();
    assert_eq!(Schema::new("wide", features).unwrap().position("feature 4095"), Some(4095));
    assert!(CutPoints::new([5e-324, 0.25, 0.5, 1.0 - f64::EPSILON / 2.0]).is_ok());
}

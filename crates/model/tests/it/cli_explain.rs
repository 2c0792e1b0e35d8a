//! `explain`, as a person sees it.

use std::fs;

use lead_model::{Lead, Scorer};
use serde_json::Value;

use crate::{
    bank,
    cli::{complaint, output},
};

const LEAD: &str = "{\"lead_id\": \"L7\", \"features\": {\"age\": 22, \"job\": \"student\", \"balance\": 650.5, \"housing\": 0}}\n";
const GAPS: &str = "{\"lead_id\": \"L8\", \"features\": {\"balance\": 12, \"housing\": 1}}\n";

/// The bank's model beside some input, asked with these words.
fn explain(words: &[&str], input: &str) -> String {
    ask(words, input, output)
}

fn refuse(words: &[&str], input: &str) -> String {
    ask(words, input, complaint)
}

fn ask(words: &[&str], input: &str, run: fn(&[&str], &str) -> String) -> String {
    let folder = tempfile::tempdir().unwrap();
    let model = folder.path().join("bank.json");
    let mut file = Vec::new();
    bank::artifact().write(&mut file).unwrap();
    fs::write(&model, file).unwrap();
    let arguments = ["explain", "--model", model.to_str().unwrap()];
    run(&arguments.into_iter().chain(words.iter().copied()).collect::<Vec<_>>(), input)
}

#[test]
fn a_lead_is_taken_apart_from_the_average_one_to_its_score() {
    insta::assert_snapshot!(explain(&[], LEAD));
    insta::assert_snapshot!(explain(&["--id", "L8", "--top", "1"], &format!("{LEAD}{GAPS}")));
}

#[test]
fn as_json_it_is_the_explanation_of_the_library() {
    let scorer = Scorer::new(bank::artifact()).unwrap();
    let lead = Lead::from_json(scorer.schema(), LEAD.as_bytes()).unwrap();
    let told: Value = serde_json::from_str(&explain(&["--json"], LEAD)).unwrap();
    assert_eq!(told, serde_json::to_value(scorer.explain(&lead)).unwrap());
}

#[test]
fn one_lead_in_every_form_has_one_explanation() {
    let alone = explain(&[], LEAD);
    let lines = format!("{GAPS}\n{LEAD}");
    let array = format!("[{GAPS},{LEAD}]");
    let table = "lead_id;age;job;balance;housing;y\nL8;;;12;yes;no\nL7;22;student;650.5;no;yes\n";
    for (words, input) in [
        (["--line", "3"], &*lines),
        (["--id", "L7"], &lines),
        (["--id", "L7"], &array),
        (["--id", "L7"], table),
        (["--line", "3"], table),
    ] {
        assert_eq!(explain(&words, input), alone, "{words:?} of {input}");
    }
    let gaps = explain(&[], GAPS);
    assert_eq!(explain(&["--line", "2"], table), gaps);
}

#[test]
fn complaints_say_which_lead_to_pick_and_what_is_wrong_with_it() {
    let complaints = [
        refuse(&[], &format!("{LEAD}{GAPS}")),
        refuse(&["--id", "L9"], &format!("{LEAD}{GAPS}")),
        refuse(&["--line", "9"], LEAD),
        refuse(&["--line", "1"], &format!("[{LEAD}]")),
        refuse(&[], "{\"lead_id\": \"a\", \"features\": {\"balance\": \"much\"}}"),
        refuse(&[], "{\"lead_id\": "),
        refuse(&[], ""),
        refuse(&["--id", "a"], "age,job,balance,housing\n30,admin,5,yes\n"),
        refuse(&["--id", "b"], "lead_id,age,job,balance,housing\na,30,admin,5,yes\n"),
        refuse(&[], "age,job,balance,housing\n30,admin,5,maybe\n"),
    ];
    insta::assert_snapshot!(complaints.join("\n"));
}

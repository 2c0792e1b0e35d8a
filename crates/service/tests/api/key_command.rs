//! `lead-service keys`: what goes to stdout, what to stderr, and what into the file.

use std::{fs, process::Output, thread};

use serde_json::Value;

use crate::{
    key_file::{KeyFile, entry, entry_with, status},
    startup::program,
};

/// Runs a verb: exit code, stdout, stderr.
fn keys(flags: &[&str]) -> (Option<i32>, String, String) {
    let flags = [&["keys"], flags].concat();
    let Output { status, stdout, stderr } = program(&flags, &[]).output().expect("it runs");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (status.code(), text(stdout), text(stderr))
}

/// The text with every run of letters and digits that only chance can have made replaced.
fn redacted(text: &str) -> String {
    let chance =
        |word: &str| word.len() >= 43 && word.bytes().all(|byte| byte.is_ascii_alphanumeric());
    text.split_inclusive(|letter: char| !letter.is_ascii_alphanumeric())
        .map(|part| {
            let end = part.len()
                - usize::from(!part.ends_with(|letter: char| letter.is_ascii_alphanumeric()));
            let (word, mark) = part.split_at(end);
            if chance(word) { format!("[{} random]{mark}", word.len()) } else { part.to_owned() }
        })
        .collect()
}

#[test]
fn a_new_key_is_alone_on_stdout_and_its_entry_on_stderr() {
    let (code, key, notes) = keys(&["new", "--id", "acme"]);
    assert_eq!(code, Some(0));
    insta::assert_snapshot!(redacted(&key), @"lsk_[43 random]");
    insta::assert_snapshot!(redacted(&notes), @r#"
    add this to "keys" of the key file:
    {"id":"acme","digest":"sha256:[64 random]","scopes":["score"]}
    "#);
    assert!(!notes.contains(key.trim()));
}

#[test]
fn everything_that_a_key_can_be_told_stands_in_its_entry() {
    let (code, _, notes) = keys(&[
        "new",
        "--id",
        "acme",
        "--scopes",
        "admin,score",
        "--expires",
        "2999-01-01T00:00:00Z",
        "--rate",
        "2.5",
        "--burst",
        "10",
        "--digest",
        "blake3",
    ]);
    assert_eq!(code, Some(0), "{notes}");
    insta::assert_snapshot!(redacted(&notes), @r#"
    add this to "keys" of the key file:
    {"id":"acme","digest":"blake3:[64 random]","scopes":["score","admin"],"expires":"2999-01-01T00:00:00Z","rate":2.5,"burst":10}
    "#);
}

#[actix_web::test]
async fn a_key_made_into_a_file_opens_the_service_that_watches_it() {
    let file = KeyFile::of(&[]);
    let app = file.serve();
    let path = file.typed();
    let (code, key, notes) = keys(&["new", "--id", "acme", "--file", &path, "--expires", "90d"]);
    assert_eq!(code, Some(0), "{notes}");
    insta::assert_snapshot!(notes.replace(&path, "[file]"), @"added to [file]; the key is shown this once: hand it over now");
    while status(&app, key.trim()).await != 200 {
        actix_web::rt::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let text = fs::read_to_string(&path).expect("a file");
    let page: Value = serde_json::from_str(&text).expect("JSON");
    let expires = page["keys"][0]["expires"].as_str().expect("a time");
    assert!(!text.contains(key.trim()) && expires.starts_with("20"), "{text}");
    assert_eq!(expires.len(), "2027-01-31T00:00:00Z".len(), "whole seconds: {expires}");
}

#[test]
fn keys_made_at_once_are_all_in_the_file() {
    let file = KeyFile::of(&[]);
    let path = file.typed();
    thread::scope(|scope| {
        for number in 0..8 {
            let path = &path;
            scope.spawn(move || {
                let (code, _, notes) =
                    keys(&["new", "--id", &format!("client-{number}"), "--file", path]);
                assert_eq!(code, Some(0), "{notes}");
            });
        }
    });
    let text = fs::read_to_string(&path).expect("a file");
    let page: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(page["keys"].as_array().expect("a list").len(), 8);
}

#[test]
fn a_third_key_is_refused_and_nothing_is_shown() {
    let file = KeyFile::of(&[entry("acme", "a"), entry("acme", "b")]);
    let path = file.typed();
    let (code, key, notes) = keys(&["new", "--id", "acme", "--file", &path]);
    assert_eq!((code, key.as_str()), (Some(1), ""));
    insta::assert_snapshot!(notes.replace(&path, "[file]"), @"lead-service: the key file [file] has a fault in entry 3 (acme): the id has two keys already that have not expired; a rotation needs no third: remove the one that is no longer used, or give it an expires");
}

#[test]
fn a_file_without_keys_is_sound_and_said_to_be_empty() {
    let file = KeyFile::of(&[]);
    let path = file.typed();
    let (code, listed, notes) = keys(&["check", &path]);
    assert_eq!((code, listed.as_str()), (Some(0), ""));
    assert!(notes.replace(&path, "[file]").contains("there is no key in [file]"), "{notes}");
}

#[test]
fn a_wrong_command_line_is_refused() {
    for flags in [
        &["new"] as &[_],
        &["new", "--id", "two words"],
        &["new", "--id", "a", "--scopes", "root"],
        &["new", "--id", "a", "--expires", "2020-01-01T00:00:00Z"],
        &["new", "--id", "a", "--expires", "0d"],
        &["new", "--id", "a", "--expires", "99999d"],
        &["new", "--id", "a", "--expires", "soon"],
        &["new", "--id", "a", "--digest", "md5"],
        &["new", "--id", "a", "--burst", "5"],
        &["new", "--id", "a", "--rate", "0"],
        &["new", "--id", "a", "--rate", "5", "--burst", "1000001"],
        &["check"],
    ] {
        let (code, key, _) = keys(flags);
        assert_eq!((code, key.as_str()), (Some(2), ""), "{flags:?}");
    }
    let before = program(&["--port", "0", "keys", "check", "x"], &[]).output().expect("it runs");
    assert_eq!(before.status.code(), Some(2), "flags of the service do not go with a verb");
}

#[test]
fn a_file_is_checked_and_listed() {
    let time = |member: &str, when: &str| serde_json::json!({member: when});
    let file = KeyFile::of(&[
        entry_with("acme", "a", &serde_json::json!({"scopes": ["admin", "score"], "rate": 2.5})),
        entry_with("acme", "b", &time("expires", "2999-01-01T00:00:00Z")),
        entry_with("old", "c", &time("expires", "2020-01-01T00:00:00Z")),
        entry_with("new", "d", &time("not_before", "2999-01-01T00:00:00Z")),
    ]);
    let (code, list, notes) = keys(&["check", &file.typed()]);
    assert_eq!((code, notes.as_str()), (Some(0), ""));
    insta::assert_snapshot!(list);
    let (code, list, notes) = keys(&["check", "no/such/file.json"]);
    assert_eq!((code, list.as_str()), (Some(1), ""));
    insta::assert_snapshot!(notes, @"lead-service: there is no key file at no/such/file.json: `lead-service keys new --id NAME --file no/such/file.json` makes one, or unset KEY_FILE");
}

#[test]
fn the_help_of_each_verb_reads_well() {
    let help = |flags: &[&str]| {
        let output = program(flags, &[("COLUMNS", "100")]).output().expect("it runs");
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    insta::assert_snapshot!(help(&["keys", "--help"]) + "\n" + &help(&["keys", "new", "--help"]));
}

//! What the program says about itself.

use crate::gate::Gate;

#[test]
fn help_of_check_fits_a_screen() {
    let help = Gate::new().call(&["check", "--help"]);
    assert!(help.stdout.lines().count() <= 40 && help.stdout.lines().all(|line| line.len() <= 100));
    insta::assert_snapshot!(help.transcript());
}

#[test]
fn help_lists_verbs_and_exit_codes() {
    insta::assert_snapshot!(Gate::new().call(&["--help"]).transcript());
}

#[test]
fn help_of_init_and_explain_is_short() {
    let gate = Gate::new();
    let helps = ["init", "explain"].map(|verb| gate.call(&[verb, "--help"]).transcript());
    insta::assert_snapshot!(helps.join("\n"));
}

#[test]
fn wrong_usage_ends_with_two_and_never_with_a_pass() {
    let gate = Gate::new();
    let slips: [&[&str]; 8] = [
        &["check", "--prefix", "loadtest", "--set", "p95"],
        &["init", "a.toml", "b.toml"],
        &[],
        &["check"],
        &["chekc"],
        &["check", "--prefix", "loadtest", "--max-age", "soon"],
        &["check", "--prefix", "loadtest", "--bogus"],
        &["check", "loadtest"],
    ];
    for words in slips {
        assert_eq!(gate.call(words).code, 2, "{words:?}");
    }
}

#[test]
fn the_command_line_is_sound() {
    use clap::CommandFactory;
    lead_gate::Cli::command().debug_assert();
}

#[test]
fn help_of_history_and_its_verbs_fits_a_screen() {
    let gate = Gate::new();
    let helps: [&[&str]; 4] = [
        &["history", "--help"],
        &["history", "append", "--help"],
        &["history", "analyze", "--help"],
        &["history", "ack", "--help"],
    ];
    let helps = helps.map(|words| gate.call(words).transcript());
    for help in &helps {
        assert!(help.lines().count() <= 40 && help.lines().all(|line| line.len() <= 100), "{help}");
    }
    insta::assert_snapshot!(helps.join("\n"));
}

#[test]
fn help_of_compare_fits_a_screen() {
    let help = Gate::new().call(&["compare", "--help"]);
    assert!(help.stdout.lines().count() <= 32 && help.stdout.lines().all(|line| line.len() <= 100));
    insta::assert_snapshot!(help.transcript());
}

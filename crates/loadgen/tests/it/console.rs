//! The tables of the terminal, to the character.

use lead_loadgen::{NameWidth, final_tables, live_table};

use crate::recordings::{blank, quarter_minute};

#[test]
fn the_final_tables_are_locusts() {
    insta::assert_snapshot!(
        "final_tables",
        final_tables(&quarter_minute(), NameWidth::of_terminal(None))
    );
}

#[test]
fn the_live_table_shows_current_rates() {
    insta::assert_snapshot!(
        "live_table",
        live_table(&quarter_minute(), NameWidth::of_terminal(Some(120)))
    );
}

#[test]
fn before_the_first_request_there_are_zeros() {
    insta::assert_snapshot!(
        "before_the_first_request",
        final_tables(&blank(), NameWidth::of_terminal(None))
    );
}

#[test]
fn headers_and_rules_are_locusts_to_the_character() {
    let text = final_tables(&quarter_minute(), NameWidth::of_terminal(None));
    // Taken from Locust's own output (reference: stats.py, 2.46).
    let stats_header = format!(
        "Type     Name{}# reqs      # fails |    Avg     Min     Max    Med |   req/s  failures/s",
        " ".repeat(74)
    );
    let stats_rule = format!(
        "--------|{}|-------|-------------|-------|-------|-------|-------|--------|-----------",
        "-".repeat(76)
    );
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!((lines[0], lines[1]), (stats_header.as_str(), stats_rule.as_str()));
    assert!(
        lines[..6].iter().all(|line| line.chars().count() == lines[0].chars().count()),
        "one width"
    );
    let rule = format!("--------|{}|--------|{}", "-".repeat(80), ["------"; 11].join("|"));
    assert!(lines.contains(&rule.as_str()));
}

#[test]
fn the_name_column_gives_way_in_a_narrow_terminal() {
    let width = |columns| {
        live_table(&blank(), NameWidth::of_terminal(columns)).lines().next().unwrap().len()
    };
    assert_eq!(
        (width(None), width(Some(300)), width(Some(120))),
        (width(None), width(None), width(None) - 40)
    );
    assert!(width(Some(10)) < 100, "the name column vanishes");
}

#[test]
fn the_final_tables_fit_a_terminal_that_has_room_for_the_names() {
    for columns in [120, 140, 167, 200] {
        let text = final_tables(&quarter_minute(), NameWidth::of_terminal(Some(columns)));
        let tables = text.split("Error report").next().unwrap();
        let widest = tables.lines().map(|line| line.chars().count()).max().unwrap();
        assert!(widest <= usize::from(columns), "{widest} of {columns} columns:\n{tables}");
    }
}

#[test]
fn percentiles_stay_in_their_columns_where_the_terminal_is_too_narrow() {
    let text = final_tables(&quarter_minute(), NameWidth::of_terminal(Some(100)));
    let table = text.split("(approximated)\n").nth(1).unwrap().split("\n\n").next().unwrap();
    let widths: Vec<_> = table.lines().map(|line| line.chars().count()).collect();
    assert!(widths.iter().all(|&width| width == widths[0]), "{widths:?}:\n{table}");
}

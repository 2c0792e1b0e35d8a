//! Files that do not fit into one gulp: lines are counted through, and what has no end is refused before it is held.

use crate::folder::{Folder, HISTORY_HEADER, STATS_HEADER, history_file, stats_file};

const TOTAL: &str =
    ",Aggregated,0,0,0,0.0,0,0,0,0.0,0.0,N/A,N/A,N/A,N/A,N/A,N/A,N/A,N/A,N/A,N/A,N/A";
const MIB: usize = 1024 * 1024;

fn tick(second: usize, key: &str) -> String {
    format!("{second},5,{key},9.5,0.500000,1,2,3,4,5,6,7,8,9,10,11,20,1,4,4.5,2.1,33.1,2.0")
}

fn with_history(text: impl AsRef<[u8]>) -> Folder {
    Folder::new().with("_stats.csv", stats_file(&[TOTAL])).with("_stats_history.csv", text)
}

/// Two thousand rows are some twenty of the reader's gulps, so that line ends lie across their borders, too.
#[test]
fn a_bad_cell_far_down_is_named_by_its_line() {
    for line_end in ["\n", "\r\n", "\r\r\n", "\r\n\r\n", "\n\n\n"] {
        let mut text = HISTORY_HEADER.to_owned() + line_end;
        for second in 0..2000 {
            text += &tick(second, "GET,\"two\nlines\"");
            text += line_end;
        }
        text += &tick(2000, ",Aggregated").replace("9.5", "x");
        text += line_end;
        let line = 1 + text[..text.len() - line_end.len()].matches('\n').count();
        text += &(tick(2001, ",Aggregated") + line_end);
        let said = with_history(text).read_or_say();
        let expected = format!("run_stats_history.csv: line {line}, column \"Requests/s\"");
        assert!(said.starts_with(&expected), "{line_end:?}: {said}");
    }
}

#[test]
fn a_bad_last_row_far_down_is_dropped_whatever_follows_it() {
    let mut text = HISTORY_HEADER.to_owned() + "\r\n";
    (0..2000).for_each(|second| text += &(tick(second, ",Aggregated") + "\r\n"));
    for end in ["2000,5,,Aggr", "2000,5,,Aggr\r\n", "2000,5,,Aggr\r\n\r\n\n"] {
        let folder = with_history(text.clone() + end);
        assert_eq!(folder.read().unwrap().history.ticks.len(), 2000);
        assert!(folder.read_or_say().contains("the last row was dropped: line 2002,"));
    }
}

#[test]
fn a_file_with_a_byte_order_mark_is_seen_to_be_torn() {
    let whole = format!("\u{feff}{}", stats_file(&[TOTAL]));
    let folder = |text: &str| Folder::new().with("_stats.csv", text);
    assert!(folder(&whole).read().is_ok());
    for cut in 1..TOTAL.len() {
        assert!(folder(&whole[..whole.len() - cut]).read().is_err(), "{cut} bytes are missing");
    }
}

/// A quote that is never closed makes one field of all that follows.
#[test]
fn a_row_without_end_is_refused_before_it_is_held() {
    let mut text = history_file(&[&tick(1, ",Aggregated"), &tick(2, ",\"Aggregated")]);
    while text.len() < 3 * MIB {
        text += &(tick(3, ",Aggregated") + "\r\n");
    }
    insta::assert_snapshot!(with_history(&text).read_or_say(), @"run_stats_history.csv: line 3: the row does not end within 1048576 bytes; is there a quote that is never closed? Use the file that the load generator wrote");
    let header = "\"".to_owned() + STATS_HEADER + &",".repeat(2 * MIB);
    insta::assert_snapshot!(Folder::new().with("_stats.csv", header).read_or_say(), @"run_stats.csv: line 1: the row does not end within 1048576 bytes; is there a quote that is never closed? Use the file that the load generator wrote");
}

#[test]
fn a_text_of_half_a_million_bytes_is_read() {
    let long = "x".repeat(MIB / 2);
    let run = with_history(history_file(&[&tick(1, &format!("GET,{long}"))])).read().unwrap();
    assert_eq!(run.history.ticks[0].name, long);
}

#[test]
fn more_rows_than_any_test_leaves_are_refused() {
    let rows = "0,,,\n".repeat(1_000_001);
    let folder = Folder::new()
        .with("_stats.csv", stats_file(&[TOTAL]))
        .with("_exceptions.csv", "Count,Message,Traceback,Nodes\n".to_owned() + &rows);
    insta::assert_snapshot!(folder.read_or_say(), @"run_exceptions.csv: more than 1000000 rows, which no load test leaves behind; is this the right file?");
}

//! A sheet survives what exports bring, and names the place of what it cannot read.

use lead_model::{
    ModelError,
    sheet::{Encoding, Form, Sheet},
};
use proptest::prelude::{Strategy, any, prop, prop_assert, prop_assert_eq, proptest};

fn read(bytes: impl Into<Vec<u8>>) -> Result<Sheet, ModelError> {
    Sheet::read(bytes.into(), Form::default())
}

fn complaint(bytes: impl Into<Vec<u8>>) -> String {
    read(bytes).expect_err("the sheet was read").to_string()
}

/// The rows as read, each behind its line.
fn rows(sheet: &Sheet) -> Vec<(u64, Vec<&str>)> {
    let cells = |row| (0..sheet.names().len()).map(|column| sheet.cell(row, column)).collect();
    (0..sheet.rows()).map(|row| (sheet.line(row), cells(row))).collect()
}

/// A file of many good rows, so that a bad one is less than a hundredth.
fn long(header: &str, good: &str, bad: &str) -> String {
    format!("{header}\n{}{bad}{}", format!("{good}\n").repeat(200), format!("{good}\n").repeat(200))
}

#[test]
fn an_export_with_every_oddity_is_read_to_the_letter() {
    let export = "\u{feff}Name;Note; City ;\r\n\
                  \"Smith; Jane\";\"said \"\"yes\"\",\r\nthen\rno\"; Zürich ;\r\n\
                  \r\n\
                  Li;5\" pipe;\u{a0}Köln\u{a0};\r\n\
                  ;;;\r\n\
                  \"Ng\" ;; \"Bern\";";
    let sheet = read(export).unwrap();
    assert_eq!(sheet.names(), ["Name", "Note", "City"]);
    assert_eq!(sheet.delimiter().to_string(), "';'");
    let expected = [
        (2, vec!["Smith; Jane", "said \"yes\",\r\nthen\rno", "Zürich"]),
        (6, vec!["Li", "5\" pipe", "Köln"]),
        (8, vec!["Ng", "", "Bern"]),
    ];
    assert_eq!(rows(&sheet), expected);
    assert_eq!(sheet.notes(), ["1 row without any content was left out"]);
}

#[test]
fn windows_unix_and_old_mac_line_ends_give_the_same_rows() {
    let unix = "a,b\n1,2\n\n3,\"x\ny\"\n5,6";
    let expected = [(2, vec!["1", "2"]), (4, vec!["3", "x\ny"]), (6, vec!["5", "6"])];
    assert_eq!(rows(&read(unix).unwrap()), expected);
    for end in ["\r\n", "\r"] {
        let sheet = read(unix.replace('\n', end)).unwrap();
        let lines: Vec<_> = (0..3).map(|row| sheet.line(row)).collect();
        assert_eq!(lines, [2, 4, 6], "{end:?}");
        assert_eq!(sheet.cell(1, 1), format!("x{end}y"));
    }
}

#[test]
fn delimiters_are_found_out_or_given() {
    for (text, delimiter, names) in [
        ("a,b\n1,2\n", "','", 2),
        ("a;b\n1,5;2,5\n", "';'", 2),
        ("a\tb\n1,2\t3\n", "tab", 2),
        ("a|b|c\n1|2|3\n", "'|'", 3),
        ("Name, first;City\nJane;Bern\nAnn;Basel\n", "';'", 2),
        ("sep=|\na|b\n1;|2;\n", "'|'", 2),
        ("alone\n1\n", "','", 1),
    ] {
        let sheet = read(text).unwrap();
        let found = (sheet.delimiter().to_string(), sheet.names().len());
        assert_eq!(found, (delimiter.to_owned(), names), "{text:?}");
    }
    let form = Form { delimiter: Some("~".parse().unwrap()), ..Form::default() };
    assert_eq!(Sheet::read(b"a~b\n1~2\n".to_vec(), form).unwrap().names(), ["a", "b"]);
    for refused in ["", ";;", "\"", "\n", "é"] {
        assert!(refused.parse::<lead_model::sheet::Delimiter>().is_err(), "{refused:?}");
    }
}

#[test]
fn latin1_and_utf16_are_read_where_they_are_said_to_be() {
    let latin1 = b"Stadt;Preis\nK\xf6ln;5 \x80\n".to_vec();
    let form = Form { encoding: Encoding::Latin1, ..Form::default() };
    let sheet = Sheet::read(latin1, form).unwrap();
    assert_eq!((sheet.cell(0, 0), sheet.cell(0, 1)), ("Köln", "5 €"));
    let text = "\u{feff}Stadt;Preis\nKöln;5 €\n";
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(read(utf16).unwrap().cell(0, 1), "5 €");
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    assert_eq!(read(utf16).unwrap().cell(0, 0), "Köln");
    assert!("ebcdic".parse::<Encoding>().is_err());
}

#[test]
fn nameless_columns_are_dropped_if_empty_and_named_if_not() {
    // As pandas writes its index, with a further column at the end that only some rows have.
    let sheet = read(",a,,b,\n0,x,,y\n1,z,,w,more\n").unwrap();
    assert_eq!(sheet.names(), ["column_1", "a", "b", "column_5"]);
    assert_eq!(rows(&sheet)[0].1, ["0", "x", "y", ""]);
    insta::assert_snapshot!(sheet.notes().join("\n"), @r#"
    column 1 has no name in the file; it is called "column_1" here
    column 5 has no name in the file; it is called "column_5" here
    "#);
    // Rows that end with a delimiter, under a header that does not.
    assert_eq!(read("a,b\n1,2,\n3,4,\n").unwrap().names(), ["a", "b"]);
}

#[test]
fn names_lose_white_space_and_control_characters() {
    assert_eq!(read("\" Total\nvisits \",b\tc\n1,2\n").unwrap().names(), ["Total visits", "b c"]);
}

#[test]
fn a_stray_quote_costs_one_row_and_is_reported() {
    for (bad, lines) in [
        ("\"never closed,2\n", 1),
        ("1,\"closed\" early\n", 1),
        ("1,2,3\n1\n", 2),
        ("1,\"two\nlines\" and more\n", 2),
    ] {
        let sheet = read(long("a,b", "1,2", bad)).unwrap();
        assert_eq!((sheet.rows(), sheet.rejections().count()), (400, lines), "{bad:?}");
        assert_eq!(sheet.line(399), 401 + bad.lines().count() as u64, "{bad:?}");
    }
    let told = |bad: &str| {
        let text = long("a,b", "1,2", bad);
        let sheet = read(text).unwrap();
        sheet.rejections().iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    };
    let told: Vec<_> =
        ["\"never closed,2\n", "1,\"closed\" early\n", "1,2,3\n1\n", "1,\"two\nlines\" and more\n"]
            .map(told)
            .into();
    insta::assert_snapshot!(told.join("\n"), @r#"
    line 202: column 1 ("a"): the quote that opens it is never closed
    line 202: column 2 ("b"): text follows the quote that closes it; a quote inside a cell must be doubled
    line 202: the row has 3 fields under 2 names; is there a decimal comma or half a row in it?
    line 203: the row has 1 field under 2 names; is there a decimal comma or half a row in it?
    line 202: column 2 ("b"): text follows the quote that closes it; a quote inside a cell must be doubled
    line 203: the row has 1 field under 2 names; is there a decimal comma or half a row in it?
    "#);
}

#[test]
fn what_cannot_be_read_is_named_with_its_place() {
    let latin1 = b"id,city\n1,Bern\n2,\"a\nb\"\n3,K\xf6ln\n".to_vec();
    let complaints = [
        complaint(""),
        complaint("\n\n"),
        complaint("a,b\n"),
        complaint(",,\n1,2,3\n"),
        complaint("a,b,c,b\n1,2,3,4\n"),
        complaint("a,\"b\n1,2\n"),
        complaint("a,b\n1,2\n1,2,3\n"),
        complaint("a,b\n1,2,3\n1,2,3\n1,2,3\n1,2,3\n1,2,3\n"),
        complaint(latin1),
        complaint(b"a,b\n1,\0\n".to_vec()),
        complaint(b"PK\x03\x04rest".to_vec()),
        complaint(b"\x1f\x8brest".to_vec()),
    ];
    insta::assert_snapshot!(complaints.join("\n"), @r#"
    table, line 1: the file is empty; it must begin with a row of column names
    table, line 1: the file is empty; it must begin with a row of column names
    table, line 1: the file has column names and no rows below them
    table, line 1: the first row names no column
    table, line 1: column "b" appears twice, as column 2 and as column 4; rename one of them
    table, line 1: column 2: the quote that opens it is never closed
    table, line 3: the row has 3 fields under 2 names; is there a decimal comma or half a row in it?; 1 of 2 rows cannot be used, more than 1 %: mend the file, or check --delimiter, --encoding, and --schema
    table, line 2: the row has 3 fields under 2 names; is there a decimal comma or half a row in it?; 5 of 5 rows cannot be used (also on lines 3, 4, 5, ...), more than 1 %: mend the file, or check --delimiter, --encoding, and --schema
    table, line 5: column 2 ("city"): byte 27 of the file is 0xf6, which is not UTF-8; say --encoding latin1 if an older or a Windows program wrote the file, otherwise save it as CSV in UTF-8
    table, line 2: column 2 ("b"): byte 7 of the file is NUL; if the file is UTF-16, save it as CSV in UTF-8
    table, line 1: this is an Excel workbook or another archive; save the sheet as CSV in UTF-8
    table, line 1: the file is compressed; unpack it first
    "#);
}

#[test]
fn rejections_are_told_up_to_a_number_and_counted_beyond() {
    let text = format!("a,b\n{}{}", "1,2\n".repeat(5000), "1\n".repeat(30));
    let sheet = read(text).unwrap();
    assert_eq!((sheet.rejections().iter().count(), sheet.rejections().count()), (20, 30));
}

/// A cell as text, and quoted as a CSV must.
fn cell() -> impl Strategy<Value = String> {
    prop::collection::vec(
        prop::sample::select(vec!["a", "é", "\"", ",", "\n", "\r\n", ";", "1"]),
        0..6,
    )
    .prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn whatever_is_quoted_comes_back(
        table in prop::collection::vec(prop::collection::vec(cell(), 3), 1..8),
        end in prop::sample::select(vec!["\n", "\r\n", "\r"]),
    ) {
        let quote = |cell: &String| format!("\"{}\"", cell.replace('"', "\"\""));
        let lines: Vec<_> =
            table.iter().map(|row| row.iter().map(quote).collect::<Vec<_>>().join(",")).collect();
        let form = Form { delimiter: Some(",".parse().unwrap()), ..Form::default() };
        let sheet = Sheet::read(format!("x,y,z{end}{}", lines.join(end)).into_bytes(), form);
        let trimmed = |row: &Vec<String>| row.iter().map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
        let is_blank = |row: &Vec<String>| row.iter().all(|cell| cell.trim().is_empty());
        let expected: Vec<_> = table.iter().filter(|row| !is_blank(row)).map(trimmed).collect();
        match sheet {
            Err(_) => prop_assert!(expected.is_empty()),
            Ok(sheet) => {
                let found: Vec<Vec<String>> = rows(&sheet)
                    .into_iter()
                    .map(|(_, row)| row.into_iter().map(str::to_owned).collect())
                    .collect();
                prop_assert_eq!(found, expected);
            }
        }
    }

    #[test]
    fn no_bytes_bring_the_reader_down(
        bytes in prop::collection::vec(any::<u8>(), 0..200),
        latin1 in any::<bool>(),
    ) {
        let encoding = if latin1 { Encoding::Latin1 } else { Encoding::Utf8 };
        let _ = Sheet::read(bytes, Form { encoding, ..Form::default() });
    }
}

#[test]
fn a_table_is_no_wider_than_a_spreadsheet() {
    let wide = |columns: usize| {
        let line = vec!["1"; columns].join(",");
        let names: Vec<_> =
            (0..columns).map(|at| if at == 0 { "a".to_owned() } else { String::new() }).collect();
        Sheet::read(format!("{}\n{line}\n", names.join(",")).into_bytes(), Form::default())
            .map(|sheet| sheet.names().len())
    };
    assert_eq!(wide(16_384).unwrap(), 16_384);
    insta::assert_snapshot!(wide(16_385).unwrap_err(), @"table, line 1: the first row names 16385 columns, more than the 16384 that are read; is --delimiter right?");
}

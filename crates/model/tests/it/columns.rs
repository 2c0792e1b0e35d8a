//! What columns are taken for, how a person corrects it, and what a table is made of it.

use lead_model::{
    Decimal, Feature, Kind, ModelError, Schema,
    columns::{Column, Columns, Role},
    sheet::{Form, Sheet},
    train::Table,
};
use proptest::prelude::{any, prop, prop_assert_eq, proptest};

fn sheet(text: impl Into<Vec<u8>>) -> Sheet {
    Sheet::read(text.into(), Form::default()).unwrap()
}

/// A table of one column beside its row number, from what a cell holds in each row.
fn of(rows: usize, cell: impl Fn(usize) -> String) -> Column {
    let body: String = (0..rows).map(|row| format!("x|{}\n", cell(row))).collect();
    let columns = Columns::infer("test", &sheet(format!("constant|Column\n{body}")), &[]);
    columns.iter().nth(1).unwrap().clone()
}

fn feature(column: &Column) -> &Feature {
    match &column.role {
        Role::Feature(feature) => feature,
        other => panic!("{} is no feature: {other:?}", column.name),
    }
}

/// A CRM export with one column of each kind.
fn export(rows: usize) -> String {
    let mut csv =
        "Lead Number;E-Mail;Company Size;Revenue;Discount;Source;Do Not Call;Opted In;Score;\
                   Created;Note;Region Code;Country;pdays;Stage;Won;\n"
            .to_owned();
    for row in 0..rows {
        let hash = row * 7919 % 10_007;
        let pick = |texts: &[&str]| texts[hash % texts.len()].to_owned();
        csv.push_str(&format!(
            "{};a{row}@example.org;{};{},{:02} €;{} %;{};{};{};{};{:02}.{:02}.2025 10:30;{};{:02};{};{};{};{};\n",
            5000 + row * 3,
            if row % 9 == 0 { "Unknown".to_owned() } else { (hash % 500).to_string() },
            if hash % 3 == 0 { format!("{}.{:03}", hash % 90 + 1, hash % 1000) } else { (hash % 1000).to_string() },
            hash % 100,
            hash % 30,
            pick(&["Google", "google", "Partner", "Select", "Trade fair"]),
            pick(&["No", "Yes", "No"]),
            pick(&["1", "0", ""]),
            if hash % 10 == 0 { "n/a".to_owned() } else { format!("{}.5", hash % 70) },
            row % 28 + 1,
            row % 12 + 1,
            if hash % 2 == 0 { format!("called {hash}") } else { String::new() },
            hash % 30,
            pick(&["NA", "DE", "CH", "AT"]),
            if hash % 2 == 0 { "999".to_owned() } else { (hash % 28).to_string() },
            "open",
            pick(&["yes", "no"]),
        ));
    }
    csv
}

#[test]
fn an_export_becomes_a_schema_file_that_a_person_can_edit() {
    let columns = Columns::infer("leads", &sheet(export(400)), &[]);
    insta::assert_snapshot!(columns.to_toml());
}

#[test]
fn numbers_dates_and_words_are_told_apart() {
    let cases: Vec<(&str, Column)> = vec![
        ("revenue that happens to be unique", of(300, |row| (row * row * 37 + 1000).to_string())),
        ("a running number", of(300, |row| (row + 1).to_string())),
        ("one word and gaps", of(300, |row| ["", "X"][usize::from(row % 9 == 0)].to_owned())),
        ("one number and gaps", of(300, |row| ["", "5"][usize::from(row % 9 == 0)].to_owned())),
        ("gaps only", of(300, |_| "n/a".to_owned())),
        ("checked or not", of(300, |row| ["TRUE", "", "true"][row % 3].to_owned())),
        ("yes and no in any case", of(300, |row| ["Yes", "no", "NO", "y"][row % 4].to_owned())),
        ("two words", of(300, |row| ["Lead", "Contact"][row % 2].to_owned())),
        ("years", of(300, |row| (1990 + row % 30).to_string())),
        ("digits with leading zeros", of(300, |row| format!("{:05}", row % 40))),
        ("ids of 18 digits", of(300, |row| format!("1234567890123456{:02}", row % 40))),
        ("pandas' floats", of(300, |row| format!("{}.0", row % 40))),
        (
            "a typing error among numbers",
            of(300, |row| if row == 7 { "12 or so".to_owned() } else { (row % 40).to_string() }),
        ),
        (
            "none among numbers",
            of(300, |row| if row % 3 == 0 { "none".to_owned() } else { (row % 40).to_string() }),
        ),
        ("none among words", of(300, |row| ["none", "airbag"][row % 2].to_owned())),
        ("ranges", of(300, |row| ["1-10", "11-50", "51-200"][row % 3].to_owned())),
        ("thousands with a comma", of(300, |row| format!("{},{:03}", row % 9 + 1, row))),
        ("thousands with a point", of(300, |row| format!("{}.{:03}", row % 9 + 1, row))),
        ("decimal commas", of(300, |row| format!("{},{}", row % 40, row % 10))),
        ("dollars", of(300, |row| format!("${}.00", row % 40))),
        ("ISO times", of(300, |row| format!("2026-01-{:02}T12:00:00Z", row % 28 + 1))),
        ("days first", of(300, |row| format!("{}/3/2026", row % 28 + 1))),
        ("days or months first", of(300, |row| format!("{}/3/2026", row % 12 + 1))),
        ("versions", of(300, |row| format!("1.{}.3", row % 12))),
        ("towns by the hundred", of(3000, |row| format!("town {}", row * 7 % 1201))),
        ("a code by its name", {
            let body: String = (0..300).map(|row| format!("x,{}\n", row % 12)).collect();
            let columns = Columns::infer("test", &sheet(format!("c,CampaignId\n{body}")), &[]);
            columns.iter().nth(1).unwrap().clone()
        }),
        (
            "minus one",
            of(300, |row| if row % 2 == 0 { "-1".to_owned() } else { (row % 40).to_string() }),
        ),
        ("below zero", of(300, |row| (row as i64 % 40 - 20).to_string())),
        ("up to 99", of(300, |row| (row % 100).to_string())),
    ];
    let lines: Vec<_> = cases
        .iter()
        .map(|(what, column)| {
            let advice: String =
                column.advice.iter().map(|advice| format!("\n    {advice}")).collect();
            format!("{what}: {}, {}{advice}", column.role.as_str(), column.reason)
        })
        .collect();
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn missing_texts_are_kept_as_they_are_spelled_and_only_where_they_are_no_answer() {
    let column = of(300, |row| ["Unknown", "NULL", "no", "maybe", "-"][row % 5].to_owned());
    assert_eq!(feature(&column).levels, ["maybe", "no"]);
    assert_eq!(feature(&column).missing, ["-", "NULL", "Unknown", "NA", "N/A", "null"]);
    let countries = of(300, |row| ["NA", "DE", "FR", "IT"][row % 4].to_owned());
    assert_eq!(feature(&countries).levels, ["DE", "FR", "IT", "NA"]);
    assert!(!feature(&countries).missing.contains(&"NA".to_owned()));
    let body: String =
        (0..300).map(|row| format!("x,{}\n", ["5", "keine", "7"][row % 3])).collect();
    let columns = Columns::infer("test", &sheet(format!("c,n\n{body}")), &["KEINE".to_owned()]);
    let column = columns.iter().nth(1).unwrap();
    assert_eq!(feature(column).kind, Kind::Integer);
    assert!(feature(column).parse("keine").unwrap().is_nan());
}

#[test]
fn foreign_numbers_are_read_the_same_way_when_a_lead_is_scored() {
    let column = of(300, |row| format!("{}.{:03},50 €", row % 9 + 1, row));
    let found = feature(&column);
    assert_eq!((found.kind, found.decimal), (Kind::Real, Some(Decimal::Comma)));
    assert_eq!(found.unit.as_deref(), Some("€"));
    assert_eq!(found.parse("12.345,5"), Ok(12345.5));
    assert_eq!(found.parse("12,345.5").ok(), None);
}

#[test]
fn a_schema_file_is_read_as_it_was_edited() {
    let text = "\
name = \"mine\"
missing = [\"NA\"]

[[column]]
name = \"Visits\"
kind = \"integer\"
missing = [\"-1\"]
min = 0
max = 500
unit = \"visits\"
group = \"web\"
meaning = \"Visits to the website\"
phrase = \"visited us {n} times\"

[[column]]
name = \"Demo\"
kind = \"flag\"
levels = [\"nope\", \"yep\"]
default = 0

[[column]]
name = \"Old\"
kind = \"ignore\"
levels = [\"left\", \"standing\"]

[[column]]
name = \"Won\"
kind = \"target\"
positive = \"closed\"
";
    let columns = Columns::from_toml(text).unwrap();
    let schema = columns.schema().unwrap();
    assert_eq!(columns.target(), Some(("Won", Some("closed"))));
    assert_eq!((schema.name(), schema.len()), ("mine", 2));
    let visits = &schema.features()[0];
    assert_eq!((visits.min, visits.max), (Some(0.0), Some(500.0)));
    assert!(visits.parse("-1").unwrap().is_nan() && visits.parse("NA").unwrap().is_nan());
    assert_eq!(schema.features()[1].parse("yep"), Ok(1.0));
    assert_eq!(schema.features()[1].parse(""), Ok(0.0));
}

#[test]
fn a_schema_file_that_cannot_be_followed_is_an_error_with_its_line() {
    let column = |rest: &str| format!("name = \"x\"\n\n[[column]]\nname = \"a\"\n{rest}\n");
    let refused = [
        "[[column]\n".to_owned(),
        "nmae = \"x\"\n".to_owned(),
        column("kind = \"number\""),
        column("knid = \"real\""),
        column(""),
        column("kind = \"real\"\nlevels = [\"a\"]"),
        column("kind = \"flag\"\nlevels = [\"a\"]"),
        column("kind = \"real\"\nmin = 2\nmax = 1"),
        column("kind = \"real\"\nmin = \"low\""),
        column("kind = \"flag\"\ndecimal = \",\""),
        column("kind = \"real\"\ndecimal = \"'\""),
        column("kind = \"date\"\ndates = \"month first\""),
        column("kind = \"real\"\nrequired = true\ndefault = 1"),
        column("kind = \"real\"\ndefault = 1\nmissing = [\"-\"]"),
        column("kind = \"real\"\npositive = \"yes\""),
        column("kind = \"real\"\n[[column]]\nname = \"a\"\nkind = \"flag\""),
        column("kind = \"target\"\n[[column]]\nname = \"b\"\nkind = \"target\""),
    ];
    let refusals: Vec<_> =
        refused.iter().map(|text| Columns::from_toml(text).unwrap_err().to_string()).collect();
    insta::assert_snapshot!(refusals.join("\n"));
}

#[test]
fn levels_that_a_person_left_open_are_taken_from_the_rows() {
    let body: String =
        (0..60).map(|row| format!("{},{}\n", ["b", "a", "a"][row % 3], row % 4)).collect();
    let text = "[[column]]\nname = \"x\"\nkind = \"category\"\n[[column]]\nname = \"y\"\nkind = \"category\"\n";
    let mut columns = Columns::from_toml(text).unwrap();
    columns.fill(&sheet(format!("x,y\n{body}")));
    let schema = columns.schema().unwrap();
    assert_eq!(schema.features()[0].levels, ["a", "b"]);
    assert_eq!(schema.features()[1].levels, [""; 0], "whole numbers name themselves");
}

/// The export as a table, after what `change` does to its columns.
fn table(
    csv: &str,
    change: impl Fn(&mut Columns) -> Result<(), ModelError>,
) -> Result<Table, ModelError> {
    let sheet = sheet(csv);
    let mut columns = Columns::infer("test", &sheet, &[]);
    change(&mut columns)?;
    Table::from_sheet(&sheet, &columns, Some("Created"), "export.csv")
}

fn target(positive: Option<&str>) -> Role {
    Role::Target { positive: positive.map(str::to_owned) }
}

#[test]
fn an_export_becomes_a_table_and_says_what_it_left_out() {
    let mut csv = export(400);
    csv = csv.replacen(";yes;\n", ";;\n", 3).replacen("01.01.2025 10:30", "", 2);
    let table = table(&csv, |columns| columns.mark("Won", target(None))).unwrap();
    insta::assert_snapshot!(table.notes().join("\n"), @r#"
    3 rows have no outcome in "Won", the first on line 2; they were left out
    2 rows have no time in "Created", the first on line 2; they were left out
    column "Source": "Google" and "google" differ in case only and count as two levels
    column "pdays": 999 stands in 199 rows, every other number is at most 27: if it means "not known", say missing = ["999"]
    "#);
    assert_eq!(table.schema().position("Won"), None);
    assert!(table.len() >= 395 && table.positives() > 100, "{} {}", table.len(), table.positives());
}

#[test]
fn what_keeps_a_table_from_being_made_is_told_with_a_way_out() {
    let csv = export(400);
    let of = |change: &dyn Fn(&mut Columns) -> Result<(), ModelError>| {
        table(&csv, change).map(drop).expect_err("a table was made").to_string()
    };
    let complaints = [
        of(&|_| Ok(())),
        of(&|columns| columns.mark("won", target(None))),
        of(&|columns| columns.mark("Sauce", Role::Ignore)),
        of(&|columns| columns.mark("nothing like it", Role::Ignore)),
        of(&|columns| columns.mark("Source", target(None))),
        of(&|columns| columns.mark("Source", target(Some("Twitter")))),
        of(&|columns| columns.mark("Stage", target(Some("open")))),
        of(&|columns| {
            let mut edited = Columns::from_toml(
                "[[column]]\nname = \"Source\"\nkind = \"real\"\n[[column]]\nname = \"Won\"\nkind = \"target\"\n\
                 [[column]]\nname = \"Created\"\nkind = \"date\"\ndates = \"dmy\"\n",
            )?;
            std::mem::swap(columns, &mut edited);
            Ok(())
        }),
        of(&|columns| {
            columns.mark("Won", target(None))?;
            columns.mark("Created", Role::Date(lead_model::columns::DateOrder::YearFirst))
        }),
        of(&|columns| {
            let names: Vec<_> = columns.iter().map(|column| column.name.clone()).collect();
            names.iter().try_for_each(|name| columns.mark(name, Role::Ignore))?;
            columns.mark("Won", target(None))
        }),
    ];
    insta::assert_snapshot!(complaints.join("\n"));
}

#[test]
fn positive_values_are_named_or_understood() {
    let of = |values: [&str; 2], positive: Option<&str>| {
        let body: String =
            (0..10).map(|row| format!("{},{row}\n", values[usize::from(row < 3)])).collect();
        let sheet = sheet(format!("won,x\n{body}"));
        let schema = Schema::new("s", vec![feature(&of_numbers()).clone()]).unwrap();
        Table::labelled(&schema, &sheet, "won", positive, "test").map(|table| table.positives())
    };
    for values in
        [["0", "1"], ["No", "YES"], ["f", "t"], ["Closed Lost", "Closed Won"], ["0.0", "1.0"]]
    {
        assert_eq!(of(values, None).unwrap(), 3, "{values:?}");
    }
    assert_eq!(of(["stay", "Left"], Some("left")).unwrap(), 3);
    assert_eq!(of(["1", "2"], Some("2.0")).unwrap(), 3);
    assert_eq!(
        of(["unknown", "yes"], None).unwrap_err().to_string(),
        of(["", "yes"], None)
            .unwrap_err()
            .to_string()
            .replace("\"yes\"", "\"unknown\" (7 rows), \"yes\"")
    );
}

/// A column called `x` of whole numbers.
fn of_numbers() -> Column {
    let body: String = (0..100).map(|row| format!("c,{}\n", row % 30)).collect();
    Columns::infer("test", &sheet(format!("c,x\n{body}")), &[]).iter().nth(1).unwrap().clone()
}

#[test]
fn labelled_rows_are_read_with_the_schema_of_a_model() {
    let columns = Columns::infer("leads", &sheet(export(400)), &[]);
    let mut columns = columns;
    columns.mark("Won", target(None)).unwrap();
    let schema = columns.schema().unwrap();
    // Another order, a column more, most of them gone, a level never seen.
    let rows = sheet("Extra,Won,Source\n1,yes,Google\n2,no,Billboard\n3,no,\n");
    let table = Table::labelled(&schema, &rows, "Won", None, "test").unwrap();
    assert_eq!((table.len(), table.positives()), (3, 1));
    let mut required = schema.features().to_vec();
    required[0].presence = lead_model::Presence::Required;
    required[0].missing.clear();
    let schema = Schema::new("strict", required).unwrap();
    let error = Table::labelled(&schema, &rows, "Won", None, "test").map(drop).unwrap_err();
    insta::assert_snapshot!(error, @r#"table: there is no column "Company Size"; the columns are "Extra", "Won", "Source"; the schema requires it"#);
}

/// Names and roles, without the reasons, which are for people.
fn roles(columns: &Columns) -> Vec<(String, Role)> {
    columns.iter().map(|column| (column.name.clone(), column.role.clone())).collect()
}

#[test]
fn the_export_survives_its_file_and_a_model_file() {
    let columns = Columns::infer("leads", &sheet(export(400)), &["keine".to_owned()]);
    let back = Columns::from_toml(&columns.to_toml()).unwrap();
    assert_eq!(roles(&back), roles(&columns));
    let schema = columns.schema().unwrap();
    let json = serde_json::to_string(&schema).unwrap();
    assert_eq!(serde_json::from_str::<Schema>(&json).unwrap(), schema);
}

/// Cells that are easily taken for something else.
fn cells() -> Vec<&'static str> {
    vec![
        "",
        "NA",
        "na",
        "unknown",
        "none",
        "0",
        "1",
        "-1",
        "999",
        "5",
        "5.5",
        "05",
        "1,5",
        "1.234,5",
        "$7",
        "12 %",
        "yes",
        "No",
        "y",
        "2026-01-31",
        "1/2/2026",
        "31.12.99 10:00",
        "1e5",
        "1e999",
        "inf",
        "\"\"\"q\"\"\"",
        "\\",
        "a\tb",
        "ä",
        "\u{7f}",
        "\u{2028}x",
        "\"new\nline\"",
        "Google",
        "google",
        "12345678901234567890",
    ]
}

proptest! {
    #[test]
    fn every_inferred_schema_survives_its_file_and_json(
        rows in prop::collection::vec(prop::collection::vec(prop::sample::select(cells()), 3), 1..60),
        repeat in 1usize..12,
        names in prop::collection::vec("[a-zA-Z \"\\\\{}#=é\t]{1,6}", 3),
    ) {
        let row = |row: &Vec<&str>| format!("{}\n", row.join("~"));
        let body: String = rows.iter().map(row).collect::<String>().repeat(repeat);
        let header: Vec<_> = names.iter().map(|name| format!("\"{}\"", name.replace('"', "\"\""))).collect();
        let form = Form { delimiter: Some("~".parse().unwrap()), ..Form::default() };
        let Ok(sheet) = Sheet::read(format!("{}\n{body}", header.join("~")).into_bytes(), form) else {
            return Ok(());
        };
        let columns = Columns::infer("test", &sheet, &[]);
        let text = columns.to_toml();
        let back = Columns::from_toml(&text).unwrap();
        prop_assert_eq!(roles(&back), roles(&columns));
        prop_assert_eq!(back.to_toml().lines().count() > 10, true);
        if let Ok(schema) = columns.schema() {
            let json = serde_json::to_string(&schema).unwrap();
            prop_assert_eq!(&serde_json::from_str::<Schema>(&json).unwrap(), &schema);
            // What a column was taken for reads every cell of it.
            for feature in schema.features() {
                let position = sheet.position(&feature.name).unwrap();
                for cell in sheet.column(position) {
                    prop_assert_eq!(feature.parse(cell).is_ok(), true, "{:?} {:?}", feature, cell);
                }
            }
        }
    }

    #[test]
    fn no_bytes_bring_inference_down(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let form = Form { encoding: lead_model::sheet::Encoding::Latin1, ..Form::default() };
        if let Ok(sheet) = Sheet::read(bytes, form) {
            let columns = Columns::infer("test", &sheet, &[]);
            prop_assert_eq!(roles(&Columns::from_toml(&columns.to_toml()).unwrap()), roles(&columns));
        }
    }

    #[test]
    fn no_text_brings_the_reader_of_schema_files_down(text in "[\\[\\]a-z =\"\n.0-9]{0,200}") {
        let _ = Columns::from_toml(&text);
    }
}

#[test]
fn a_column_of_zeros_and_ones_is_a_flag_that_later_counts_do_not_break() {
    let text = format!("boats,won\n{}", "0,no\n1,yes\n0,yes\n".repeat(40));
    let sheet = Sheet::read(text.into_bytes(), Form::default()).unwrap();
    let columns = Columns::infer("boats", &sheet, &[]);
    let schema = columns.schema().unwrap();
    let boats = &schema.features()[0];
    assert_eq!((boats.kind, boats.parse("2")), (Kind::Flag, Ok(2.0)));
    let again = Columns::from_toml(&columns.to_toml()).unwrap().schema().unwrap();
    assert_eq!(again.features()[0].max, None, "the open range survives the schema file");
}

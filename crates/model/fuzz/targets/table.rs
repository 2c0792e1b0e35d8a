//! Tables of texts and what their columns are taken for: whatever the bytes, no panic, and what was inferred from a table
//! reads every cell of it.
//!
//! The first byte says how the rest is read: detected, or with a delimiter and an encoding.

#![no_main]

use fuzz::{bits, mutate_table, spelled_lead};
use lead_model::{
    Lead, ModelError, Schema,
    columns::{Columns, Role},
    sheet::{Encoding, Form, Sheet},
};
use libfuzzer_sys::{fuzz_mutator, fuzz_target};

fuzz_target!(|data: &[u8]| {
    let Some((&choice, bytes)) = data.split_first() else { return };
    let delimiters = ["", ",", ";", "tab", "|"];
    let delimiter = delimiters[usize::from(choice >> 1) % delimiters.len()];
    let encoding = if choice & 1 == 0 { Encoding::Utf8 } else { Encoding::Latin1 };
    let form = Form { delimiter: delimiter.parse().ok(), encoding };
    match Sheet::read(bytes.to_vec(), form) {
        Ok(sheet) => {
            cells(&sheet);
            columns(&sheet);
        }
        Err(error) => {
            let error = error.to_string();
            assert!(error.len() < 4000 && !error.contains('\n'), "{error}");
        }
    }
});

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    if size < 2 || seed % 64 == 0 {
        return libfuzzer_sys::fuzzer_mutate(data, size, max_size);
    }
    1 + mutate_table(&mut data[1..], size - 1, max_size - 1, seed)
});

/// A sheet is a rectangle of texts with different names, its rows in the order of the file.
fn cells(sheet: &Sheet) {
    let names = sheet.names();
    for (column, name) in names.iter().enumerate() {
        assert!(!name.is_empty());
        assert_eq!(sheet.position(name), Some(column));
        assert_eq!(sheet.column(column).count(), sheet.rows());
        assert!(sheet.column(column).all(|cell| cell.trim() == cell));
    }
    let lines: Vec<_> = (0..sheet.rows()).map(|row| sheet.line(row)).collect();
    assert!(lines.is_sorted_by(|one, next| one < next), "{lines:?}");
}

/// Inferred columns read their own table, survive their file, and make a schema that reads JSON the same.
fn columns(sheet: &Sheet) {
    let columns = Columns::infer("fuzz", sheet, &[]);
    assert!(columns.iter().map(|column| &column.name).eq(sheet.names()));
    let mut alone = true;
    for (position, column) in columns.iter().enumerate() {
        let Role::Feature(feature) = &column.role else { continue };
        if Schema::new("one", vec![(**feature).clone()]).is_err() {
            // Only a name can be at fault, which a table may choose freely.
            assert!(feature.name.chars().any(char::is_control), "{feature:?}");
            alone = false;
            continue;
        }
        for cell in sheet.column(position) {
            assert!(feature.parse(cell).is_ok(), "{cell:?} of {feature:?}");
        }
    }
    let again = Columns::from_toml(&columns.to_toml());
    if alone {
        let again = again.unwrap_or_else(|error| panic!("{error}\n{}", columns.to_toml()));
        let roles = |columns: &Columns| -> Vec<_> {
            columns.iter().map(|column| (column.name.clone(), column.role.clone())).collect()
        };
        assert_eq!(roles(&again), roles(&columns));
    }
    match columns.schema() {
        Ok(schema) => rows(sheet, &schema),
        Err(ModelError::Columns(_)) => {}
        Err(error) => assert!(!alone, "{error}"),
    }
}

/// A row is the same lead whether its cells are read as text or spelled as JSON.
fn rows(sheet: &Sheet, schema: &Schema) {
    for row in 0..sheet.rows().min(5) {
        let value = |feature: &lead_model::Feature| {
            let column = sheet.position(&feature.name).expect("a feature is a column");
            feature.parse(sheet.cell(row, column)).expect("as checked before")
        };
        let values: Vec<_> = schema.features().iter().map(value).collect();
        let json = spelled_lead(schema, &values);
        let lead = Lead::from_json(schema, json.as_bytes())
            .unwrap_or_else(|faults| panic!("{faults}: {json}"));
        assert_eq!(bits(lead.values()), bits(&values), "{json}");
    }
}

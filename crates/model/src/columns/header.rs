//! What a header alone gives away: whether numbers below it name a row or a thing, rather than count.

/// Last words of columns that number rows.
const ROWS: [&str; 12] =
    ["id", "ids", "uid", "uuid", "guid", "key", "number", "no", "nr", "num", "ref", "index"];
/// What stands before "id" where nobody parts the words.
const OWNERS: [&str; 14] = [
    "account", "case", "client", "company", "contact", "customer", "lead", "member", "order",
    "person", "prospect", "record", "row", "user",
];
/// Endings of words that are hardly ever a quantity.
const ENDINGS: [&str; 5] = ["numid", "number", "code", "key", "recid"];
/// Words of columns whose numbers are names of something.
const CODES: [&str; 9] =
    ["id", "code", "zip", "zipcode", "postcode", "postal", "plz", "sic", "naics"];

/// Whether a column of this name, if its values are all different, names rows.
pub(super) fn names_a_row(name: &str) -> bool {
    let words = words(name);
    let is_glued =
        |word: &str| word.strip_suffix("id").is_some_and(|owner| OWNERS.contains(&owner));
    words.last().is_some_and(|last| ROWS.contains(&last.as_str()) || is_glued(last))
        || words.first().is_some_and(|first| ROWS[..5].contains(&first.as_str()))
}

/// Whether a column of this name, if nearly all its values are different whole numbers, names rows.
pub(super) fn may_name_a_row(name: &str) -> bool {
    let ends = |word: &String| ENDINGS.iter().any(|ending| word.ends_with(ending));
    names_a_row(name)
        || names_a_code(name)
        || name.contains('#')
        || words(name).last().is_some_and(ends)
}

/// Whether whole numbers in a column of this name are codes: `area_code`, `CampaignId`, `ZIP`.
pub(super) fn names_a_code(name: &str) -> bool {
    let words = words(name);
    let last = words.last().map(String::as_str);
    last.is_some_and(|last| CODES.contains(&last))
        || words.first().is_some_and(|first| CODES[2..].contains(&first.as_str()))
}

/// The words of a header in lower case, parted by signs and by capitals: `leadID`, `Lead Number`, `lead_no`.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut after_small = false;
    for c in name.chars() {
        let starts = !c.is_alphanumeric() || (c.is_uppercase() && after_small);
        after_small = c.is_lowercase() || c.is_numeric();
        if starts {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| c.is_alphanumeric()) {
            word.extend(c.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::{may_name_a_row, names_a_code, names_a_row};
    use crate::{
        columns::Columns,
        sheet::{Form, Sheet},
    };

    #[test]
    fn headers_give_themselves_away() {
        for name in
            ["id", "Lead Number", "leadID", "CustomerId", "customerid", "uid", "ID_2", "row.no"]
        {
            assert!(names_a_row(name), "{name}");
        }
        for name in
            ["paid", "number_of_visits", "Annual Revenue", "valid", "amount", "noise", "android"]
        {
            assert!(!names_a_row(name), "{name}");
        }
        assert!(names_a_code("area_code") && names_a_code("CampaignId") && names_a_code("ZIP"));
        assert!(!names_a_code("code_lines") && !names_a_code("visits"));
    }

    #[test]
    fn whole_numbers_that_hardly_repeat_are_ids_by_name_or_where_they_run() {
        for name in ["numid", "Invoice #", "order_number", "customer code"] {
            assert!(may_name_a_row(name), "{name}");
        }
        assert!(!may_name_a_row("Annual Revenue") && !may_name_a_row("amount_paid"));
        // 1,470 values in 1,500 rows; the last column runs and repeats now and then.
        let row = |row: usize| {
            let value = (row % 1_470) * 7_919;
            format!("{value},{value},{}\n", row - row % 40 / 39)
        };
        let rows: String = (0..1_500).map(row).collect();
        let text = format!("numid,Annual Revenue,running\n{rows}");
        let sheet = Sheet::read(text.into_bytes(), Form::default()).unwrap();
        let columns = Columns::infer("test", &sheet, &[]);
        let roles: Vec<_> = columns.iter().map(|column| column.role.as_str()).collect();
        assert_eq!(roles, ["identifier", "integer", "identifier"]);
    }
}

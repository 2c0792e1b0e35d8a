//! The tree's measures: sizes, headers, documented items, longest functions.
//!
//! Counted like the table in the house rules this project grew from: product
//! code only; quantile p of n sorted values at index `min(n - 1, floor(p n))`.
//! Nothing here passes or fails; a long file that is one subject is fine.

use std::collections::BTreeMap;

use comfy_table::{CellAlignment, Table, presets};

use super::source::SourceFile;

/// One row per member of the workspace, and one for all.
pub(crate) fn table(files: &[SourceFile]) -> Table {
    let mut members: BTreeMap<&str, Vec<&SourceFile>> = BTreeMap::new();
    for file in files {
        members.entry(file.member()).or_default().push(file);
    }
    let mut table = plain();
    table.set_header([
        "member",
        "files",
        "lines med/p90/max",
        "fn med/p90/p99/max",
        "fn > 60",
        "headers",
        "pub docs",
        "unwrap",
        "allow",
    ]);
    for (member, files) in &members {
        table.add_row(row(member, files));
    }
    table.add_row(row("all", &files.iter().collect::<Vec<_>>()));
    right_align(&mut table);
    table
}

/// The longest functions of the tree, for a second look.
pub(crate) fn longest_functions(files: &[SourceFile], count: usize) -> Table {
    let mut functions: Vec<(usize, String, String)> = Vec::new();
    for file in files {
        let found = file.functions().into_iter();
        functions.extend(found.map(|f| (f.lines, f.name, format!("{}:{}", file.path, f.line))));
    }
    functions.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.2.cmp(&b.2)));
    let mut table = plain();
    table.set_header(["longest functions", "lines", "where"]);
    for (lines, name, place) in functions.into_iter().take(count) {
        table.add_row([name, lines.to_string(), place]);
    }
    table
}

fn row(name: &str, files: &[&SourceFile]) -> Vec<String> {
    let sizes = sorted(files.iter().map(|file| file.product_lines().count()));
    let functions = sorted(files.iter().flat_map(|f| f.functions()).map(|function| function.lines));
    let headers = files.iter().filter(|file| file.has_header()).count();
    let (documented, public) =
        files.iter().map(|file| documented_items(file)).fold((0, 0), |a, b| (a.0 + b.0, a.1 + b.1));
    let count = |needle: &str| {
        files.iter().flat_map(|f| f.code_lines()).filter(|(_, line)| line.contains(needle)).count()
    };
    vec![
        name.to_owned(),
        files.len().to_string(),
        format!(
            "{} / {} / {}",
            quantile(&sizes, 0.5),
            quantile(&sizes, 0.9),
            quantile(&sizes, 1.0)
        ),
        format!(
            "{} / {} / {} / {}",
            quantile(&functions, 0.5),
            quantile(&functions, 0.9),
            quantile(&functions, 0.99),
            quantile(&functions, 1.0)
        ),
        functions.iter().filter(|lines| **lines > 60).count().to_string(),
        percent(headers, files.len()),
        percent(documented, public),
        count(concat!(".unwrap", "()")).to_string(),
        count(concat!("#[", "allow(")).to_string(),
    ]
}

/// Public items with a `///` above them, and public items.
fn documented_items(file: &SourceFile) -> (usize, usize) {
    let (mut documented, mut public, mut above) = (0, 0, "");
    for (_, line) in file.product_lines() {
        let line = line.trim_start();
        let item = [
            "pub fn ",
            "pub const ",
            "pub struct ",
            "pub enum ",
            "pub trait ",
            "pub type ",
            "pub static ",
            "pub async fn ",
        ];
        if item.iter().any(|start| line.starts_with(start)) {
            public += 1;
            documented += usize::from(above.starts_with("///"));
        }
        if !line.starts_with("#[") && !line.starts_with(')') {
            above = line;
        }
    }
    (documented, public)
}

fn sorted(values: impl Iterator<Item = usize>) -> Vec<usize> {
    let mut values: Vec<usize> = values.collect();
    values.sort_unstable();
    values
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts of lines are small"
)]
fn quantile(sorted: &[usize], p: f64) -> usize {
    let index = (p * sorted.len() as f64).floor() as usize;
    sorted.get(index.min(sorted.len().saturating_sub(1))).copied().unwrap_or(0)
}

fn percent(part: usize, whole: usize) -> String {
    (part * 100).checked_div(whole).map_or_else(|| "-".to_owned(), |percent| format!("{percent} %"))
}

fn plain() -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table
}

fn right_align(table: &mut Table) {
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_take_the_value_at_the_floor_of_p_times_n() {
        let values = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
        assert_eq!([0.5, 0.9, 0.99, 1.0].map(|p| quantile(&values, p)), [6, 10, 10, 10]);
        assert_eq!(quantile(&[], 0.5), 0);
    }

    #[test]
    fn an_attribute_between_a_doc_and_its_item_does_not_hide_the_doc() {
        let text = "/// Said.\n#[derive(Debug)]\npub struct A;\n\npub struct B;\n".to_owned();
        assert_eq!(documented_items(&SourceFile { path: String::new(), text }), (1, 2));
    }
}

//! [`Table`]: rows of text that become Markdown, HTML, or aligned columns on a terminal.

use super::markup::{Escaped, code, prose};

/// A table of texts; what they say is decided by whoever fills it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Table {
    columns: Vec<(&'static str, Side)>,
    rows: Vec<Vec<String>>,
}

/// How a column stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    /// Words, to the left.
    Words,
    /// Names of the schema, to the left and as code.
    Name,
    /// Numbers, to the right.
    Number,
}

impl Table {
    /// A column of words.
    pub(crate) fn words(mut self, title: &'static str) -> Self {
        self.columns.push((title, Side::Words));
        self
    }

    /// A column of names out of the schema.
    pub(crate) fn name(mut self, title: &'static str) -> Self {
        self.columns.push((title, Side::Name));
        self
    }

    /// A column of numbers.
    pub(crate) fn number(mut self, title: &'static str) -> Self {
        self.columns.push((title, Side::Number));
        self
    }

    /// One row more, a text per column.
    pub(crate) fn row<const N: usize>(&mut self, cells: [String; N]) {
        debug_assert_eq!(N, self.columns.len(), "a cell per column");
        self.rows.push(cells.into());
    }

    /// As Markdown, with a line end after each row.
    pub(super) fn markdown(&self) -> String {
        let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
        let titles = self.columns.iter().map(|(title, _)| (*title).to_owned()).collect();
        let sides = self.columns.iter().map(|(_, side)| match side {
            Side::Number => "---:".to_owned(),
            _ => "---".to_owned(),
        });
        let mut text = line(titles).replace("|  |", "| |");
        text.push_str(&line(sides.collect()));
        for row in &self.rows {
            let cells = row.iter().zip(&self.columns).map(|(cell, (_, side))| match side {
                Side::Name => code(cell),
                _ => prose(cell),
            });
            text.push_str(&line(cells.collect()));
        }
        text
    }

    /// As HTML.
    pub(super) fn html(&self) -> String {
        let class = |side: Side| if side == Side::Number { "" } else { " class=\"words\"" };
        let heads: String = self
            .columns
            .iter()
            .map(|(title, side)| format!("<th scope=\"col\"{}>{title}</th>", class(*side)))
            .collect();
        let cell = |(text, (_, side)): (&String, &(&str, Side))| match side {
            Side::Name => format!("<td class=\"words\"><code>{}</code></td>", Escaped(text)),
            side => format!("<td{}>{}</td>", class(*side), Escaped(text)),
        };
        let row = |row: &Vec<String>| {
            format!("<tr>{}</tr>\n", row.iter().zip(&self.columns).map(cell).collect::<String>())
        };
        let rows: String = self.rows.iter().map(row).collect();
        format!(
            "<div class=\"table\"><table>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table></div>\n"
        )
    }

    /// As columns for a terminal, each as wide as its widest cell, with a line end after each row.
    #[cfg(any(test, feature = "cli"))]
    pub(crate) fn text(&self) -> String {
        let width = |column: usize| {
            let cells = self.rows.iter().map(|row| row[column].chars().count());
            cells.chain([self.columns[column].0.chars().count()]).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..self.columns.len()).map(width).collect();
        let line = |cells: Vec<&str>| {
            let mut line = String::new();
            for ((cell, (_, side)), width) in cells.into_iter().zip(&self.columns).zip(&widths) {
                let cell = cell.replace(char::is_control, " ");
                let gap = if line.is_empty() { "" } else { "  " };
                line.push_str(gap);
                match side {
                    Side::Number => line.push_str(&format!("{cell:>width$}")),
                    _ => line.push_str(&format!("{cell:<width$}")),
                }
            }
            format!("{}\n", line.trim_end())
        };
        let mut text = line(self.columns.iter().map(|(title, _)| *title).collect());
        for row in &self.rows {
            text.push_str(&line(row.iter().map(String::as_str).collect()));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::Table;

    fn table() -> Table {
        let mut table = Table::default().name("feature").words("").number("rows");
        table.row(["a|b".to_owned(), "<i>".to_owned(), "1,000".to_owned()]);
        table.row(["long_name".to_owned(), String::new(), "7".to_owned()]);
        table
    }

    #[test]
    fn one_table_has_three_forms() {
        insta::assert_snapshot!(table().markdown(), @r"
        | feature | | rows |
        | --- | --- | ---: |
        | `a\|b` | &lt;i> | 1,000 |
        | `long_name` |  | 7 |
        ");
        insta::assert_snapshot!(table().text(), @r"
        feature          rows
        a|b        <i>  1,000
        long_name           7
        ");
        assert!(table().html().contains("<td class=\"words\">&lt;i&gt;</td><td>1,000</td>"));
    }
}

//! [`Row`]: one measured number beside its goal and its yardstick, and the table of all.

use comfy_table::{CellAlignment, Table, presets};

/// What a number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    /// Nanoseconds a lead.
    LeadTime,
    /// Rows a second.
    RowRate,
    /// Seconds of the whole.
    Time,
    /// Millions of bytes.
    Megabytes,
    /// Requests or leads a second.
    Rate,
    /// Microseconds.
    Microseconds,
    /// Milliseconds.
    Milliseconds,
    /// So many times what it is compared with; more is better.
    Times,
    /// So many times the cost of what it is compared with; less is better.
    Share,
    /// A deviation.
    Percent,
}

/// One line of the table.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) name: String,
    /// How much was worked on: leads, or rows and columns.
    pub(crate) size: String,
    pub(crate) unit: Unit,
    pub(crate) median: f64,
    pub(crate) best: f64,
    pub(crate) goal: Option<f64>,
    /// The name of the row it is compared with.
    pub(crate) beside: Option<String>,
    /// Area under the ROC curve on rows that were not trained on.
    pub(crate) auc: Option<f64>,
    /// Ended before it was done: its time is a lower bound.
    pub(crate) cut_short: bool,
}

impl Row {
    /// A row of what was measured several times.
    ///
    /// # Panics
    /// Without any measurement.
    pub(crate) fn new(name: &str, size: &str, unit: Unit, measured: &[f64]) -> Self {
        let mut costs = measured.to_vec();
        costs.sort_by(|a, b| unit.cost(*a).total_cmp(&unit.cost(*b)));
        let (median, best) = (costs[costs.len() / 2], costs[0]);
        let (name, size) = (name.to_owned(), size.to_owned());
        Self {
            name,
            size,
            unit,
            median,
            best,
            goal: None,
            beside: None,
            auc: None,
            cut_short: false,
        }
    }

    /// How many times the yardstick's cost this one is.
    fn beside(&self, rows: &[Self]) -> String {
        let Some(name) = &self.beside else {
            let is_yardstick = rows.iter().any(|row| row.beside.as_ref() == Some(&self.name));
            return if is_yardstick { "yardstick".to_owned() } else { String::new() };
        };
        let Some(other) = rows.iter().find(|row| row.name == *name) else { return String::new() };
        let ratio = self.unit.cost(self.median) / other.unit.cost(other.median);
        let below = if other.cut_short { "< " } else { "" };
        format!("{below}{ratio:.2} x {name}")
    }

    fn cells(&self, rows: &[Self]) -> [String; 9] {
        let share = self.goal.map(|goal| self.unit.cost(self.median) / self.unit.cost(goal));
        let rate = match self.unit {
            Unit::LeadTime => format!("{:.2}", 1e3 / self.median),
            Unit::RowRate => format!("{:.2}", self.median / 1e6),
            _ => String::new(),
        };
        let above = if self.cut_short { "> " } else { "" };
        [
            self.name.clone(),
            self.size.clone(),
            format!("{above}{}", self.unit.show(self.median)),
            format!("{above}{}", self.unit.show(self.best)),
            rate,
            self.auc.map_or(String::new(), |auc| format!("{auc:.4}")),
            self.goal.map_or(String::new(), |goal| self.unit.show(goal)),
            share.map_or(String::new(), |share| {
                format!("{:.0} % {}", share * 100.0, if share <= 1.0 { "met" } else { "missed" })
            }),
            self.beside(rows),
        ]
    }
}

const HEADER: [&str; 9] =
    ["figure", "size", "median", "best", "million/s", "AUC", "goal", "of goal", "beside"];

impl Unit {
    /// Time or space for a fixed amount: less is better.
    fn cost(self, value: f64) -> f64 {
        match self {
            Self::RowRate | Self::Rate | Self::Times => 1.0 / value,
            _ => value,
        }
    }

    fn show(self, value: f64) -> String {
        match self {
            Self::LeadTime => format!("{value:.1} ns"),
            Self::RowRate => format!("{:.0}k/s", value / 1e3),
            Self::Time => format!("{value:.2} s"),
            Self::Megabytes => format!("{value:.1} MB"),
            Self::Rate => format!("{:.1}k/s", value / 1e3),
            Self::Microseconds => format!("{value:.2} us"),
            Self::Milliseconds => format!("{value:.1} ms"),
            Self::Percent => format!("{value:.1} %"),
            Self::Times | Self::Share => format!("{value:.3} x"),
        }
    }
}

/// One line per row; "of goal" is the share used of what is allowed, the last column the cost beside the yardstick's.
/// Columns that no row fills are left out.
pub(crate) fn table(rows: &[Row]) -> Table {
    let cells: Vec<_> = rows.iter().map(|row| row.cells(rows)).collect();
    let filled: Vec<_> =
        (0..HEADER.len()).filter(|at| cells.iter().any(|row| !row[*at].is_empty())).collect();
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(filled.iter().map(|at| HEADER[*at]));
    for row in &cells {
        table.add_row(filled.iter().map(|at| &row[*at]));
    }
    let inner = filled.len().saturating_sub(2);
    for column in table.column_iter_mut().skip(1).take(inner) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::{Row, Unit, table};

    fn row(name: &str, unit: Unit, measured: &[f64], goal: f64, beside: &str) -> Row {
        let beside = Some(beside.to_owned());
        Row { goal: Some(goal), beside, ..Row::new(name, "1000", unit, measured) }
    }

    fn words(rows: &[Row]) -> Vec<String> {
        let shown = table(rows).to_string();
        let line = shown.lines().find(|line| line.contains("ours")).unwrap();
        line.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn a_time_stands_beside_its_goal_and_its_yardstick() {
        let ours = row("ours", Unit::LeadTime, &[90.0, 75.5, 80.0], 150.0, "dot");
        let rows = [ours, Row::new("dot", "1000", Unit::LeadTime, &[16.0])];
        let expected = "ours 1000 80.0 ns 75.5 ns 12.50 150.0 ns 53 % met 5.00 x dot";
        assert_eq!(words(&rows).join(" "), expected);
        assert!(table(&rows).to_string().contains("yardstick"));
    }

    #[test]
    fn of_a_rate_more_is_better() {
        let ours = row("ours", Unit::RowRate, &[400e3, 250e3, 100e3], 500e3, "wc");
        let rows = [ours, Row::new("wc", "1000", Unit::RowRate, &[1e6])];
        let expected = "ours 1000 250k/s 400k/s 0.25 500k/s 200 % missed 4.00 x wc";
        assert_eq!(words(&rows).join(" "), expected);
    }

    #[test]
    fn a_ratio_below_its_goal_is_missed_and_empty_columns_are_left_out() {
        let ours = Row { goal: Some(0.95), ..Row::new("ours", "", Unit::Times, &[0.9, 0.8, 0.96]) };
        assert_eq!(
            words(std::slice::from_ref(&ours)).join(" "),
            "ours 0.900 x 0.960 x 0.950 x 106 % missed"
        );
        let header = table(&[ours]).to_string().lines().next().unwrap_or_default().to_owned();
        assert!(header.contains("of goal") && !header.contains("AUC"), "{header}");
    }

    #[test]
    fn a_peer_that_did_not_finish_is_a_lower_bound() {
        let ours = row("ours", Unit::Time, &[3.0], 5.0, "theirs");
        let theirs = Row { cut_short: true, ..Row::new("theirs", "1000", Unit::Time, &[300.0]) };
        assert!(words(&[ours.clone(), theirs.clone()]).join(" ").ends_with("met < 0.01 x theirs"));
        assert!(table(&[ours, theirs]).to_string().contains("> 300.00 s"));
    }
}

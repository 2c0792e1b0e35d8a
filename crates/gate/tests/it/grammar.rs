//! The grammar of expressions: what is read, and what is said of everything else.

use lead_gate::{Course, Expr, Limit, Metric, Op, Quantity, Rule, Scope, Terms};
use proptest::{prelude::any, prop_assert, proptest};

fn read(text: &str) -> Expr {
    text.parse().unwrap_or_else(|fault| panic!("{text:?}: {fault}"))
}

/// Every expression beside what it says, or what is wrong with it and where.
fn transcript(expressions: &[&str]) -> String {
    let line = |text: &&str| match text.parse::<Expr>() {
        Ok(expr) => match Rule::new("x", expr, Terms::default()) {
            Ok(rule) => format!("{text}\n    reads {}", rule.expr()),
            Err(error) => format!("{text}\n    {error}"),
        },
        Err(fault) => {
            let before = text[..fault.at()].chars().count();
            format!("{text}\n{}^ {fault}", " ".repeat(before))
        }
    };
    expressions.iter().map(line).collect::<Vec<_>>().join("\n\n")
}

#[test]
fn every_metric_is_read() {
    let metrics = [
        ("p50", Metric::Percentile(0.5)),
        ("p95", Metric::Percentile(0.95)),
        ("p99.9", Metric::Percentile(0.999)),
        ("p99.99", Metric::Percentile(0.9999)),
        ("p100", Metric::Percentile(1.0)),
        ("median", Metric::Median),
        ("avg", Metric::Average),
        ("min", Metric::Min),
        ("max", Metric::Max),
        ("rps", Metric::Rps),
        ("steady_rps", Metric::SteadyRps),
        ("min_window_rps", Metric::MinWindowRps),
        ("requests", Metric::Requests),
        ("failures", Metric::Failures),
        ("error_rate", Metric::ErrorRate),
        ("exceptions", Metric::Exceptions),
        ("drift(p95)", Metric::Drift(Course::Percentile(0.95))),
        ("drift(avg)", Metric::Drift(Course::Average)),
        ("drift(rps)", Metric::Drift(Course::Rps)),
    ];
    for (name, metric) in metrics {
        assert_eq!(Metric::parse(name).as_ref(), Ok(&metric), "{name}");
        assert_eq!(metric.to_string(), name);
    }
}

#[test]
fn every_operator_is_read() {
    let ops = ["<", "<=", ">", ">=", "=="].map(|op| read(&format!("requests {op} 7")).op);
    assert_eq!(ops, [Op::Below, Op::AtMost, Op::Above, Op::AtLeast, Op::Equal]);
}

#[test]
fn every_limit_is_read_in_its_unit() {
    let ms = |ms| Limit::Absolute(Quantity::Milliseconds(ms));
    let limits = [
        ("p95 <= 800ms", ms(800.0)),
        ("p95 <= 0.8 s", ms(800.0)),
        ("p95 <= 1.1s", ms(1100.0)),
        ("p95 <= 0.25ms", ms(0.25)),
        ("error_rate <= 0.07%", Limit::Absolute(Quantity::Percent(0.07))),
        ("drift(p95) < 20 %", Limit::Absolute(Quantity::Percent(20.0))),
        ("rps >= 300", Limit::Absolute(Quantity::PerSecond(300.0))),
        ("rps >= 299.5/s", Limit::Absolute(Quantity::PerSecond(299.5))),
        ("exceptions == 0", Limit::Absolute(Quantity::Count(0))),
        ("requests >= 18446744073709551615", Limit::Absolute(Quantity::Count(u64::MAX))),
        ("p95 <= baseline * 1.2", Limit::TimesBaseline(1.2)),
        ("p95 <= baseline*1.205", Limit::TimesBaseline(1.205)),
        ("p95 <= baseline + 5ms", Limit::PlusBaseline(Quantity::Milliseconds(5.0))),
        ("rps >= pinned * 0.9", Limit::TimesPinned(0.9)),
        ("avg <= pinned + 0.5ms", Limit::PlusPinned(Quantity::Milliseconds(0.5))),
    ];
    for (text, limit) in limits {
        let expr = read(text);
        assert_eq!(expr.limit, limit, "{text}");
        assert_eq!(read(&expr.to_string()), expr, "{text}");
    }
}

#[test]
fn an_endpoint_is_named_as_the_report_names_it() {
    let scope = |text| read(text).scope;
    let endpoint =
        |method: &str, name: &str| Scope::Endpoint { method: method.into(), name: name.into() };
    assert_eq!(scope("p95 of 'POST /api/v1/score' <= 1s"), endpoint("POST", "/api/v1/score"));
    assert_eq!(
        scope("p95 of 'GET /a b, \"c\" ''d'' 😀' <= 1s"),
        endpoint("GET", "/a b, \"c\" 'd' 😀")
    );
    assert_eq!(scope("p95 of ' nameless' <= 1s"), endpoint("", "nameless"));
    assert_eq!(scope("p95 of each <= 1s"), Scope::Each);
    assert_eq!(scope("p95<=1s"), Scope::All);
}

#[test]
fn an_expression_that_is_none_says_where_and_what_would_do() {
    insta::assert_snapshot!(transcript(&[
        "",
        "p59 <",
        "P95 <= 1000ms",
        "p(95) <= 1000ms",
        "p0 <= 1ms",
        "p101 <= 1ms",
        "p99.9999 <= 1ms",
        "p95. <= 1ms",
        "p95th <= 1ms",
        "stedy_rps >= 300",
        "latency <= 100ms",
        "drift <= 20%",
        "drift(median) <= 20%",
        "drift(p95 <= 20%",
        "drift(p95",
        "p95 of POST /api <= 1s",
        "p95 of 'POST /api <= 1s",
        "p95 of 'POST' <= 1s",
        "p95 of all <= 1s",
        "p95 of",
        "p95 1000ms",
        "p95 = 1000ms",
        "p95 => 1000ms",
        "p95 =< 1000ms",
        "p95 != 1000ms",
        "p95 <=",
        "p95 <= 1000",
        "p95 <= 20%",
        "p95 <= 2m",
        "p95 <= 1,000ms",
        "p95 <= 1_000ms",
        "p95 <= 1e3ms",
        "p95 <= 1.5.2s",
        "p95 <= 5.ms",
        "p95 <= -5ms",
        "p95 <= 'POST /api'",
        "error_rate <= 1",
        "error_rate <= 0.0000001%",
        "rps >= 300ms",
        "rps >= 300 rps",
        "exceptions <= 0.5",
        "exceptions <= 0%",
        "p95 <= basline * 1.2",
        "p95 <= baseline",
        "p95 <= baseline - 5ms",
        "p95 <= baseline * 0",
        "p95 <= baseline * 120%",
        "p95 <= baseline + 5",
        "p95 <= 1.2 * baseline",
        "p95 <= 1000ms and p99 <= 2000ms",
        "p95 <= 1000ms ms",
        "😀 <= 1ms",
    ]));
}

#[test]
fn parts_that_contradict_one_another_are_refused() {
    insta::assert_snapshot!(transcript(&[
        "error_rate <= baseline * 1.2",
        "min_window_rps >= baseline * 0.9",
        "steady_rps <= baseline * 0.9",
        "steady_rps of each >= baseline * 0.9",
        "exceptions of each <= 0",
        "drift(p95) >= 20%",
        "drift(p95) <= baseline * 1.2",
        "p95 >= baseline * 1.2",
        "rps <= baseline * 0.9",
        "p95 == pinned + 1ms",
        "requests >= 0",
        "error_rate <= 100%",
        "error_rate < 100%",
        "error_rate < 101%",
        "error_rate > 100%",
        "error_rate == 101%",
        "exceptions < 0",
        "p95 < 0ms",
        "error_rate >= 0%",
        "p95 > 0ms",
        "p95 >= 1000ms",
        "p95 == 1500ms",
        "rps == 300",
        "failures > 0",
    ]));
}

proptest! {
    #[test]
    fn no_text_makes_the_parser_panic(text in any::<String>()) {
        if let Err(fault) = text.parse::<Expr>() {
            prop_assert!(text.is_char_boundary(fault.at()));
        }
    }

    #[test]
    fn words_of_the_grammar_in_any_order_are_read_or_refused(
        words in proptest::collection::vec(
            proptest::sample::select(vec![
                "p95", "drift", "(", ")", "of", "each", "'GET /'", "'", "<=", "==", "baseline", "*", "+", "1.5", "ms", "%",
                "/", "s", "-", ".", "\u{e9}",
            ]),
            0..9,
        ),
        gap in proptest::sample::select(vec!["", " "]),
    ) {
        let text = words.join(gap);
        match text.parse::<Expr>() {
            // What is read is written so that it reads the same.
            Ok(expr) => prop_assert!(expr.to_string().parse() == Ok(expr)),
            Err(fault) => prop_assert!(text.is_char_boundary(fault.at())),
        }
    }
}

//! What is measured, beside what: one list for both benches.

mod models;
mod typed;

use std::hint::black_box;

use lead_model::{Lead, Reference, Schema, Score, Scorer, Tally, synth::Leads};

use typed::Typed;

/// Leads taken one by one: more than a branch predictor learns by heart, few enough for the second-level cache.
const FEW: usize = 1000;
/// Leads scored together: far more than any cache near the core holds.
const MANY: usize = 100_000;

/// One thing to measure.
pub(crate) struct Case {
    /// What is done.
    pub(crate) name: &'static str,
    /// How many leads one call takes.
    pub(crate) leads: usize,
    /// How many different calls there are, of different leads: each is short enough to be left alone by the scheduler, all
    /// together they go through far more leads than any cache near the core holds.
    pub(crate) parts: usize,
    /// Most nanoseconds a lead may take.
    pub(crate) goal_ns: Option<f64>,
    /// The case that does the obvious thing instead, in the same run.
    pub(crate) beside: Option<&'static str>,
    /// The call of one part.
    pub(crate) work: Work,
}

type Work = Box<dyn FnMut(usize)>;

const TYPED: &str = "typed serde_json";
const DOT: &str = "dot product and sigmoid";
const DOT_MANY: &str = "dot product and sigmoid, 100k rows";

/// Every case, in the order of the table.
pub(crate) fn all() -> Vec<Case> {
    let many: &'static [Lead] = leads(MANY).leak();
    let few = &many[..FEW];
    let committed: &'static Scorer = Box::leak(Box::new(models::committed()));
    let pairs = Box::leak(Box::new(models::pairs(few)));
    let levels = Box::leak(Box::new(models::levels()));
    let ramps: &'static Scorer = Box::leak(Box::new(models::ramps(few)));
    let real: &'static [Lead] =
        many.iter().map(|lead| read_as(ramps, lead)).collect::<Vec<_>>().leak();
    let mut cases = parsing(few);
    cases.extend([
        each("score", Some(150.0), few, |lead| committed.score(lead)),
        each("score, 16 pieces everywhere", None, &real[..FEW], |lead| ramps.score(lead)),
        each("score, 10 pairs", None, few, |lead| pairs.score(lead)),
        each("score, 3000 levels", Some(150.0), few, |lead| levels.score(lead)),
        each("explain", None, few, |lead| committed.explain(lead).probability),
        each("explain, three reasons in words", None, few, |lead| {
            committed.explain(lead).top(3).map(ToString::to_string).collect::<Vec<_>>()
        }),
        counting(committed, few),
        dot(DOT, few),
        together("score_many", committed, many),
        together("score_many, 16 pieces everywhere", ramps, real),
        together("score_many, 10 pairs", pairs, many),
        columns("score_columns", committed, many),
        columns("score_columns, 16 pieces everywhere", ramps, real),
        dot(DOT_MANY, many),
    ]);
    cases
}

/// Live leads into the bins of training rows.
fn counting(scorer: &Scorer, leads: &'static [Lead]) -> Case {
    let columns: Vec<_> = (0..scorer.schema().len()).map(|at| column(leads, at)).collect();
    let views: Vec<_> = columns.iter().map(Vec::as_slice).collect();
    let scores: Vec<_> = leads.iter().map(|lead| scorer.score(lead).probability).collect();
    let reference = Reference::of(scorer.schema(), &views, &scores);
    let mut tally = Tally::new(&reference, scorer.schema());
    let score = scorer.score(&leads[0]);
    each("Tally::add", None, leads, move |lead| tally.add(lead, &score))
}

/// JSON bodies into leads, compact and as a person would indent them.
fn parsing(leads: &'static [Lead]) -> Vec<Case> {
    let schema: &'static Schema = Box::leak(Box::new(Schema::b2b()));
    let bodies: &'static [Vec<u8>] =
        leads.iter().map(|lead| json(schema, lead)).collect::<Vec<_>>().leak();
    let parse = move |_| {
        for body in bodies {
            black_box(Lead::from_json(schema, black_box(body)).is_ok());
        }
    };
    let typed = move |_| {
        for body in bodies {
            black_box(serde_json::from_slice::<Typed<'_>>(black_box(body)).is_ok());
        }
    };
    let case = |name, goal_ns, beside, work: Work| Case {
        name,
        leads: FEW,
        parts: 1,
        goal_ns,
        beside,
        work,
    };
    vec![
        case("JSON body to lead", Some(1500.0), Some(TYPED), Box::new(parse)),
        case(TYPED, None, None, Box::new(typed)),
    ]
}

/// Something done with one lead after another.
fn each<T>(
    name: &'static str,
    goal_ns: Option<f64>,
    leads: &'static [Lead],
    mut work: impl FnMut(&Lead) -> T + 'static,
) -> Case {
    let parts = leads.len() / FEW;
    let work = move |part: usize| {
        for lead in &leads[part * FEW..(part + 1) * FEW] {
            black_box(work(black_box(lead)));
        }
    };
    Case { name, leads: FEW, parts, goal_ns, beside: Some(DOT), work: Box::new(work) }
}

fn together(name: &'static str, scorer: &'static Scorer, leads: &'static [Lead]) -> Case {
    let mut scores: Vec<Score> = Vec::with_capacity(FEW);
    let work = move |part: usize| {
        scores.clear();
        scorer.score_many(black_box(&leads[part * FEW..(part + 1) * FEW]), &mut scores);
        black_box(&scores);
    };
    many(name, Box::new(work))
}

fn columns(name: &'static str, scorer: &'static Scorer, leads: &'static [Lead]) -> Case {
    let columns: Vec<_> = (0..scorer.schema().len()).map(|at| column(leads, at)).collect();
    let mut scores: Vec<Score> = Vec::with_capacity(FEW);
    let work = move |part: usize| {
        scores.clear();
        let columns: Vec<_> = columns.iter().map(|c| &c[part * FEW..(part + 1) * FEW]).collect();
        scorer.score_columns(black_box(&columns), &mut scores);
        black_box(&scores);
    };
    many(name, Box::new(work))
}

fn many(name: &'static str, work: Work) -> Case {
    // The goal is set for the built-in model; the others show what more would cost.
    let goal_ns = (!name.contains(',')).then_some(100.0);
    Case { name, leads: FEW, parts: MANY / FEW, goal_ns, beside: Some(DOT_MANY), work }
}

/// The yardstick of scoring: as many weights as features, and the system's `exp`.
fn dot(name: &'static str, leads: &'static [Lead]) -> Case {
    let weights: Vec<_> = (0..leads[0].values().len()).map(|k| (k as f64 - 25.0) / 100.0).collect();
    let work = move |lead: &Lead| {
        let sum: f64 = lead.values().iter().zip(&weights).map(|(x, w)| x * w).sum();
        1.0 / (1.0 + (-sum).exp())
    };
    Case { beside: None, ..each(name, None, leads, work) }
}

fn column(leads: &[Lead], at: usize) -> Vec<f64> {
    leads.iter().map(|lead| lead.values()[at]).collect()
}

fn leads(count: usize) -> Vec<Lead> {
    Leads::new(1).take(count).map(|example| example.lead).collect()
}

fn json(schema: &Schema, lead: &Lead) -> Vec<u8> {
    let mut json = Vec::new();
    lead.write_json(schema, &mut json);
    json
}

/// The same lead in another model's schema.
fn read_as(scorer: &Scorer, lead: &Lead) -> Lead {
    Lead::from_json(scorer.schema(), &json(&Schema::b2b(), lead))
        .expect("real numbers admit all others")
}

//! Requests, made before the first one is sent.
//!
//! [`Corpus`] holds them ready, shared by all threads, so that no request waits for a serializer: sending one draws a number
//! and clones a handle. Only where a value must be new in every request (a UUID, a sequence, a feeder in order) is it written
//! when it is sent, from ready pieces. It decides which requests exist; which one is next is `engine/traffic.rs`'s.
//!
//! Memory is bounded whatever the scenario: leads take at most [`LEAD_BYTES`] (or as much as the largest batch), ready
//! requests at most [`TASK_BYTES`] per task and [`ALL_BYTES`] together; the larger they are, the fewer are kept.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use lead_model::{CutPoints, Lead};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

use super::draw::Stock;
use super::leads::Rendered;
use super::recipe::{Own, Ready, Recipe};
use super::{Mismatch, Scenario};

/// Single leads: about 1.5 MB of JSON, far more than a service's caches of parsed requests could hide behind.
const LEADS: usize = 1_024;

/// Batches per task: about 2 MB for 5 to 20 leads each.
const BATCHES: usize = 128;

/// Most memory of the leads, unless a single batch is larger.
const LEAD_BYTES: usize = 4 << 20;

/// Fewest leads, however large.
const FEWEST_LEADS: usize = 16;

/// Most memory of a task's ready requests.
const TASK_BYTES: usize = 6 << 20;

/// Most memory of all tasks' ready requests.
const ALL_BYTES: usize = 32 << 20;

/// Ready requests for every task of a scenario.
#[derive(Debug)]
pub struct Corpus {
    stock: Stock,
    tasks: Vec<Supply>,
    cut_points: CutPoints,
    mismatch: OnceLock<Mismatch>,
}

/// Where a task's requests come from.
#[derive(Debug)]
enum Supply {
    /// All are the same.
    One(Ready),
    /// One lead each, as it is.
    Leads,
    /// One of these.
    Kept(Vec<Ready>),
    /// Made when it is sent.
    Fresh(Recipe),
}

/// What is sent: a task, its body, and which leads that body holds.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    /// Index of the task in the scenario.
    pub(crate) task: usize,
    /// Nothing for a task without a body.
    pub(crate) body: Option<Bytes>,
    /// Positions of the leads in the corpus.
    pub(crate) leads: Range<usize>,
    /// Path, headers and expectations, where they are not the same for all requests of the task.
    pub(crate) own: Option<Arc<Own>>,
}

impl Corpus {
    /// Makes the requests for `scenario`; the same seed makes the same bytes.
    ///
    /// # Panics
    ///
    /// If a template was made with other values than the scenario's.
    pub fn new(scenario: &Scenario, seed: u64) -> Self {
        let recipes: Vec<Recipe> =
            scenario.tasks.iter().map(|task| Recipe::new(task, &scenario.values)).collect();
        let (leads, features) = leads(scenario, &recipes, seed);
        let stock = Stock::new(scenario.values.clone(), leads, features, seed);
        let budget = TASK_BYTES.min(ALL_BYTES / recipes.len().max(1));
        let mut rng = Pcg64Mcg::seed_from_u64(seed);
        let tasks = recipes.into_iter().map(|recipe| supply(recipe, &stock, budget, &mut rng));
        Self {
            tasks: tasks.collect(),
            stock,
            cut_points: scenario
                .verifier
                .as_ref()
                .map_or(CutPoints::CONTRACT, |model| model.cut_points()),
            mismatch: OnceLock::new(),
        }
    }

    /// The first answer of the run whose score was not the model's, where one was named to compare with.
    pub fn first_mismatch(&self) -> Option<&Mismatch> {
        self.mismatch.get()
    }

    /// Draws a request of a task.
    pub(crate) fn call(&self, task: usize, rng: &mut Pcg64Mcg) -> Call {
        let of = |ready: &Ready| {
            let Ready { body, leads, own } = ready.clone();
            Call { task, body, leads, own }
        };
        match &self.tasks[task] {
            Supply::One(ready) => of(ready),
            Supply::Leads => {
                let at = rng.random_range(0..self.stock.leads.len());
                let body = Some(self.stock.leads[at].json.clone());
                Call { task, body, leads: at..at + 1, own: None }
            }
            Supply::Kept(kept) => of(&kept[rng.random_range(0..kept.len())]),
            Supply::Fresh(recipe) => {
                let Ready { body, leads, own } = recipe.make(&self.stock, rng);
                Call { task, body, leads, own }
            }
        }
    }

    /// The leads of a call, in the order in which they were sent.
    pub(crate) fn sent(&self, call: &Call) -> &[Rendered] {
        &self.stock.leads[call.leads.clone()]
    }

    /// Where the buckets of right answers part.
    pub(crate) fn cut_points(&self) -> CutPoints {
        self.cut_points
    }

    /// Keeps an example of a wrong score, if it is the first.
    pub(crate) fn note(&self, mismatch: impl FnOnce() -> Mismatch) {
        self.mismatch.get_or_init(mismatch);
    }
}

/// As many leads as the scenario and the bounds ask for, and their values where single features are named.
fn leads(scenario: &Scenario, recipes: &[Recipe], seed: u64) -> (Vec<Rendered>, Vec<Lead>) {
    if !recipes.iter().any(Recipe::has_leads) {
        return (Vec::new(), Vec::new());
    }
    let source = scenario.values.leads();
    let keeps_values = recipes.iter().any(Recipe::has_features);
    let fewest = recipes.iter().map(Recipe::most_leads).max().unwrap_or(1).max(FEWEST_LEADS);
    let (mut ready, mut values, mut bytes) = (Vec::new(), Vec::new(), 0);
    for lead in source.leads(seed).take(LEADS) {
        let mut rendered = Rendered::new(source.schema(), &lead);
        bytes += rendered.json.len() + if keeps_values { size_of_val(lead.values()) } else { 0 };
        if bytes > LEAD_BYTES && ready.len() >= fewest {
            break;
        }
        rendered.expected =
            scenario.verifier.as_ref().and_then(|model| model.expected(&rendered.json));
        ready.push(rendered);
        if keeps_values {
            values.push(lead);
        }
    }
    (ready, values)
}

fn supply(recipe: Recipe, stock: &Stock, budget: usize, rng: &mut Pcg64Mcg) -> Supply {
    if recipe.is_fresh() {
        return Supply::Fresh(recipe);
    }
    if recipe.is_constant() {
        return Supply::One(recipe.make(stock, rng));
    }
    if recipe.is_whole_lead() && recipe.has_no_own() {
        return Supply::Leads;
    }
    let most = if recipe.is_batch() { BATCHES } else { LEADS };
    let (mut kept, mut bytes) = (Vec::new(), 0);
    while kept.len() < most {
        let ready = recipe.make(stock, rng);
        bytes += ready.size(recipe.is_whole_lead());
        if bytes > budget && !kept.is_empty() {
            break;
        }
        kept.push(ready);
    }
    Supply::Kept(kept)
}

#[cfg(test)]
mod tests {
    use lead_model::Schema;

    use super::{ALL_BYTES, Corpus, LEAD_BYTES, Supply, TASK_BYTES};
    use crate::scenario::{LeadSource, Method, Scenario, Task, Values};

    fn kept(corpus: &Corpus) -> usize {
        corpus
            .tasks
            .iter()
            .map(|supply| match supply {
                Supply::Kept(kept) => kept.iter().map(|ready| ready.size(false)).sum(),
                _ => 0,
            })
            .sum()
    }

    #[test]
    fn the_larger_the_requests_the_fewer_are_kept() {
        let values = Values::default();
        let mut scenario = Scenario::lead_scoring();
        let batch = |leads: usize| {
            let mut task = Task::new(Method::Post, "/batch");
            task.body = Some(values.body("${leads}").unwrap());
            task.leads = Some(leads..=leads);
            task
        };
        scenario.tasks = vec![batch(1_000)];
        let corpus = Corpus::new(&scenario, 1);
        assert!((1..=TASK_BYTES).contains(&kept(&corpus)), "{}", kept(&corpus));
        scenario.tasks = (0..20).map(|_| batch(500)).collect();
        let corpus = Corpus::new(&scenario, 1);
        assert!((1..=ALL_BYTES).contains(&kept(&corpus)), "{}", kept(&corpus));
    }

    #[test]
    fn wide_leads_are_fewer() {
        let feature = Schema::b2b().features()[0].clone();
        let wide = (0..4_000).map(|number| {
            let mut feature = feature.clone();
            feature.name = format!("a_feature_with_quite_a_long_name_{number}");
            feature
        });
        let source = LeadSource::of(Schema::new("wide", wide.collect()).unwrap(), None);
        let mut scenario = Scenario::lead_scoring();
        scenario.values = Values::default().with_leads(source);
        let corpus = Corpus::new(&scenario, 1);
        let bytes: usize = corpus.stock.leads.iter().map(|lead| lead.json.len()).sum();
        assert!(corpus.stock.leads.len() >= 20 && bytes <= LEAD_BYTES, "{bytes}");
    }
}

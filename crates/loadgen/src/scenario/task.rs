//! The words of a scenario: who does what, how often, and which answer is right.
//!
//! [`Scenario`] is plain data; the built-in one stands in `lead_scoring.toml`. It makes no request and knows no client.

use std::fmt;
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{HeaderName, HeaderValue};

use super::{Expect, Template, Values, Verifier};

/// What every user does, over and over: a task by weight, then a pause.
///
/// ```
/// use std::time::Duration;
/// use lead_loadgen::{Corpus, Expect, Generator, Method, Scenario, Statuses, Task, Values};
///
/// let values = Values::default().with("amount", Generator::Integer(1..=100))?.with("order", Generator::Uuid)?;
/// let mut order = Task::new(Method::Post, "/orders");
/// order.body = Some(values.body(r#"{"id": "${order}", "amount": ${amount}}"#)?);
/// order.expect = Expect::status(Statuses::of([201]));
/// let scenario = Scenario {
///     user_class: "Shopper".to_owned(),
///     tasks: vec![order, Task::new(Method::Get, "/health")],
///     think_time: Duration::from_millis(100)..=Duration::from_millis(500),
///     values,
///     verifier: None,
/// };
///
/// let corpus = Corpus::new(&scenario, 1);
/// # Ok::<(), lead_loadgen::Flaw>(())
/// ```
#[derive(Debug, Clone)]
pub struct Scenario {
    /// The kind of user, as log lines name it.
    pub user_class: String,
    /// What users choose from; never empty in a scenario that runs.
    pub tasks: Vec<Task>,
    /// Pause after each request, drawn uniformly.
    pub think_time: RangeInclusive<Duration>,
    /// What placeholders draw from; the templates of `tasks` were made with it.
    pub values: Values,
    /// The model whose scores the answers must be.
    pub verifier: Option<Arc<Verifier>>,
}

impl Scenario {
    /// The tasks that are ever chosen, in their order, each with its share of the choices, 0 to 1; a name that two of them have
    /// is preceded by the method.
    pub(crate) fn shares(&self) -> Vec<(String, f64)> {
        let chosen = || self.tasks.iter().filter(|task| task.weight > 0);
        let all: f64 = chosen().map(|task| f64::from(task.weight)).sum();
        let name = |own: &Task| {
            let is_shared = chosen().filter(|task| task.name == own.name).count() > 1;
            if is_shared { format!("{} {}", own.method, own.name) } else { own.name.clone() }
        };
        chosen().map(|task| (name(task), f64::from(task.weight) / all)).collect()
    }
}

/// One kind of request.
#[derive(Debug, Clone)]
pub struct Task {
    /// The name in every table; the path, unless another was given.
    pub name: String,
    /// Method of the request; the first column of every table.
    pub method: Method,
    /// Path below the base URL, beginning with a slash.
    pub path: Template,
    /// How often this task is chosen, relative to the others' weights.
    pub weight: u32,
    /// Headers beside those that every request has; one of the same name replaces it.
    pub headers: Vec<TaskHeader>,
    /// What is sent.
    pub body: Option<Template>,
    /// How many leads `${leads}` in the body stands for, drawn uniformly.
    pub leads: Option<RangeInclusive<usize>>,
    /// Which answer is right.
    pub expect: Expect,
    /// What `--tags` and `--exclude-tags` choose by.
    pub tags: Vec<String>,
}

impl Task {
    /// A task of weight 1 without a body that expects status 200 and looks at nothing else. A text for a path stands as it is;
    /// one with placeholders comes from [`Values::path`].
    pub fn new(method: Method, path: impl Into<Template>) -> Self {
        let path = path.into();
        Self {
            name: path.to_string(),
            method,
            path,
            weight: 1,
            headers: Vec::new(),
            body: None,
            leads: None,
            expect: Expect::default(),
            tags: Vec::new(),
        }
    }

    /// The headers that are the same in every request, secrets marked as sensitive.
    pub(crate) fn fixed_headers(&self) -> impl Iterator<Item = (HeaderName, HeaderValue)> {
        self.headers
            .iter()
            .filter_map(|header| Some((header.name.clone(), header.value.fixed_header()?)))
    }
}

/// A header of a task.
#[derive(Debug, Clone)]
pub struct TaskHeader {
    /// Its name.
    pub name: HeaderName,
    /// Its value.
    pub value: Template,
}

/// Method of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Asks.
    Get,
    /// Asks for the head of the answer only.
    Head,
    /// Sends something new.
    Post,
    /// Sends something in place of what is there.
    Put,
    /// Sends a change.
    Patch,
    /// Takes something away.
    Delete,
}

impl Method {
    /// All methods.
    pub const ALL: [Self; 6] =
        [Self::Get, Self::Head, Self::Post, Self::Put, Self::Patch, Self::Delete];

    /// The method as tables and requests write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl From<Method> for reqwest::Method {
    fn from(method: Method) -> Self {
        match method {
            Method::Get => Self::GET,
            Method::Head => Self::HEAD,
            Method::Post => Self::POST,
            Method::Put => Self::PUT,
            Method::Patch => Self::PATCH,
            Method::Delete => Self::DELETE,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Method, Scenario, Task};
    use crate::scenario::Values;

    #[test]
    fn a_name_that_two_chosen_tasks_have_is_preceded_by_the_method() {
        let task = |method, path: &str, weight| Task { weight, ..Task::new(method, path) };
        let mut scenario = Scenario {
            user_class: "Somebody".to_owned(),
            tasks: vec![
                task(Method::Get, "/x", 3),
                task(Method::Post, "/x", 0),
                task(Method::Get, "/y", 1),
            ],
            think_time: Duration::ZERO..=Duration::ZERO,
            values: Values::default(),
            verifier: None,
        };
        let shares = |scenario: &Scenario| scenario.shares();
        // What is never chosen is not shown, so nobody can take the one for the other.
        assert_eq!(shares(&scenario), [("/x".to_owned(), 0.75), ("/y".to_owned(), 0.25)]);
        scenario.tasks[1].weight = 4;
        let names: Vec<String> = shares(&scenario).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["GET /x", "POST /x", "/y"]);
    }
}

//! What was sent, kept in order: a target that answers at once and remembers every request.

use std::error::Error;
use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use lead_loadgen::{Corpus, Plan, Reply, Request, Stop, Target, Targets, run};
use tokio::runtime::{Builder, Runtime};

/// A request as it would have gone out.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Sent {
    pub(crate) task: usize,
    pub(crate) path: Option<String>,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Option<String>,
}

/// All requests of a plan under a simulated clock, in order.
pub(crate) fn sent(plan: &Plan) -> Vec<Sent> {
    let corpus = Arc::new(Corpus::new(&plan.scenario, plan.seed));
    let listener = Listener::default();
    run(plan, corpus, &listener, &Stop::new(), |_| {}).unwrap();
    let sent = listener.0.lock().unwrap();
    sent.clone()
}

#[derive(Default)]
struct Listener(Arc<Mutex<Vec<Sent>>>);

struct Ear(Arc<Mutex<Vec<Sent>>>);

impl Targets for Listener {
    type Target = Ear;

    fn open(&self, _worker: usize) -> Result<Ear, Box<dyn Error + Send + Sync>> {
        Ok(Ear(Arc::clone(&self.0)))
    }

    fn runtime(&self) -> io::Result<Runtime> {
        Builder::new_current_thread().enable_all().start_paused(true).build()
    }
}

impl Target for Ear {
    async fn send(&self, request: Request) -> Reply {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        self.0.lock().unwrap().push(Sent {
            task: request.task(),
            path: request.path().map(str::to_owned),
            headers: request
                .headers()
                .iter()
                .map(|(name, value)| (name.to_string(), text(value.as_bytes())))
                .collect(),
            body: request.body().map(|body| text(body)),
        });
        tokio::time::sleep(Duration::from_millis(1)).await;
        Reply { latency: Duration::from_millis(1), first_byte: None, bytes: 0, outcome: Ok(()) }
    }
}

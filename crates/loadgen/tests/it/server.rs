//! A small real HTTP server on a free port, which counts what it was asked and answers well or badly.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, LazyLock, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use lead_model::{Lead, Scorer};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinSet;

/// How the server answers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Manner {
    /// As the service's contract says.
    Right,
    /// As the contract says, in many small pieces.
    InPieces,
    /// With this status and a right body.
    Status(u16),
    /// With 200 and nothing.
    Empty,
    /// With 200 and something that is not JSON.
    Garbage,
    /// As if another lead had been sent; a batch lacks its last score.
    OtherLead,
    /// With a score of two.
    OutOfRange,
    /// With the letter of another bucket.
    OtherTier,
    /// With the bucket and the letter of another score.
    OtherBucket,
    /// With the scores of the committed model.
    Model,
    /// With the scores of the committed model, but for every third lead the next number that can be written.
    AlmostModel,
    /// As the contract says, but when the hundredth request was read nothing is read or written for [`FREEZE`].
    Freezing,
    /// Half a body, then the connection is closed.
    Half,
    /// The connection is closed instead of an answer.
    Close,
    /// The connection is reset instead of an answer.
    Reset,
    /// Never.
    Never,
    /// As the contract says, but every third request of a connection ends it with a reset.
    ResetEveryThird,
    /// As the contract says, so many times; from then on never.
    HoldAfter(u64),
    /// As the contract says, one request after the other, each in so much time.
    Serial(Duration),
    /// As the contract says, so much later.
    After(Duration),
    /// As the contract says; a little later the connection is closed without a word about it.
    CloseIdle,
    /// The connection is reset before anything is read.
    ResetAtOnce,
    /// Step by step.
    Steps(&'static [Step]),
}

/// A part of an answer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Step {
    /// These bytes.
    Send(&'static str),
    /// So many of these bytes.
    Repeat(&'static str, usize),
    /// One of these bytes every ten milliseconds, for ever.
    Drip(&'static str),
    /// Nothing for longer than anybody waits.
    Silence,
    /// The connection is closed.
    End,
    /// The connection is reset.
    Reset,
}

/// How long [`Manner::Freezing`] stands still.
pub(crate) const FREEZE: Duration = Duration::from_millis(300);

/// The server; it ends with this value.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    seen: Arc<Mutex<Seen>>,
    end: Arc<Notify>,
    thread: Option<JoinHandle<()>>,
}

/// What the server was asked.
#[derive(Debug, Default, Clone)]
pub(crate) struct Seen {
    /// Requests by `METHOD path`.
    pub(crate) requests: BTreeMap<String, u64>,
    /// Distinct bodies.
    pub(crate) bodies: std::collections::BTreeSet<Vec<u8>>,
    /// Header lines of the last request, lower case.
    pub(crate) head: String,
    /// Requests by path that say themselves that they are no part of the load.
    pub(crate) beside: BTreeMap<String, u64>,
    /// Connections that were opened.
    pub(crate) connections: u64,
    /// Requests that never get an answer.
    pub(crate) held: u64,
    /// When all requests will be served that came so far, where they are served one after the other.
    served: Option<tokio::time::Instant>,
}

impl Server {
    pub(crate) fn start(manner: Manner) -> Self {
        Self::start_at(([127, 0, 0, 1], 0).into(), manner)
    }

    /// At an address where nobody listens.
    pub(crate) fn start_at(address: SocketAddr, manner: Manner) -> Self {
        let listener = std::net::TcpListener::bind(address).unwrap();
        let address = listener.local_addr().unwrap();
        let (seen, end) = (Arc::new(Mutex::new(Seen::default())), Arc::new(Notify::new()));
        let (noted, told) = (Arc::clone(&seen), Arc::clone(&end));
        let serve = move || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(serve(listener, manner, noted, told));
        };
        Self { address, seen, end, thread: Some(std::thread::spawn(serve)) }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn seen(&self) -> Seen {
        self.seen.lock().unwrap().clone()
    }

    /// Requests of all kinds.
    pub(crate) fn requests(&self) -> u64 {
        self.seen.lock().unwrap().requests.values().sum()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.end.notify_one();
        self.thread.take().unwrap().join().unwrap();
    }
}

async fn serve(
    listener: std::net::TcpListener,
    manner: Manner,
    seen: Arc<Mutex<Seen>>,
    end: Arc<Notify>,
) {
    listener.set_nonblocking(true).unwrap();
    let listener = TcpListener::from_std(listener).unwrap();
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            () = end.notified() => return,
            accepted = listener.accept() => {
                seen.lock().unwrap().connections += 1;
                connections.spawn(converse(accepted.unwrap().0, manner, Arc::clone(&seen)));
            }
        }
    }
}

/// One connection: requests in, answers out, until either side has enough.
async fn converse(mut stream: TcpStream, manner: Manner, seen: Arc<Mutex<Seen>>) {
    stream.set_nodelay(true).unwrap();
    // The first connection is the preflight's.
    if manner == Manner::ResetAtOnce && seen.lock().unwrap().connections > 1 {
        return stream.set_zero_linger().unwrap();
    }
    let mut buffer = Vec::new();
    let mut turn = 0;
    while let Some((head, body)) = next_request(&mut stream, &mut buffer).await {
        let line: Vec<&str> = head.split_whitespace().take(2).collect();
        let line = line.join(" ");
        turn += 1;
        let requests = note(&mut seen.lock().unwrap(), &line, &head, &body);
        if manner == Manner::Freezing && requests == 100 {
            // Not the runtime's: the server has one thread, and all of it stands still.
            std::thread::sleep(FREEZE);
        }
        if let Manner::Serial(each) = manner {
            let now = tokio::time::Instant::now();
            let at = seen.lock().unwrap().served.map_or(now, |served| served.max(now)) + each;
            seen.lock().unwrap().served = Some(at);
            tokio::time::sleep_until(at).await;
        }
        if let Manner::After(time) = manner {
            tokio::time::sleep(time).await;
        }
        let manner = now(&mut seen.lock().unwrap(), manner, turn);
        if !answer(&mut stream, manner, &line, &body).await {
            return;
        }
    }
}

/// How to answer the request that was noted last.
fn now(seen: &mut Seen, manner: Manner, turn: u64) -> Manner {
    match manner {
        Manner::ResetEveryThird if turn == 3 => Manner::Reset,
        Manner::HoldAfter(count) if seen.requests.values().sum::<u64>() > count => {
            seen.held += 1;
            Manner::Never
        }
        manner => manner,
    }
}

/// Notes a request and returns how many there were.
fn note(seen: &mut Seen, line: &str, head: &str, body: &[u8]) -> u64 {
    if head.contains("(beside the load)") {
        let path = line.trim_start_matches("GET ").to_owned();
        *seen.beside.entry(path).or_default() += 1;
        return seen.requests.values().sum();
    }
    *seen.requests.entry(line.to_owned()).or_default() += 1;
    seen.head = head.to_ascii_lowercase();
    if seen.bodies.len() < 1_000 {
        seen.bodies.insert(body.to_vec());
    }
    seen.requests.values().sum()
}

/// Head and body of the next request, nothing when the client is gone.
async fn next_request(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<(String, Vec<u8>)> {
    loop {
        if let Some(end) = buffer.windows(4).position(|window| window == b"\r\n\r\n") {
            let head = String::from_utf8(buffer[..end].to_vec()).unwrap();
            let lower = head.to_ascii_lowercase();
            let length = lower
                .lines()
                .find_map(|line| line.strip_prefix("content-length: ")?.parse().ok())
                .unwrap_or(0);
            if buffer.len() >= end + 4 + length {
                let body = buffer[end + 4..end + 4 + length].to_vec();
                buffer.drain(..end + 4 + length);
                return Some((head, body));
            }
        }
        if stream.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
    }
}

/// Answers; false when the connection is over.
async fn answer(stream: &mut TcpStream, manner: Manner, line: &str, body: &[u8]) -> bool {
    let status = if let Manner::Status(status) = manner { status } else { 200 };
    let body = match manner {
        Manner::Empty => String::new(),
        Manner::Garbage => "<html>busy</html>".to_owned(),
        _ => contract(line, body, manner),
    };
    let head = format!(
        "HTTP/1.1 {status} Whatever\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    match manner {
        Manner::Never => std::future::pending().await,
        Manner::Close => false,
        Manner::Reset => {
            stream.set_zero_linger().unwrap();
            false
        }
        Manner::Half => {
            let half = &body.as_bytes()[..body.len() / 2];
            stream.write_all(&[head.as_bytes(), half].concat()).await.unwrap();
            false
        }
        Manner::Steps(steps) => follow(stream, steps).await,
        Manner::CloseIdle => {
            stream.write_all(&[head.as_bytes(), body.as_bytes()].concat()).await.unwrap();
            tokio::time::sleep(Duration::from_millis(10)).await;
            false
        }
        Manner::InPieces => {
            for piece in [head.as_bytes(), body.as_bytes()].concat().chunks(50) {
                stream.write_all(piece).await.unwrap();
                tokio::time::sleep(Duration::from_micros(100)).await;
            }
            true
        }
        _ => stream.write_all(&[head.as_bytes(), body.as_bytes()].concat()).await.is_ok(),
    }
}

/// Answers step by step; false when the connection is over.
async fn follow(stream: &mut TcpStream, steps: &[Step]) -> bool {
    for step in steps {
        let written = match *step {
            Step::Send(text) => stream.write_all(text.as_bytes()).await,
            Step::Repeat(text, times) => stream.write_all(text.repeat(times).as_bytes()).await,
            Step::Silence => std::future::pending().await,
            Step::Drip(text) => loop {
                tokio::time::sleep(Duration::from_millis(10)).await;
                if let Err(gone) = stream.write_all(text.as_bytes()).await {
                    break Err(gone);
                }
            },
            Step::End => return false,
            Step::Reset => {
                stream.set_zero_linger().unwrap();
                return false;
            }
        };
        // A client that has enough may leave before the end.
        if written.is_err() {
            return false;
        }
    }
    true
}

/// The body that the service's contract asks for, or a wrong one of the same shape.
fn contract(line: &str, body: &[u8], manner: Manner) -> String {
    let raw_score = if manner == Manner::OutOfRange { 2.0 } else { 0.625 };
    let bucket = if manner == Manner::OtherBucket { 3 } else { 4 };
    let tier = if matches!(manner, Manner::OtherTier | Manner::OtherBucket) { "C" } else { "B" };
    let score = |lead: &Value| {
        let id = if manner == Manner::OtherLead { &Value::Null } else { &lead["lead_id"] };
        let id = id.as_str().unwrap_or("somebody-else");
        let mut score = json!({ "raw_score": raw_score, "bucket": bucket, "tier": tier });
        if matches!(manner, Manner::Model | Manner::AlmostModel) {
            score = modelled(lead, manner);
        }
        json!({ "request_id": "r", "lead_id": id, "score": score })
    };
    let answer = match line {
        "POST /api/v1/score" => score(&serde_json::from_slice(body).unwrap()),
        "POST /api/v1/score/batch" => {
            let leads: Vec<Value> = serde_json::from_slice(body).unwrap();
            assert!((5..=20).contains(&leads.len()), "{} leads", leads.len());
            leads[..leads.len() - usize::from(manner == Manner::OtherLead)]
                .iter()
                .map(score)
                .collect()
        }
        _ if line.contains(" /echo") => {
            json!({ "line": line, "body": serde_json::from_slice::<Value>(body).unwrap_or_default() })
        }
        _ => json!({ "status": "healthy" }),
    };
    answer.to_string()
}

/// What the committed model says of a lead.
fn modelled(lead: &Value, manner: Manner) -> Value {
    static MODEL: LazyLock<Scorer> =
        LazyLock::new(|| Scorer::load(std::fs::File::open(crate::scores::MODEL).unwrap()).unwrap());
    let lead = Lead::from_json(MODEL.schema(), lead.to_string().as_bytes()).unwrap();
    let score = MODEL.score(&lead);
    let is_off = manner == Manner::AlmostModel && lead.id().ends_with(['0', '3', '6', '9']);
    let raw_score = if is_off { score.probability.next_up() } else { score.probability };
    json!({ "raw_score": raw_score, "bucket": score.bucket.get(), "tier": score.tier.as_str() })
}

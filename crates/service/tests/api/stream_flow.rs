//! `POST /api/v1/score/stream`: how a stream flows, and how it ends before its end.

use std::io;

use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{
        TcpSocket, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
};

use crate::{
    artifact::{Folder, shifted, version},
    lead::{lead, lead_with},
    startup::Running,
    test_app::{KEY, TestApp},
};

/// A stream whose body is written and whose answer is read piece by piece.
struct Stream {
    input: OwnedWriteHalf,
    answers: Answers,
}

/// Its answer, chunk by chunk.
struct Answers {
    output: BufReader<OwnedReadHalf>,
    /// What is left of the chunk that is being read.
    chunk: Vec<u8>,
}

impl Stream {
    /// Sends the head of a stream; `framing` is the header that says how the body ends.
    async fn begin(socket: TcpStream, framing: &str) -> Self {
        let (output, mut input) = socket.into_split();
        let head = format!(
            "POST /api/v1/score/stream HTTP/1.1\r\nHost: x\r\nX-API-Key: {KEY}\r\n\
             Content-Type: application/x-ndjson\r\n{framing}\r\n\r\n"
        );
        input.write_all(head.as_bytes()).await.expect("written");
        Self { input, answers: Answers { output: BufReader::new(output), chunk: Vec::new() } }
    }

    async fn chunked(app: &TestApp) -> Self {
        let socket = TcpStream::connect(app.address).await.expect("a connection");
        Self::begin(socket, "Transfer-Encoding: chunked").await
    }

    /// Sends one chunk of the body.
    async fn send(&mut self, piece: &str) {
        let chunk = format!("{:x}\r\n{piece}\r\n", piece.len());
        self.input.write_all(chunk.as_bytes()).await.expect("written");
    }
}

impl Answers {
    /// Reads the head of the answer.
    async fn answered(&mut self) -> String {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            let read = self.output.read_line(&mut head).await.expect("text");
            assert_ne!(read, 0, "{head}");
        }
        assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
        head
    }

    /// The next line of the answer, nothing after the last one.
    async fn line(&mut self) -> Option<Value> {
        let mut line = Vec::new();
        loop {
            if let Some(end) = self.chunk.iter().position(|&byte| byte == b'\n') {
                line.extend(self.chunk.drain(..=end));
                return Some(serde_json::from_slice(&line).expect("JSON"));
            }
            line.append(&mut self.chunk);
            if !self.next_chunk().await.expect("a chunk") {
                assert!(line.is_empty(), "the last line is whole");
                return None;
            }
        }
    }

    async fn next_chunk(&mut self) -> io::Result<bool> {
        let mut size = String::new();
        self.output.read_line(&mut size).await?;
        let size = usize::from_str_radix(size.trim_end(), 16).map_err(io::Error::other)?;
        self.chunk = vec![0; size];
        self.output.read_exact(&mut self.chunk).await?;
        self.output.read_exact(&mut [0; 2]).await?;
        Ok(size > 0)
    }

    /// The summary that must be all that is left.
    async fn summary(&mut self) -> Value {
        let summary = self.line().await.expect("a summary");
        assert_eq!(self.line().await, None);
        summary["summary"].clone()
    }
}

#[actix_web::test]
async fn a_line_is_answered_before_the_next_one_comes() {
    let app = TestApp::start();
    let mut stream = Stream::chunked(&app).await;
    assert!(stream.answers.answered().await.contains("\r\ntransfer-encoding: chunked\r\n"));
    for number in 1..=3 {
        let line = lead(&format!("lead-{number}")).to_string();
        // However a line comes in, it is answered with its last byte.
        let (first, second) = line.split_at(line.len() / number);
        stream.send(first).await;
        stream.send(&format!("{second}\n")).await;
        let answer = stream.answers.line().await.expect("an answer");
        assert_eq!(answer["line"], number);
        assert_eq!(answer["lead_id"], format!("lead-{number}"));
    }
    assert_eq!(app.metric("http_requests_active").await, 2.0);
    stream.input.write_all(b"0\r\n\r\n").await.expect("written");
    assert_eq!(stream.answers.summary().await["scored"], 3);
    while app.metric("http_requests_active").await > 1.0 {}
}

#[actix_web::test]
async fn a_stream_is_framed_either_way_and_the_last_on_its_connection() {
    let app = TestApp::start();
    let body = format!("{}\n", lead("a"));
    for framing in [format!("Content-Length: {}", body.len()), "Transfer-Encoding: chunked".into()]
    {
        let socket = TcpStream::connect(app.address).await.expect("a connection");
        let mut stream = Stream::begin(socket, &framing).await;
        if framing.starts_with("Content") {
            stream.input.write_all(body.as_bytes()).await.expect("written");
        } else {
            stream.send(&body).await;
            stream.input.write_all(b"0\r\n\r\n").await.expect("written");
        }
        stream.answers.answered().await;
        assert!(stream.answers.line().await.expect("an answer")["score"].is_object());
        assert_eq!(stream.answers.summary().await["complete"], true);
        // actix closes what it began to answer before the body had come in.
        let mut rest = Vec::new();
        stream.answers.output.read_to_end(&mut rest).await.expect("the end");
        assert!(rest.is_empty());
    }
}

#[actix_web::test]
async fn a_client_that_does_not_read_is_not_read_from() {
    const LINE: usize = 64;
    const MOST: usize = 1_000_000;
    let app = TestApp::start();
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.set_recv_buffer_size(4_096).expect("a small buffer");
    socket.set_send_buffer_size(4_096).expect("a small buffer");
    let socket = socket.connect(app.address).await.expect("a connection");
    let mut stream = Stream::begin(socket, &format!("Content-Length: {}", LINE * MOST)).await;
    // Wrong, and shorter than what is said about it: the answers are what fills the buffers.
    let line = format!("1{}\n", " ".repeat(LINE - 2));
    let lines = line.repeat(1_000);
    let mut sent = 0;
    loop {
        let patience = std::time::Duration::from_secs(1);
        let rest = &lines.as_bytes()[sent % lines.len()..];
        match tokio::time::timeout(patience, stream.input.write(rest)).await {
            Ok(written) => sent += written.expect("written"),
            Err(_) => break,
        }
        assert!(sent < LINE * MOST, "all of it was taken, and nothing of the answer was read");
    }
    let answered = app.metric("stream_lines_total{outcome=\"failed\"}").await;
    assert!(answered > 0.0);
    // What is left goes as the answers are read: nothing was lost meanwhile.
    let whole = sent.div_ceil(LINE);
    let rest = line.as_bytes()[LINE - (whole * LINE - sent)..].to_vec();
    let Stream { mut input, mut answers } = stream;
    let writing = actix_web::rt::spawn(async move {
        input.write_all(&rest).await.expect("written");
        input
    });
    answers.answered().await;
    for number in 1..=whole {
        assert_eq!(answers.line().await.expect("an answer")["line"], number);
    }
    let failed = app.metric("stream_lines_total{outcome=\"failed\"}").await;
    assert_eq!(failed, whole as f64);
    assert!(answered < failed, "it had stopped before the end of what it was sent");
    drop(writing.await.expect("no panic"));
}

#[actix_web::test]
async fn a_body_that_breaks_off_has_a_summary_that_says_so() {
    let app = TestApp::start_with(&["--body-timeout", "0.3"]);
    let [good, bad] = [lead("a"), lead_with("bounce_rate", 2)];
    let lines = format!("{good}\n{bad}\n{{\"lead_id\":\"begun");
    for (framing, end, detail) in [
        ("chunked", "x\r\n", "The request body ended early or was framed wrongly."),
        ("chunked", "", "The request body did not come in within 0.3 seconds."),
    ] {
        let socket = TcpStream::connect(app.address).await.expect("a connection");
        let mut stream = Stream::begin(socket, &format!("Transfer-Encoding: {framing}")).await;
        stream.send(&lines).await;
        stream.input.write_all(end.as_bytes()).await.expect("written");
        stream.answers.answered().await;
        assert!(stream.answers.line().await.expect("an answer")["score"].is_object());
        assert!(stream.answers.line().await.expect("an answer")["error"].is_object());
        let summary = stream.answers.summary().await;
        assert_eq!(summary["complete"], false);
        assert_eq!(summary["detail"], detail);
        assert_eq!((&summary["scored"], &summary["failed"]), (&json!(1), &json!(1)));
        // Whatever else is said, the connection is closed.
        stream.answers.output.read_to_end(&mut Vec::new()).await.expect("the end");
    }
    assert_eq!(app.metric("streams_total{outcome=\"broken\"}").await, 2.0);
    assert_eq!(app.metric("slow_clients_cut_total{stage=\"body\"}").await, 1.0);
}

#[actix_web::test]
async fn a_stream_keeps_the_model_it_began_with() {
    let folder = Folder::new();
    folder.put("old.json", &version("1.1.0"));
    folder.put("new.json", &shifted("1.0.0", 1.0));
    let app = TestApp::start_with(&["--model-path", folder.text()]);
    let mut stream = Stream::chunked(&app).await;
    let line = format!("{}\n", lead("a"));
    stream.send(&line).await;
    stream.answers.answered().await;
    let before = stream.answers.line().await.expect("an answer");
    let activated = app.post("/api/v1/admin/models/1.0.0/activate", &json!(null)).await;
    assert_eq!(activated.status(), 200);
    let single: Value = app.post("/api/v1/score", &lead("a")).await.json().await.expect("JSON");
    assert_ne!(single["score"], before["score"]);
    stream.send(&line).await;
    let after = stream.answers.line().await.expect("an answer");
    assert_eq!(after["score"], before["score"]);
    stream.input.write_all(b"0\r\n\r\n").await.expect("written");
    assert_eq!(stream.answers.summary().await["model"]["version"], "1.1.0");
}

#[actix_web::test]
async fn a_client_that_leaves_ends_its_stream() {
    let app = TestApp::start();
    let mut stream = Stream::chunked(&app).await;
    stream.send(&format!("{}\n", lead("a"))).await;
    stream.answers.answered().await;
    stream.answers.line().await.expect("an answer");
    drop(stream);
    while app.metric("streams_total{outcome=\"broken\"}").await < 1.0 {}
    while app.metric("http_requests_active").await > 1.0 {}
    assert_eq!(app.metric("stream_lines_total{outcome=\"scored\"}").await, 1.0);
}

/// The most memory that a process has had, in KiB.
#[cfg(target_os = "linux")]
fn peak(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).expect("a process");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("a peak");
    line.trim().trim_end_matches(" kB").parse().expect("a number")
}

#[cfg(target_os = "linux")]
#[actix_web::test]
async fn a_hundred_thousand_lines_take_no_more_memory_than_a_few() {
    let program = Running::start(&["--port", "0", "--workers", "1", "--api-keys", KEY], &[]);
    let address = program.address.trim_start_matches("http://").to_owned();
    let mut peaks = Vec::new();
    for count in [2_000, 100_000] {
        let socket = TcpStream::connect(&address).await.expect("a connection");
        let Stream { mut input, mut answers } =
            Stream::begin(socket, "Transfer-Encoding: chunked").await;
        let writing = actix_web::rt::spawn(async move {
            let good = lead("").to_string();
            for from in (0..count).step_by(100) {
                let numbers = from..from + 100;
                let lines: String = numbers
                    .map(|number| match number % 100 {
                        99 => format!("{number}\n"),
                        _ => good.replacen("\"\"", &format!("\"{number}\""), 1) + "\n",
                    })
                    .collect();
                let piece = format!("{:x}\r\n{lines}\r\n", lines.len());
                input.write_all(piece.as_bytes()).await.expect("written");
            }
            input.write_all(b"0\r\n\r\n").await.expect("written");
            input
        });
        answers.answered().await;
        for number in 0..count {
            let answer = answers.line().await.expect("an answer");
            assert_eq!(answer["line"], number + 1);
            if number % 100 == 99 {
                assert_eq!(answer["error"]["errors"][0]["code"], "wrong_type");
            } else {
                assert_eq!(answer["lead_id"], number.to_string());
                assert!(answer["score"]["raw_score"].is_number());
            }
        }
        let summary = answers.summary().await;
        assert_eq!(summary["failed"], count / 100);
        assert_eq!(summary["complete"], true);
        drop(writing.await.expect("no panic"));
        peaks.push(peak(program.id()));
    }
    // The second body and its answers have 80 MB.
    assert!(peaks[1] < peaks[0] + 8 * 1_024, "{peaks:?} KiB");
}

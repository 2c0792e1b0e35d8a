//! One long body of lines, written while the answer's lines are read.

use std::{
    io::{self, BufWriter, Read, Write},
    net::TcpStream,
    thread,
    time::Instant,
};

use serde::Serialize;

use super::{answer::AnswerHead, request::Head};

/// Bytes written at once.
const PIECE: usize = 64 * 1024;

/// What happened.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    status: u16,
    lines: u64,
    seconds: f64,
}

/// Sends the leads in turns until `lines` lines are sent, and reads until the answer ends.
pub(crate) fn run(head: &Head<'_>, leads: &[&[u8]], lines: u64) -> io::Result<Report> {
    let socket = TcpStream::connect(head.address)?;
    let start = Instant::now();
    thread::scope(|scope| {
        let sending = socket.try_clone()?;
        let sender = scope.spawn(move || send(&sending, head, leads, lines));
        let (status, lines) = receive(&socket)?;
        // A service that refuses may close while lines are still being sent.
        let sent = sender.join().expect("the sender does not panic");
        if status == 200 {
            sent?;
        }
        Ok(Report { status, lines, seconds: start.elapsed().as_secs_f64() })
    })
}

fn send(socket: &TcpStream, head: &Head<'_>, leads: &[&[u8]], lines: u64) -> io::Result<()> {
    let turn = || leads.iter().cycle().zip(0..lines).map(|(lead, _)| *lead);
    let length: u64 = turn().map(|lead| lead.len() as u64 + 1).sum();
    let typed = format!(
        "Content-Type: application/x-ndjson\r\nContent-Length: {length}\r\nConnection: close\r\n"
    );
    let mut out = BufWriter::with_capacity(PIECE, socket);
    out.write_all(&head.write(&typed))?;
    for lead in turn() {
        out.write_all(lead)?;
        out.write_all(b"\n")?;
    }
    out.flush()
}

/// The status, and how many lines the body had. Frames of chunks hold line ends too, so they are taken apart.
fn receive(mut socket: &TcpStream) -> io::Result<(u16, u64)> {
    let mut bytes = Vec::new();
    let mut piece = vec![0; PIECE];
    let mut more = |bytes: &mut Vec<u8>| {
        let count = socket.read(&mut piece)?;
        bytes.extend_from_slice(&piece[..count]);
        Ok::<_, io::Error>(count > 0)
    };
    let head = loop {
        if let Some(head) = AnswerHead::read(&bytes)? {
            break head;
        }
        if !more(&mut bytes)? {
            return Err(io::Error::other("the service closed the connection without an answer"));
        }
    };
    bytes.drain(..head.length);
    let mut lines = 0;
    let Some(length) = head.body else {
        let mut body = Chunked::default();
        while !body.take(&mut bytes, &mut lines)? {
            if !more(&mut bytes)? {
                return Err(io::Error::other("the answer was cut off"));
            }
        }
        return Ok((head.status, lines));
    };
    while bytes.len() < length && more(&mut bytes)? {}
    Ok((head.status, newlines(&bytes)))
}

/// A body in chunks, of which only the line ends are kept.
#[derive(Debug, Default)]
struct Chunked {
    /// What is missing of the chunk that is being read, its closing line end included.
    missing: usize,
}

impl Chunked {
    /// Takes what is there out of `bytes`; true after the last chunk.
    fn take(&mut self, bytes: &mut Vec<u8>, lines: &mut u64) -> io::Result<bool> {
        let mut rest = bytes.as_slice();
        let mut ended = false;
        while !rest.is_empty() {
            if self.missing > 0 {
                let (chunk, after) = rest.split_at(self.missing.min(rest.len()));
                // The two bytes that close a chunk are not of the body.
                let body = self.missing.saturating_sub(2).min(chunk.len());
                *lines += newlines(&chunk[..body]);
                self.missing -= chunk.len();
                rest = after;
                continue;
            }
            let Some(end) = rest.iter().position(|byte| *byte == b'\n') else { break };
            let size = std::str::from_utf8(&rest[..end]).map_err(io::Error::other)?.trim();
            let size = usize::from_str_radix(size, 16).map_err(io::Error::other)?;
            rest = &rest[end + 1..];
            if size == 0 {
                ended = true;
                break;
            }
            self.missing = size + 2;
        }
        let taken = bytes.len() - rest.len();
        bytes.drain(..taken);
        Ok(ended)
    }
}

fn newlines(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|byte| **byte == b'\n').count() as u64
}

#[cfg(test)]
mod tests {
    use super::Chunked;

    #[test]
    fn lines_are_counted_wherever_the_chunks_are_torn() {
        let answer = b"4\r\na\nb\n\r\n1\r\n\n\r\nA\r\n0123456\n89\r\n0\r\n\r\n";
        for piece in 1..answer.len() {
            let (mut body, mut bytes, mut lines, mut ended) =
                (Chunked::default(), Vec::new(), 0, false);
            for part in answer.chunks(piece) {
                bytes.extend_from_slice(part);
                if ended {
                    break;
                }
                ended = body.take(&mut bytes, &mut lines).expect("chunks");
            }
            assert_eq!((lines, ended), (4, true), "torn every {piece} bytes");
        }
    }
}

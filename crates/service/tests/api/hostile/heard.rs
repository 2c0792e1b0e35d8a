//! [`Heard`]: an answer, read from a connection byte by byte.
//!
//! Nothing is read beyond its end, so that what comes after it can be looked at.

use std::{
    io::{BufRead, BufReader, ErrorKind, Read},
    net::TcpStream,
};

/// A head and the body that it announces.
#[derive(Debug)]
pub(super) struct Heard {
    pub(super) status: u16,
    pub(super) head: String,
    pub(super) body: String,
}

/// The next answer on a connection.
pub(super) fn heard(socket: &mut TcpStream, is_head: bool) -> Result<Heard, String> {
    let mut reader = BufReader::with_capacity(1, socket);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        match reader.read_line(&mut head) {
            Ok(0) => return Err(format!("the connection ended after {head:?}")),
            Ok(_) => {}
            Err(error) => return Err(format!("no answer ({error}) after {head:?}")),
        }
    }
    let status = head.get(9..12).and_then(|status| status.parse().ok());
    let status = status.ok_or_else(|| format!("no status in {head:?}"))?;
    // An interim answer is followed by the real one.
    if status == 100 {
        return heard(reader.into_inner(), is_head);
    }
    if head.contains("transfer-encoding: chunked\r\n") {
        let body = chunks(&mut reader)?;
        return Ok(Heard { status, head, body });
    }
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    let length =
        length.map_or(Ok(0), str::parse).map_err(|error| format!("{error} in {head:?}"))?;
    let mut body = vec![0; if is_head { 0 } else { length }];
    reader.read_exact(&mut body).map_err(|error| format!("{error} in the body of {head:?}"))?;
    let body = String::from_utf8(body).map_err(|error| error.to_string())?;
    Ok(Heard { status, head, body })
}

/// What else comes before the connection ends. That it ends by a reset is an end as well.
pub(super) fn rest(socket: &mut TcpStream) -> Result<Vec<u8>, String> {
    let mut rest = Vec::new();
    match socket.read_to_end(&mut rest) {
        Err(error) if error.kind() == ErrorKind::WouldBlock => {
            Err("the connection stays open".to_owned())
        }
        _ => Ok(rest),
    }
}

/// A body in chunks, to its end.
fn chunks(reader: &mut impl BufRead) -> Result<String, String> {
    let mut body = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).map_err(|error| format!("{error} in a chunk's size"))?;
        let size = usize::from_str_radix(line.trim_end(), 16)
            .map_err(|_| format!("no size of a chunk but {line:?}"))?;
        let mut chunk = vec![0; size + 2];
        reader.read_exact(&mut chunk).map_err(|error| format!("{error} in a chunk"))?;
        body.extend_from_slice(&chunk[..size]);
        if size == 0 {
            return String::from_utf8(body).map_err(|error| error.to_string());
        }
    }
}

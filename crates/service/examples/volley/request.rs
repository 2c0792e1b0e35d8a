//! Requests as bytes, made once.

use std::net::SocketAddr;

/// What all requests have in common.
#[derive(Debug)]
pub(crate) struct Head<'a> {
    pub(crate) address: SocketAddr,
    pub(crate) path: &'a str,
    pub(crate) key: Option<&'a str>,
}

impl Head<'_> {
    /// The head of a request whose body is framed and typed by `rest`, which are whole lines.
    pub(crate) fn write(&self, rest: &str) -> Vec<u8> {
        let Self { address, path, key } = self;
        let key = key.map_or(String::new(), |key| format!("X-API-Key: {key}\r\n"));
        format!("POST {path} HTTP/1.1\r\nHost: {address}\r\n{key}{rest}\r\n").into_bytes()
    }
}

/// A request for each lead, or for each `batch` leads; the leads go round until each was first once.
pub(crate) fn prepare(head: &Head<'_>, leads: &[&[u8]], batch: usize) -> Vec<Vec<u8>> {
    let body = |first: usize| {
        let mut members = leads.iter().cycle().skip(first).take(batch).copied();
        if batch == 1 { members.next().unwrap_or_default().to_vec() } else { list(members) }
    };
    let request = |first| {
        let body = body(first);
        let typed = format!("Content-Type: application/json\r\nContent-Length: {}\r\n", body.len());
        let mut request = head.write(&typed);
        request.extend_from_slice(&body);
        request
    };
    (0..leads.len()).step_by(batch).map(request).collect()
}

fn list<'a>(members: impl Iterator<Item = &'a [u8]>) -> Vec<u8> {
    let mut list = vec![b'['];
    for (index, member) in members.enumerate() {
        if index > 0 {
            list.push(b',');
        }
        list.extend_from_slice(member);
    }
    list.push(b']');
    list
}

//! One GET or a form, as a person would send it with curl.
//!
//! Enough to ask a program of ours on this machine how it is: HTTP/1.0 without
//! encryption, on a connection of its own that the answer's end closes. Load
//! is the load generator's business.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use anyhow::{Context, Result};

/// Longer than any answer of a healthy program on this machine.
const PATIENCE: Duration = Duration::from_secs(5);

/// Status and body of `path` at `address`, such as `127.0.0.1:8000`.
pub(crate) fn get(address: &str, path: &str) -> Result<(u16, String)> {
    let asked = || format!("failed to ask http://{address}{path}");
    let answer = exchange(address, path).with_context(asked)?;
    read(&answer).with_context(asked)
}

/// Status and body of a form that is posted to `path` at `address`; `form` is encoded already.
pub(crate) fn post_form(address: &str, path: &str, form: &str) -> Result<(u16, String)> {
    let asked = || format!("failed to post to http://{address}{path}");
    let length = form.len();
    let head = format!(
        "POST {path} HTTP/1.0\r\nHost: {address}\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: {length}\r\n\r\n{form}"
    );
    let answer = say(address, &head).with_context(asked)?;
    read(&answer).with_context(asked)
}

/// An address that was free a moment ago, for a server that cannot choose one itself.
pub(crate) fn free_address() -> Result<String> {
    let taken = TcpListener::bind("127.0.0.1:0").context("failed to take a port")?;
    Ok(taken.local_addr()?.to_string())
}

fn exchange(address: &str, path: &str) -> std::io::Result<String> {
    say(address, &format!("GET {path} HTTP/1.0\r\nHost: {address}\r\n\r\n"))
}

fn say(address: &str, request: &str) -> std::io::Result<String> {
    let mut socket = TcpStream::connect(address)?;
    socket.set_read_timeout(Some(PATIENCE))?;
    socket.set_write_timeout(Some(PATIENCE))?;
    socket.write_all(request.as_bytes())?;
    let mut answer = String::new();
    socket.read_to_string(&mut answer)?;
    Ok(answer)
}

/// Takes an answer apart.
fn read(answer: &str) -> Result<(u16, String)> {
    let (head, body) = answer.split_once("\r\n\r\n").context("the answer has no end of head")?;
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    Ok((status.context("the answer has no status")?, body.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn an_answer_is_its_status_and_its_body() {
        let answer = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 3\r\n\r\nno\n";
        assert_eq!(read(answer).unwrap(), (503, "no\n".to_owned()));
        assert!(read("HTTP/1.1 200 OK\r\nContent-").is_err());
        assert!(read("\r\n\r\n").is_err());
    }
}

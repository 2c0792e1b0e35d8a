//! One connection with at most one request under way.

use std::{
    io::{self, ErrorKind, Read, Write},
    net::{SocketAddr, TcpStream},
    os::fd::{AsFd, BorrowedFd},
    time::Instant,
};

use super::answer::AnswerHead;

/// Holds the answer to a batch of 100.
const ROOM: usize = 64 * 1024;

#[derive(Debug)]
pub(crate) struct Connection<'a> {
    stream: TcpStream,
    /// What is still to be sent of the request.
    unsent: &'a [u8],
    answer: Vec<u8>,
    filled: usize,
    head: Option<AnswerHead>,
    /// When the request under way was to be sent.
    pub(crate) due: Instant,
    busy: bool,
}

impl<'a> Connection<'a> {
    pub(crate) fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nonblocking(true)?;
        stream.set_nodelay(true)?;
        let answer = vec![0; ROOM];
        Ok(Self {
            stream,
            unsent: &[],
            answer,
            filled: 0,
            head: None,
            due: Instant::now(),
            busy: false,
        })
    }

    /// Begins the next request.
    pub(crate) fn send(&mut self, request: &'a [u8], due: Instant) -> io::Result<()> {
        (self.unsent, self.filled, self.head, self.due) = (request, 0, None, due);
        self.busy = true;
        self.write()
    }

    /// Goes on after the socket woke up; the status once the whole answer is here.
    pub(crate) fn proceed(&mut self) -> io::Result<Option<u16>> {
        if !self.busy {
            return Ok(None);
        }
        self.write()?;
        loop {
            let room = &mut self.answer[self.filled..];
            let has_room = room.len();
            match self.stream.read(room) {
                Ok(0) => return Err(io::Error::other("the service closed a connection")),
                Ok(count) => {
                    self.filled += count;
                    if let Some(status) = self.complete()? {
                        return Ok(Some(status));
                    }
                    if count < has_room {
                        return Ok(None);
                    }
                    self.answer.resize(2 * self.answer.len(), 0);
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(None),
                Err(error) => return Err(error),
            }
        }
    }

    fn write(&mut self) -> io::Result<()> {
        while !self.unsent.is_empty() {
            match self.stream.write(self.unsent) {
                Ok(count) => self.unsent = &self.unsent[count..],
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn complete(&mut self) -> io::Result<Option<u16>> {
        if self.head.is_none() {
            self.head = AnswerHead::read(&self.answer[..self.filled])?;
        }
        let Some(head) = self.head else { return Ok(None) };
        let Some(body) = head.body else {
            return Err(io::Error::other("an answer in chunks, where one with a length is due"));
        };
        self.busy = self.filled < head.length + body;
        Ok((!self.busy).then_some(head.status))
    }
}

impl AsFd for Connection<'_> {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.stream.as_fd()
    }
}

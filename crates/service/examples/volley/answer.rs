//! Where an answer ends, and whether it is a 200.

use std::io;

/// The head of an answer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AnswerHead {
    /// 200 and its like.
    pub(crate) status: u16,
    /// Bytes of the head, its empty line included.
    pub(crate) length: usize,
    /// Bytes of the body; `None` where it comes in chunks.
    pub(crate) body: Option<usize>,
}

impl AnswerHead {
    /// Reads the head at the start of `bytes`, if all of it is there.
    ///
    /// # Errors
    ///
    /// Fails where the bytes are no answer of HTTP/1.1 whose end can be known.
    pub(crate) fn read(bytes: &[u8]) -> io::Result<Option<Self>> {
        let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else {
            return Ok(None);
        };
        let odd = || io::Error::other("an answer that is not HTTP/1.1 with a length");
        let status = bytes.get(9..12).and_then(number).ok_or_else(odd)?;
        let lines = bytes[..end].split(|byte| *byte == b'\n').skip(1);
        let (mut body, mut chunked) = (None, false);
        for line in lines {
            if let Some(value) = value_of(line, b"content-length:") {
                body = number(value);
            }
            chunked |= value_of(line, b"transfer-encoding:").is_some();
        }
        if body.is_none() && !chunked {
            return Err(odd());
        }
        let status = u16::try_from(status).map_err(|_| odd())?;
        Ok(Some(Self { status, length: end + 4, body }))
    }
}

fn value_of<'a>(line: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let (start, value) = line.split_at_checked(name.len())?;
    start.eq_ignore_ascii_case(name).then(|| value.trim_ascii())
}

fn number(digits: &[u8]) -> Option<usize> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::AnswerHead;

    #[test]
    fn a_head_tells_where_the_answer_ends() {
        let bytes = b"HTTP/1.1 200 OK\r\nServer: x\r\ncontent-Length: 12 \r\n\r\nhello";
        let head = AnswerHead::read(bytes).expect("HTTP").expect("a whole head");
        assert_eq!((head.status, head.length, head.body), (200, 51, Some(12)));
        assert!(AnswerHead::read(&bytes[..40]).expect("HTTP").is_none());
        let chunked = b"HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n";
        let head = AnswerHead::read(chunked).expect("HTTP").expect("a whole head");
        assert_eq!((head.status, head.body), (404, None));
    }

    #[test]
    fn an_answer_without_an_end_is_refused() {
        assert!(AnswerHead::read(b"HTTP/1.1 200 OK\r\n\r\n").is_err());
        assert!(AnswerHead::read(b"SSH-2.0-x\r\n\r\n").is_err());
    }
}

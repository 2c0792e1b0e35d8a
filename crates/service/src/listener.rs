//! The socket that the service listens on.
//!
//! [`listen`] sets what every accepted connection shall inherit. The kernel does what no timer of ours could see: it
//! notices that a client takes nothing of its answer, and ends the connection. Serving it is the app's business.

use std::{
    io,
    net::{SocketAddr, TcpListener},
    time::Duration,
};

use socket2::{Domain, Protocol, Socket, Type};

/// Connections that may wait to be accepted. Bursts of new clients are larger than actix's 1024; the system caps it.
const BACKLOG: i32 = 4_096;

/// Listens on `address`. On Linux a connection is cut once its client has taken nothing of an answer for `write_timeout`.
///
/// # Errors
///
/// Whatever the system says about the address.
pub(crate) fn listen(address: SocketAddr, write_timeout: Duration) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    // Without it a restarted service would wait for the old connections' last minute.
    #[cfg(unix)]
    socket.set_reuse_address(true)?;
    if let Err(error) = limit_unread_answers(&socket, write_timeout) {
        tracing::warn!(%error, "WRITE_TIMEOUT is not in force: clients that read no answers are not cut");
    }
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}

/// Accepted connections inherit it. It bounds both an answer that is not acknowledged and a window that stays shut.
#[cfg(any(target_os = "android", target_os = "fuchsia", target_os = "linux"))]
fn limit_unread_answers(socket: &Socket, patience: Duration) -> io::Result<()> {
    // Below a millisecond it would be 0, which turns the timer off.
    socket.set_tcp_user_timeout(Some(patience.max(Duration::from_millis(1))))
}

#[cfg(not(any(target_os = "android", target_os = "fuchsia", target_os = "linux")))]
fn limit_unread_answers(_: &Socket, _: Duration) -> io::Result<()> {
    Err(io::Error::new(io::ErrorKind::Unsupported, "this system has no such timer"))
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::{net::TcpStream, time::Duration};

    use socket2::SockRef;

    use super::listen;

    #[test]
    fn an_accepted_connection_has_the_timer_of_the_listener() {
        let patience = Duration::from_millis(1_500);
        let any = "127.0.0.1:0".parse().expect("an address");
        let listener = listen(any, patience).expect("a free port");
        let address = listener.local_addr().expect("its address");
        let _client = TcpStream::connect(address).expect("a connection");
        let (accepted, _) = listener.accept().expect("the same");
        assert_eq!(SockRef::from(&accepted).tcp_user_timeout().expect("set"), Some(patience));
    }
}

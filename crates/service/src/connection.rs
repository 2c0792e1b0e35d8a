//! An open connection, and the watch that cuts it when it is held open for nothing.
//!
//! actix times the head of a connection's first request and a connection on which nothing comes. It waits for ever for a
//! second head that comes in drop by drop, and for the end of a chunked body that was refused. [`Connection`] therefore
//! counts its requests, and a connection that has had none in flight for a whole `KEEP_ALIVE` and `HEAD_TIMEOUT` is shut.

use std::{
    any::Any,
    cell::Cell,
    net::Shutdown,
    rc::{Rc, Weak},
    time::Duration,
};

use actix_tls::accept::rustls_0_23::TlsStream;
use actix_web::{
    HttpRequest,
    dev::Extensions,
    rt::{self, net::TcpStream, task::JoinHandle},
    web::Data,
};
use socket2::{SockRef, Socket};
use tokio::{sync::watch::Receiver, time::sleep};

use crate::state::Shared;

/// How long a client gets to take the answer that ends its connection, as long as actix gives it elsewhere.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// Between two looks at a connection while the service closes: long enough for an answer to be written.
const LAST_LOOKS: Duration = Duration::from_millis(50);

/// A connection as its requests know it.
#[derive(Debug)]
pub(crate) struct Connection {
    /// A second handle of the socket, because actix keeps the first one.
    socket: Socket,
    in_flight: Cell<u32>,
    /// How often a request began or ended.
    turns: Cell<u64>,
    state: Data<Shared>,
}

impl Connection {
    /// A request begins.
    pub(crate) fn enter(&self) {
        self.in_flight.set(self.in_flight.get() + 1);
        self.turn();
    }

    /// A request has been answered or given up.
    pub(crate) fn leave(&self) {
        self.in_flight.set(self.in_flight.get().saturating_sub(1));
        self.turn();
    }

    fn turn(&self) {
        self.turns.set(self.turns.get().wrapping_add(1));
    }

    fn is_idle_since(&self, turns: u64) -> bool {
        self.in_flight.get() == 0 && self.turns.get() == turns
    }

    fn cut(&self) {
        self.state.metrics.shedding.slow_heads.inc();
        self.shut();
    }

    fn shut(&self) {
        // A client that left by itself has nothing to be shut any more.
        let _ = self.socket.shutdown(Shutdown::Both);
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.state.metrics.shedding.connections.dec();
    }
}

/// A connection and its watch, which ends with it.
#[derive(Debug)]
struct Watched {
    connection: Rc<Connection>,
    watch: JoinHandle<()>,
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.watch.abort();
    }
}

/// Watches a new connection; called on the worker's thread, which keeps what is put into `data` as long as the connection.
pub(crate) fn watch(
    io: &dyn Any,
    data: &mut Extensions,
    state: &Data<Shared>,
    keep_alive: Duration,
) {
    let encrypted = io.downcast_ref::<TlsStream<TcpStream>>().map(|stream| stream.get_ref().0);
    let Some(stream) = io.downcast_ref::<TcpStream>().or(encrypted) else { return };
    // Without a further descriptor there is no watch, and the connection is served all the same.
    let Ok(socket) = SockRef::from(stream).try_clone() else { return };
    state.metrics.shedding.connections.inc();
    let connection = Rc::new(Connection {
        socket,
        in_flight: Cell::new(0),
        turns: Cell::new(0),
        state: state.clone(),
    });
    let patience = keep_alive + state.timers.head;
    let watch = rt::spawn(cut_when_idle(Rc::downgrade(&connection), patience, state.closing()));
    data.insert(Watched { connection, watch });
}

/// The connection of a request, if it is watched.
pub(crate) fn of(request: &HttpRequest) -> Option<Rc<Connection>> {
    request.conn_data::<Watched>().map(|watched| Rc::clone(&watched.connection))
}

/// Shuts the connection of a request a moment after its last answer, also when its client does not leave off sending.
pub(crate) fn close_soon(request: &HttpRequest) {
    let Some(connection) = of(request).map(|connection| Rc::downgrade(&connection)) else { return };
    rt::spawn(async move {
        sleep(LAST_WORDS).await;
        if let Some(connection) = connection.upgrade() {
            connection.shut();
        }
    });
}

/// Looks once in a while, so that requests need not set a clock: an idle connection is cut after one to two `patience`s, and
/// after two short looks once the service closes, because actix would wait for idle connections of HTTP/2.
async fn cut_when_idle(
    connection: Weak<Connection>,
    patience: Duration,
    mut closing: Receiver<bool>,
) {
    let (mut turns, mut closes) = (0, false);
    loop {
        tokio::select! {
            () = sleep(if closes { LAST_LOOKS } else { patience }) => {}
            _ = closing.wait_for(|closing| *closing), if !closes => {
                closes = true;
                continue;
            }
        }
        let Some(connection) = connection.upgrade() else { return };
        if connection.is_idle_since(turns) {
            if closes {
                connection.shut();
            } else {
                connection.cut();
            }
            return;
        }
        turns = connection.turns.get();
    }
}

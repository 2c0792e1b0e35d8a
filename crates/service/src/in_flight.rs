//! A request in flight: from its head to the end of its answer.
//!
//! [`InFlight`] is a guard, so that a client that leaves and a handler that panics are counted out like everyone else. How
//! many are too many is for [`shed`](crate::shed) to say.

use std::{
    pin::Pin,
    rc::Rc,
    task::{Context, Poll},
};

use actix_web::{
    body::{BodySize, BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    web::{Bytes, Data},
};

use crate::{
    connection::{self, Connection},
    state::Shared,
};

/// Counts a request as in flight until it is answered or its client is gone.
pub(crate) struct InFlight {
    state: Rc<Data<Shared>>,
    connection: Option<Rc<Connection>>,
}

impl InFlight {
    /// One more is in flight, in the whole service and on its connection.
    pub(crate) fn enter(state: Rc<Data<Shared>>, request: &ServiceRequest) -> Self {
        state.metrics.requests.active().inc();
        let connection = connection::of(request.request());
        if let Some(connection) = &connection {
            connection.enter();
        }
        Self { state, connection }
    }

    /// What the request is counted in.
    pub(crate) fn state(&self) -> &Shared {
        &self.state
    }

    /// Ends here for an answer that is whole, and with its last piece for one that is still being made.
    pub(crate) fn until_sent(self, response: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
        match response.response().body().size() {
            BodySize::None | BodySize::Sized(_) => response,
            BodySize::Stream => {
                response.map_body(|_, body| BoxBody::new(Held { body, _in_flight: self }))
            }
        }
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.state.metrics.requests.active().dec();
        if let Some(connection) = &self.connection {
            connection.leave();
        }
    }
}

/// The body of an answer that streams.
struct Held {
    body: BoxBody,
    _in_flight: InFlight,
}

impl MessageBody for Held {
    type Error = <BoxBody as MessageBody>::Error;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        self.body.as_pin_mut().poll_next(context)
    }
}

#[cfg(test)]
mod tests {
    use std::{future::ready, rc::Rc};

    use actix_web::{
        App, Error, HttpResponse,
        body::{MessageBody, to_bytes},
        dev::Service,
        test::{TestRequest, init_service},
        web::{self, Bytes},
    };
    use futures_util::stream;

    use super::InFlight;
    use crate::state::Shared;

    #[actix_web::test]
    async fn an_answer_that_streams_is_in_flight_to_its_end() {
        let state = Shared::of_test(&[]);
        let counted = Rc::new(state.clone());
        let pieces = || stream::iter([Ok::<_, Error>(Bytes::from_static(b"a piece"))]);
        let app = App::new()
            .route("/", web::get().to(move || ready(HttpResponse::Ok().streaming(pieces()))))
            .wrap_fn(move |request, routes| {
                let in_flight = InFlight::enter(Rc::clone(&counted), &request);
                let answer = routes.call(request);
                async move { Ok(in_flight.until_sent(answer.await?.map_into_boxed_body())) }
            });
        let app = init_service(app).await;
        let answer = app.call(TestRequest::default().to_request()).await.expect("an answer");
        assert_eq!(state.metrics.requests.active().get(), 1);
        let body = answer.into_body().try_into_bytes().expect_err("a stream");
        assert_eq!(to_bytes(body).await.expect("all of it"), "a piece");
        assert_eq!(state.metrics.requests.active().get(), 0);
    }
}

//! What a group of routes is once there are layers around it: a name for a bound that would fill a paragraph.

use actix_web::{
    Error,
    dev::{ServiceFactory, ServiceRequest, ServiceResponse},
};

/// Takes requests, needs no configuration, and answers by responses as our layers make them.
pub(super) trait Layered:
    ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse,
        Error = Error,
        InitError = (),
    > + 'static
{
}

impl<T> Layered for T where
    T: ServiceFactory<
            ServiceRequest,
            Config = (),
            Response = ServiceResponse,
            Error = Error,
            InitError = (),
        > + 'static
{
}

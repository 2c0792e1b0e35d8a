//! One body over and over without a pause, with Goose.
//!
//! Built and run by `cargo xtask bench loadgen`, which names in BODY the file to send.

use std::sync::LazyLock;

use goose::prelude::*;

static BODY: LazyLock<Vec<u8>> = LazyLock::new(|| {
    std::fs::read(std::env::var_os("BODY").expect("BODY names a file")).expect("it can be read")
});

async fn score(user: &mut GooseUser) -> TransactionResult {
    let builder = user.get_request_builder(&GooseMethod::Post, "/api/v1/score")?;
    let builder = builder.header("content-type", "application/json").body(BODY.as_slice());
    let request = GooseRequest::builder().set_request_builder(builder).build();
    // Read to its end, or the connection could not be used again.
    if let Ok(answer) = user.request(request).await?.response {
        let _ = answer.bytes().await;
    }
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), GooseError> {
    let scenario = scenario!("Hurried").register_transaction(transaction!(score));
    GooseAttack::initialize()?.register_scenario(scenario).execute().await?;
    Ok(())
}

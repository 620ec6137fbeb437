//! Servers of models that run on this computer.

use std::time::Duration;

use crate::{
    Cancel, EngineError,
    http::{Address, Patience, ServerKind, Transport, run, survey},
};

/// A server is here or it isn't: nobody waits long for a port of this computer.
const PATIENCE: Duration = Duration::from_millis(1500);

/// A server of models that answers on this computer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundServer {
    /// By what it answers, not by its port.
    pub kind: ServerKind,
    /// `http://127.0.0.1:11434/v1`
    pub address: Address,
    /// The models it can be asked for.
    pub models: Vec<String>,
}

/// The ports that Ollama, LM Studio, llama-server and vLLM usually listen on.
pub fn usual_ports() -> Vec<u16> {
    [ServerKind::Ollama, ServerKind::LmStudio, ServerKind::LlamaServer, ServerKind::Vllm]
        .into_iter()
        .filter_map(ServerKind::usual_port)
        .collect()
}

/// Asks these ports of 127.0.0.1, all at once, for a second and a half at most. Nothing but loopback is ever asked.
/// Servers come in the order of their ports; none when it is cancelled.
pub fn discover(ports: &[u16], cancel: &Cancel) -> Vec<FoundServer> {
    let found: Result<_, EngineError> = run(cancel, async {
        let mut asking = tokio::task::JoinSet::new();
        for (place, port) in ports.iter().copied().enumerate() {
            asking.spawn(async move { Some((place, ask(port).await?)) });
        }
        let mut found: Vec<_> = asking.join_all().await.into_iter().flatten().collect();
        found.sort_by_key(|(place, _)| *place);
        Ok(found.into_iter().map(|(_, server)| server).collect())
    });
    found.unwrap_or_default()
}

async fn ask(port: u16) -> Option<FoundServer> {
    let address = Address::parse(&format!("http://127.0.0.1:{port}/v1")).ok()?;
    let patience = Patience { connect: PATIENCE, call: PATIENCE, ..Patience::default() };
    let transport = Transport::new(address.clone(), None, patience).ok()?;
    let survey = tokio::time::timeout(PATIENCE, survey(&transport)).await.ok()?.ok()?;
    // Other programs listen on these ports too: one without a model is none of ours to name.
    if survey.kind == ServerKind::Other && survey.models.is_empty() {
        return None;
    }
    Some(FoundServer { kind: survey.kind, address, models: survey.models })
}

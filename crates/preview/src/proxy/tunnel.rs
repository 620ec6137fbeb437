//! Websockets once they are one: bytes copied both ways until either side ends.

use std::{io, time::Duration};

use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    sync::watch,
};

/// What is copied at once, in bytes; a message of any length goes through it piece by piece.
const PIECE: usize = 32 * 1024;

/// How long the second side may stay silent once the first has ended. Websockets end on both sides at once; what lingers has lost its peer.
const LINGER: Duration = Duration::from_secs(10);

/// Connects the two once both have switched. Ends when either side fails, when both have ended, or when the proxy is dropped; the gate ends it by
/// closing the browser's connection.
pub(super) fn start(browser: OnUpgrade, dev_server: OnUpgrade, mut lifeline: watch::Receiver<()>) {
    tokio::spawn(async move {
        let both = async {
            // The dev server has switched already; the browser does when our own answer has been written.
            let (dev_server, browser) = tokio::try_join!(dev_server, browser)?;
            copy(browser, dev_server).await;
            Ok::<(), hyper::Error>(())
        };
        tokio::select! {
            _ = both => {}
            _ = lifeline.changed() => {}
        }
    });
}

async fn copy(browser: Upgraded, dev_server: Upgraded) {
    let (browser_reads, browser_writes) = tokio::io::split(TokioIo::new(browser));
    let (server_reads, server_writes) = tokio::io::split(TokioIo::new(dev_server));
    let ended = watch::Sender::new(false);
    let up = pump(browser_reads, server_writes, &ended);
    let down = pump(server_reads, browser_writes, &ended);
    // A failure on one side leaves nothing to wait for on the other.
    let _ended_either_way = tokio::try_join!(up, down);
}

/// Copies until the reader ends, and hands its end on. After the other direction has ended, silence is taken for the end too.
async fn pump(mut from: impl AsyncRead + Unpin, mut to: impl AsyncWrite + Unpin, ended: &watch::Sender<bool>) -> io::Result<()> {
    let mut piece = vec![0; PIECE];
    let mut other = ended.subscribe();
    loop {
        let read = {
            let reading = from.read(&mut piece);
            tokio::pin!(reading);
            tokio::select! {
                biased;
                read = &mut reading => read?,
                () = until_ended(&mut other) => {
                    tokio::time::timeout(LINGER, reading).await.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??
                }
            }
        };
        if read == 0 {
            break;
        }
        to.write_all(&piece[..read]).await?;
        to.flush().await?;
    }
    to.shutdown().await?;
    ended.send_replace(true);
    Ok(())
}

async fn until_ended(other: &mut watch::Receiver<bool>) {
    // The sender outlives both directions, so that this never fails.
    let _ended = other.wait_for(|ended| *ended).await.is_ok();
}

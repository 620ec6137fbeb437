//! The least HTTP that WebDriver needs: one request per connection, over loopback.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

/// Sends one request to a port of this computer and returns the status and the body.
pub fn request(port: u16, method: &str, path: &str, body: &str, limit: Duration) -> io::Result<(u16, String)> {
    let mut stream = TcpStream::connect_timeout(&SocketAddr::from((Ipv4Addr::LOCALHOST, port)), Duration::from_secs(5))?;
    stream.set_read_timeout(Some(limit))?;
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes())?;
    stream.write_all(body.as_bytes())?;
    read_response(&mut stream)
}

fn read_response(stream: &mut impl Read) -> io::Result<(u16, String)> {
    let mut bytes = Vec::new();
    let mut chunk = [0; 64 * 1024];
    let head = loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end;
        }
        match stream.read(&mut chunk)? {
            0 => return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the answer ended within its head")),
            n => bytes.extend_from_slice(&chunk[..n]),
        }
    };
    let text = String::from_utf8_lossy(&bytes[..head]).into_owned();
    let status = text.split(' ').nth(1).and_then(|code| code.parse().ok());
    let status = status.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "the answer has no status"))?;
    let length = text.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok()).flatten()
    });
    let mut body = bytes.split_off(head + 4);
    match length {
        Some(length) => {
            while body.len() < length {
                match stream.read(&mut chunk)? {
                    0 => return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the answer is shorter than it says")),
                    n => body.extend_from_slice(&chunk[..n]),
                }
            }
            body.truncate(length);
        }
        None => {
            stream.read_to_end(&mut body)?;
        }
    }
    Ok((status, String::from_utf8_lossy(&body).into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_read_to_its_announced_length() {
        let mut answer = &b"HTTP/1.1 200 OK\r\ncontent-LENGTH: 4\r\n\r\n{\"a\"trailing"[..];
        assert_eq!(read_response(&mut answer).expect("a whole answer"), (200, "{\"a\"".into()));
    }

    #[test]
    fn a_body_that_stops_early_is_an_error() {
        let mut answer = &b"HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n{}"[..];
        assert_eq!(read_response(&mut answer).expect_err("too short").kind(), io::ErrorKind::UnexpectedEof);
    }
}

//! The whole site on a real listener, beside clients that keep it waiting.

use super::*;
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

async fn send(address: SocketAddr, text: &str) -> TcpStream {
    let mut line = TcpStream::connect(address).await.unwrap();
    line.write_all(text.as_bytes()).await.unwrap();
    line
}

/// The first line of the answer to a request that ends its line.
async fn answer(address: SocketAddr, text: &str) -> String {
    let mut heard = Vec::new();
    let mut line = send(address, text).await;
    tokio::time::timeout(Duration::from_secs(5), line.read_to_end(&mut heard)).await.unwrap().unwrap();
    String::from_utf8_lossy(&heard).lines().next().unwrap_or_default().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_and_forms_are_answered_beside_slow_bodies_silent_lines_and_readers_of_nothing() {
    const FORM: &str = "Host: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 10\r\n";
    let site = site_at("http://127.0.0.1:3000");
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (never, within) = (std::future::pending(), Duration::from_secs(1));
    let patience = Patience::usual(Duration::from_secs(75));
    tokio::spawn(serve(listener, site.router.clone(), never, within, patience));
    let mut lines = Vec::new();
    for (number, text) in [
        (150, format!("POST /do/x HTTP/1.1\r\n{FORM}\r\na")),
        (60, String::new()),
        (20, "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".repeat(3)),
    ] {
        for _ in 0..number {
            lines.push(send(address, &text).await);
        }
    }
    let page = answer(address, "GET /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n").await;
    assert_eq!(page, "HTTP/1.1 200 OK");
    let page = answer(address, "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n").await;
    assert_eq!(page, "HTTP/1.1 200 OK");
    let form = answer(address, &format!("POST /do/x HTTP/1.1\r\n{FORM}Connection: close\r\n\r\na=aaaaaaaa")).await;
    assert_eq!(form, "HTTP/1.1 404 Not Found");
}

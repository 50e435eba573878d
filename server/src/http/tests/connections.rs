//! The whole site on a real listener, with clients that keep it waiting.

use super::*;
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

async fn send(address: SocketAddr, text: &str) -> TcpStream {
    let mut connection = TcpStream::connect(address).await.unwrap();
    connection.write_all(text.as_bytes()).await.unwrap();
    connection
}

/// The status line of the response to a request that closes its connection.
async fn status_line(address: SocketAddr, text: &str) -> String {
    let mut received = Vec::new();
    let mut connection = send(address, text).await;
    tokio::time::timeout(Duration::from_secs(5), connection.read_to_end(&mut received)).await.unwrap().unwrap();
    String::from_utf8_lossy(&received).lines().next().unwrap_or_default().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_and_silent_clients_do_not_block_others() {
    const FORM: &str = "Host: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 10\r\n";
    let site = site_at("http://127.0.0.1:3000");
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (never, grace) = (std::future::pending(), Duration::from_secs(1));
    let timeouts = ConnectionTimeouts::with_keep_alive(Duration::from_secs(75));
    tokio::spawn(serve(listener, site.router.clone(), never, grace, timeouts));
    let mut connections = Vec::new();
    for (number, text) in [
        (150, format!("POST /do/x HTTP/1.1\r\n{FORM}\r\na")),
        (60, String::new()),
        (20, "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".repeat(3)),
    ] {
        for _ in 0..number {
            connections.push(send(address, &text).await);
        }
    }
    let page = status_line(address, "GET /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n").await;
    assert_eq!(page, "HTTP/1.1 200 OK");
    let page = status_line(address, "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n").await;
    assert_eq!(page, "HTTP/1.1 200 OK");
    let form = status_line(address, &format!("POST /do/x HTTP/1.1\r\n{FORM}Connection: close\r\n\r\na=aaaaaaaa")).await;
    assert_eq!(form, "HTTP/1.1 404 Not Found");
}

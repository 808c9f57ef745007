"""Requests to the lab itself: half an answer is none."""

import socket
import threading

import pytest

from whomay.lab import loopback


def test_an_answer_that_breaks_off_is_no_answer() -> None:
    """As of a server that is killed while it answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")

        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises(ConnectionResetError):
            loopback.send("GET", f"http://127.0.0.1:{server.getsockname()[1]}/", {}, timeout=5)
        thread.join()

"""A WebSocket as RFC 6455 has it, as little of it as tests need."""

import base64
import contextlib
import json
import os
import socket
import struct

from harness import PATIENCE


class Closed(Exception):
    pass


class WebSocket:
    def __init__(self, port, path, headers=(), buffer=None):
        self.socket = socket.socket()
        if buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        self.socket.settimeout(PATIENCE)
        self.socket.connect(("127.0.0.1", port))
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Upgrade: websocket", "Connection: Upgrade",
                 f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13", *headers]
        self.socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        self.data = b""
        while b"\r\n\r\n" not in self.data:
            self._more()
        head, self.data = self.data.split(b"\r\n\r\n", 1)
        self.status = int(head.split()[1])

    def _more(self):
        piece = self.socket.recv(65536)
        if not piece:
            raise Closed("the server closed the socket")
        self.data += piece

    def _take(self, count):
        while len(self.data) < count:
            self._more()
        taken, self.data = self.data[:count], self.data[count:]
        return taken

    def frame(self, opcode, payload):
        """One frame, masked as a client's must be."""
        length = len(payload)
        head = struct.pack("!BB", 0x80 | opcode, 0x80 | min(length, 126)) if length < 65536 else None
        head = head or struct.pack("!BBQ", 0x80 | opcode, 0x80 | 127, length)
        if 126 <= length < 65536:
            head += struct.pack("!H", length)
        mask = os.urandom(4)
        self.socket.sendall(head + mask + bytes(b ^ mask[i % 4] for i, b in enumerate(payload)))

    def send(self, message):
        self.frame(1, (message if isinstance(message, str) else json.dumps(message)).encode())

    def receive(self):
        """The next message; pings are answered on the way. Closed, with the code, at the end."""
        while True:
            first, second = self._take(2)
            length = second & 0x7F
            if length == 126:
                length, = struct.unpack("!H", self._take(2))
            elif length == 127:
                length, = struct.unpack("!Q", self._take(8))
            payload = self._take(length)
            if first & 0xF == 8:
                with contextlib.suppress(OSError):
                    self.frame(8, payload[:2])
                raise Closed(struct.unpack("!H", payload[:2])[0] if payload else None)
            if first & 0xF == 9:
                self.frame(10, payload)
            else:
                return json.loads(payload)

    def until(self, wanted):
        """Messages up to the first that `wanted` holds of, itself included."""
        got = []
        while True:
            got.append(self.receive())
            if wanted(got[-1]):
                return got

    def close(self):
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

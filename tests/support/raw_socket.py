"""A websocket, byte by byte: what a client that means no good may send."""

import asyncio
import base64
import json
import os
from typing import Self


class RawSocket:
    """One connection; its upgrade is done, and nothing is known of Socket.IO."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    @classmethod
    async def open(
        cls, port: int, *, source: str = "127.0.0.1", head: str = "", query: str = ""
    ) -> Self:
        """Raises `ConnectionRefusedError` where the upgrade is not taken."""
        reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(source, 0))
        key = base64.b64encode(os.urandom(16)).decode()
        writer.write(
            f"GET /socket.io/?EIO=4&transport=websocket{query} HTTP/1.1\r\nHost: crowd\r\n"
            f"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Key: {key}\r\n{head}\r\n".encode()
        )
        answer = b""
        while b"\r\n\r\n" not in answer:
            block = await reader.read(4096)
            if not block:
                raise ConnectionRefusedError(answer[:100])
            answer += block
        if not answer.startswith(b"HTTP/1.1 101"):
            writer.close()
            raise ConnectionRefusedError(answer[:100])
        return cls(reader, writer)

    def say(self, text: str | bytes, *, opcode: int = 0x81) -> None:
        """One frame, masked with zeros; of text, unless `opcode` says otherwise."""
        data = text.encode() if isinstance(text, str) else text
        if len(data) < 126:
            size = bytes([0x80 | len(data)])
        elif len(data) < 65536:
            size = b"\xfe" + len(data).to_bytes(2, "big")
        else:
            size = b"\xff" + len(data).to_bytes(8, "big")
        self.raw(bytes([opcode]) + size + bytes(4) + data)

    def raw(self, data: bytes) -> None:
        self.writer.write(data)

    async def sign_in(self, token: str, namespace: str = "/client", **more: object) -> None:
        """Raises `ConnectionRefusedError` where it is not let in."""
        self.say(f"40{namespace}," + json.dumps({"token": token, **more}))
        told = b""
        async with asyncio.timeout(20):
            while f"40{namespace},".encode() not in told:
                block = await self.reader.read(65536)
                told += block
                if not block or f"44{namespace},".encode() in told:
                    raise ConnectionRefusedError(told[-200:])

    async def ended(self, within_s: float) -> bool:
        """Whether the server closes the connection in that time."""
        try:
            async with asyncio.timeout(within_s):
                while await self.reader.read(65536):
                    pass
        except TimeoutError:
            return False
        except ConnectionError:
            return True
        return True

    def close(self) -> None:
        self.writer.transport.abort()

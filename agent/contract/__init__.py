"""The wire contract between agent and server: what both sides import, and nothing else.

Only pydantic and the standard library, so either side can be replaced by another
program that speaks the same JSON. `docs/contract.md` describes the conversation.
"""

CONTRACT_VERSION = 1
"""Sent in the handshake; the server refuses a version it does not speak."""

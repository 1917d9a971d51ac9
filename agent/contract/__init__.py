"""The wire contract between agent and server: what both sides import, and nothing else.

Only pydantic and the standard library, so either side can be replaced by another
program that speaks the same JSON. `docs/contract.md` describes the conversation.
"""

"""The demo: sample documents, a company to try, and everything started with one command."""

"""The Siberius server: one program, N identical stateless processes."""

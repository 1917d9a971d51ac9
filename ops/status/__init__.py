"""How the running cluster is."""

"""What every route shares: the commit at the edge, idempotency, collections, problem details."""

"""Rehearsals: a part of the cluster fails while clients write; then the books are checked."""

"""The change feed: an ordered, gap-free log of every tenant's tracked rows.

Writes append to it in their own transaction; everything that must be live, incremental or
recoverable reads it. One rule for every reader: apply a change when it continues what you
have; otherwise pull from your cursor.
"""

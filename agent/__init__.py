"""The branch agent: watches a folder of PDFs, indexes them, and sends one up when asked.

It keeps nothing: deleting its folder and starting again converges to the same state.
"""

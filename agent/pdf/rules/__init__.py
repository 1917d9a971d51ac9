"""The rules: what documents call their fields, as data (`*.yaml`), and the engine that applies it.

A document is read in three steps: `sheet` makes one string of a page's cells and finds every
label in it; `values` finds dates and amounts; the readers pair them by where they stand.
"""

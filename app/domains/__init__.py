"""The nouns of the product: a folder for each, the same files in each.

`models` tables, `schemas` what goes over the wire, `service` what can be done, `routes` HTTP.
"""

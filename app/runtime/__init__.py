"""The runtime: the only place where real parts are chosen.

A file for each part: its Protocol, the embedded implementation and the clustered one. The
rest of the program is given a `Runtime` and never asks which profile it runs in.
"""

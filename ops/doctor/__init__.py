"""What is wrong with the machines and the running cluster, and what to do. It changes nothing.

read.sh on each machine ──→ Cluster ──→ a list of small checks ──→ findings
"""

"""The companies of a cluster, made from the operator's own machine."""

"""The registry of this process's metrics. Each is defined beside what it counts."""

from prometheus_client import CollectorRegistry

registry = CollectorRegistry()

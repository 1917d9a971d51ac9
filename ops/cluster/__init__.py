"""What an operator's own machine does for a cluster: its secrets, its certificates."""


class OperatorError(Exception):
    """What was asked cannot be done; the message says what to do."""

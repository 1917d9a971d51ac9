"""The sockets: an outlet of the feed for browsers, and the line to the agents."""

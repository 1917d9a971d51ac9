"""From a file's bytes to facts: text in a bounded child process, rules from text to fields."""

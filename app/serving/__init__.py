"""How the program is run as a server: its processes, their end, their logs."""

"""The lab: six plain Debian 13 machines on this one, to deploy to and to break.

A machine is a container with systemd, an address of its own and an SSH server. That is all the
lab knows of it: what runs there is put there by the playbooks of `ops/ansible`, as on a user's
own servers.
"""

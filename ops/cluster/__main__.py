"""`python -m ops.cluster FOLDER NAME=ADDRESS,NAME… …`: the secrets and certificates in FOLDER.

Says `made …` for what it made, so that Ansible knows what changed. It asks for the vault's password
itself: no task of Ansible's has that, which could be shown.
"""

import sys
from pathlib import Path

from ops.cluster import secrets
from ops.cluster.pki import Authority


def main(arguments: list[str]) -> None:
    """Make what is missing."""
    folder = Path(arguments[0])
    password = secrets.vault_password()
    if secrets.ensure(folder / "vault.yml", password):
        print("made vault.yml")
    authority = Authority(folder / "pki", password)
    for argument in arguments[1:]:
        name, _, answers_to = argument.partition("=")
        if authority.ensure(name, answers_to.split(",")):
            print(f"made {name}.crt")


if __name__ == "__main__":
    main(sys.argv[1:])

"""`siberius lab`: make the machines, look at them, remove them."""

import argparse
from pathlib import Path
from typing import Final

from ops.lab import inventory
from ops.lab.machines import Lab
from ops.lab.plan import MACHINES

FOLDER: Final = Path("build/lab")


def run(options: argparse.Namespace) -> None:
    """Do what `options.action` says. Raises `OperatorError`."""
    lab = Lab(FOLDER)
    if options.action == "up":
        for step in lab.up(options.machines):
            print(f"» {step}", flush=True)
        inventory.write(lab.folder / "inventory.yml", lab.key)
        print(f"the lab is up; its inventory: {FOLDER / 'inventory.yml'}")
    elif options.action == "down":
        for step in lab.down(options.machines):
            print(f"» {step} removed", flush=True)
    else:
        states = lab.states()
        for machine in MACHINES:
            print(f"{machine.name:10} {machine.address:12} {states[machine.name]}")

"""A Node.js that runs the page's own unit tests."""

import shutil
import subprocess

import pytest
from playwright._impl._driver import compute_driver_executable

OLDEST = 20


def node_program() -> str:
    """Return the path of a Node.js: the one on the path if new enough, else Playwright's."""
    program = shutil.which("node")
    if program:
        told = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
        if int(told.stdout.strip().lstrip("v").split(".")[0]) >= OLDEST:
            return program
    program, _ = compute_driver_executable()
    if not shutil.which(program):
        pytest.skip(f"no Node.js {OLDEST} or newer: the page's unit tests cannot run")
    return program

"""One interactive process of the unmodified `openstack` client, driven by lines of text.

Starting the client costs over a second; the interactive process pays it once. Answers are asked for as JSON
and parsed; a refused command is told apart by what it prints. Exit codes are not trusted.
"""
import json
import os
import queue
import subprocess
import threading
import time

# A command that needs no cloud and prints exactly one line that no other command prints: the end of an answer.
_MARK_COMMAND = "command list --group openstack.common -f value"  # the client splits at spaces: no quotes
_MARK_START = "openstack.common ["


class ClientError(AssertionError):
    """The client or the cloud refused; the text is what the client printed."""


class OpenStackShell:
    def __init__(self, environment, binary="/usr/bin/openstack", timeout=30):
        env = {k: v for k, v in os.environ.items() if not k.startswith("OS_")}
        env.update(environment, PYTHONUNBUFFERED="1", COLUMNS="400")
        self._timeout = timeout
        self._process = subprocess.Popen([binary], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                         stderr=subprocess.STDOUT, env=env, text=True)
        self._lines = queue.Queue()
        threading.Thread(target=self._pump, daemon=True).start()

    def _pump(self):
        for line in self._process.stdout:
            self._lines.put(line.rstrip("\n"))
        self._lines.put(None)

    def run(self, command):
        """Runs one command; returns what it printed, as one string."""
        self._process.stdin.write(f"{command}\n{_MARK_COMMAND}\n")
        self._process.stdin.flush()
        printed = []
        deadline = time.monotonic() + self._timeout
        while True:
            try:
                line = self._lines.get(timeout=max(0.1, deadline - time.monotonic()))
            except queue.Empty:
                raise ClientError(f"no answer in {self._timeout} s: {command}\n" + "\n".join(printed)) from None
            if line is None:
                raise ClientError(f"the client ended during: {command}\n" + "\n".join(printed))
            if line.startswith(_MARK_START):
                return "\n".join(printed)
            printed.append(line)

    def json(self, command):
        """Runs `command -f json` and returns the parsed answer."""
        text = self.run(f"{command} -f json")
        try:
            return json.loads(text)
        except ValueError:
            raise ClientError(f"{command}: {text}") from None

    def quiet(self, command):
        """Runs a command that must print nothing (set, delete, add, remove)."""
        text = self.run(command)
        if text.strip():
            raise ClientError(f"{command}: {text}")

    def refused(self, command):
        """Runs a command that must fail; returns the client's complaint."""
        text = self.run(command)
        if not text.strip() or text.lstrip()[0] in "[{":
            raise AssertionError(f"expected a refusal of: {command}\nbut it printed: {text}")
        return text

    def close(self):
        if self._process.poll() is None:
            self._process.stdin.close()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.close()

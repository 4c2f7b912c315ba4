"""A throw-away cloud for a test: brought up by the tstack binary, taken down with everything it started."""
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile


def _free_port_base(span=100):
    """A base whose next `span` ports are free right now; other tests choose at random too."""
    for _ in range(200):
        base = random.randrange(23000, 32000, span)
        if all(_is_free(base + offset) for offset in range(0, span, 7)):
            return base
    sys.exit("no free range of ports")


def _is_free(port):
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
            return True
        except OSError:
            return False


class Cloud:
    """Context manager. `environment` is what the `openstack` client needs (OS_…), as in the openrc that `up` writes."""

    def __init__(self, tstack, *up_options):
        self.tstack, self._up_options = tstack, up_options
        self.data = tempfile.mkdtemp(prefix="tstack-e2e-")
        self.failed = False

    def __enter__(self):
        try:
            self.run("up", "--port-base", str(_free_port_base()), *self._up_options)
        except subprocess.CalledProcessError:
            self.failed = True
            self.__exit__(*sys.exc_info())
            raise
        self.environment = self._read_openrc()
        return self

    def __exit__(self, kind, *unused):
        if kind is not None or self.failed:
            self._print_logs()
        subprocess.run([self.tstack, "down", "--data", self.data, "--purge"], stdout=subprocess.DEVNULL, timeout=120)
        shutil.rmtree(self.data, ignore_errors=True)

    def run(self, command, *arguments, capture=False):
        result = subprocess.run([self.tstack, command, "--data", self.data, *arguments], check=True, timeout=300,
                                stdout=subprocess.PIPE if capture else None, text=True)
        return result.stdout

    def _read_openrc(self):
        text = subprocess.check_output(["bash", "-c", 'set -a; . "$1" >/dev/null; env -0', "-", os.path.join(self.data, "openrc")],
                                       env={"PATH": os.environ["PATH"]}, text=True)
        return dict(item.split("=", 1) for item in text.split("\0") if item.startswith("OS_"))

    def _print_logs(self):
        folder = os.path.join(self.data, "logs")
        for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
            with open(os.path.join(folder, name), errors="replace") as file:
                print(f"--- {name}\n" + "".join(file.readlines()[-40:]), file=sys.stderr)

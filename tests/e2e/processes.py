"""What the failure tests share: a client that tries every request at most twice, and the processes of the cloud."""
import contextlib
import http.client
import itertools
import json
import os
import random
import signal
import ssl
import subprocess
import time
import urllib.parse

_RETRIED = (http.client.HTTPException, OSError)


kills = []  # when kill_one() killed


class Client:
    """One keep-alive connection; every request is tried at most `attempts` times, and once more for each further kill
    that happened while it was under way: a slow login may meet two.

    `tries` tells how often the last one was sent: what was sent twice may have been done by the first try.
    """

    def __init__(self, attempts=2, timeout=30):
        self.attempts, self.timeout = attempts, timeout
        self.url = urllib.parse.urlparse(os.environ["OS_AUTH_URL"])
        self._context = ssl.create_default_context(cafile=os.environ["OS_CACERT"])
        self._connection = None
        self.retries = self.tries = 0
        self.token = None

    def request(self, method, path, body=None, headers=None):
        kills_before = len(kills)
        for attempt in itertools.count(1):
            self.tries = attempt
            try:
                answer = self._once(method, path, body, headers)
            except _RETRIED as error:
                self._connection = None
                if attempt >= self._most(kills_before):
                    raise AssertionError(f"{method} {path} failed {attempt} times, last: {error!r}") from error
                self.retries += 1
                continue
            if answer[0] != 503 or attempt >= self._most(kills_before):
                return answer
            self.retries += 1
            time.sleep(float(answer[2].get("Retry-After", 1)))

    def _most(self, kills_before):
        return max(self.attempts, 1 + len(kills) - kills_before)

    def _once(self, method, path, body, headers):
        if self._connection is None:
            self._connection = http.client.HTTPSConnection(self.url.hostname, self.url.port, timeout=self.timeout, context=self._context)
        sent = {"Content-Type": "application/json", **(headers or {})}
        if self.token:
            sent["X-Auth-Token"] = self.token
        data = json.dumps(body) if isinstance(body, dict) else body
        self._connection.request(method, self.url.path.rstrip("/") + path, data, sent)
        answer = self._connection.getresponse()
        text = answer.read()
        return answer.status, json.loads(text) if text else None, answer.headers

    def login(self):
        """By password, for the administrator's project; the token serves all later requests."""
        domain = {"name": os.environ.get("OS_USER_DOMAIN_NAME", "Default")}
        return self._issue({"methods": ["password"], "password": {"user": {
            "name": os.environ["OS_USERNAME"], "domain": domain, "password": os.environ["OS_PASSWORD"]}}})

    def renew(self):
        """A new token for the same project by the one at hand."""
        return self._issue({"methods": ["token"], "token": {"id": self.token}})

    def _issue(self, identity):
        scope = {"project": {"name": os.environ["OS_PROJECT_NAME"], "domain": {"name": os.environ.get("OS_PROJECT_DOMAIN_NAME", "Default")}}}
        status, body, headers = self.request("POST", "/auth/tokens", {"auth": {"identity": identity, "scope": scope}})
        assert status == 201, f"POST /auth/tokens ({identity['methods'][0]}) answered {status}: {body}"
        self.token = headers["X-Subject-Token"]
        return self


def services():
    """{name: {"pid", "ready", …}} as `tstack status` sees them."""
    text = subprocess.check_output([os.environ["TSTACK_BIN"], "status", "--json", "--data", os.environ["TSTACK_DATA"]])
    return {service["name"]: service for service in json.loads(text)["services"]}


def wait_all_ready(promise=5):
    start = time.monotonic()
    while not all(service["ready"] for service in services().values()):
        if time.monotonic() - start > 10 * promise:
            raise AssertionError(f"not all services ready after {10 * promise} s: {services()}")
        time.sleep(0.2)
    return time.monotonic() - start


def kill_one(kind):
    """SIGKILL to one process whose name contains `kind`."""
    victims = [service for name, service in services().items() if kind in name and service["pid"]]
    victim = random.choice(victims)
    kills.append(time.monotonic())
    os.kill(victim["pid"], signal.SIGKILL)
    print(f"{time.strftime('%H:%M:%S')} killed {victim['name']} (pid {victim['pid']})", flush=True)


def pids_of(kind):
    return [service["pid"] for name, service in services().items() if kind in name and service["pid"]]


def is_running(pid):
    """False also for the remains of a process that nobody has waited for yet."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


@contextlib.contextmanager
def stopped(pids):
    """SIGSTOP: the processes are there and do not answer. They go on afterwards, whatever happens."""
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)


@contextlib.contextmanager
def dead(kind):
    """All processes of a kind killed with SIGKILL, and not started again before the end: the supervisor is stopped meanwhile.

    Nothing inside may ask the supervisor (`services()`), nor make a process log more than a pipe holds (64 KiB): the
    supervisor does not read it.
    """
    pids = pids_of(kind)
    with open(os.path.join(os.environ["TSTACK_DATA"], "run", "supervisor.pid")) as file:
        supervisor = int(file.read().split()[0])
    with stopped([supervisor]):
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        deadline = time.monotonic() + 10
        while any(is_running(pid) for pid in pids):
            assert time.monotonic() < deadline, f"{pids} survive SIGKILL"
            time.sleep(0.01)
        yield
        assert not any(is_running(pid) for pid in pids)

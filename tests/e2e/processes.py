"""What the failure tests share: a client that tries every request at most twice, and the processes of the cloud."""
import http.client
import json
import os
import random
import signal
import ssl
import subprocess
import time
import urllib.parse

_RETRIED = (http.client.HTTPException, OSError)


class Client:
    """One keep-alive connection; every request is tried at most `attempts` times."""

    def __init__(self, attempts=2, timeout=30):
        self.attempts, self.timeout = attempts, timeout
        self.url = urllib.parse.urlparse(os.environ["OS_AUTH_URL"])
        self._context = ssl.create_default_context(cafile=os.environ["OS_CACERT"])
        self._connection = None
        self.retries = 0
        self.token = None

    def request(self, method, path, body=None, headers=None):
        for attempt in range(1, self.attempts + 1):
            try:
                answer = self._once(method, path, body, headers)
            except _RETRIED as error:
                self._connection = None
                if attempt == self.attempts:
                    raise AssertionError(f"{method} {path} failed {attempt} times, last: {error!r}") from error
                self.retries += 1
                continue
            if answer[0] != 503 or attempt == self.attempts:
                return answer
            self.retries += 1
            time.sleep(float(answer[2].get("Retry-After", 1)))
        raise AssertionError("unreachable")

    def _once(self, method, path, body, headers):
        if self._connection is None:
            self._connection = http.client.HTTPSConnection(self.url.hostname, self.url.port, timeout=self.timeout, context=self._context)
        sent = {"Content-Type": "application/json", **(headers or {})}
        if self.token:
            sent["X-Auth-Token"] = self.token
        self._connection.request(method, self.url.path.rstrip("/") + path, json.dumps(body) if body else None, sent)
        answer = self._connection.getresponse()
        text = answer.read()
        return answer.status, json.loads(text) if text else None, answer.headers

    def login(self):
        domain = {"name": os.environ.get("OS_USER_DOMAIN_NAME", "Default")}
        status, _, headers = self.request("POST", "/auth/tokens", {"auth": {
            "identity": {"methods": ["password"], "password": {"user": {
                "name": os.environ["OS_USERNAME"], "domain": domain, "password": os.environ["OS_PASSWORD"]}}},
            "scope": {"project": {"name": os.environ["OS_PROJECT_NAME"], "domain": domain}}}})
        assert status == 201, f"login answered {status}"
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
    os.kill(victim["pid"], signal.SIGKILL)
    print(f"{time.strftime('%H:%M:%S')} killed {victim['name']} (pid {victim['pid']})", flush=True)

"""Two identity processes and two gateways behind one address, killed with SIGKILL under load.

Each worker makes services (whose names need not be unique, so only the idempotency key keeps them single), reads
them back and lists projects. A request may be sent a second time, as any client may that lost its connection or was
told 503; it must succeed then. Afterwards the database is asked through the API: each service exactly once.

Run by run.py with `--replicas identity=2,gateway=2`.
"""
import collections
import http.client
import json
import os
import random
import signal
import ssl
import subprocess
import sys
import threading
import time
import urllib.parse
import uuid

WORKERS = 6
KILLS = int(os.environ.get("TSTACK_FAILOVER_KILLS", "8"))
_RETRIED = (http.client.HTTPException, OSError)


class Client:
    """One keep-alive connection; every request is tried at most twice."""

    def __init__(self):
        self.url = urllib.parse.urlparse(os.environ["OS_AUTH_URL"])
        self._context = ssl.create_default_context(cafile=os.environ["OS_CACERT"])
        self._connection = None
        self.retries = 0
        self.token = None

    def request(self, method, path, body=None, headers=None):
        for attempt in (1, 2):
            try:
                answer = self._once(method, path, body, headers)
            except _RETRIED as error:
                self._connection = None
                if attempt == 2:
                    raise AssertionError(f"{method} {path} failed twice, last: {error!r}") from error
                self.retries += 1
                continue
            if answer[0] != 503 or attempt == 2:
                return answer
            self.retries += 1
            time.sleep(float(answer[2].get("Retry-After", 1)))
        raise AssertionError("unreachable")

    def _once(self, method, path, body, headers):
        if self._connection is None:
            self._connection = http.client.HTTPSConnection(self.url.hostname, self.url.port, timeout=30, context=self._context)
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


class Worker(threading.Thread):
    def __init__(self, number, token, stop):
        super().__init__(daemon=True)
        self.client, self.stop_event, self.number = Client(), stop, number
        self.client.token = token
        self.made, self.error, self.requests = {}, None, 0

    def run(self):
        try:
            while not self.stop_event.is_set():
                self._round()
        except Exception as error:  # noqa: BLE001: reported by the main thread
            self.error = error

    def _round(self):
        name = f"failover-{self.number}-{len(self.made)}"
        key = {"Idempotency-Key": str(uuid.uuid4())}
        status, body, _ = self.client.request("POST", "/services", {"service": {"type": "failover", "name": name}}, key)
        assert status == 201, f"POST /services answered {status}: {body}"
        self.made[name] = body["service"]["id"]
        status, shown, _ = self.client.request("GET", f"/services/{self.made[name]}")
        assert status == 200 and shown["service"]["name"] == name, f"GET of {name} answered {status}: {shown}"
        status, body, _ = self.client.request("GET", "/projects?name=admin")
        assert status == 200 and len(body["projects"]) == 1, f"GET /projects answered {status}: {body}"
        self.requests += 3


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
    victims = [service for name, service in services().items() if kind in name and service["pid"]]
    victim = random.choice(victims)
    os.kill(victim["pid"], signal.SIGKILL)
    print(f"{time.strftime('%H:%M:%S')} killed {victim['name']} (pid {victim['pid']})", flush=True)


def check_each_once(client, made):
    status, body, _ = client.request("GET", "/services?type=failover")
    assert status == 200, status
    found = collections.Counter(service["name"] for service in body["services"])
    ids = {service["name"]: service["id"] for service in body["services"]}
    twice = [name for name, count in found.items() if count > 1]
    lost = [name for name, identifier in made.items() if ids.get(name) != identifier]
    assert not twice, f"written twice: {twice[:5]}"
    assert not lost, f"acknowledged but not there: {lost[:5]}"
    unknown = len(found) - len(made)
    assert unknown <= WORKERS, f"{unknown} services that nobody was told of"


def main():
    token = Client().login().token
    stop = threading.Event()
    workers = [Worker(number, token, stop) for number in range(WORKERS)]
    for worker in workers:
        worker.start()
    for number in range(KILLS):
        time.sleep(random.uniform(0.3, 1.0))
        kill_one("gateway" if number % 2 == 0 else "identity")
        print(f"         ready again after {wait_all_ready():.1f} s", flush=True)
    time.sleep(0.5)
    stop.set()
    for worker in workers:
        worker.join(60)
    errors = [worker.error for worker in workers if worker.error]
    requests = sum(worker.requests for worker in workers)
    retries = sum(worker.client.retries for worker in workers)
    print(f"{requests} requests, {retries} sent again, {KILLS} kills")
    assert not errors, errors[0]
    assert requests > 100, "too little load to prove anything"
    check_each_once(Client().login(), {name: i for worker in workers for name, i in worker.made.items()})
    print("1 passed, 0 failed")


if __name__ == "__main__":
    try:
        main()
    except AssertionError as error:
        print(f"FAILED: {error}\n0 passed, 1 failed")
        sys.exit(1)

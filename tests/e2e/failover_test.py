# up: --replicas identity=2,gateway=2
"""Two identity processes and two gateways behind one address, killed with SIGKILL under load.

What a client may send a second time, when it lost its connection or was told 503: everything that is safe (GET, HEAD),
that states a result (PUT, PATCH of values, DELETE), POST /auth/tokens, and any other POST under an Idempotency-Key.
Each worker does all of these over and over; every request must succeed after at most one retry for each kill that it
met. A DELETE that was sent
twice may find nothing left. Afterwards the API is asked: each service that was kept exists once, no other does.

Run by run.py with `--replicas identity=2,gateway=2`.
"""
import collections
import os
import random
import sys
import threading
import time
import uuid

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from processes import Client, kill_one, wait_all_ready  # noqa: E402

WORKERS = 6
KILLS = int(os.environ.get("TSTACK_FAILOVER_KILLS", "8"))
LOGIN_EACH = 5  # rounds; a login costs a quarter of a second of a processor
REVOKED_WITHIN = 1.0  # seconds, on the gateway that did not do it


class Worker(threading.Thread):
    def __init__(self, number, admin, stop):
        super().__init__(daemon=True)
        self.client, self.stop_event, self.number = Client(), stop, number
        self.client.token = admin.token
        self.made, self.error = {}, None
        self.done = collections.Counter()
        suffix = f"failover-{number}"
        self.user = admin.request("POST", "/users", {"user": {"name": suffix}})[1]["user"]["id"]
        self.project = admin.request("POST", "/projects", {"project": {"name": suffix}})[1]["project"]["id"]
        self.role = admin.request("POST", "/roles", {"role": {"name": suffix}})[1]["role"]["id"]

    def run(self):
        try:
            while not self.stop_event.is_set():
                self._services()
                self._grants()
                self._tokens()
                self.done["rounds"] += 1
        except Exception as error:  # noqa: BLE001: reported by the main thread
            self.error = error

    def _ask(self, what, expected, method, path, body=None, headers=None):
        """Returns the body. A DELETE that was sent twice may answer 404."""
        status, answer, _ = self.client.request(method, path, body, headers)
        repeated = method == "DELETE" and self.client.tries > 1 and status == 404
        assert status == expected or repeated, f"{what}: {method} {path} answered {status}, try {self.client.tries}: {answer}"
        self.done[what] += 1
        return answer

    def _make_service(self, name):
        key = {"Idempotency-Key": str(uuid.uuid4())}
        return self._ask("create", 201, "POST", "/services", {"service": {"type": "failover", "name": name}}, key)["service"]["id"]

    def _services(self):
        name = f"failover-{self.number}-{len(self.made)}"
        kept = self.made[name] = self._make_service(name)
        changed = self._ask("change", 200, "PATCH", f"/services/{kept}", {"service": {"description": name}})
        shown = self._ask("show", 200, "GET", f"/services/{kept}")
        assert shown["service"]["name"] == changed["service"]["description"] == name, shown
        removed = self._make_service(name + "-removed")
        self._ask("delete", 204, "DELETE", f"/services/{removed}")
        self._ask("show what is deleted", 404, "GET", f"/services/{removed}")
        listed = self._ask("list", 200, "GET", "/projects?name=admin")
        assert len(listed["projects"]) == 1, listed

    def _grants(self):
        grant = f"/projects/{self.project}/users/{self.user}/roles/{self.role}"
        self._ask("grant", 204, "PUT", grant)
        self._ask("check a grant", 204, "HEAD", grant)
        self._ask("revoke a grant", 204, "DELETE", grant)
        self._ask("check a revoked grant", 404, "HEAD", grant)

    def _tokens(self):
        mine = self.client.token
        if self.done["rounds"] % LOGIN_EACH == self.number % LOGIN_EACH:
            self.client.login()
            self.done["login"] += 1
            mine = self.client.token
        self.client.renew()
        self.done["token for token"] += 1
        victim, self.client.token = self.client.token, mine
        subject = {"X-Subject-Token": victim}
        self._ask("validate a token", 200, "GET", "/auth/tokens?nocatalog", None, subject)
        self._ask("revoke a token", 204, "DELETE", "/auth/tokens", None, subject)
        self._refused_soon(victim, mine)

    def _refused_soon(self, victim, mine):
        """The token is refused: at once by the gateway that revoked it, by the other one within a beat."""
        self.client.token, start = victim, time.monotonic()
        while self.client.request("GET", "/auth/projects")[0] != 401:
            assert time.monotonic() - start < 10 * REVOKED_WITHIN, "a revoked token is still accepted"
            time.sleep(0.05)
        self.client.token = mine
        self.done["use a revoked token"] += 1


def check_each_once(client, made):
    status, body, _ = client.request("GET", "/services?type=failover")
    assert status == 200, status
    found = collections.Counter(service["name"] for service in body["services"])
    ids = {service["name"]: service["id"] for service in body["services"]}
    twice = [name for name, count in found.items() if count > 1]
    lost = [name for name, identifier in made.items() if ids.get(name) != identifier]
    unknown = [name for name in found if name not in made]
    assert not twice, f"written twice: {twice[:5]}"
    assert not lost, f"acknowledged but not there: {lost[:5]}"
    assert not unknown, f"there, but deleted or never acknowledged: {unknown[:5]}"


def main():
    admin = Client().login()
    stop = threading.Event()
    workers = [Worker(number, admin, stop) for number in range(WORKERS)]
    for worker in workers:
        worker.start()
    for number in range(KILLS):
        time.sleep(random.uniform(0.3, 1.0))
        kill_one("gateway" if number % 2 == 0 else "identity")
        print(f"         ready again after {wait_all_ready():.1f} s", flush=True)
    time.sleep(0.5)
    stop.set()
    for worker in workers:
        worker.join(120)
    errors = [worker.error for worker in workers if worker.error]
    done = sum((worker.done for worker in workers), collections.Counter())
    retries = sum(worker.client.retries for worker in workers)
    print(", ".join(f"{count} {what}" for what, count in done.items()))
    print(f"{retries} requests sent again, {KILLS} kills")
    assert not errors, errors[0]
    assert not any(worker.is_alive() for worker in workers), "a worker hangs"
    assert done["rounds"] >= WORKERS and done["login"] >= WORKERS, "too little load to prove anything"
    check_each_once(Client().login(), {name: i for worker in workers for name, i in worker.made.items()})
    print("1 passed, 0 failed")


if __name__ == "__main__":
    try:
        main()
    except AssertionError as error:
        print(f"FAILED: {error}\n0 passed, 1 failed")
        sys.exit(1)

# up: --replicas identity=2,gateway=2
"""Two identity processes and two gateways behind one address, killed with SIGKILL under load.

Each worker makes services (whose names need not be unique, so only the idempotency key keeps them single), reads
them back and lists projects. A request may be sent a second time, as any client may that lost its connection or was
told 503; it must succeed then. Afterwards the database is asked through the API: each service exactly once.

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

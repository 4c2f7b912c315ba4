"""MariaDB and identity gone, hung and killed in the middle of writes.

Promises: 503 with Retry-After while something is missing, recovery without a hand, and each write whole or not at
all: the retry under the same idempotency key gives one object. Run by run.py.
"""
import os
import signal
import sys
import threading
import time
import unittest
import uuid

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from processes import Client, kill_one, services, wait_all_ready  # noqa: E402


class FaultsTest(unittest.TestCase):
    def setUp(self):
        self.client = Client().login()

    def tearDown(self):
        wait_all_ready()

    def freeze(self, kind):
        """SIGSTOP to all processes of a kind: they are there and do not answer."""
        for name, service in services().items():
            if kind in name:
                os.kill(service["pid"], signal.SIGSTOP)
                self.addCleanup(os.kill, service["pid"], signal.SIGCONT)

    def thaw(self, kind):
        for name, service in services().items():
            if kind in name:
                os.kill(service["pid"], signal.SIGCONT)

    def until_200(self, promise):
        """Seconds until a plain GET succeeds again, awaited up to ten times the promise."""
        start = time.monotonic()
        client = Client(attempts=1, timeout=10 * promise)
        client.token = self.client.token
        while time.monotonic() - start < 10 * promise:
            try:
                if client.request("GET", "/projects?name=admin")[0] == 200:
                    return time.monotonic() - start
            except AssertionError:
                pass
            time.sleep(0.1)
        self.fail(f"no success within {10 * promise} s")

    def unavailable_while(self, kind, promise):
        self.freeze(kind)
        client = Client(attempts=1, timeout=10 * promise)
        client.token = self.client.token
        deadline = time.monotonic() + 10 * promise
        while True:  # what was under way may still succeed
            start = time.monotonic()
            status, body, headers = client.request("GET", "/projects?name=admin")
            if status != 200 or time.monotonic() > deadline:
                break
        self.assertEqual(status, 503, body)
        self.assertGreaterEqual(int(headers["Retry-After"]), 1)
        self.assertEqual(body["error"]["code"], 503)
        print(f"{kind} hangs: 503 after {time.monotonic() - start:.1f} s", flush=True)
        self.thaw(kind)
        print(f"{kind} back: 200 after {self.until_200(2):.1f} s", flush=True)

    def test_a_hung_database_is_a_503_and_recovers_by_itself(self):
        self.unavailable_while("mariadb", promise=5)

    def test_a_hung_identity_is_a_503_and_recovers_by_itself(self):
        self.unavailable_while("identity", promise=5)

    def test_writes_survive_kills_of_the_database_whole_and_once(self):
        stop, made, errors = threading.Event(), {}, []

        def write(worker):
            client = Client(attempts=100)
            client.token = self.client.token
            number = 0
            while not stop.is_set():
                name = f"fault-{worker}-{number}"
                status, body, _ = client.request("POST", "/services", {"service": {"type": "fault", "name": name}},
                                                 {"Idempotency-Key": str(uuid.uuid4())})
                if status != 201:
                    errors.append(f"{name}: {status} {body}")
                    return
                made[name] = body["service"]["id"]
                number += 1

        writers = [threading.Thread(target=write, args=(worker,)) for worker in range(4)]
        for writer in writers:
            writer.start()
        for _ in range(3):
            time.sleep(1)
            kill_one("mariadb")
            print(f"ready again after {wait_all_ready():.1f} s", flush=True)
        time.sleep(1)
        stop.set()
        for writer in writers:
            writer.join(120)
        self.assertEqual(errors, [])
        status, body, _ = self.client.request("GET", "/services?type=fault")
        self.assertEqual(status, 200)
        found = sorted((service["name"], service["id"]) for service in body["services"])
        self.assertEqual(found, sorted(made.items()))
        print(f"{len(made)} services, each once", flush=True)


if __name__ == "__main__":
    unittest.main(verbosity=2)

"""MariaDB and identity hung, dead, and killed in the middle of writes.

Promises: 503 with Retry-After for as long as something is missing, recovery without a hand, and each write whole or not
at all: the retry under the same idempotency key gives one object. Tokens that a gateway knows outlive identity by a
second at most. Run by run.py.
"""
import os
import sys
import threading
import time
import unittest
import uuid

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from processes import Client, dead, kill_one, pids_of, stopped, wait_all_ready  # noqa: E402

CACHE_BOUND = 1.0  # seconds without a beat of identity after which nothing cached is believed


class FaultsTest(unittest.TestCase):
    def setUp(self):
        wait_all_ready()
        self.client = Client().login()

    def impatient(self, timeout=60):
        """A client that sends everything once."""
        client = Client(attempts=1, timeout=timeout)
        client.token = self.client.token
        return client

    def until_200(self, promise):
        """Seconds until a plain GET succeeds again, awaited up to ten times the promise."""
        start = time.monotonic()
        client = self.impatient(10 * promise)
        while time.monotonic() - start < 10 * promise:
            try:
                if client.request("GET", "/projects?name=admin")[0] == 200:
                    return time.monotonic() - start
            except AssertionError:
                pass
            time.sleep(0.1)
        self.fail(f"no success within {10 * promise} s")

    def assert_unavailable(self, answer):
        status, body, headers = answer
        self.assertEqual(status, 503, body)
        self.assertGreaterEqual(int(headers["Retry-After"]), 1)
        self.assertEqual((body["error"]["code"], body["error"]["title"]), (503, "Service Unavailable"))

    def unavailable(self, kind, promise):
        """A read, a write and a login are told to come again; what was under way when it began may still succeed."""
        client = self.impatient(10 * promise)
        start = time.monotonic()
        while client.request("GET", "/projects?name=admin")[0] == 200:
            self.assertLess(time.monotonic() - start, 10 * promise)
        started = time.monotonic()
        self.assert_unavailable(client.request("GET", "/projects?name=admin"))
        seconds = time.monotonic() - started
        self.assert_unavailable(client.request("POST", "/services", {"service": {"type": "fault", "name": "never"}}))
        with self.assertRaisesRegex(AssertionError, "503"):
            self.impatient(10 * promise).login()
        print(f"{kind}: 503 after {seconds:.1f} s", flush=True)

    def back(self, kind):
        print(f"{kind} back: 200 after {self.until_200(2):.1f} s", flush=True)
        self.assertEqual(self.client.request("GET", "/services?name=never")[1]["services"], [])

    def test_a_hung_database_is_a_503_and_recovers_by_itself(self):
        with stopped(pids_of("mariadb")):
            self.unavailable("mariadb hangs", promise=5)
        self.back("mariadb")

    def test_a_hung_identity_is_a_503_and_recovers_by_itself(self):
        with stopped(pids_of("identity")):
            self.unavailable("identity hangs", promise=5)
        self.back("identity")

    def test_a_dead_database_is_a_503_and_recovers_by_itself(self):
        with dead("mariadb"):
            self.unavailable("mariadb is dead", promise=5)
        self.back("mariadb")

    def test_a_dead_identity_is_a_503_and_recovers_by_itself(self):
        with dead("identity"):
            self.unavailable("identity is dead", promise=5)
        self.back("identity")

    def test_a_known_token_outlives_identity_for_a_second_at_most(self):
        # A body that is no JSON is refused by the gateway itself, but only to whom it knows: 400 says that it does.
        client = self.impatient()
        for _ in range(5):  # on a slow machine the second may be over before the answer is there
            self.assertEqual(client.request("GET", "/projects?name=admin")[0], 200)
            with dead("identity"):
                gone = time.monotonic()
                status, body, _ = client.request("POST", "/services", "{")
                after = time.monotonic() - gone
                while client.request("POST", "/services", "{")[0] == 400:
                    self.assertLess(time.monotonic() - gone, 10 * CACHE_BOUND)
                    time.sleep(0.05)
                until = time.monotonic() - gone
                self.assert_unavailable(client.request("POST", "/services", "{"))
                client.token = "nobody can say now whether this is one"
                self.assert_unavailable(client.request("GET", "/projects?name=admin"))
                client.token = self.client.token
            print(f"identity is dead: {status} after {after:.2f} s, 503 after {until:.2f} s", flush=True)
            self.until_200(2)
            if after < 0.5 * CACHE_BOUND:
                self.assertEqual(status, 400, body)
                return
        self.fail("no answer came in time to say anything")

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

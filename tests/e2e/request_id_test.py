"""The id of a request is in its answer and in the log line of every hop; a trace goes through them all. Run by run.py."""
import json
import os
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from processes import Client  # noqa: E402


def lines_with(service, request_id):
    """Log lines of the service's processes that name the request."""
    folder = os.path.join(os.environ["TSTACK_DATA"], "logs")
    found = []
    for name in sorted(os.listdir(folder)):
        with open(os.path.join(folder, name), errors="replace") as file:
            for text in file:
                if request_id in text and text.startswith("{"):
                    line = json.loads(text)
                    if line["service"] == service and line.get("request_id") == request_id:
                        found.append(line)
    return found


def wait_for_lines(service, request_id):
    """The gateway's line may come a moment after the answer."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if found := lines_with(service, request_id):
            return found
        time.sleep(0.05)
    raise AssertionError(f"no line of {service} names {request_id}")


class RequestIdTest(unittest.TestCase):
    def test_both_hops_log_the_id_that_the_client_got(self):
        client = Client()
        client.login()
        status, _, headers = client.request("GET", "/projects?limit=1")
        self.assertEqual(status, 200)
        request_id = headers["x-openstack-request-id"]
        gateway = wait_for_lines("api-gateway", request_id)
        identity = wait_for_lines("identity", request_id)
        self.assertEqual([line["status"] for line in gateway if line["event"] == "request"], [200])
        served = [line for line in identity if line["event"] == "rpc_served"]
        self.assertIn("Projects/ListProjects", [line["rpc"] for line in served])
        self.assertEqual({line["code"] for line in served}, {"ok"})
        self.assertTrue(all(line["duration_ms"] >= 0 for line in served))
        self.assertEqual(len({line["trace_id"] for line in gateway + identity}), 1)  # begun at the gateway

    def test_a_trace_that_the_client_began_goes_on(self):
        client = Client()
        client.login()
        trace = "0af7651916cd43dd8448eb211c80319c"
        _, _, headers = client.request("GET", "/projects?limit=1", headers={"traceparent": f"00-{trace}-b7ad6b7169203331-01"})
        for service in ("api-gateway", "identity"):
            lines = wait_for_lines(service, headers["x-openstack-request-id"])
            self.assertEqual({line["trace_id"] for line in lines}, {trace})
            self.assertIn("span", {line["event"] for line in lines})


if __name__ == "__main__":
    unittest.main(verbosity=2)

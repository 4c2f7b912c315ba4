"""Sends one scenario to Debian's keystone and to a TStack cloud and compares the answers by shape.

    OS_AUTH_URL=… OS_PASSWORD=… [OS_CACERT=…] /usr/bin/python3 tests/conformance/keystone_test.py

Every difference must be listed with its reason in keystone_differences.tsv; one that is listed and no longer
occurs fails too, so the list stays true. Last line: "N passed, N failed".
"""
import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from http_probe import COMPARED_HEADERS, Cloud, differences, pick  # noqa: E402
from keystone_scenario import SCENARIO  # noqa: E402
from oracle_keystone import OracleKeystone  # noqa: E402

_LIST = os.path.join(os.path.dirname(os.path.abspath(__file__)), "keystone_differences.tsv")


def known_differences():
    """{request line with body: {difference: reason}}"""
    known = {}
    with open(_LIST) as file:
        for line in file:
            if line.strip() and not line.startswith("#"):
                step, difference, reason = line.rstrip("\n").split("\t")
                known.setdefault(step, {})[difference] = reason
    return known


def ask(cloud, method, path, options):
    headers = dict(options.get("headers", {}))
    if not options.get("anonymous") and "X-Auth-Token" not in headers:
        headers["X-Auth-Token"] = "<token>"
    answer = cloud.send(method, path, headers, options.get("body"))
    for variable, where in options.get("save", {}).items():
        try:
            value = answer.headers[where[7:]] if where.startswith("header:") else pick(answer.json, where)
        except (KeyError, IndexError, TypeError):
            value = "missing-" + variable
        cloud.variables[variable] = value
    return answer


def compare(expected, actual):
    if expected.status != actual.status:
        yield f"status {expected.status} expected, got {actual.status}"
        return
    for header in COMPARED_HEADERS:
        if (expected.headers[header] is None) != (actual.headers[header] is None):
            yield f"header {header}: {'missing' if actual.headers[header] is None else 'not in the oracle’s answer'}"
    if expected.json is None and actual.json is None:
        return
    yield from differences(expected.json, actual.json)


def run(oracle, cloud, known):
    passed, failed = 0, 0
    for number, (method, path, options) in enumerate(SCENARIO):
        step = " ".join([method, path, json.dumps(options["body"]) if isinstance(options.get("body"), dict) else ""]).strip()
        found = list(compare(ask(oracle, method, path, options), ask(cloud, method, path, options)))
        listed = known.pop(step, {})
        unlisted = [difference for difference in found if difference not in listed]
        stale = [difference for difference in listed if difference not in found]
        if not unlisted and not stale:
            passed += 1
            continue
        failed += 1
        print(f"FAILED {number:03d} {step}")
        for difference in unlisted:
            print(f"    {difference}")
        for difference in stale:
            print(f"    listed in keystone_differences.tsv, but does not occur: {difference}")
    for step in known:
        failed += 1
        print(f"FAILED keystone_differences.tsv names a step that is not in the scenario: {step}")
    return passed, failed


def main():
    cloud = Cloud("tstack", os.environ["OS_AUTH_URL"], os.environ.get("OS_CACERT"))
    cloud.variables["password"] = os.environ["OS_PASSWORD"]
    with OracleKeystone() as oracle_process:
        oracle = Cloud("keystone", oracle_process.url)
        oracle.variables["password"] = oracle_process.password
        passed, failed = run(oracle, cloud, known_differences())
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

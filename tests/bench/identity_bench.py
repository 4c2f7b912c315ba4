"""Measures identity through the gateway: TLS from the client, mTLS inside, MariaDB with flush_log=1 and Galera loaded.

    tools/tstack bench identity          brings up its own cloud from the release build, measures, takes it down

Columns: requests per second, latency in ms, CPU-ms per request over all processes of the cloud (the load generator
apart). Figures are medians of three runs.
"""
import argparse
import json
import os
import ssl
import subprocess
import sys
import time
import urllib.request

_HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [_HERE, os.path.join(_HERE, "..", "e2e")]
from cloud import Cloud  # noqa: E402
from measure import Load, measure, processes, pss_mib, table  # noqa: E402

_CEILING = """
import crypt, os, time
salt = crypt.mksalt(crypt.METHOD_BLOWFISH, rounds=1 << %d)
pids = []
def work():
    n, end = 0, time.monotonic() + %d
    while time.monotonic() < end:
        crypt.crypt("bench-password", salt); n += 1
    return n
read, write = os.pipe()
for _ in range(%d):
    if os.fork() == 0:
        start = time.monotonic(); n = work()
        os.write(write, f"{n / (time.monotonic() - start)}\\n".encode()); os._exit(0)
try:
    while True: os.wait()
except ChildProcessError: pass
os.close(write)
print(sum(float(x) for x in os.read(read, 4096).split()))
"""


class Client:
    def __init__(self, url, cacert):
        self.url, self.cacert = url, cacert
        self._context = ssl.create_default_context(cafile=cacert)

    def send(self, method, path, token=None, body=None):
        request = urllib.request.Request(self.url + path, json.dumps(body).encode() if body else None, method=method)
        request.add_header("Content-Type", "application/json")
        if token:
            request.add_header("X-Auth-Token", token)
        with urllib.request.urlopen(request, context=self._context, timeout=60) as answer:
            text = answer.read()
            return answer.headers, json.loads(text) if text else None


def password_body(cloud):
    return {"auth": {"identity": {"methods": ["password"], "password": {"user": {
        "name": cloud["username"], "domain": {"id": "default"}, "password": cloud["password"]}}},
        "scope": {"project": {"name": cloud["project_name"], "domain": {"id": "default"}}}}}


def read_cloud(data):
    """Values of the admin cloud in clouds.yaml, without a YAML library: the file is ours and flat."""
    values = {}
    with open(os.path.join(data, "clouds.yaml")) as file:
        for line in file:
            key, _, value = line.strip().partition(":")
            values[key] = value.strip().strip("'\"")
    return values


def hash_ceiling(cost, connections, seconds=5):
    """Password hashes per second that this machine can do and nothing else: on all cores, or on as many as there are
    connections, for each of them waits for its own hash."""
    cores = min(connections, os.cpu_count())
    return float(subprocess.check_output(["/usr/bin/python3", "-W", "ignore", "-c", _CEILING % (cost, seconds, cores)]))


def main():
    binaries = os.environ.get("TSTACK_BIN", "")
    parser = argparse.ArgumentParser(prog="tools/tstack bench identity", description=__doc__.split("\n")[0])
    parser.add_argument("--data", help="data folder of a running cloud; default: a new one, taken down afterwards")
    parser.add_argument("--tstack", default=os.path.join(binaries, "tstack"), help="the tstack binary")
    parser.add_argument("--connections", default="1,8,32")
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--bcrypt-cost", type=int, default=12, help="the cost the cloud is configured with")
    parser.add_argument("--only", choices=["logins"], help="leave out the other cases")
    options = parser.parse_args()
    if options.data:
        bench(options)
    else:
        with Cloud(options.tstack) as cloud:
            options.data = cloud.data
            bench(options)
    micro = os.path.join(binaries, "gateway_token_cache_bench")
    if os.path.exists(micro):
        print("\nthe gateway's cached token check:", flush=True)
        subprocess.run([micro], check=True)
    return 0


def bench(options):
    cloud = read_cloud(options.data)
    client = Client(cloud["auth_url"].rstrip("/"), cloud["cacert"])
    headers, body = client.send("POST", "/auth/tokens", body=password_body(cloud))
    token, project = headers["X-Subject-Token"], body["token"]["project"]["id"]
    pids = processes(options.tstack, options.data)
    connections = [int(c) for c in options.connections.split(",")]
    auth = {"X-Auth-Token": token, "Content-Type": "application/json"}

    def load(path, **more):
        return Load(client.url + path, cloud["cacert"], **{"headers": auth, **more})

    token_body = json.dumps({"auth": {"identity": {"methods": ["token"], "token": {"id": token}},
                                      "scope": {"project": {"id": project}}}})
    cases = [
        ("GET token (validation)", load("/auth/tokens?nocatalog", headers={**auth, "X-Subject-Token": token})),
        ("GET one project", load(f"/projects/{project}")),
        ("GET projects (few)", load("/projects?name=admin")),
        ("token -> token", load("/auth/tokens?nocatalog", method="POST", headers={"Content-Type": "application/json"},
                                body=token_body, expect=201)),
    ]
    print(line(("request", "conn", "req/s", "p50 ms", "p99 ms", "CPU-ms", "CPU-ms by process")), flush=True)

    def report(name, case):
        for c in connections:
            print(line(row(name, c, measure(case, pids, c, options.seconds))), flush=True)

    if options.only != "logins":
        for name, case in cases:
            report(name, case)
        make_projects(client, token, 1000)
        report("GET projects (1,000)", load("/projects"))

    logins(client, cloud, pids, connections, options)
    print()
    memory = sorted((pss_mib(pid), name) for name, pid in pids.items())
    print(table([(name, f"{mib:.1f}") for mib, name in memory], ("process", "PSS MiB")))
    own = sum(mib for mib, name in memory if name.startswith(("identity", "gateway", "api-gateway")))
    print(f"identity + gateway: {own:.1f} MiB PSS")


def logins(client, cloud, pids, connections, options):
    """Against the ceiling measured just before and just after: a shared machine has better and worse minutes. A run
    must hold many hashes, because those that are under way at its end are not counted."""
    login = Load(client.url + "/auth/tokens?nocatalog", cloud["cacert"], method="POST",
                 headers={"Content-Type": "application/json"}, body=json.dumps(password_body(cloud)), expect=201)
    for c in connections:
        before = hash_ceiling(options.bcrypt_cost, c)
        result = measure(login, pids, c, max(20, options.seconds))
        ceiling = (before + hash_ceiling(options.bcrypt_cost, c)) / 2
        note = f"{100 * result['rate'] / ceiling:.0f} % of {ceiling:.1f} hashes/s on {min(c, os.cpu_count())} core(s)"
        print(line(row("password login", c, result, note)), flush=True)


def line(cells):
    return "".join(str(cell).ljust(width) for cell, width in zip(cells, (24, 6, 8, 9, 10, 8, 0))).rstrip()


def make_projects(client, token, count):
    existing = {p["name"] for p in client.send("GET", "/projects", token)[1]["projects"]}
    start = time.monotonic()
    for number in range(count):
        name = f"bench-{number:04d}"
        if name not in existing:
            client.send("POST", "/projects", token, {"project": {"name": name}})
    print(f"# {count} projects made one by one in {time.monotonic() - start:.1f} s", file=sys.stderr)


def row(name, connections, result, note=""):
    share = ", ".join(f"{process} {ms:.2f}" for process, ms in sorted(result["used"].items(), key=lambda item: -item[1]) if ms >= 0.005)
    return (name, connections, f"{result['rate']:.0f}" if result["rate"] >= 100 else f"{result['rate']:.1f}",
            f"{result['p50']:.2f}", f"{result['p99']:.2f}", f"{result['cpu']:.3f}", note or share)


if __name__ == "__main__":
    sys.exit(main())

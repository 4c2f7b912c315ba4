"""What every bench needs: CPU and memory of a cloud's processes, wrk runs, medians, tables."""
import json
import os
import re
import statistics
import subprocess
import tempfile
import time

_TICK = os.sysconf("SC_CLK_TCK")


def processes(tstack, data):
    """{name: pid} of everything the supervisor runs, MariaDB and RabbitMQ included."""
    status = json.loads(subprocess.check_output([tstack, "status", "--json", "--data", data]))
    return {s["name"]: s["pid"] for s in status["services"] if s.get("pid")}


def cpu_seconds(pid):
    """CPU time of a process and the children it has waited for; 0 if it is gone."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            fields = file.read().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return sum(int(field) for field in fields[11:15]) / _TICK


def wait_until_idle(pids, patience=120):
    """Returns once the processes rest: what clients that hung up have left behind is not part of the next run."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        before = sum(cpu_seconds(pid) for pid in pids.values())
        time.sleep(0.5)
        if sum(cpu_seconds(pid) for pid in pids.values()) - before < 0.1:
            return
    raise SystemExit("the cloud does not come to rest")


def pss_mib(pid):
    """Proportional set size: shared pages are divided among those who map them."""
    with open(f"/proc/{pid}/smaps_rollup") as file:
        return int(re.search(r"^Pss:\s+(\d+)", file.read(), re.M).group(1)) / 1024


class Load:
    """One request repeated by wrk over `connections` keep-alive connections."""

    def __init__(self, url, cacert, method="GET", headers=None, body=None, expect=200):
        self.url, self.cacert = url, cacert
        self.script = _SCRIPT % {"method": json.dumps(method), "body": _lua(body), "expect": expect,
                                 "headers": ",".join(f"[{json.dumps(k)}]={json.dumps(v)}" for k, v in (headers or {}).items())}

    def run(self, connections, seconds):
        with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
            file.write(self.script)
            file.flush()
            threads = min(2, connections)
            text = subprocess.check_output(["wrk", f"-t{threads}", f"-c{connections}", f"-d{seconds}s", "--timeout", "60s",
                                            "-s", file.name, self.url], text=True)
        result = json.loads(re.search(r"^RESULT (.*)$", text, re.M).group(1))
        if result["unexpected"] or result["errors"]:
            raise SystemExit(f"{self.url}: {result['unexpected']} answers were not as expected, {result['errors']} errors\n{text}")
        return result


_SCRIPT = """
wrk.method = %(method)s
wrk.body = %(body)s
wrk.headers = {%(headers)s}
local threads = {}
function setup(thread) table.insert(threads, thread) end
function init(args) unexpected = 0 end
function response(status) if status ~= %(expect)d then unexpected = unexpected + 1 end end
function done(summary, latency)
  local unexpected = 0
  for _, thread in ipairs(threads) do unexpected = unexpected + thread:get("unexpected") end
  local errors = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
  print(string.format('RESULT {"requests": %%d, "seconds": %%f, "p50_ms": %%f, "p99_ms": %%f, "errors": %%d, "unexpected": %%d}',
      summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, errors, unexpected))
end
"""


def _lua(text):
    return "nil" if text is None else json.dumps(text)


def measure(load, pids, connections, seconds=3, runs=3):
    """Median over runs: requests/s, p50, p99 in ms, CPU-ms per request of each process and in all."""
    rows = []
    load.run(connections, 1)  # warm caches, connections and the branch predictor
    for _ in range(runs):
        wait_until_idle(pids)
        before = {name: cpu_seconds(pid) for name, pid in pids.items()}
        result = load.run(connections, seconds)
        used = {name: 1000 * (cpu_seconds(pid) - before[name]) / result["requests"] for name, pid in pids.items()}
        rows.append({"rate": result["requests"] / result["seconds"], "p50": result["p50_ms"], "p99": result["p99_ms"],
                     "cpu": sum(used.values()), "used": used})
    middle = sorted(rows, key=lambda row: row["rate"])[len(rows) // 2]
    return {**middle, "cpu": statistics.median(row["cpu"] for row in rows)}


def table(rows, header):
    widths = [max(len(str(row[i])) for row in [header, *rows]) for i in range(len(header))]
    lines = ["  ".join(str(cell).ljust(width) for cell, width in zip(row, widths)).rstrip() for row in [header, *rows]]
    return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:]])

"""Who may include whom: services never each other, common only what is lower, third-party code one owner each."""
from tree import includes, is_test

# From low to high. A folder includes its own level and those below it.
LAYERS = [
    {"status", "time", "ids", "context", "crypto", "test_main"},
    {"log", "metrics", "trace", "config", "pki"},
    {"http", "db", "rpc", "policy"},
    {"contract", "idempotency", "migrate"},
    {"telemetry", "testing"},
]
LEVEL = {folder: level for level, folders in enumerate(LAYERS) for folder in folders}

# Header prefix: the folders that may use it. gRPC, protobuf and Abseil are exempt, and so is the C++ library.
OWNERS = {
    "mysql": ["common/db"],
    "cppconn/": ["common/db"],
    "boost/": ["common/http"],
    "yaml-cpp/": ["common/config", "common/policy"],
    "spdlog/": ["common/log"],
    "prometheus/": ["common/metrics"],
    "simdjson": ["common/contract"],
    "re2/": ["common/contract"],
    "openssl/": ["common/ids", "common/crypto", "common/pki", "common/http", "common/rpc", "services/identity"],
    "crypt.h": ["services/identity"],
    "CLI/": ["tools/tstack_cli"],
    "amqp": ["common/amqp"],
    "libvirt/": ["services/compute-agent"],
    "rados/": ["common/rbd"],
    "rbd/": ["common/rbd"],
}


def check_includes(tree):
    problems = []
    for path, text in tree.sources("common/", "services/", "tools/", "tests/"):
        for line, header in includes(text):
            for problem in (layer_problem(path, header), owner_problem(path, header)):
                if problem:
                    problems.append("%s:%d: %s" % (path, line, problem))
    return problems


def layer_problem(path, header):
    top, folder = path.split("/")[:2]
    parts = header.split("/")
    if parts[0] not in ("common", "services", "tools", "tests") or len(parts) < 3:
        return None
    if top == "common":
        if parts[0] != "common":
            return "common must not know %s" % header
        return common_problem(path, folder, parts[1], header)
    if top == "services":
        if parts[0] == "services" and parts[1] != folder:
            return "services meet only through proto, not through %s" % header
        if parts[0] in ("tools", "tests"):
            return "a service must not know %s" % header
    if top == "tools" and parts[0] in ("services", "tests"):
        return "tools must not know %s" % header
    return None


def common_problem(path, folder, other, header):
    if folder == other:
        return None
    for name in (folder, other):
        if name not in LEVEL:
            return "common/%s has no place in the layers (tests/house/include_rules.py)" % name
    if is_test(path) and other == "testing":
        return None
    if LEVEL[other] > LEVEL[folder]:
        return "common/%s is below common/%s and must not include %s" % (folder, other, header)
    return None


def owner_problem(path, header):
    for prefix, owners in OWNERS.items():
        if header.startswith(prefix) and not path.startswith(tuple(owner + "/" for owner in owners)):
            return "<%s> belongs to %s" % (header, ", ".join(owners))
    return None


def check_cycles(tree):
    """Folders of one level may include each other, but not in circles."""
    edges = {}
    for path, text in tree.sources("common/"):
        if is_test(path):
            continue
        folder = path.split("/")[1]
        for _, header in includes(text):
            parts = header.split("/")
            if parts[0] == "common" and len(parts) > 2 and parts[1] != folder:
                edges.setdefault(folder, set()).add(parts[1])
    problems = set()
    for start in edges:
        seen, queue = set(), list(edges[start])
        while queue:
            folder = queue.pop()
            if folder == start:
                problems.add("common/%s includes itself through other folders" % start)
            if folder not in seen:
                seen.add(folder)
                queue.extend(edges.get(folder, ()))
    return sorted(problems)

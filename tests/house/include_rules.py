"""Who may include whom: services never each other, common only what is lower, third-party code its owners alone."""
import re

from owners import EVERYWHERE, OWNERS, PROGRAMS, STARTERS, SYSTEM
from tree import includes, is_test, without_comments

OURS = ("common", "services", "tools", "tests")

# From low to high. A folder includes its own level and those below it.
LAYERS = [
    {"status", "time", "ids", "context", "crypto", "changes", "test_main"},
    {"log", "metrics", "trace", "config", "pki"},
    {"http", "db", "rpc", "policy"},
    {"contract", "idempotency", "migrate"},
    {"telemetry", "testing"},
]
LEVEL = {folder: level for level, folders in enumerate(LAYERS) for folder in folders}

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
    if parts[0] not in OURS or len(parts) < 3:
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
    """What nobody has allowed is refused: headers of the C++ library have neither a dot nor a slash."""
    if header in SYSTEM or re.fullmatch(r"[a-z_0-9]+", header) or header.startswith(EVERYWHERE) or header.split("/")[0] in OURS:
        return None
    if header.startswith("catch2/") and (is_test(path) or "/test_" in path):
        return None
    owners = [owner for prefix, files, _ in OWNERS if header.startswith(prefix) for owner in files]
    if path.startswith(tuple(owners)):
        return None
    return "<%s> belongs to %s" % (header, ", ".join(owners) or "nobody (tests/house/owners.py)")


def check_programs(tree):
    """Programs are started by few, and named by their owner alone: as a word, with a path, with arguments."""
    problems = []
    for path, text in tree.sources("common/", "services/", "tools/"):
        code = without_comments(text)
        if is_test(path):
            continue
        for number, line in enumerate(code.split("\n"), 1):
            if re.search(r"\b(exec(v|ve|vp|vpe|l|le|lp)|popen|system|posix_spawnp?)\((?!\))", line) and path not in STARTERS:
                if not re.search(r"[.>]\s*system\(", line):
                    problems.append("%s:%d: starts a program" % (path, number))
            for program in programs_named(line):
                if not path.startswith(PROGRAMS.get(program, ()) or "\0"):
                    problems.append("%s:%d: names the program %s" % (path, number, program))
    return problems


def programs_named(line):
    for literal in re.findall(r'"((?:\\.|[^"\\])*)"', line):
        word = literal.split(" ")[0]
        found = re.fullmatch(r"/(?:usr/)?(?:local/)?s?bin/([\w.+-]+)", word)
        if found:
            yield found.group(1)
        elif word in PROGRAMS and ("-" in word or " -" in literal or word.endswith("d")):
            yield word


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

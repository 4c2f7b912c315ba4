"""What no file may contain, what every folder must have, and how long files and functions may be."""
import re

from tree import is_test, without_comments

# Spelled so that this file does not contain what it looks for.
FORBIDDEN = [
    (r"(?<![\w.])/work" + r"/(?!\.\.\.)", "a path of one machine"),
    (r"(?<![\w.])/fa" + r"rm/", "a path of one machine"),
    (r"(?<![\w.])/home" + r"/[a-z]+/", "a path of one person"),
    (r"\b(?:deb|ftp|security)\.deb" + r"ian\.org", "a registry host"),
    (r"\bregistry\.npm" + r"js\.org", "a registry host"),
    (r"\bpypi\." + r"org", "a registry host"),
    (r"\b(?:TO" + r"DO|FIX" + r"ME|X" + r"XX)\b", "unfinished work"),
]
TEXTS = (".cc", ".h", ".py", ".sh", ".md", ".proto", ".cmake", ".txt", ".yaml", ".yml", ".json", ".sql", ".cfg", ".cnf",
         ".service", "tools/tstack", ".ci/run", "Containerfile")
README_BELOW = ("common", "services", "tools", "tests", "deploy", "proto", "docs")
# Folders of one kind of data, and versions of a proto package: the README of the folder above them speaks for them.
DESCRIBED_ABOVE = r"/(corpus|testdata|sql|v\d+)(/.*)?$"
LONGEST_FUNCTION = 55
LONGEST_FILE = 300
# Longer ones, with the lines they have now: they may only shrink, and leave this list when they are short enough.
LONG_FILES = {
    "common/contract/json_reader_test.cc": 369,
    "common/contract/json_writer_test.cc": 328,
    "common/contract/query.cc": 312,
    "common/http/server_test.cc": 448,
    "common/rpc/server_test.cc": 362,
    "services/api-gateway/gateway_test.cc": 459,
}


def check_forbidden(tree):
    problems = []
    for path, text in sorted(tree.files.items()):
        if not path.endswith(TEXTS):
            continue
        for number, line in enumerate(text.split("\n"), 1):
            for pattern, what in FORBIDDEN:
                if re.search(pattern, line):
                    problems.append("%s:%d: %s" % (path, number, what))
    return problems


def check_readmes(tree):
    """Each folder that holds a source, a script, a proto or a sample."""
    folders = {path.rsplit("/", 1)[0] for path in tree.files
               if path.startswith(tuple(top + "/" for top in README_BELOW)) and not path.endswith("README.md")}
    folders = {re.sub(DESCRIBED_ABOVE, "", folder) for folder in folders}
    folders |= {path.split("/")[0] for path in folders if path.split("/")[0] != "docs"}
    return sorted("%s has no README.md" % folder for folder in folders
                  if folder + "/README.md" not in tree.files and not folder.startswith("services/identity/"))


def functions(text):
    """(name, first line, lines) of function bodies in formatted code: up to the next brace at most as far in."""
    lines = without_comments(text).split("\n")
    number = 0
    while number < len(lines):
        found = re.match(r"^( {0,6})(?!namespace\b|class\b|struct\b|enum\b|extern\b|switch\b|if\b|for\b|while\b)"
                         r"[\w:~].*\)[^;=]*\{$", lines[number])
        if not found:
            number += 1
            continue
        end = number + 1
        while end < len(lines) and not re.match(r"^ {0,%d}\}" % len(found.group(1)), lines[end]):
            end += 1
        name = re.search(r"([\w:~]+)\(", lines[number])
        yield (name.group(1) if name else "?"), number + 1, lines[number:end + 1]
        number = end


def is_table(lines):
    """A switch that only maps, a table, a text: long without being complicated."""
    flat = sum(1 for line in lines if re.match(r"\s*(case\b|default:|return\b|break;|\{|\"|$)", line))
    return flat * 2 > len(lines)


def check_sizes(tree, long_files=None):
    """Tests too: a test that nobody can read says nothing."""
    allowed = LONG_FILES if long_files is None else long_files
    problems = []
    for path, text in tree.sources():
        lines = text.count("\n")
        if lines > allowed.get(path, LONGEST_FILE):
            problems.append("%s: %d lines, split it" % (path, lines))
        elif path in allowed and lines <= LONGEST_FILE:
            problems.append("%s: %d lines, strike it off LONG_FILES" % (path, lines))
        for name, line, body in functions(text):
            if len(body) >= LONGEST_FUNCTION and not is_table(body):
                problems.append("%s:%d: %s has %d lines, its middle wants a name" % (path, line, name, len(body)))
    return problems


def size_report(tree):
    """A few lines for people: how large files and functions are."""
    files = sorted(text.count("\n") for path, text in tree.sources() if not is_test(path))
    lengths = sorted(len(body) for path, text in tree.sources() if not is_test(path) for _, _, body in functions(text))
    if not files or not lengths:
        return "no sources"
    short = sum(1 for length in lengths if length < 30)
    return ("%d files, median %d lines, longest %d; %d functions, median %d lines, %.1f %% under 30, longest %d" % (
        len(files), files[len(files) // 2], files[-1], len(lengths), lengths[len(lengths) // 2],
        100.0 * short / len(lengths), lengths[-1]))

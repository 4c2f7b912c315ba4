"""Samples in deploy/ that no program of ours reads: they must at least be what they claim to be."""
import configparser
import os
import re

NEEDED = ("Unit", "Service", "Install")


def check_units(tree):
    problems = []
    binaries = {"tstack"}
    for path, text in tree.files.items():
        if path.endswith("CMakeLists.txt"):
            binaries.update(re.findall(r"tstack_binary\((tstack[a-z-]*)", text))
    for path, text in sorted(tree.files.items()):
        if not (path.startswith("deploy/systemd/") and path.endswith(".service")):
            continue
        unit = configparser.RawConfigParser(strict=False)
        unit.optionxform = str
        try:
            unit.read_string(text)
        except configparser.Error:
            problems.append("%s cannot be parsed" % path)
            continue
        command = unit.get("Service", "ExecStart", fallback="").split(" ")[0]
        if os.path.basename(command) not in binaries:
            problems.append("%s starts %s, which nobody builds" % (path, command))
        for section in NEEDED:
            if not unit.has_section(section):
                problems.append("%s has no [%s]" % (path, section))
    return problems

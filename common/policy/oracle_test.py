#!/usr/bin/python3
"""Compares the verdicts of common/policy with those of Debian's oslo.policy.

Usage: oracle_test.py PROBE [SEED]. Random rule sets, callers and targets; the seed is printed, so a failure replays.
Rules that only oslo sees with their operators exchanged must be found, or the comparison itself is broken.
"""
import json
import random
import subprocess
import sys
import tempfile

from oslo_config import cfg
from oslo_policy import policy

CASES = 4000
IDS = ["p1", "p2", "d1", "d2", "u1", "u2", "None"]
ROLES = ["admin", "reader", "member", "Manager", "service"]
ATTRIBUTES = [
    "user_id", "project_id", "domain_id", "user_domain_id", "project_domain_id", "system_scope", "roles",
    "service_user_id", "service_roles", "token.project.domain.id", "token.domain.id", "token.user.domain.id",
    "token.project.id", "token.user.id", "no_such_attribute", "token.no.such",
]
LITERALS = ["'p1'", '"d1"', "'public'", "None", "True", "False", "7", "0"]
TARGETS = ["target.project.id", "target.domain.id", "user_id", "project_id", "visibility", "enabled", "count"]
VALUES = IDS + ["public", "True", "False", "7", "", "admin", "ADMIN"]


def pattern(rng):
    kind = rng.random()
    if kind < 0.6:
        return "%%(%s)s" % rng.choice(TARGETS)
    if kind < 0.7:
        return rng.choice(["a%%b", "%(user_id)s%(project_id)s", "x-%(visibility)s"])
    return rng.choice(VALUES[:-3] + ROLES)


def check(rng, names):
    kind = rng.random()
    if kind < 0.08:
        return rng.choice("@!")
    if kind < 0.25 and names:
        return "rule:" + rng.choice(names)
    if kind < 0.45:
        return "role:" + rng.choice(ROLES + ["ADMIN", "%(visibility)s", "nobody"])
    if kind < 0.6:
        return rng.choice(LITERALS) + ":" + pattern(rng)
    return rng.choice(ATTRIBUTES) + ":" + pattern(rng)


def expression(rng, names, depth=0):
    kind = rng.random()
    if depth > 4 or kind < 0.35:
        return check(rng, names)
    if kind < 0.45:
        inner = expression(rng, names, depth + 1)
        return rng.choice(["not ", "NOT "]) + ("( %s )" % inner if " " in inner else inner)
    if kind < 0.6:
        return "(" + expression(rng, names, depth + 1) + ")"
    word = rng.choice([" and ", " or ", " AND ", "  or "])
    return word.join(expression(rng, names, depth + 1) for _ in range(rng.randint(2, 3)))


def caller(rng):
    pick = lambda: rng.choice(IDS[:-1] + [""])
    auth = {name: pick() for name in (
        "user_id", "user_domain_id", "project_id", "project_domain_id", "domain_id", "service_user_id")}
    auth["system"] = rng.choice(["", "", "all"])
    auth["roles"] = rng.sample(ROLES, rng.randint(0, 3))
    auth["service_roles"] = rng.sample(ROLES, rng.randint(0, 2))
    return auth


def text_proto(auth):
    fields = []
    for name, value in auth.items():
        for item in value if isinstance(value, list) else [value]:
            fields.append("%s: %s" % (name, json.dumps(item)))
    return " ".join(fields)


def credentials(auth):
    """What OpenStack's services hand to oslo.policy for such a token."""
    plain = {name: auth[name] or None for name in (
        "user_id", "user_domain_id", "project_id", "project_domain_id", "domain_id", "service_user_id")}
    token = {}
    if auth["user_id"]:
        token.setdefault("user", {})["id"] = auth["user_id"]
    if auth["user_domain_id"]:
        token.setdefault("user", {})["domain"] = {"id": auth["user_domain_id"]}
    if auth["project_id"]:
        token.setdefault("project", {})["id"] = auth["project_id"]
    if auth["project_domain_id"]:
        token.setdefault("project", {})["domain"] = {"id": auth["project_domain_id"]}
    if auth["domain_id"]:
        token["domain"] = {"id": auth["domain_id"]}
    return dict(plain, roles=auth["roles"], service_roles=auth["service_roles"],
                system_scope=auth["system"] or None, token=token)


class Oracle:
    def __init__(self):
        conf = cfg.ConfigOpts()
        self.directory = tempfile.TemporaryDirectory()
        conf([], default_config_files=[])
        self.enforcer = policy.Enforcer(conf, policy_file=self.directory.name + "/none", use_conf=False)

    def allows(self, rules, name, target, creds):
        self.enforcer.set_rules(policy.Rules.from_dict(rules), use_conf=False)
        return bool(self.enforcer.enforce(name, target, creds))


def compare(rng, probe, oracle, cases, corrupt=lambda rule: rule):
    """Number of allow and deny verdicts of oslo, and the cases where ours differ."""
    counts = {"allow": 0, "deny": 0}
    differences = []
    for _ in range(cases):
        rules = {}
        for index in range(rng.randint(1, 4)):
            rules["r%d" % index] = expression(rng, list(rules))
        auth = caller(rng)
        target = {name: rng.choice(VALUES) for name in rng.sample(TARGETS, rng.randint(0, len(TARGETS)))}
        asked = rng.choice(list(rules))
        ours = ask(probe, rules, auth, target, asked)
        corrupted = {name: corrupt(rule) for name, rule in rules.items()}
        theirs = "allow" if oracle.allows(corrupted, asked, target, credentials(auth)) else "deny"
        counts[theirs] += 1
        if ours != theirs:
            differences.append("we say %s, oslo says %s\n  %s\n  asked %s\n  target %s\n  caller %s" % (
                ours, theirs, rules, asked, target, auth))
    return counts, differences


def ask(probe, rules, auth, target, asked):
    lines = ["clear", "auth\t" + text_proto(auth)]
    lines += ["rule\t%s\t%s" % item for item in rules.items()]
    lines += ["target\t%s\t%s" % item for item in target.items()]
    probe.stdin.write("\n".join(lines + ["ask\t" + asked]) + "\n")
    probe.stdin.flush()
    return probe.stdout.readline().strip()


def main():
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(1 << 32)
    print("seed", seed)
    rng = random.Random(seed)
    oracle = Oracle()
    with subprocess.Popen([sys.argv[1]], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as probe:
        counts, differences = compare(rng, probe, oracle, CASES)
        _, planted = compare(rng, probe, oracle, 500, lambda rule: rule.replace(" and ", " or "))
        probe.stdin.close()
    print("\n".join(differences))
    print("%d cases, %s, %d differences; %d of the planted ones found" % (
        CASES, counts, len(differences), len(planted)))
    enough = min(counts.values()) > CASES // 10  # a comparison that only ever denies proves nothing
    return 0 if not differences and planted and enough else 1


sys.exit(main())

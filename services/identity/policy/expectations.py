#!/usr/bin/python3
"""Who is let in by keystone's own rules, as Debian's oslo.policy judges them: the last column of expectations.tsv.

Usage: expectations.py [--write]. Without --write: fails if the table says anything else. The first two columns, rule
and target, are written by hand; so are testdata/personas.tsv and testdata/keystone_rules.tsv.
"""
import pathlib
import re
import sys

from oslo_config import cfg
from oslo_policy import policy

FOLDER = pathlib.Path(__file__).parent / "testdata"
TABLE = FOLDER / "expectations.tsv"


def rows(path, columns):
    for line in path.read_text().splitlines():
        if line and not line.startswith("#"):
            yield (line.split("\t") + [""] * columns)[:columns]


def credentials(user, scope, roles):
    """The caller as keystone shows it to its rules; what is not set is None, not absent."""
    kind, *ids = scope.split()
    domain = ids[0] if kind == "domain" else None
    project = ids if kind == "project" else [None, None]
    return {
        "user_id": user, "roles": [role for role in roles.split(",") if role], "domain_id": domain,
        "project_id": project[0], "system_scope": "all" if kind == "system" else None,
        "token": {"domain": {"id": domain}, "project": {"id": project[0], "domain": {"id": project[1]}}},
    }


def target_of(text, creds):
    """Attributes apart by spaces; "own-domain": the domain of the token's scope, if it has one."""
    target = {}
    for item in text.split():
        if item != "own-domain":
            name, value = item.split("=")
            target[name] = value
        elif creds["domain_id"]:
            target["target.domain_id"] = target["target.domain.id"] = creds["domain_id"]
    return target


class Keystone:
    """Keystone's rules. With `narrow` nobody is admin_required: what is left is what an operator who narrows it gets."""

    def __init__(self, narrow):
        self.scopes = {}
        self.enforcer = policy.Enforcer(cfg.ConfigOpts(), use_conf=False)
        rules = {}
        for name, check, scopes in rows(FOLDER / "keystone_rules.tsv", 3):
            rules[name] = "!" if narrow and name == "admin_required" else check
            self.scopes[name] = scopes.split(",") if scopes else []
        self.enforcer.set_rules(policy.Rules.from_dict(rules), overwrite=True, use_conf=False)

    def allows(self, rule, target, creds):
        scopes = self.scopes[rule]
        if creds["domain_id"] and scopes and "domain" not in scopes:
            return False
        return self.enforcer.enforce(rule, target, creds)


def main():
    people = [(name, credentials(user, scope, roles)) for name, user, scope, roles in rows(FOLDER / "personas.tsv", 4)
              if user]
    engines = {narrow: Keystone(narrow) for narrow in (False, True)}
    made = []
    for line in TABLE.read_text().splitlines():
        if line and not line.startswith("#"):
            key, target = line.split("\t")[:2]
            rule, variant = re.fullmatch(r"([^\[]+)(?:\[(.*)\])?", key).groups()
            engine = engines["no-admin" in (variant or "").split(",")]
            let_in = [name for name, creds in people if engine.allows(rule, target_of(target, creds), creds)]
            line = "\t".join([key, target, " ".join(let_in)])
        made.append(line)
    text = "\n".join(made) + "\n"
    if "--write" in sys.argv:
        TABLE.write_text(text)
    elif text != TABLE.read_text():
        differing = [new for new, old in zip(made, TABLE.read_text().splitlines()) if new != old]
        sys.exit("expectations.tsv is not what keystone's rules give:\n" + "\n".join(differing))
    print("%d rules and variants, %d personas" % (len([m for m in made if m and m[0] != "#"]), len(people)))


if __name__ == "__main__":
    main()

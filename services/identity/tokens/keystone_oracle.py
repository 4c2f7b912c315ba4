#!/usr/bin/python3
"""Encodes and decodes Fernet tokens with the real keystone package: one JSON request a line, one JSON answer a line.

usage: keystone_oracle.py KEY_REPOSITORY < requests
  {"decode": "<token>"}
  {"encode": {"kind": "project", "user_id": …, "methods": […], "scope_id": …, "expires_at": "…Z", "audit_ids": […]}}
"""
import json
import logging
import sys
import warnings

warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)

import keystone.conf  # noqa: E402
from keystone.token import token_formatters  # noqa: E402

KINDS = {
    "unscoped": token_formatters.UnscopedPayload,
    "domain": token_formatters.DomainScopedPayload,
    "project": token_formatters.ProjectScopedPayload,
    "system": token_formatters.SystemScopedPayload,
}


def decode(formatter, token):
    (user_id, methods, audit_ids, system, domain_id, project_id, _trust, _groups, _idp, _protocol, _access, _appcred,
     issued_at, expires_at) = formatter.validate_token(token)
    return {"user_id": user_id, "methods": methods, "audit_ids": audit_ids, "system": system, "domain_id": domain_id,
            "project_id": project_id, "issued_at": issued_at, "expires_at": expires_at}


def encode(formatter, wish):
    scope = {"domain": "domain_id", "project": "project_id", "system": "system"}.get(wish["kind"])
    return {"token": formatter.create_token(wish["user_id"], wish["expires_at"], wish["audit_ids"],
                                            KINDS[wish["kind"]], methods=wish["methods"],
                                            **({scope: wish["scope_id"]} if scope else {}))}


def main():
    keystone.conf.configure()
    keystone.conf.CONF([], project="keystone", default_config_files=[])
    keystone.conf.CONF.set_override("key_repository", sys.argv[1], group="fernet_tokens")
    formatter = token_formatters.TokenFormatter()
    for line in sys.stdin:
        request = json.loads(line)
        if "decode" in request:
            answer = decode(formatter, request["decode"])
        else:
            answer = encode(formatter, request["encode"])
        print(json.dumps(answer, sort_keys=True), flush=True)


main()

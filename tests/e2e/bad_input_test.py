"""Bad input to every route that takes a body, as /openapi.json lists them: never a 5xx, always the error's shape.

The requests are derived from the document: for each property a wrong type, for each body broken JSON, duplicate
keys, bad UTF-8, deep nesting, an unknown key. A control shows that the cloud is alive after each route. Run by run.py.
"""
import http.client
import json
import os
import ssl
import sys
import urllib.parse

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from processes import Client  # noqa: E402

BROKEN_BODIES = {
    "no JSON": b"{",
    "trailing text": b"{} x",
    "bad UTF-8": b'{"\xff\xfe": 1}',
    "NUL in a string": b'{"a": "\\u0000"}',
    "lone surrogate": b'{"a": "\\ud800"}',
    "deep nesting": b'{"a":' * 5000 + b"1" + b"}" * 5000,
    "a list": b"[]",
    "a number": b"1e999",
    "empty": b"",
    "null": b"null",
}
WRONG_VALUES = (None, True, -1, 2**63, 1e300, "", "x" * 70000, "\u0001", [], [[]], {}, {"a": {"b": 1}})


class Sender:
    """Sends raw bytes; a connection that the server closed is opened again for the next request."""

    def __init__(self, token):
        self.url = urllib.parse.urlparse(os.environ["OS_AUTH_URL"])
        self.context = ssl.create_default_context(cafile=os.environ["OS_CACERT"])
        self.token, self.connection = token, None

    def send(self, method, path, body):
        if self.connection is None:
            self.connection = http.client.HTTPSConnection(self.url.hostname, self.url.port, timeout=60, context=self.context)
        try:
            self.connection.request(method, path, body, {"Content-Type": "application/json", "X-Auth-Token": self.token})
            answer = self.connection.getresponse()
            status, text = answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            self.connection = None
            raise
        return status, text


def resolve(document, schema):
    while "$ref" in schema:
        node = document
        for part in schema["$ref"][2:].split("/"):
            node = node[part]
        schema = node
    return schema


def wrong_bodies(document, schema):
    """(what is wrong, bytes) for one body schema."""
    yield from BROKEN_BODIES.items()
    outer = resolve(document, schema)
    for key, inner in outer.get("properties", {}).items():
        for value in WRONG_VALUES:
            yield f"{key}={str(value)[:20]!r}", json.dumps({key: value}).encode()
        yield f"{key} twice", f'{{{json.dumps(key)}: {{}}, {json.dumps(key)}: {{}}}}'.encode()
        yield "an unknown key beside it", json.dumps({key: {}, "no_such_key": 1}).encode()
        for name in resolve(document, inner).get("properties", {}):
            for value in WRONG_VALUES:
                yield f"{key}.{name}={str(value)[:20]!r}", json.dumps({key: {name: value}}).encode()


def complaint(status, text):
    """Why an answer to bad input is wrong, or None."""
    if status >= 500:
        return f"{status}: {text[:200]!r}"
    if status < 400:
        return None  # what looks wrong may be right for this property
    try:
        error = json.loads(text)
    except ValueError:
        return f"{status} without a JSON body: {text[:100]!r}"
    message = error.get("error", error).get("message", "")
    return None if message else f"{status} without a message: {text[:100]!r}"


def main():
    token = Client().login().token
    sender = Sender(token)
    status, text = sender.send("GET", "/openapi.json", None)
    assert status == 200, status
    document = json.loads(text)
    passed = failed = 0
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if not isinstance(operation, dict) or "requestBody" not in operation:
                continue
            schema = operation["requestBody"]["content"]["application/json"]["schema"]
            target = urllib.parse.quote(path.split("#")[0].replace("{", "").replace("}", "")).replace("project_id", "nope")
            complaints = []
            for what, body in wrong_bodies(document, schema):
                try:
                    found = complaint(*sender.send(method.upper(), target, body))
                except (OSError, http.client.HTTPException) as error:
                    found = f"the connection broke: {error!r}"
                if found:
                    complaints.append(f"{what}: {found}")
            status, _ = sender.send("GET", sender.url.path + "/projects?name=admin", None)
            if status != 200:
                complaints.append(f"afterwards a plain GET answers {status}")
            passed, failed = passed + (not complaints), failed + bool(complaints)
            for line in complaints[:5]:
                print(f"FAILED {method.upper()} {path}: {line}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or passed + failed == 0 else 0


if __name__ == "__main__":
    sys.exit(main())

"""Bad input to every route of /openapi.json: bodies, path ids, queries, headers. Never a 5xx; what is wrong is refused.

For each body a right one of real objects is shown to be accepted; then each property in turn gets each value of a list.
What the published schema forbids must be refused with 4xx and the error's shape, what it allows must not break anything.
A control shows that the cloud is alive after each route. Run by run.py.
"""
import collections
import copy
import http.client
import json
import os
import socket
import ssl
import sys
import urllib.parse

import jsonschema

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from bad_input_world import World, fresh  # noqa: E402
from bad_values import BAD_NUMBERS, BROKEN_BODIES, HEADERS, IDS, QUERY_VALUES, RAW, VALUES  # noqa: E402
from processes import Client  # noqa: E402

# PUT that makes what its path names: the last part is free text there.
MADE_BY_PATH = {"/identity/v3/regions/{region_id}": "region_id", "/identity/v3/projects/{project_id}/tags/{tag}": "tag"}


class Sender:
    """Sends raw bytes; a connection that the server closed is opened again for the next request."""

    def __init__(self, token):
        self.url = urllib.parse.urlparse(os.environ["OS_AUTH_URL"])
        self.context = ssl.create_default_context(cafile=os.environ["OS_CACERT"])
        self.token, self.connection = token, None

    def send(self, method, path, body, headers=None):
        if self.connection is None:
            self.connection = http.client.HTTPSConnection(self.url.hostname, self.url.port, timeout=60, context=self.context)
        try:
            self.connection.request(method, path, body, {"Content-Type": "application/json", "X-Auth-Token": self.token, **(headers or {})})
            answer = self.connection.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            self.connection = None
            raise

    def raw(self, request):
        """The status that answers these bytes; None if the connection ends without one."""
        with socket.create_connection((self.url.hostname, self.url.port), timeout=60) as plain:
            with self.context.wrap_socket(plain, server_hostname=self.url.hostname) as stream:
                try:
                    stream.sendall(request)
                    head = stream.recv(4096)
                except (ConnectionError, ssl.SSLError):
                    return None
        return int(head.split(b" ")[1]) if head.startswith(b"HTTP/1.1 ") else None


def resolve(document, schema):
    while "$ref" in schema:
        node = document
        for part in schema["$ref"][2:].split("/"):
            node = node[part]
        schema = node
    return schema


def places(document, schema, at=()):
    """Paths of all properties of a body's schema, nested ones included."""
    for name, inner in resolve(document, schema).get("properties", {}).items():
        yield at + (name,)
        if len(at) < 6:
            yield from places(document, inner, at + (name,))


def with_value(body, place, value):
    """A copy of the body with the value at the place; None if something else than an object is in the way."""
    changed = copy.deepcopy(body)
    node = changed
    for name in place[:-1]:
        node = node.setdefault(name, {})
        if not isinstance(node, dict):
            return None
    node[place[-1]] = value
    return changed


def doubled(body, place):
    """The body as text with the key at the place given twice."""
    marked = with_value(body, place[:-1] + ("\x02",), 1) if place[:-1] else {**body, "\x02": 1}
    node = body
    for name in place:
        node = node.get(name) if isinstance(node, dict) else None
    return json.dumps(marked).replace('"\\u0002": 1', f"{json.dumps(place[-1])}: {json.dumps(node)}").encode()


def complaint(status, text, wrong):
    """Why an answer to bad input is not right, or None."""
    if status >= 500:
        return f"{status}: {text[:300]!r}"
    if status < 400:
        return f"accepted with {status}" if wrong else None
    if status == 404 and text.startswith(b"<!doctype html>"):
        return None  # keystone's answer to a path that is nobody's, as one that is no text cannot be
    try:
        error = json.loads(text)
    except ValueError:
        return f"{status} without a JSON body: {text[:100]!r}"
    return None if error.get("error", error).get("message") else f"{status} without a message: {text[:100]!r}"


class BadInput:
    def __init__(self):
        token = Client().login().token
        self.sender = Sender(token)
        status, text = self.sender.send("GET", "/openapi.json", None)
        assert status == 200, status
        self.document = json.loads(text)
        self.resolver = jsonschema.RefResolver.from_schema(self.document)
        self.world = World(self.sender.send, token)
        self.requests, self.refused, self.complaints = 0, 0, collections.OrderedDict()

    def try_it(self, what, wrong, method, path, body=None, headers=None):
        self.requests += 1
        try:
            status, text = self.sender.send(method, path, body, headers)
            found = complaint(status, text, wrong)
            self.refused += status >= 400
        except (OSError, http.client.HTTPException) as error:
            found = f"the connection broke: {error!r}"
        if found and not (method == "HEAD" and "without a" in found):
            self.complaints.setdefault(self.title, []).append(f"{what}: {found}")

    def bodies(self, method, path, schema):
        right = self.world.body(method, path)
        assert right is not None, f"a right body of {method} {path} is missing in bad_input_world.py"
        validator = jsonschema.Draft202012Validator(schema, resolver=self.resolver)
        status, text = self.sender.send(method, self.world.target(method, path), json.dumps(right).encode())
        assert validator.is_valid(right) and status < 300, f"{method} {path} with a right body answered {status}: {text[:300]!r}"
        target = self.world.target(method, path)
        for what, body in BROKEN_BODIES.items():
            self.try_it(what, True, method, target, body)
        for content_type in ("", "text/plain", "application/xml", "application/json; charset=nonsense", "x" * 300):
            self.try_it(f"content type {content_type[:20]}", False, method, target, b"{", {"Content-Type": content_type})
        for place in places(self.document, schema):
            where = ".".join(place)
            if with_value(right, place, 0) is None:
                continue
            self.try_it(f"{where} twice", True, method, target, doubled(with_value(right, place, "x"), place))
            for value in VALUES:
                body = with_value(self.world.body(method, path), place, value)
                self.try_it(f"{where}={str(value)[:20]!r}", not validator.is_valid(body), method,
                            self.world.target(method, path) if method == "PUT" else target, json.dumps(body).encode())
        self.try_it("an unknown key outside", False, method, target, json.dumps({**right, fresh(): 1}).encode())

    def ids(self, method, path, operation):
        right = json.dumps(self.world.body(method, path)).encode() if "requestBody" in operation else None
        for name in (parameter["name"] for parameter in operation.get("parameters", []) if parameter["in"] == "path"):
            for value, what in IDS:
                free = method == "PUT" and MADE_BY_PATH.get(path) == name
                value = value + fresh() if free else value
                self.try_it(f"{name} {what}", not free, method, self.world.target(method, path, **{name: value}), right)

    def queries(self, path, operation):
        target = self.world.target("GET", path)
        subject = {"X-Subject-Token": self.sender.token}
        for parameter in operation.get("parameters", []):
            name = urllib.parse.quote(parameter["name"])
            if parameter["in"] != "query":
                continue
            number = resolve(self.document, parameter["schema"]).get("type") == "integer"
            for value, wrong in QUERY_VALUES:
                self.try_it(f"?{name}={value[:30]}", wrong, "GET", f"{target}?{name}={value}", None, subject)
            for value in BAD_NUMBERS if number else ():
                self.try_it(f"?{name}={value}", True, "GET", f"{target}?{name}={value}", None, subject)
            self.try_it(f"?{name} twice", False, "GET", f"{target}?{name}=1&{name}=2", None, subject)
        for query in ("?%FF=1", "?=", "?&&&", "?" + "a=1&" * 3000, "?no_such=1", "?a[]=1", "?sort_key=no_such", "?%zz=1"):
            self.try_it(query[:30], False, "GET", target + query, None, subject)

    def headers(self):
        path = self.sender.url.path.encode() + b"/auth/projects"
        for name, value, right in HEADERS:
            lines = {b"Host": b"localhost", b"X-Auth-Token": self.sender.token.encode(), b"Connection": b"close", name: value}
            request = b"GET " + path + b" HTTP/1.1\r\n" + b"".join(b"%s: %s\r\n" % line for line in lines.items()) + b"\r\n"
            self.expect(f"{name.decode()}: {value[:30]!r}", self.sender.raw(request), right)
        for request, right in RAW:
            self.expect(repr(request[:60]), self.sender.raw(request), right)
        for key in ("", " ", "x" * 256, "x" * 5000, "\xff\xfe", "a b", "a\tb", '"'):
            self.try_it(f"Idempotency-Key {key[:20]!r}", False, "POST", "/identity/v3/services",
                        json.dumps(self.world.body("POST", "/identity/v3/services")).encode(), {"Idempotency-Key": key})
        for token in ("", "garbage", "g" * 9000, "\xff"):
            self.try_it(f"X-Subject-Token {token[:20]!r}", True, "GET", "/identity/v3/auth/tokens", None, {"X-Subject-Token": token})

    def expect(self, what, status, right):
        self.requests += 1
        if status not in right:
            self.complaints.setdefault(self.title, []).append(f"{what}: {status}, not one of {right}")

    def part(self, title, function, *arguments):
        """Runs one part; afterwards the cloud must be alive. True if there is nothing to complain about."""
        self.title = title
        function(*arguments)
        self.title += " (afterwards)"
        status, text = self.sender.send("GET", self.sender.url.path + "/projects?name=admin", None)
        if status != 200 or len(json.loads(text)["projects"]) != 1:
            self.complaints.setdefault(self.title, []).append(f"a plain GET answers {status}")

    def run(self):
        parts = 0
        for path, item in self.document["paths"].items():
            path = path.split("#")[0]
            for verb, operation in item.items():
                if not isinstance(operation, dict) or "responses" not in operation:
                    continue
                method = verb.upper()
                todo = []
                if "{" in path:
                    todo.append((f"{method} {path} ids", self.ids, method, path, operation))
                if method == "GET":
                    todo.append((f"{method} {path} queries", self.queries, path, operation))
                if "requestBody" in operation:
                    self.world = World(self.sender.send, self.sender.token)  # what earlier parts have bent counts no more
                    schema = operation["requestBody"]["content"]["application/json"]["schema"]
                    todo.append((f"{method} {path} bodies", self.bodies, method, path, schema))
                for entry in todo:
                    self.part(*entry)
                parts += len(todo)
        self.part("headers and raw requests", self.headers)
        return parts + 1


def main():
    test = BadInput()
    parts = test.run()
    for title, lines in test.complaints.items():
        for line in lines[:int(os.environ.get("TSTACK_BAD_INPUT_SHOWN", "8"))]:
            print(f"FAILED {title}: {line}")
    print(f"{test.requests} requests, {test.refused} refused")
    print(f"{parts - len(test.complaints)} passed, {len(test.complaints)} failed")
    return 1 if test.complaints or test.refused < 1000 else 0


if __name__ == "__main__":
    sys.exit(main())

"""Plain HTTP to one cloud, and the comparison of two answers by shape: status, headers, keys, JSON types, error titles."""
import json
import re
import ssl
import urllib.error
import urllib.request

# Members that programs switch on: compared by value. All others by their JSON type, texts by their form.
COMPARED_VALUES = (".error.code", ".error.title")
COMPARED_HEADERS = ("X-Subject-Token", "WWW-Authenticate", "Vary", "Location", "Allow", "x-openstack-request-id")


class Answer:
    def __init__(self, status, headers, text):
        self.status, self.headers, self.text = status, headers, text
        try:
            self.json = json.loads(text) if text else None
        except ValueError:
            self.json = None


class Cloud:
    """`variables` are filled by captures and used as {name} in paths, headers and bodies."""

    def __init__(self, name, url, cacert=None):
        self.name, self.url = name, url.rstrip("/")
        self.variables = {}
        self._context = ssl.create_default_context(cafile=cacert) if url.startswith("https") else None

    def send(self, method, path, headers=None, body=None):
        data = body if isinstance(body, (bytes, type(None))) else self._fill(json.dumps(body)).encode()
        request = urllib.request.Request(self.url + self._fill(path), data, method=method)
        for key, value in (headers or {}).items():
            request.add_header(key, self._fill(value))
        if data is not None and not request.has_header("Content-type"):
            request.add_header("Content-Type", "application/json")
        opener = urllib.request.build_opener(_NoRedirect, urllib.request.HTTPSHandler(context=self._context))
        try:
            answer = opener.open(request, timeout=60)
        except urllib.error.HTTPError as error:
            answer = error
        return Answer(answer.status, answer.headers, answer.read().decode(errors="replace"))

    def _fill(self, text):
        return re.sub(r"<(\w+)>", lambda match: str(self.variables[match.group(1)]), text)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *unused):
        return None


def pick(value, path):
    """pick(answer, "projects.0.id")"""
    for part in path.split("."):
        value = value[int(part)] if isinstance(value, list) else value[part]
    return value


def differences(expected, actual, where=""):
    """Shape differences as readable lines; values are compared only where they carry meaning."""
    if where in COMPARED_VALUES and expected != actual:
        yield f"{where}: {expected!r} expected, got {actual!r}"
    elif type(expected) is not type(actual) and not (_number(expected) and _number(actual)):
        yield f"{where or 'body'}: {_kind(expected)} expected, got {_kind(actual)}"
    elif isinstance(expected, dict):
        for key in sorted(expected.keys() - actual.keys()):
            yield f"{where}.{key}: missing"
        for key in sorted(actual.keys() - expected.keys()):
            yield f"{where}.{key}: not in the oracle's answer"
        for key in sorted(expected.keys() & actual.keys()):
            yield from differences(expected[key], actual[key], f"{where}.{key}")
    elif isinstance(expected, list):
        if bool(expected) != bool(actual):
            yield f"{where}: {len(expected)} items expected, got {len(actual)}"
        elif expected:
            yield from differences(_merged(expected), _merged(actual), where + "[]")
    elif isinstance(expected, str):
        if _form(expected) != _form(actual):
            yield f"{where}: {expected!r} is {_form(expected)}, {actual!r} is {_form(actual)}"
    elif expected != actual and not _number(expected):
        yield f"{where}: {expected!r} expected, got {actual!r}"


def _merged(items):
    """One item that stands for the list whatever its order: of each key the most telling value."""
    if all(isinstance(item, dict) for item in items):
        keys = {key for item in items for key in item}
        return {key: _merged([item[key] for item in items if key in item]) for key in keys}
    return max(items, key=_telling)


def _telling(value):
    if isinstance(value, list):
        return (4, len(value), "")
    if isinstance(value, str):
        return (2, len(_form(value)), _form(value))
    return (0 if value is None else 1, 0, str(value))


def _number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _kind(value):
    return {dict: "an object", list: "a list", str: "a string", bool: "a boolean", type(None): "null"}.get(type(value), "a number")


_FORMS = (
    ("a hex id", re.compile(r"[0-9a-f]{32}$")),
    ("a time in microseconds with Z", re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$")),
    ("a time in seconds with Z", re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")),
    ("a URL", re.compile(r"https?://")),
    ("an empty string", re.compile(r"$")),
)


def _form(text):
    for name, pattern in _FORMS:
        if pattern.match(text):
            return name
    return "text"

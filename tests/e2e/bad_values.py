"""What a careless or hostile client sends: bodies, JSON values, path ids, queries and headers that are wrong."""

# Never a valid body of any request.
BROKEN_BODIES = {
    "no JSON": b"{",
    "trailing text": b"{} x",
    "two documents": b"{}{}",
    "bad UTF-8": b'{"\xff\xfe": 1}',
    "overlong UTF-8": b'{"\xc0\xaf": 1}',
    "lone surrogate": b'{"a": "\\ud800"}',
    "a raw control character": b'{"a": "\x01"}',
    "deep nesting": b'{"a":' * 5000 + b"1" + b"}" * 5000,
    "a list": b"[]",
    "a number": b"1e999",
    "not a number": b'{"a": NaN}',
    "single quotes": b"{'a': 1}",
    "empty": b"",
    "null": b"null",
}

# Put in the place of each property of a body that is right otherwise. Whether one is wrong says the published schema.
VALUES = (
    None, True, False, 0, -1, 1.5, 2**63, -2**63 - 1, 2**64, 1e300, "", " ", "\t\n", "x" * 255, "x" * 256, "x" * 1025,
    "x" * 70000, "\u0000", "a\u0000b", "\u0001", "\ud7ff\uffff", "😀" * 64, "😀" * 255, "e\u0301", "%00", "../../etc/passwd", "' OR 1=1 --",
    "true", "1", "null", [], [[]], [None], [1], ["x"] * 2000, {}, {"id": None}, {"id": []}, {"a": {"b": 1}},
)

# (percent-encoded id, what it is): of no object, not even of one that VALUES has made.
IDS = (
    ("no-such", "unknown"), ("0" * 32, "unknown, of the right form"), ("%00", "NUL"), ("a%00b", "NUL inside"), ("%FF%FE", "bad UTF-8"),
    ("%F0%9F%98%80", "beyond the basic plane"), ("..%2F..%2Fetc", "escaped slashes"), ("%27%20OR%202%3D2%20--", "SQL"), ("%20no-such", "a blank before it"),
    ("x" * 300, "long"), ("x" * 9000, "very long"), ("%0D%0AX-Evil:%201", "line breaks"), ("%zz", "bad escape"), ("%", "lone percent"),
)

# Percent-encoded values of a query parameter: (value, is it wrong whatever the parameter means?)
QUERY_VALUES = (
    ("", False), ("no-such", False), ("%00", False), ("a%00b", False), ("%FF%FE", True), ("%C0%AF", True), ("%zz", True), ("%", True),
    ("x" * 5000, False), ("-1", False), ("0", False), ("1.5", False), ("1e3", False), ("99999999999999999999", False),
    ("%27%20OR%201%3D1%20--", False), ("%F0%9F%98%80", False), ("true", False), ("in:", False), ("gt:x", False), ("%20", False),
)
# Of a parameter that is a number.
BAD_NUMBERS = ("abc", "1.5", "-1", "0x10", "%20", "1%00")

# (header, value bytes, statuses that are right): of a request that is right otherwise.
HEADERS = (
    (b"X-Auth-Token", b"", (401,)), (b"X-Auth-Token", b"garbage", (401,)), (b"X-Auth-Token", b"gAAAAA" + b"A" * 200, (401,)),
    (b"X-Auth-Token", b"g" * 12000, (400, 401, 431)), (b"X-Auth-Token", b"\xff\xfe\x80", (400, 401)), (b"X-Auth-Token", b"a\x00b", (400,)),
    (b"X-Auth-Token", b"g" * 100000, (431, None)), (b"X-Auth-Token", b"' OR 1=1 --", (401,)),
    (b"Content-Length", b"-1", (400,)), (b"Content-Length", b"1, 2", (400,)), (b"Content-Length", b"18446744073709551617", (400, 413)),
    (b"Transfer-Encoding", b"chunked, nonsense", (400, 501)), (b"Expect", b"nonsense", (200, 400, 417)),
    (b"Accept", b"\xff", (200, 400, 406)), (b"Accept", b"a/b;q=x, ;;,", (200, 300, 400, 406)), (b"Range", b"bytes=9-1", (200, 416)),
    (b"OpenStack-API-Version", b"identity 99.99", (200, 400, 406)), (b"OpenStack-API-Version", b"compute x.y", (200, 400, 406)),
    (b"OpenStack-API-Version", b"\xff" * 300, (200, 400, 406)), (b"X-Openstack-Request-Id", b"not-a-request-id", (200,)),
    (b"X-Openstack-Request-Id", b"req-" + b"x" * 5000, (200,)), (b"X-Service-Token", b"garbage", (200, 401)), (b"X-Subject-Token", b"\xff", (200, 400)),
    (b"X-Forwarded-For", b"'; nonsense", (200,)), (b"X-Forwarded-Host", b"evil.example\x00", (200, 400)), (b"If-Match", b'"x', (200, 400)),
    (b"Origin", b"http://\xff", (200, 400, 403)), (b"Host", b"", (200, 400)), (b"Host", b"a b", (200, 400)), (b"bad name", b"x", (400,)),
)

# Requests that are no HTTP, and the statuses that may answer them; None: the connection may just end.
RAW = (
    (b"nonsense\r\n\r\n", (400, None)), (b"GET\r\n\r\n", (400, None)), (b"GET / HTTP/9.9\r\n\r\n", (400, 505, None)),
    (b"GET / HTTP/1.1\r\n\r\n", (300, 400)), (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", (300, 400)), (b"\x16\x03\x01\x00\x05hello\r\n\r\n", (400, None)),
    (b"GET /\xff HTTP/1.1\r\nHost: a\r\n\r\n", (400, 404)), (b"GET /" + b"a" * 100000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", (414, 431, None)),
    (b"NONSENSE / HTTP/1.1\r\nHost: a\r\n\r\n", (400, 404, 405, 501)), (b"CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n", (400, 404, 405, 501)),
    (b"GET http://[ HTTP/1.1\r\nHost: a\r\n\r\n", (300, 400, 404)), (b"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", (200, 204, 400, 404, 405)),
    (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", (300, 400, 404, 405)),
    (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n", (300, 400, 404, 405)),
)

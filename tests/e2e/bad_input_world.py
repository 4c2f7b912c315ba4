"""Real objects for the bad input test: what each path of the contract needs to reach the store, and bodies that are right."""
import itertools
import json
import uuid

_run = uuid.uuid4().hex[:6]
_numbers = itertools.count(1)


def fresh():
    """A name that nothing has, also where the test runs a second time."""
    return f"bad-{_run}-{next(_numbers)}"


class World:
    """One object of each kind, made through the API by `send(method, path, body) -> (status, bytes)`."""

    def __init__(self, send, token):
        self._send, self.token = send, token
        domain = self._make("domains", "domain", name=fresh(), description="d")
        user = self._make("users", "user", name=fresh(), domain_id=domain)
        role, implied = (self._make("roles", "role", name=fresh()) for _ in range(2))
        service = self._make("services", "service", name=fresh(), type="bad")
        region = self._make("regions", "region", id=fresh())
        project = self._make("projects", "project", name=fresh(), domain_id=domain)
        self.ids = {
            "domain_id": domain, "project_id": project, "user_id": user, "role_id": role, "prior_role_id": role, "implied_role_id": implied,
            "service_id": service, "region_id": region, "tag": "blue",
            "endpoint_id": self._make("endpoints", "endpoint", interface="public", service_id=service, region_id=region, url="http://x.example/"),
        }
        for path in (f"/projects/{project}/tags/blue", f"/roles/{role}/implies/{implied}", f"/system/users/{user}/roles/{role}",
                     f"/projects/{project}/users/{user}/roles/{role}", f"/domains/{domain}/users/{user}/roles/{role}"):
            self._ask("PUT", path, None)

    def _ask(self, method, path, body):
        status, text = self._send(method, "/identity/v3" + path, None if body is None else json.dumps(body).encode())
        assert status < 300, f"{method} {path} answered {status}: {text[:300]!r}"
        return json.loads(text) if text else None

    def _make(self, plural, singular, **fields):
        return self._ask("POST", "/" + plural, {singular: fields})[singular]["id"]

    def user_with_password(self, password):
        return self._make("users", "user", name=fresh(), password=password)

    def target(self, method, path, **changed):
        """The path with real ids; `changed` replaces some, percent-encoded."""
        ids = {**self.ids, **changed}
        if (method, path) == ("PUT", "/identity/v3/regions/{region_id}") and not changed:
            ids["region_id"] = fresh()  # an id that is taken would be a conflict
        if path.endswith("/password") and not changed:
            ids["user_id"] = self.user_with_password("original-secret")
        for name, value in ids.items():
            path = path.replace("{%s}" % name, value)
        assert "{" not in path, f"no object for {path}"
        return path

    def body(self, method, path):
        """A body that must be accepted, or None for a path that this test does not know."""
        kind = path.split("/identity/v3/")[-1]
        make = {
            ("POST", "auth/tokens"): lambda: {"auth": {"identity": {"methods": ["token"], "token": {"id": self.token}}}},
            ("POST", "domains"): lambda: {"domain": {"name": fresh(), "description": "d", "enabled": True}},
            ("PATCH", "domains/{domain_id}"): lambda: {"domain": {"description": "e"}},
            ("POST", "projects"): lambda: {"project": {"name": fresh(), "domain_id": self.ids["domain_id"], "tags": ["a"]}},
            ("PATCH", "projects/{project_id}"): lambda: {"project": {"description": "e"}},
            ("PUT", "projects/{project_id}/tags"): lambda: {"tags": ["a", "b"]},
            ("POST", "users"): lambda: {"user": {"name": fresh(), "domain_id": self.ids["domain_id"]}},
            ("PATCH", "users/{user_id}"): lambda: {"user": {"description": "e"}},
            ("POST", "users/{user_id}/password"): lambda: {"user": {"original_password": "original-secret", "password": "other-secret"}},
            ("POST", "roles"): lambda: {"role": {"name": fresh()}},
            ("PATCH", "roles/{role_id}"): lambda: {"role": {"description": "e"}},
            ("POST", "regions"): lambda: {"region": {"id": fresh(), "parent_region_id": self.ids["region_id"]}},
            ("PUT", "regions/{region_id}"): lambda: {"region": {"description": "e"}},
            ("PATCH", "regions/{region_id}"): lambda: {"region": {"description": "e"}},
            ("POST", "services"): lambda: {"service": {"name": fresh(), "type": "bad"}},
            ("PATCH", "services/{service_id}"): lambda: {"service": {"name": fresh()}},
            ("POST", "endpoints"): lambda: {"endpoint": {"interface": "public", "service_id": self.ids["service_id"], "url": "http://x.example/"}},
            ("PATCH", "endpoints/{endpoint_id}"): lambda: {"endpoint": {"url": "http://y.example/"}},
        }.get((method, kind))
        return make and make()

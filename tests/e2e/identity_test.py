"""What an operator does with identity through the unmodified client: every command asserts parsed fields.

Run by `tools/tstack test` against a cloud that the runner brought up (run.py), or by hand:
    OS_CLOUD=… OS_CLIENT_CONFIG_FILE=… /usr/bin/python3 tests/e2e/identity_test.py
"""
import os
import re
import sys
import unittest
import urllib.error
import urllib.request
import ssl
import json

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from openstack_shell import ClientError, OpenStackShell  # noqa: E402

HEX_ID = re.compile(r"^[0-9a-f]{32}$")


def client_environment():
    return {k: v for k, v in os.environ.items() if k.startswith("OS_")}


class IdentityTest(unittest.TestCase):
    """Tests share one client process; each makes and removes its own objects."""

    @classmethod
    def setUpClass(cls):
        cls.cloud = OpenStackShell(client_environment())

    @classmethod
    def tearDownClass(cls):
        cls.cloud.close()

    def make(self, kind, arguments):
        """Creates an object and removes it when the test ends, even if it fails."""
        made = self.cloud.json(f"{kind} create {arguments}")
        identifier = made.get("id") or made.get("region")
        self.addCleanup(self._remove, kind, identifier)
        return made

    def _remove(self, kind, identifier):
        if kind == "domain":
            self.cloud.run(f"domain set --disable {identifier}")
        self.cloud.run(f"{kind} delete {identifier}")  # may be gone already: the test said so itself

    # ------------------------------------------------------------------------------------ tokens, catalog

    def test_a_token_names_its_user_and_project(self):
        token = self.cloud.json("token issue")
        self.assertTrue(token["id"].startswith("gAAAA"))
        me = self.cloud.json(f"user show {token['user_id']}")
        self.assertEqual(me["name"], "admin")
        self.assertRegex(token["project_id"], HEX_ID)

    def test_a_revoked_token_is_refused(self):
        token = self.cloud.json("token issue")["id"]
        self.assertEqual(self.get_with(token, "/auth/projects")[0], 200)
        self.cloud.quiet(f"token revoke {token}")
        status, body = self.get_with(token, "/auth/projects")
        self.assertEqual(status, 401)
        self.assertEqual(body["error"]["title"], "Unauthorized")

    def test_the_catalog_offers_identity(self):
        catalog = {entry["Type"]: entry for entry in self.cloud.json("catalog list")}
        self.assertIn("identity", catalog)
        interfaces = {e["interface"] for e in catalog["identity"]["Endpoints"]}
        self.assertEqual(interfaces, {"public", "internal", "admin"})
        self.assertEqual(self.cloud.json("catalog show identity")["type"], "identity")

    # ------------------------------------------------------------------------------------ domains … roles

    def test_domain_life(self):
        domain = self.make("domain", "--description first e2e-domain")
        self.assertRegex(domain["id"], HEX_ID)
        self.assertEqual((domain["name"], domain["description"], domain["enabled"]), ("e2e-domain", "first", True))
        self.assertIn("e2e-domain", [d["Name"] for d in self.cloud.json("domain list")])
        self.cloud.quiet("domain set --description second e2e-domain")
        self.assertEqual(self.cloud.json("domain show e2e-domain")["description"], "second")
        self.assertIn("403", self.cloud.refused("domain delete e2e-domain"))  # still enabled
        self.cloud.quiet("domain set --disable e2e-domain")
        self.assertFalse(self.cloud.json(f"domain show {domain['id']}")["enabled"])
        self.cloud.quiet("domain delete e2e-domain")
        self.cloud.refused(f"domain show {domain['id']}")

    def test_project_life(self):
        project = self.make("project", "--description d --tag blue --property colour=red e2e-project")
        self.assertEqual(project["domain_id"], "default")
        self.assertEqual(project["parent_id"], "default")
        self.assertEqual(project["tags"], ["blue"])
        self.assertEqual(project["colour"], "red")
        self.assertIn("409", self.cloud.refused("project create e2e-project"))
        self.cloud.quiet("project set --name e2e-renamed --disable e2e-project")
        shown = self.cloud.json("project show e2e-renamed")
        self.assertEqual((shown["id"], shown["enabled"]), (project["id"], False))
        listed = {p["ID"]: p["Name"] for p in self.cloud.json("project list")}
        self.assertEqual(listed[project["id"]], "e2e-renamed")
        self.cloud.refused(f"project create --parent {project['id']} e2e-child")  # the parent is disabled
        self.cloud.quiet("project set --enable e2e-renamed")
        child = self.make("project", f"--parent {project['id']} e2e-child")
        self.assertEqual(child["parent_id"], project["id"])
        self.cloud.refused("project delete e2e-renamed")  # has a child
        self.cloud.quiet("project delete e2e-child")
        self.cloud.quiet("project delete e2e-renamed")
        self.assertIn("e2e-renamed", self.cloud.refused("project show e2e-renamed"))

    def test_user_life(self):
        project = self.make("project", "e2e-home")
        user = self.make("user", "--password first-secret --project e2e-home --email a@b.example e2e-user")
        self.assertEqual((user["name"], user["domain_id"], user["email"]), ("e2e-user", "default", "a@b.example"))
        self.assertEqual(user["default_project_id"], project["id"])
        self.assertNotIn("password", user)
        self.assertIn("e2e-user", [u["Name"] for u in self.cloud.json("user list")])
        self.cloud.quiet("role add --project e2e-home --user e2e-user member")
        self.assertEqual(self.login("e2e-user", "first-secret", "e2e-home")[0], 201)
        self.assertEqual(self.login("e2e-user", "wrong-secret", "e2e-home")[0], 401)
        self.cloud.quiet("user set --password second-secret --name e2e-user2 e2e-user")
        self.assertEqual(self.login("e2e-user2", "first-secret", "e2e-home")[0], 401)
        self.assertEqual(self.login("e2e-user2", "second-secret", "e2e-home")[0], 201)
        self.cloud.quiet("user set --disable e2e-user2")
        self.assertEqual(self.login("e2e-user2", "second-secret", "e2e-home")[0], 401)
        self.cloud.quiet("user delete e2e-user2")
        self.cloud.refused(f"user show {user['id']}")

    def test_role_life_and_assignments(self):
        self.make("project", "e2e-team")
        self.make("user", "--password secret-word e2e-member")
        role = self.make("role", "e2e-role")
        self.assertIsNone(role["domain_id"])
        self.cloud.quiet("role set --name e2e-role2 e2e-role")
        self.assertEqual(self.cloud.json("role show e2e-role2")["id"], role["id"])
        self.assertIn("e2e-role2", [r["Name"] for r in self.cloud.json("role list")])
        self.cloud.quiet("role add --user e2e-member --project e2e-team e2e-role2")
        self.cloud.quiet("role add --user e2e-member --domain default e2e-role2")
        self.cloud.quiet("role add --user e2e-member --system all e2e-role2")
        rows = self.cloud.json("role assignment list --user e2e-member --names")
        self.assertEqual({(r["Role"], r["Project"], r["Domain"], r["System"]) for r in rows},
                         {("e2e-role2", "e2e-team@Default", "", ""), ("e2e-role2", "", "Default", ""),
                          ("e2e-role2", "", "", "all")})
        self.assertEqual(len(self.cloud.json("role assignment list --project e2e-team")), 1)
        self.assertIn("409", self.cloud.refused("role create e2e-role2"))
        self.cloud.quiet("role remove --user e2e-member --project e2e-team e2e-role2")
        self.assertEqual(self.cloud.json("role assignment list --project e2e-team"), [])
        self.cloud.quiet("role delete e2e-role2")
        self.assertEqual(self.cloud.json("role assignment list --user e2e-member"), [])

    # ------------------------------------------------------------------------------------ the catalog's parts

    def test_region_service_and_endpoint_life(self):
        region = self.make("region", "--description north e2e-north")
        self.assertEqual((region["region"], region["parent_region"]), ("e2e-north", None))
        child = self.make("region", "--parent-region e2e-north e2e-north-1")
        self.assertEqual(child["parent_region"], "e2e-north")
        self.cloud.quiet("region set --description colder e2e-north")
        self.assertEqual(self.cloud.json("region show e2e-north")["description"], "colder")
        self.assertEqual({r["Region"]: r["Parent Region"] for r in self.cloud.json("region list") if "e2e" in r["Region"]},
                         {"e2e-north": None, "e2e-north-1": "e2e-north"})
        service = self.make("service", "--name e2e-metering --description m metering-e2e")
        self.assertEqual((service["type"], service["enabled"]), ("metering-e2e", True))
        self.assertIn((service["id"], "e2e-metering", "metering-e2e"),
                      [(s["ID"], s["Name"], s["Type"]) for s in self.cloud.json("service list")])
        endpoint = self.make("endpoint", "--region e2e-north metering-e2e public http://metering.example:8777/")
        self.assertEqual((endpoint["region_id"], endpoint["interface"], endpoint["service_id"]),
                         ("e2e-north", "public", service["id"]))
        self.cloud.quiet(f"endpoint set --url http://other.example/ {endpoint['id']}")
        self.assertEqual(self.cloud.json(f"endpoint show {endpoint['id']}")["url"], "http://other.example/")
        self.assertIn(endpoint["id"], [e["ID"] for e in self.cloud.json("endpoint list --service metering-e2e")])
        self.cloud.quiet("service set --disable metering-e2e")
        self.assertFalse(self.cloud.json(f"service show {service['id']}")["enabled"])
        self.cloud.quiet(f"endpoint delete {endpoint['id']}")
        self.cloud.quiet(f"service delete {service['id']}")
        self.cloud.refused(f"service show {service['id']}")
        self.cloud.quiet("region delete e2e-north-1")
        self.cloud.quiet("region delete e2e-north")
        self.assertEqual([r for r in self.cloud.json("region list") if "e2e" in r["Region"]], [])

    def test_a_name_that_nobody_has_is_a_plain_not_found(self):
        # Not `region`: with a single region the client shows that one whatever name is asked for.
        for kind in ("project", "user", "role", "domain", "service", "endpoint"):
            self.assertIn("e2e-nobody", self.cloud.refused(f"{kind} show e2e-nobody"))

    # ------------------------------------------------------------------------------------ plain HTTP

    def request(self, method, path, headers=None, body=None):
        context = ssl.create_default_context(cafile=os.environ.get("OS_CACERT") or None)
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(os.environ["OS_AUTH_URL"].rstrip("/") + path, data, headers or {}, method=method)
        request.add_header("Content-Type", "application/json")
        secure = os.environ["OS_AUTH_URL"].startswith("https")
        try:
            answer = urllib.request.urlopen(request, timeout=30, context=context if secure else None)
        except urllib.error.HTTPError as error:
            answer = error
        text = answer.read().decode()
        return answer.status, json.loads(text) if text else None

    def get_with(self, token, path):
        return self.request("GET", path, {"X-Auth-Token": token})

    def login(self, user, password, project):
        domain = {"id": "default"}
        return self.request("POST", "/auth/tokens", body={"auth": {
            "identity": {"methods": ["password"],
                         "password": {"user": {"name": user, "domain": domain, "password": password}}},
            "scope": {"project": {"name": project, "domain": domain}}}})


if __name__ == "__main__":
    unittest.main(verbosity=2)

#!/usr/bin/python3
"""The house rules, checked on this tree; and each check on a tree in which it must find something.

Usage: house_test.py ROOT [CLANG_FORMAT]
"""
import os
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from gateway_rules import check_gateway, resource_words  # noqa: E402
from deploy_rules import check_three_nodes, check_units  # noqa: E402
from include_rules import check_cycles, check_includes, check_programs  # noqa: E402
from text_rules import check_forbidden, check_readmes, check_sizes, functions, size_report  # noqa: E402
from tree import Tree  # noqa: E402

ROOT = sys.argv.pop(1) if len(sys.argv) > 1 else "."
CLANG_FORMAT = sys.argv.pop(1) if len(sys.argv) > 1 else "clang-format-19"
ROUTE = 'option (tstack.api.route) = {get: "/v2.1/servers/{id}" policy: "x"};\n'


class ThisTree(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.tree = Tree.read(ROOT)
        print(size_report(cls.tree))

    def none(self, problems):
        self.assertEqual([], problems, "\n" + "\n".join(problems))

    def test_includes_go_down_and_third_parties_have_one_owner(self):
        self.none(check_includes(self.tree) + check_cycles(self.tree))

    def test_programs_are_started_by_their_owners(self):
        self.none(check_programs(self.tree))

    def test_the_gateway_names_no_resource(self):
        self.none(check_gateway(self.tree))

    def test_every_folder_has_a_readme(self):
        self.none(check_readmes(self.tree))

    def test_no_machine_paths_registry_hosts_or_unfinished_work(self):
        self.none(check_forbidden(self.tree))

    def test_files_and_functions_are_short(self):
        self.none(check_sizes(self.tree))

    def test_the_code_is_formatted(self):
        paths = [path for path, _ in self.tree.sources()]
        result = subprocess.run([CLANG_FORMAT, "--dry-run", "-Werror", "--ferror-limit=1"] + paths, cwd=ROOT,
                                capture_output=True, text=True)
        files = sorted({line.split(":")[0] for line in result.stderr.split("\n") if "error:" in line})
        self.none(files)

    def test_scripts_parse(self):
        scripts = [path for path, text in self.tree.files.items()
                   if path.endswith(".sh") or text.startswith(("#!/bin/bash", "#!/bin/sh"))]
        for script in scripts:
            subprocess.run(["bash", "-n", script], cwd=ROOT, check=True)

    def test_units_start_known_binaries(self):
        self.none(check_units(self.tree))

    def test_the_three_node_samples_agree(self):
        self.none(check_three_nodes(self.tree))

    def test_haproxy_takes_its_sample(self):
        result = subprocess.run(["haproxy", "-c", "-f", "deploy/haproxy/haproxy.cfg"], cwd=ROOT, capture_output=True, text=True)
        self.assertEqual(result.returncode, 0, result.stderr)

    def test_a_package_of_another_origin_counts_as_present(self):
        script = """source tools/stages/packages.sh
            dpkg-query() { printf 'ii nodejs, npm (= 10.1), node-foo\\nun npm, \\nii zsh, \\nrc vim, \\n'; }
            missing_of node-foo zsh vim emacs-of-nobody; OTHER_ORIGINS=' bash '; missing_of bash"""
        result = subprocess.run(["bash", "-c", script], cwd=ROOT, capture_output=True, text=True, env={**os.environ, "TSTACK_ROOT": ROOT})
        self.assertEqual(result.stdout.split(), ["vim", "emacs-of-nobody"], result.stderr)


class PlantedViolations(unittest.TestCase):
    """A check that cannot find anything proves nothing."""

    def found(self, check, files, *fragments):
        problems = check(Tree(files))
        self.assertEqual(len(problems), len(fragments), problems)
        for problem, fragment in zip(problems, fragments):
            self.assertIn(fragment, problem)

    def test_a_service_that_includes_another(self):
        self.found(check_includes, {"services/image/a.cc": '#include "services/identity/b.h"\n'}, "only through proto")

    def test_common_that_includes_upwards(self):
        self.found(check_includes, {
            "common/status/a.cc": '#include "common/db/database.h"\n',
            "common/db/b.cc": '#include "services/image/b.h"\n',
            "common/unheard/c.h": '#include "common/status/status.h"\n',
        }, "common must not know", "is below", "has no place")

    def test_a_circle_of_folders(self):
        self.found(check_cycles, {
            "common/http/a.h": '#include "common/rpc/b.h"\n',
            "common/rpc/b.h": '#include "common/http/a.h"\n',
        }, "common/http", "common/rpc")

    def test_a_third_party_header_outside_its_owner(self):
        self.found(check_includes, {
            "services/image/a.cc": "#include <boost/beast.hpp>\n",
            "common/db/a.cc": "#include <mysql_connection.h>\n#include <curl/curl.h>\n#include <amqp.h>\n",
            "common/rpc/a.cc": "#include <openssl/evp.h>\n#include <vector>\n#include <unistd.h>\n#include <nlohmann/json.hpp>\n",
            "common/rpc/a_test.cc": "#include <catch2/catch.hpp>\n",
            "common/rpc/b.cc": '#include <catch2/catch.hpp>\n#include "qemu/img.h"\n',
        }, "<curl/curl.h> belongs to nobody", "<amqp.h> belongs to common/amqp", "<openssl/evp.h> belongs to common/crypto",
            "<nlohmann/json.hpp> belongs to nobody", "<catch2/catch.hpp>", "qemu/img.h", "belongs to common/http")

    def test_a_program_that_is_not_started_by_its_owner(self):
        self.found(check_programs, {
            "common/db/a.cc": 'Run({"/usr/bin/qemu-img", "convert"});\nexecv(argv[0], argv);\nconst char* a = "mariadbd";\n// execv(a)\n',
            "common/images/a.cc": 'Run({"qemu-img", "info"});\n',
            "tools/supervisor/child.cc": "execve(a, b, c);\n",
            "services/image/b.cc": 'context.system();\nError("the disk is no qemu-img format");\n',
        }, "qemu-img", "starts a program", "mariadbd")

    def test_a_resource_in_the_gateway(self):
        several = 'get: "/v2.1/os-keypairs" also: "/v3/resource_providers/{id}"'
        files = {"tests/contract/fixture/x.proto": ROUTE, "proto/tstack/y.proto": several}
        self.assertEqual(resource_words(Tree(files)), ({"server"}, {("o", "keypair"), ("resource", "provider")}))
        self.found(check_gateway, {
            **files,
            "services/api-gateway/a.cc": 'if (path == "/v2.1/servers") ListServers();\n// servers in a comment\n',
            "services/api-gateway/raw_handlers.cc": "ServerConsole();\n",
            "services/api-gateway/b_test.cc": "ListServers();\n",
            "services/api-gateway/c.cc": "http::Server server_;\nGetResourceProvider(os_keypairs, resource, provider);\n",
        }, "'servers'", "'ListServers'", "'GetResourceProvider'", "'os_keypairs'")

    def test_a_unit_that_starts_what_nobody_builds(self):
        self.found(check_units, {"deploy/systemd/a.service": "[Unit]\n[Service]\nExecStart=/usr/bin/tstack-x --set a.listen=b\n"},
                   "nobody builds", "does not read", "names an address", "has no [Install]")
        self.found(check_units, {"deploy/systemd/b.service": "nonsense"}, "cannot be parsed")

    def test_three_nodes_that_do_not_fit(self):
        real = Tree.read(ROOT).files
        for path, old, new, fragment in (
                ("deploy/haproxy/haproxy.cfg", "10.0.0.12:8443", "10.0.0.12:8444", "HAProxy's address of node2"),
                ("deploy/haproxy/haproxy.cfg", "10.0.0.13:8443 check port 9101", "10.0.0.13:8443 check port 9102", "HAProxy's check of node3"),
                ("deploy/haproxy/haproxy.cfg", "inter 500ms", "inter 5s", "drains for less"),
                ("deploy/galera/galera.cnf", "bind-address = 10.0.0.11", "bind-address = 10.0.0.12", "bind-address"),
                ("deploy/config/three-nodes-node2.yaml", "host: node2", "host: node1", "host of node2"),
                ("deploy/config/three-nodes-node3.yaml", 'listen: "10.0.0.13:7001"', 'listen: "10.0.0.13:7002"', "backends.identity of node1"),
                ("deploy/config/three-nodes-node3.yaml", '"10.0.0.11:3306", ', "", "database nodes of node3"),
        ):
            self.assertIn(old, real[path])
            problems = check_three_nodes(Tree({**real, path: real[path].replace(old, new)}))
            self.assertTrue(any(fragment in problem for problem in problems), (fragment, problems))

    def test_a_folder_without_readme(self):
        self.found(check_readmes, {"common/a/b.cc": "", "common/README.md": "", "common/c/corpus/x/seed": "", "proto/README.md": "",
                                   "common/c/README.md": "", "proto/tstack/x/v1/x.proto": ""},
                   "common/a has no README", "proto/tstack/x has no README")

    def test_paths_hosts_and_unfinished_work(self):
        self.found(check_forbidden, {
            "a.md": "see /wo" + "rk/x",
            "b.sh": "wget http://deb.deb" + "ian.org/x",
            "c.cc": "// TO" + "DO: more\n",
        }, "machine", "registry", "unfinished")

    def test_a_long_function_and_a_long_file(self):
        body = "  Call();\n" * 60
        text = "namespace x {\n\nint Long(int a,\n         int b) {\n%s}\n\nvoid Short() {\n  Call();\n}\n}\n" % body
        self.assertEqual([(name, len(body)) for name, _, body in functions("void Short() {\n  Call();\n}\n")], [("Short", 3)])
        self.found(check_sizes, {"common/a/a.cc": text.replace("\n         int b", " int b")}, "Long has 62 lines")
        self.found(check_sizes, {"common/a/b_test.cc": text.replace("\n         int b", " int b")}, "Long has 62 lines")
        self.found(check_sizes, {"common/a/b.h": "int x;\n" * 301}, "301 lines")
        self.found(lambda tree: check_sizes(tree, {"a.cc": 400, "b.cc": 400, "c.cc": 400}),
                   {"a.cc": "int x;\n" * 401, "b.cc": "int x;\n" * 400, "c.cc": "int x;\n" * 300}, "split it", "strike it off")

    def test_unformatted_code(self):
        result = subprocess.run([CLANG_FORMAT, "--dry-run", "-Werror", "--style=file:" + os.path.join(ROOT, ".clang-format")],
                                input="int  x ;\n", capture_output=True, text=True)
        self.assertNotEqual(result.returncode, 0)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "-v"])

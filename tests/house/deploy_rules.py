"""Samples in deploy/ that no program of ours reads: they must be what they claim to be, and the parts of the three-node set
must agree on addresses, ports, sockets, names and files."""
import configparser
import os
import re

import yaml

NEEDED = ("Unit", "Service", "Install")
CONFIG = "/etc/tstack/tstack.yaml"
RUNTIME = "/run/tstack/"
NODE = re.compile(r"deploy/config/three-nodes-(node\d+)\.yaml$")


def binaries(tree):
    names = {"tstack"}
    for path, text in tree.files.items():
        if path.endswith("CMakeLists.txt"):
            names.update(re.findall(r"tstack_binary\((tstack[a-z-]*)", text))
    return names


def units(tree):
    """(path, parsed unit or None) of each systemd unit."""
    for path, text in sorted(tree.files.items()):
        if path.startswith("deploy/systemd/") and path.endswith(".service"):
            unit = configparser.RawConfigParser(strict=False)
            unit.optionxform = str
            try:
                unit.read_string(text)
            except configparser.Error:
                unit = None
            yield path, unit


def check_units(tree):
    problems = []
    for path, unit in units(tree):
        if unit is None:
            problems.append("%s cannot be parsed" % path)
            continue
        words = unit.get("Service", "ExecStart", fallback="").split(" ")
        if os.path.basename(words[0]) not in binaries(tree):
            problems.append("%s starts %s, which nobody builds" % (path, words[0]))
        if CONFIG not in words:
            problems.append("%s does not read %s" % (path, CONFIG))
        if any("listen=" in word for word in words):
            problems.append("%s names an address: that is tstack.yaml's" % path)
        for section in NEEDED:
            if not unit.has_section(section):
                problems.append("%s has no [%s]" % (path, section))
    return problems


def haproxy(text):
    """{section: [words of a line, …]}, the section's name being its first line."""
    sections, lines = {}, None
    for line in text.split("\n"):
        words = line.split("#")[0].split()
        if not words:
            continue
        if not line[0].isspace():
            lines = sections.setdefault(" ".join(words), [])
        elif lines is None:
            raise ValueError("a setting before the first section: " + line)
        else:
            lines.append(words)
    return sections


def mariadb_options(text):
    options = configparser.RawConfigParser(comment_prefixes=("#",), allow_no_value=True, strict=False)
    options.read_string(text)
    return options["mariadbd"]


def environment(text):
    """The --set options of an environment file, as {key: value}."""
    words = " ".join(re.findall(r"(?m)^TSTACK_OPTIONS=(.*)$", text)).split()
    return dict(word.split("=", 1) for flag, word in zip(words[::2], words[1::2]) if flag == "--set")


def host_of(address):
    return address.rpartition(":")[0]


def port_of(address):
    return address.rpartition(":")[2]


def milliseconds(text):
    number, unit = re.fullmatch(r"(\d+)(ms|s|m)?", text).groups()
    return int(number) * {"ms": 1, "s": 1000, "m": 60000, None: 1}[unit]


class ThreeNodes:
    def __init__(self, tree):
        self.tree, self.problems = tree, []
        self.nodes = {NODE.match(path).group(1): yaml.safe_load(text) for path, text in tree.files.items() if NODE.match(path)}
        self.balancer = haproxy(tree.files["deploy/haproxy/haproxy.cfg"])
        self.galera = mariadb_options(tree.files["deploy/galera/galera.cnf"])

    def expect(self, what, have, want):
        if have != want:
            self.problems.append("%s: %s, but %s is offered" % (what, have, want))

    def check(self):
        self.check_backends()
        self.check_balancer()
        self.check_database()
        for name, node in sorted(self.nodes.items()):
            self.expect("host of " + name, node["host"], name)
            self.expect("signing key of " + name, node["gateway"]["signing_key_id"], name)
            self.expect("role of the catalog of " + name, node["identity"]["bootstrap"]["catalog"][0]["url"],
                        node["gateway"]["public_url"] + "/identity")
            self.check_files(name, node)
        return self.problems

    def check_backends(self):
        listening = sorted(node["identity"]["listen"] for node in self.nodes.values())
        for name, node in sorted(self.nodes.items()):
            self.expect("backends.identity of " + name, sorted(node["backends"]["identity"]["addresses"]), listening)

    def check_balancer(self):
        backend = self.balancer["backend gateways"]
        servers = {line[1]: line for line in backend if line[0] == "server"}
        self.expect("servers of HAProxy", sorted(servers), sorted(self.nodes))
        for name, line in sorted(servers.items()):
            node = self.nodes.get(name)
            if node is None:
                continue
            self.expect("HAProxy's address of " + name, line[2], node["gateway"]["listen"])
            ready = environment(self.tree.files["deploy/config/three-nodes-%s-api-gateway.env" % name]).get("telemetry.listen", "")
            checked = "%s:%s" % (host_of(line[2]), line[line.index("port") + 1])
            self.expect("HAProxy's check of " + name, checked, ready)
        settings = next(line for line in backend if line[0] == "default-server")
        seen_after = milliseconds(settings[settings.index("inter") + 1]) * int(settings[settings.index("fall") + 1])
        for name, node in sorted(self.nodes.items()):
            if milliseconds(node["gateway"]["drain_notice"]) <= seen_after:
                self.problems.append("%s drains for less than HAProxy needs to see it (%d ms)" % (name, seen_after))
        paths = [line for line in backend if line[:2] == ["http-check", "send"]]
        self.expect("HAProxy's path", paths[0][-1], "/readyz")
        public = {node["gateway"]["public_url"] for node in self.nodes.values()}
        bound = {port_of(line[1]) for line in self.balancer["frontend cloud"] if line[0] == "bind"}
        self.expect("HAProxy's port", bound, {(re.search(r":(\d+)$", url) or [0, "443"])[1] for url in public})

    def check_database(self):
        members = self.galera["wsrep-cluster-address"].replace("gcomm://", "").split(",")
        port = self.galera.get("port", "3306")
        hosts = sorted(host_of(node["gateway"]["listen"]) for node in self.nodes.values())
        self.expect("members of Galera", sorted(members), hosts)
        for key in ("bind-address", "wsrep-node-address"):
            self.expect("Galera's " + key, self.galera[key], host_of(self.nodes[self.galera["wsrep-node-name"]]["gateway"]["listen"]))
        for name, node in sorted(self.nodes.items()):
            self.expect("database nodes of " + name, sorted(node["database"]["nodes"]), sorted("%s:%s" % (host, port) for host in members))
            self.expect("the database's authority of " + name, node["database"].get("tls_ca_file"), self.galera["ssl-ca"])

    def check_files(self, name, node):
        """Certificates are named by role, sockets stand in the units' runtime folder, a unit exists for each role."""
        for key in ("certificate_file", "key_file"):
            if "{role}" not in node["tls"][key]:
                self.problems.append("tls.%s of %s is the same for every role" % (key, name))
        socket = node["telemetry"]["listen"]
        if not socket.startswith("unix:" + RUNTIME) or "{role}" not in socket:
            self.problems.append("telemetry.listen of %s is no socket of each role in %s" % (name, RUNTIME))
        for role in ("api-gateway", "identity"):
            unit = dict(units(self.tree)).get("deploy/systemd/tstack-%s@.service" % role)
            runtime = unit.get("Service", "RuntimeDirectory", fallback="") if unit else ""
            self.expect("RuntimeDirectory of %s's unit" % role, "/run/" + runtime + "/", RUNTIME)
            files = unit.get("Service", "EnvironmentFile", fallback="") if unit else ""
            self.expect("environment of %s's unit" % role, files, "-/etc/tstack/%s-%%i.env" % role)


def check_three_nodes(tree):
    return ThreeNodes(tree).check()

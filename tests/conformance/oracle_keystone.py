"""Debian's own keystone on loopback, with a throw-away MariaDB: the oracle that our identity is compared with."""
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

_CONF = """
[DEFAULT]
log_file = {home}/keystone.log
[database]
connection = mysql+pymysql://root@localhost/keystone?unix_socket={home}/db.sock
[fernet_tokens]
key_repository = {home}/fernet
[fernet_receipts]
key_repository = {home}/fernet
[credential]
key_repository = {home}/credential
[identity]
password_hash_rounds = 4
[cache]
enabled = false
"""

_MANAGE = """
import sys
from keystone.cmd import manage
sys.argv = ["keystone-manage", "--config-file", sys.argv[1]] + sys.argv[2:]
manage.main()
"""

_SERVE = """
import sys
conf, port = sys.argv[1:3]
sys.argv = ["keystone", "--config-file", conf]
from keystone.server.wsgi import initialize_public_application
from wsgiref.simple_server import make_server, WSGIRequestHandler
class Quiet(WSGIRequestHandler):
    def log_message(self, *unused): pass
make_server("127.0.0.1", int(port), initialize_public_application(), handler_class=Quiet).serve_forever()
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class OracleKeystone:
    """Context manager; `url` ends in /v3, the administrator is admin / `password`."""

    password = "oracle-secret"

    def __enter__(self):
        self.home = tempfile.mkdtemp(prefix="tstack-oracle-")
        self._children = []
        try:
            self._start_database()
            self._start_keystone()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *unused):
        for child in reversed(self._children):
            child.terminate()
        for child in self._children:
            try:
                child.wait(10)
            except subprocess.TimeoutExpired:
                child.kill()
        shutil.rmtree(self.home, ignore_errors=True)

    def _spawn(self, name, command):
        log = open(os.path.join(self.home, name + ".out"), "w")
        self._children.append(subprocess.Popen(command, stdout=log, stderr=log, env=self._environment()))

    def _environment(self):
        return dict(os.environ, OS_KEYSTONE_CONFIG_DIR=self.home, HOME=self.home)

    def _start_database(self):
        data = os.path.join(self.home, "db")
        user = ["--user=root"] if os.getuid() == 0 else []
        subprocess.run(["mariadb-install-db", "--no-defaults", *user, f"--datadir={data}", "--skip-test-db",
                        "--auth-root-authentication-method=normal"], check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)
        socket_path = os.path.join(self.home, "db.sock")
        self._spawn("mariadbd", ["mariadbd", "--no-defaults", *user, f"--datadir={data}", f"--socket={socket_path}",
                                 "--skip-networking", "--skip-grant-tables", "--innodb_flush_log_at_trx_commit=0"])
        self._wait(lambda: subprocess.run(["mariadb", "--no-defaults", "-S", socket_path, "-e", "CREATE DATABASE keystone"],
                                          stderr=subprocess.DEVNULL).returncode == 0, "the oracle's database")

    def _start_keystone(self):
        conf = os.path.join(self.home, "keystone.conf")
        with open(conf, "w") as file:
            file.write(_CONF.format(home=self.home))
        for folder in ("fernet", "credential"):
            os.mkdir(os.path.join(self.home, folder), 0o700)
        port = free_port()
        root = f"http://127.0.0.1:{port}"
        self.url = root + "/v3"
        owner = ["--keystone-user", str(os.getuid()), "--keystone-group", str(os.getgid())]
        self._manage(conf, "db_sync")
        self._manage(conf, "fernet_setup", *owner)
        self._manage(conf, "bootstrap", "--bootstrap-password", self.password, "--bootstrap-region-id", "RegionOne",
                     *(f"--bootstrap-{kind}-url={root}/v3/" for kind in ("admin", "public", "internal")))
        self._spawn("keystone", ["/usr/bin/python3", "-c", _SERVE, conf, str(port)])
        self._wait(self._answers, "the oracle's keystone")

    def _manage(self, conf, *arguments):
        subprocess.run(["/usr/bin/python3", "-c", _MANAGE, conf, *arguments], check=True, env=self._environment(),
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=300)

    def _answers(self):
        try:
            return urllib.request.urlopen(self.url, timeout=5).status == 200
        except OSError:
            return False

    def _wait(self, condition, what, seconds=60):
        start = time.monotonic()
        while not condition():
            if time.monotonic() - start > seconds:
                sys.exit(f"{what} did not come up in {seconds} s; see its logs:\n" + self._logs())
            time.sleep(0.2)

    def _logs(self):
        text = ""
        for name in sorted(os.listdir(self.home)):
            if name.endswith((".out", ".log")):
                with open(os.path.join(self.home, name), errors="replace") as file:
                    text += f"--- {name}\n" + "".join(file.readlines()[-30:])
        return text

"""Which part may use which code of others. What is not named here may be used by nobody: add it with its reason."""

# The C library and the kernel: for everyone, but only these.
SYSTEM = {
    "arpa/inet.h", "dirent.h", "fcntl.h", "grp.h", "linux/close_range.h", "netdb.h", "netinet/in.h", "netinet/tcp.h", "poll.h",
    "pthread.h", "pwd.h", "sched.h", "signal.h", "stdlib.h", "string.h", "unistd.h",
    "sys/eventfd.h", "sys/file.h", "sys/mman.h", "sys/prctl.h", "sys/random.h", "sys/resource.h", "sys/signalfd.h", "sys/socket.h",
    "sys/stat.h", "sys/syscall.h", "sys/time.h", "sys/timex.h", "sys/types.h", "sys/un.h", "sys/wait.h",
}

# Part of the language of this code base, and of what is generated from proto.
EVERYWHERE = ("absl/", "google/protobuf/", "grpc/", "grpcpp/", "tstack/", "testdata/", "testing/")

# (header prefix, files or folders that may include it, why there)
OWNERS = (
    ("mysql", ("common/db/",), "one way into the database"),
    ("cppconn/", ("common/db/",), "one way into the database"),
    ("boost/", ("common/http/",), "Beast and Asio are HTTP's"),
    ("yaml-cpp/", ("common/config/yaml_reader", "common/policy/policy_file"), "files of operators: the configuration, the policy"),
    ("spdlog/", ("common/log/",), "one form of log lines"),
    ("prometheus/", ("common/metrics/",), "one list of metrics"),
    ("simdjson", ("common/contract/",), "requests are parsed by their plan"),
    ("re2/", ("common/contract/",), "patterns of fields"),
    ("openssl/", ("common/crypto/",), "hashes, MACs, ciphers"),
    ("openssl/", ("common/pki/",), "X.509"),
    ("openssl/", ("common/http/tls_transport.cc", "common/http/client_socket.cc"), "the TLS stream that Asio wraps"),
    ("openssl/", ("common/rpc/ed25519",), "signatures of user contexts"),
    ("openssl/", ("common/ids/ids.cc",), "random bytes; below common/crypto"),
    ("crypt.h", ("services/identity/passwords/bcrypt.cc",), "$2b$ hashes of the C library"),
    ("CLI/", ("tools/tstack_cli/main.cc",), "the command line"),
    ("catch2/", ("common/test_main/",), "the test runner; else only tests and what serves them"),
    ("sanitizer/", ("common/rpc/hand_over.h", "tests/sanitizers/"), "what ThreadSanitizer cannot see by itself"),
    ("dlfcn.h", ("tests/sanitizers/",), "Abseil's own functions behind those that tell the sanitizer"),
    ("amqp", ("common/amqp/",), "one way to the broker"),
    ("libvirt/", ("services/compute-agent/",), "the hypervisor"),
    ("rados/", ("common/rbd/",), "Ceph"),
    ("rbd/", ("common/rbd/",), "Ceph"),
)

# Programs that are run, and who may: everything else asks their owner.
PROGRAMS = {
    "mariadbd": ("tools/tstack_cli/mariadb.cc",), "mariadb-install-db": ("tools/tstack_cli/mariadb.cc",),
    "rabbitmq-server": ("tools/tstack_cli/rabbitmq.cc",), "epmd": ("tools/tstack_cli/rabbitmq.",),
    "openstack": ("tools/tstack_cli/up.cc",), "python3": ("tools/tstack_cli/stages.cc",),
    "qemu-img": ("common/images/",), "qemu-system-x86_64": ("services/compute-agent/",), "virsh": (), "rbd": ("common/rbd/",), "ceph": (),
    "ovs-vsctl": ("services/network-agent/",), "ovs-ofctl": ("services/network-agent/",), "iptables": ("services/network-agent/",),
    "nft": ("services/network-agent/",), "dnsmasq": ("services/network-agent/",), "ssh": (), "curl": (), "wget": (), "openssl": (), "bash": (), "sh": (),
}
# Who may start programs at all.
STARTERS = ("tools/supervisor/child.cc", "tools/supervisor/launch.cc", "tools/tstack_cli/mariadb.cc", "tools/tstack_cli/run.cc",
            "tools/tstack_cli/stages.cc", "common/testing/process.cc")

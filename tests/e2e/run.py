"""Brings up a cloud and runs one test module against it:  run.py --tstack BIN MODULE.py [-- up options]

The module finds the cloud in its environment (OS_… and TSTACK_DATA, TSTACK_BIN), its exit code is ours.
"""
import argparse
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from cloud import Cloud  # noqa: E402


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--tstack", required=True)
    parser.add_argument("module")
    parser.add_argument("up_options", nargs="*", help="options of `tstack up`, after --")
    options = parser.parse_args()
    with Cloud(options.tstack, *options.up_options) as cloud:
        environment = {k: v for k, v in os.environ.items() if not k.startswith("OS_")}
        environment.update(cloud.environment, TSTACK_DATA=cloud.data, TSTACK_BIN=options.tstack)
        code = subprocess.run(["/usr/bin/python3", options.module], env=environment).returncode
        cloud.failed = code != 0
    return code


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/python3
"""The readers as their pages show them: the examples run, the Python package installs, keys come from files."""

import os
import shutil
import signal
import subprocess
import sys

from support import configuration, roomtone, story, wait_for
from support.crowd import Crowd, topics
from support.daemon import BIN
from support.readers import CPP_READER, PYTHON_READER, ROOT, ReaderProcess

PYTHON_CLIENT = ROOT / "proto/client/python"
STANDARD = ("tcp://127.0.0.1:5570", "tcp://127.0.0.1:5571")


def example(command, folder, **more):
    """What an example prints until it has told of the room and of being complete."""
    log = folder / "example.log"
    with open(log, "w") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, **more)

    def told():
        text = log.read_text()
        return text if "-- complete" in text and "/a/room/60s/ The room is " in text else None
    try:
        return wait_for("the example to tell of the room", told, log.read_text)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait()


def moved(path, folder, endpoints):
    """A copy of an example for another feed than the standard one."""
    text = path.read_text()
    for standard, ours in zip(STANDARD, endpoints):
        text = text.replace(standard, ours)
    copy = folder / path.name
    copy.write_text(text)
    return copy


def compiled(source, folder):
    """The C++ example, built as a stranger would: a compiler, the library, libzmq."""
    library = BIN.parent / "proto/client/cpp/libroomtone_client.a"
    options = os.environ.get("ROOMTONE_LINK_OPTION", "").split()
    program = folder / "example"
    subprocess.run([os.environ.get("CXX", "g++"), "-std=c++20", *options, "-I", ROOT / "proto/client/cpp/include", source, library, "-lzmq", "-o",
                    program], check=True)
    return program


def installed(folder):
    """The Python package, installed from its folder into one of ours, without asking any index."""
    copy, target = folder / "package", folder / "installed"
    shutil.copytree(PYTHON_CLIENT, copy, ignore=shutil.ignore_patterns("__pycache__", "build", "*.egg-info"))
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-build-isolation", "--no-deps",
                    "--disable-pip-version-check", "--no-warn-script-location", "--root-user-action=ignore", "--target", target,
                    copy], check=True)
    return target


def main():
    with story("readers: the examples") as s:
        source = {"name": "chat", "kind": "tcp", "listen": "127.0.0.1:0"}
        names = topics(3)
        daemon = s.daemon("s", configuration(s.folder, [source], topics=names)).start()
        crowd = Crowd(daemon.port("chat"), 3, 1)
        crowd.talk()
        endpoints = (daemon.feed, daemon.query)
        target = installed(s.folder)
        s.check("the Python package says that it is typed", (target / "roomtone/py.typed").exists())
        told = example([sys.executable, "-B", moved(PYTHON_CLIENT / "example.py", s.folder, endpoints)], s.folder,
                       env={**os.environ, "PYTHONPATH": str(target)})
        s.check("the Python example tells of the room, with the installed package", told)
        cpp = moved(ROOT / "proto/client/cpp/example.cpp", s.folder, endpoints)
        s.check("so does the C++ one, compiled with its library and libzmq alone",
                example([compiled(cpp, s.folder)], s.folder))

        # Keys, and what they do not open.
        for name in ("feed", "wall"):
            roomtone("keygen", s.folder / name)
        public = (s.folder / "wall.pub").read_text().strip()
        publish = {"feed": "tcp://127.0.0.1:0", "query": "tcp://127.0.0.1:0", "secret_key_file": str(s.folder / "feed.key"),
                   "reader": [{"name": "wall", "public_key": public, "prefixes": ["/a/t/t0001/"]}]}
        closed = s.daemon("k", configuration(s.folder, [source], topics=names, publish=publish, name="k")).start()
        talking = Crowd(closed.port("chat"), 3, 2)
        talking.talk()
        keys = {"server_pub": s.folder / "feed.pub", "own_key": s.folder / "wall.key"}
        for name, command in (("Python", PYTHON_READER), ("C++", CPP_READER)):
            reader = ReaderProcess(command, closed.feed, closed.query, prefix="/a/t/t0001/", **keys)
            wait_for(f"the {name} reader to hold what it may read",
                     lambda: reader.dump()["state"] == "live" and len(reader.dump()["keys"]) == 4, reader.dump)
            s.check(f"the {name} reader takes keys from files", True)
            reader.close()
            reader = ReaderProcess(command, closed.feed, closed.query, prefix="/a/", **keys)
            wait_for(f"the {name} reader to be refused", lambda: reader.dump()["state"] == "refused", reader.dump)
            s.equal(f"the {name} reader says what it may not read", reader.told("refused"), ["notice refused - forbidden"])
            reader.close()
            (s.folder / "wall.key").chmod(0o644)
            refused = subprocess.run(command, input=f"start feed={closed.feed} query={closed.query} prefix=/a/ "
                                     f"server_pub={keys['server_pub']} own_key={keys['own_key']}\n",
                                     capture_output=True, text=True)
            s.check(f"the {name} reader refuses a secret that others may read",
                    refused.returncode == 1 and "chmod 600" in refused.stderr, refused)
            (s.folder / "wall.key").chmod(0o600)
        talking.close()
        crowd.close()


if __name__ == "__main__":
    main()

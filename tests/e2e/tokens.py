#!/usr/bin/python3
"""Who may send: tokens are made once, kept as hashes, asked for on every transport, and never shown again."""

import http.client
import os
import socket

from support import configuration, roomtone, roomtoned, story, wait_for
from support.senders import HttpSender, RouterSender, TcpSender

POST = [b'{"text":"a lovely day"}\n']


def main():
    with story("tokens") as s:
        file = s.folder / "tokens"
        made = roomtone("token", "--name", "collector", "--file", file)
        token = made.stdout.strip()
        s.check("a token is 256 bits", len(token) == 67 and token.startswith("rt_"), made)
        s.equal("its file is its owner's alone", oct(file.stat().st_mode & 0o777), "0o600")
        s.check("and has the hash only", token not in file.read_text() and "collector" in file.read_text(), file.read_text())

        def text(host="127.0.0.1", tokens=True, name="s"):
            more = {"tokens": str(file)} if tokens else {}
            return configuration(s.folder, [
                {"name": "posts", "kind": "http", "listen": f"{host}:0", **more},
                {"name": "lines", "kind": "tcp", "listen": f"{host}:0", **more},
                {"name": "blocks", "kind": "zmq_router", "endpoint": f"tcp://{host}:*", **more},
            ], name=name)

        for source, key in (("posts", "listen"), ("lines", "listen"), ("blocks", "endpoint")):
            only = configuration(s.folder, [{"name": source, "kind": {"posts": "http", "lines": "tcp", "blocks": "zmq_router"}[source],
                                             key: "0.0.0.0:5999" if key == "listen" else "tcp://0.0.0.0:5999"}], name="open")
            (s.folder / "open.toml").write_text(only)
            for program in (lambda c: roomtoned("--config", c), lambda c: roomtone("check-config", "--config", c, check=False)):
                refused = program(s.folder / "open.toml")
                said = refused.stdout + refused.stderr
                s.check(f"{source}: without tokens other machines are not listened to, and the key, what it got and what it expected are named",
                        refused.returncode == 78 and f"source.{source}.{key}" in said and "got" in said and "expected" in said and "0.0.0.0:5999" in said, refused)
        os.chmod(file, 0o644)
        (s.folder / "mode.toml").write_text(text(name="mode"))
        refused = roomtoned("--config", s.folder / "mode.toml")
        s.check("a file that others can read is refused", refused.returncode == 78 and "0644" in refused.stderr and
                "source.posts.tokens" in refused.stderr, refused)
        os.chmod(file, 0o600)

        daemon = s.daemon("s", text("0.0.0.0")).start()
        port = {name: ("127.0.0.1", int(address.rsplit(":", 1)[1])) for name, address in daemon.sources.items()}

        def status(headers):
            connection = http.client.HTTPConnection(*port["posts"], timeout=10)
            connection.request("POST", "/v1/messages", POST[0], headers)
            return connection.getresponse().status
        s.equal("HTTP: without a token 401", status({}), 401)
        s.equal("HTTP: with a wrong one 401", status({"Authorization": "Bearer rt_wrong"}), 401)
        s.equal("HTTP: a foreign page has no use for a right one", status({"Authorization": f"Bearer {token}", "Origin": "http://evil.example"}), 403)
        HttpSender(lambda: port["posts"], lambda i: {"Authorization": f"Bearer {token}"}).send(POST)
        with socket.create_connection(port["lines"]) as connection:
            connection.sendall(POST[0])
            s.check("TCP: without a token an error and the end", b"asks for a token" in connection.makefile("rb").read(), "")
        TcpSender(lambda: port["lines"], "p", token=token).send([POST[0].strip()])
        blocks = RouterSender(lambda: f"tcp://127.0.0.1:{port['blocks'][1]}", "p", token=token.encode()).send(POST)
        s.equal("ROUTER: a right one is welcome", blocks.errors, [])
        # A receipt comes before the metrics know.
        wait_for("each to be counted", lambda: [daemon.column(name, "counted") for name in port] == [1, 1, 1])
        failures = daemon.metrics()
        s.equal("wrong ones are counted", [failures[f'roomtone_auth_failures_total{{source="{n}",result="refused"}}']
                                           for n in ("posts", "lines", "blocks")], [2, 1, 0])
        s.equal("SIGTERM ends with 0", daemon.stop(), 0)
        said = daemon.log_text()
        s.check("no token is in the log", token not in said and "rt_wrong" not in said, said)


if __name__ == "__main__":
    main()

"""deliver_lines as a process, a real Alertmanager, and a small HTTP server that keeps what it is sent."""

import base64
import http.server
import json
import shutil
import socket
import subprocess
import threading
import urllib.request

from . import wait_for
from .daemon import BIN, PATIENCE

ALERTMANAGER = shutil.which("prometheus-alertmanager")


class Deliver:
    """The daemon's deliverer, fed by us. See tests/delivery/deliver_lines.cpp."""

    def __init__(self, folder, name, alerts_text, *arguments):
        config = folder / f"{name}.toml"
        config.write_text('[[source]]\nname = "s"\nkind = "stdin"\n' + alerts_text)
        self._log_path = folder / f"{name}.log"
        with open(self._log_path, "wb") as log:
            self.process = subprocess.Popen([BIN / "deliver_lines", "--config", config, *map(str, arguments)],
                                            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True)

    def tell(self, *alerts):
        for alert in alerts:
            self.process.stdin.write(json.dumps(alert) + "\n")
        self.process.stdin.flush()

    def samples(self):
        """How it stands with each receiver, by name."""
        self.process.stdin.write("samples\n")
        self.process.stdin.flush()
        return {sample["name"]: sample for sample in json.loads(self.process.stdout.readline())}

    def metrics(self):
        """Samples of the metrics page, by name with labels as written."""
        self.process.stdin.write("metrics\n")
        self.process.stdin.flush()
        lines = iter(self.process.stdout.readline, ".\n")
        return {name: float(value) for name, value in (
            line.rsplit(" ", 1) for line in lines if not line.startswith("#"))}

    def log_text(self):
        return self._log_path.read_text()

    def end(self):
        """At the end of its input; returns the exit code."""
        self.process.stdin.close()
        return self.process.wait(timeout=PATIENCE)

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()


def alert(name, state, starts, changed=None, **more):
    """An alert as the feed has it: of room t/NAME."""
    return {"id": f"t/{name}/default/tone_shift/{starts}", "kind": "tone_shift", "state": state, "up": False,
            "key": f"t/{name}", "rule": "default", "severity": "warning", "starts": starts,
            "ends": changed if state == "resolved" else None, "changed": changed or starts, "tone_before": 0.1,
            "tone_now": -0.25, "ci_low": -0.31, "ci_high": -0.19, "n": 340, "voices": 210, "rate_before": None,
            "rate_now": None, "words_up": [], "words_down": ["awful", "caf\u00e9"], "communities": [],
            "sentence": f"The tone of t/{name} fell by 0.35.", **more}


class Keeper:
    """An HTTP server on loopback that keeps every request, and answers as `answer` says: a function of the request that
    gives a status, headers and a body."""

    def __init__(self, answer=lambda request: (200, {}, b""), context=None):
        self.requests = []
        keeper = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                length = int(self.headers.get("Content-Length", 0))
                request = {"path": self.path, "headers": dict(self.headers.items()), "body": self.rfile.read(length)}
                keeper.requests.append(request)
                try:
                    status, headers, body = answer(request)
                    self.send_response(status)
                    for name, value in {"Content-Length": str(len(body)), **headers}.items():
                        self.send_header(name, value)
                    self.end_headers()
                    self.wfile.write(body)
                except OSError:
                    pass  # the client has had enough

            do_GET = do_POST

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        if context is not None:
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def close(self):
        self._server.shutdown()
        self._server.server_close()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Alertmanager:
    """Debian's own, on loopback and alone. `notify` is the URL that it sends its notifications to."""

    def __init__(self, folder, name, notify, web_config=None):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._folder = folder / name
        self._folder.mkdir()
        self._config = self._folder / "config.yml"
        self._config.write_text(
            "route:\n  receiver: r\n  group_by: ['...']\n  group_wait: 0s\n  group_interval: 1s\n"
            "  repeat_interval: 1h\n"
            f"receivers:\n- name: r\n  webhook_configs:\n  - url: {notify}\n    send_resolved: true\n")
        self._more = []
        if web_config:
            (self._folder / "web.yml").write_text(web_config)
            self._more = [f"--web.config.file={self._folder / 'web.yml'}"]
        self._runs = 0
        self.process = None

    def start(self):
        """With an empty memory each time."""
        self._runs += 1
        with open(self._folder / "log", "ab") as log:
            self.process = subprocess.Popen(
                [ALERTMANAGER, f"--config.file={self._config}", f"--storage.path={self._folder / str(self._runs)}",
                 f"--web.listen-address=127.0.0.1:{self.port}", "--cluster.listen-address=", *self._more],
                stdout=log, stderr=log)
        return self

    def kill(self):
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def get(self, path):
        with urllib.request.urlopen(self.url + path, timeout=PATIENCE) as answer:
            return json.load(answer)

    def post(self, path, body):
        request = urllib.request.Request(self.url + path, json.dumps(body).encode(),
                                         {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return json.load(answer)

    def ready(self):
        try:
            urllib.request.urlopen(self.url + "/-/ready", timeout=PATIENCE).close()
            return True
        except OSError:
            return False

    def alerts(self):
        """What it takes for firing, by the label `room`."""
        try:
            return {one["labels"]["room"]: one for one in self.get("/api/v2/alerts")}
        except OSError:
            return {}


def who_is_told(s, stack):
    """A webhook's server, an Alertmanager where there is one, and the configuration of the first; both end with `stack`."""
    keeper = Keeper()
    stack.callback(keeper.close)
    desk = None
    if ALERTMANAGER is not None:
        desk = Alertmanager(s.folder, "desk", "http://127.0.0.1:9/").start()
        stack.callback(desk.kill)
        wait_for("Alertmanager to be ready", desk.ready)
    else:
        s.note("no prometheus-alertmanager here; scripts/setup installs it")
    secret = s.folder / "secret"
    secret.write_text("whsec_" + base64.b64encode(bytes(range(32))).decode() + "\n")
    secret.chmod(0o600)
    hook = (f'\n[[alerts.webhook]]\nname = "h"\nurl = "http://127.0.0.1:{keeper.port}/"\n'
            f'secret_file = "{secret}"\nallow_networks = ["127.0.0.1"]\n')
    return keeper, desk, hook

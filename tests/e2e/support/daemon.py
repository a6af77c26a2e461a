"""The programs under test, as processes."""

import http.client
import json
import os
import pathlib
import signal
import subprocess
import time

_DEFAULT = pathlib.Path(__file__).resolve().parents[3] / "build/release/bin"
BIN = pathlib.Path(os.environ.get("ROOMTONE_BIN_DIR", _DEFAULT))

# Seconds after which something is taken to hang. Not a claim about speed: machines are shared, sanitizers are slow.
PATIENCE = 120


def _run(program, arguments, check, **more):
    ran = subprocess.run([BIN / program, *map(str, arguments)], capture_output=True, text=True, timeout=PATIENCE,
                         **more)
    if check and ran.returncode != 0:
        raise RuntimeError(f"{program} {' '.join(map(str, arguments))} ended with {ran.returncode}: {ran.stderr}")
    return ran


def roomtone(*arguments, check=True, **more):
    """Runs the command line to its end."""
    return _run("roomtone", arguments, check, **more)


def roomtoned(*arguments, check=False, **more):
    """Runs the daemon to its end: for what it refuses."""
    return _run("roomtoned", arguments, check, **more)


class Daemon:
    """One roomtoned. Its log goes to a file, which also tells the ports it was given."""

    def __init__(self, folder, name, text, arguments=(), program="roomtoned"):
        self.name = name
        self.config = folder / f"{name}.toml"
        self.config.write_text(text)
        self._program = program
        self.arguments = [str(a) for a in arguments]
        self.process = None
        self._log_path = folder / f"{name}.log"
        self._log_from = 0

    def spawn(self):
        """Starts it and returns at once."""
        with open(self._log_path, "ab") as log:
            self._log_from = log.tell()
            self.process = subprocess.Popen([BIN / self._program, "--config", self.config, *self.arguments],
                                            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=log)
        return self

    def start(self):
        """Starts it and waits until it is ready and all its sources have begun."""
        self.spawn()
        deadline = time.monotonic() + 10
        sources = self.config.read_text().count("[[source]]")
        while True:
            events = self.log()
            begun = [e for e in events if e["event"] == "source begins"]
            if len(begun) >= sources and any(e["event"] == "ready" for e in events):
                break
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{self.name} did not become ready: {self.log_text()}")
            time.sleep(0.005)
        ready = next(e for e in self.log() if e["event"] == "ready")
        self.feed, self.query, self.admin = ready["feed"], ready["query"], ready["admin"]
        self.sources = {e["source"]: e["from"] for e in begun}
        return self

    def log_text(self):
        with open(self._log_path, "rb") as log:
            log.seek(self._log_from)
            return log.read().decode()

    def log(self):
        """The events of the present run. A line still being written is left for later."""
        lines = [line for line in self.log_text().splitlines(keepends=True) if line.endswith("\n")]
        try:
            return [json.loads(line) for line in lines]
        except json.JSONDecodeError:  # a sanitizer speaks, or the runtime
            raise RuntimeError(f"{self.name} wrote other than events: {self.log_text()}") from None

    def port(self, source):
        host, port = self.sources[source].rsplit(":", 1)
        return host, int(port)

    def get(self, path, method="GET", headers=None):
        """Asks the admin port; returns status, headers (lower case) and text."""
        host, port = self.admin.rsplit(":", 1)
        connection = http.client.HTTPConnection(host, int(port), timeout=PATIENCE)
        try:
            connection.request(method, path, headers=headers or {})
            answer = connection.getresponse()
            return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read().decode()
        finally:
            connection.close()

    def metrics(self):
        """Samples by name with labels as written, such as 'roomtone_ledger_imbalance'."""
        samples = {}
        for line in self.get("/metrics")[2].splitlines():
            if not line.startswith("#"):
                name, value = line.rsplit(" ", 1)
                samples[name] = float(value)
        return samples

    def column(self, source, column):
        """How many records of a source ended in a ledger column, committed."""
        return self.metrics().get(f'roomtone_ledger_records_total{{source="{source}",column="{column}"}}', 0)

    def wait(self, seconds=PATIENCE):
        return self.process.wait(timeout=seconds)

    def stop(self, seconds=PATIENCE):
        """SIGTERM; returns the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.wait(seconds)

    def hangup(self):
        self.process.send_signal(signal.SIGHUP)

    def kill(self):
        """kill -9, also of one that has ended."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

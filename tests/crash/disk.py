"""A small disk that can be filled and made read-only. Mounting one needs root."""

import errno
import os
import pathlib
import subprocess

from support import skip


class Disk:
    def __init__(self, folder, mebibytes):
        self.path = pathlib.Path(folder)
        self.path.mkdir()
        self._ballast = self.path / "ballast"
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={mebibytes}m", "tmpfs", self.path],
                                 capture_output=True, text=True)
        if mounted.returncode != 0:
            skip(f"a small disk of its own cannot be mounted here: {mounted.stderr.strip()}")

    def free(self):
        facts = os.statvfs(self.path)
        return facts.f_bavail * facts.f_frsize

    def fill(self, leave=0):
        """Takes all that is free but `leave` bytes."""
        with open(self._ballast, "ab") as ballast:
            while True:
                try:
                    return os.posix_fallocate(ballast.fileno(), ballast.tell(), max(self.free() - leave, 1))
                except OSError as error:  # the daemon took some meanwhile
                    if error.errno != errno.ENOSPC:
                        raise

    def empty(self):
        self._ballast.unlink(missing_ok=True)

    def remount(self, how):
        """'ro' or 'rw'."""
        subprocess.run(["mount", "-o", f"remount,{how}", self.path], check=True)

    def close(self):
        # Lazily: a daemon that the story did not end may still hold it.
        subprocess.run(["umount", "-l", self.path], check=False)

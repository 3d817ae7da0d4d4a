"""Processes that end with the test that started them."""

import ctypes
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[4]
TOOLS = ROOT / ".tools"
RUN = TOOLS / "run"

# <linux/prctl.h>
PR_SET_PDEATHSIG = 1


def die_with_parent():
    """Has the kernel kill this process when its parent ends, however that ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def serve(line, port, log, **environment):
    """Starts a server, and waits until it accepts connections."""
    server = subprocess.Popen(
        line, stdout=log, stderr=log, env=environment, cwd=RUN, preexec_fn=die_with_parent, start_new_session=True
    )
    for _ in range(900):
        if server.poll() is not None:
            raise SystemExit(f"{line[2]} ended while it started; {log.name} says why")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return server
        time.sleep(0.1)
    raise SystemExit(f"{line[2]} was not ready after 90 s")

#!/usr/bin/env python3
"""Every developer command of Spokedesk: `python3 run.py` lists them.

Needs a Python that can run Spokedesk and nothing else: it makes `.venv` from the locks when something is missing and
then replaces itself with the command, so that signals reach it. Only the standard library, and only syntax that very
old Pythons parse, because they have to be able to read the sentence that tells what is needed.
"""

from __future__ import print_function

import contextlib
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time

NEEDED = (3, 11)
ROOT = os.path.dirname(os.path.abspath(__file__))
VENV = os.path.join(ROOT, ".venv")
TOOLS = os.path.join(ROOT, ".tools")
STARTED = float(os.environ.pop("SPOKEDESK_STARTED", 0)) or time.time()
BIN, EXE = (os.path.join(VENV, "Scripts"), ".exe") if os.name == "nt" else (os.path.join(VENV, "bin"), "")
PYTHON = os.path.join(BIN, "python" + EXE)
STAMP = os.path.join(VENV, "spokedesk-stamp")
LOCKS = {
    "run": ["pyproject.toml", "--all-extras"],
    "test": ["pyproject.toml", "--all-extras", "--group", "test", "--group", "quality", "-c", "locks/run.txt"],
    "build": ["--group", "build", "--constraints", "locks/test.txt"],
    "node": ["--group", "node", "--constraints", "locks/test.txt"],
    "tools": ["--group", "tools"],
}


class Failed(Exception):
    """A step that cannot go on; the text is all the user has to see."""


def lock_file(name):
    return os.path.join(ROOT, "locks", name + ".txt")


def base_python():
    """The interpreter itself, also when run.py is started from inside a virtual environment."""
    return os.path.realpath(getattr(sys, "_base_executable", None) or sys.executable)


def identity():
    """An environment made for another interpreter or another folder cannot be used: it names both."""
    return repr((ROOT, base_python(), sys.version))


def interface():
    """The module that builds the web interface; it asks for a newer Python than this file does."""
    sys.path.insert(0, ROOT) if ROOT not in sys.path else None
    from webui import build

    return build


def wanted_stamp(level):
    """Changes whenever an installation of this level would come out differently."""
    digest = hashlib.sha256((level + identity()).encode())
    for path in (os.path.join(ROOT, "pyproject.toml"), lock_file("build"), lock_file(level)):
        with open(path, "rb") as file:
            digest.update(hashlib.sha256(file.read()).digest())
    return level + " " + digest.hexdigest()


def ready(level):
    """True if the environment was completed for this level. `test` contains `run` and is stamped for both."""
    return os.path.exists(PYTHON) and wanted_stamp(level) in lines(STAMP)


def writable(folder):
    try:
        os.makedirs(folder, exist_ok=True)
        return os.access(folder, os.W_OK)
    except EnvironmentError:
        return False


def tool_environment():
    """The environment for uv and pip: no Python downloads, a cache that can be written even without a home."""
    env = dict(os.environ, UV_PYTHON_DOWNLOADS="never", UV_NO_PROGRESS="1", PIP_USER="0", PIP_REQUIRE_VIRTUALENV="0")
    env.pop("VIRTUAL_ENV", None)
    if not env.get("UV_CACHE_DIR"):
        home = "" if env.get("HOME") == "" else os.path.expanduser("~")  # which makes "/" of an empty one
        caches = env.get("XDG_CACHE_HOME") or os.path.join(home, ".cache")
        if not os.path.isabs(caches) or not writable(os.path.join(caches, "uv")):
            env["UV_CACHE_DIR"] = os.path.join(TOOLS, "cache")
    return env


def say(title):
    """A line when a step begins, with the seconds since the command; whole lines, because two processes write them."""
    sys.stderr.write("run.py: %5.1f s  %s\n" % (time.time() - STARTED, title))
    sys.stderr.flush()


def masked(output):
    """What a program printed, without addresses."""
    return re.sub(r"[a-z+]+://[^\s`'\")]+|(?<=host=)'[^']*'", "<address>", output)


def step(title, command, **variables):
    """Say that an installation step begins, and run it."""
    say(title)
    attempt(title, command, **variables)


def attempt(title, command, **variables):
    """Run a step. Its output is shown only when it fails; it keeps the locks also if this process is killed."""
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "close_fds": False}
    done = subprocess.run(command, cwd=ROOT, env=dict(tool_environment(), **variables), **pipes)
    if done.returncode:
        raise Failed("%s failed:\n%s" % (title, masked(done.stdout.decode(errors="replace"))))


@contextlib.contextmanager
def locked(name):
    """Whoever wants the same waits until we, and what we started, have ended (not on Windows)."""
    os.makedirs(TOOLS, exist_ok=True)
    with open(os.path.join(TOOLS, name + ".lock"), "w") as lock:
        if os.name != "nt":
            import fcntl

            fcntl.flock(lock, fcntl.LOCK_EX)
            os.set_inheritable(lock.fileno(), True)
        yield


def works(command):
    """A version manager's stand-in on PATH exists, but ends with an error when nothing is behind it."""
    return subprocess.call(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0


def uv():
    """uv from PATH, else our own copy of the locked version, installed by pip on first use."""
    own = os.path.join(TOOLS, "bin", "uv" + EXE)
    with locked("uv"):
        for found in (shutil.which("uv"), shutil.which(own)):
            if found and works([found, "--version"]):
                return found
        pythons = [python for python in (sys.executable, base_python()) if works([python, "-c", "import pip"])]
        if not pythons:
            raise Failed("Neither uv nor pip was found. Install one of them and start again.")
        pip = [pythons[0], "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--upgrade"]
        step("installer (uv)", pip + ["--target", TOOLS, "--no-deps", "--require-hashes", "-r", lock_file("tools")])
        return own


def install(level):
    """Make `.venv` hold what this level needs, and beside that the web interface, for which only `test` waits."""
    first = level == "run"  # the packages of `test` take both cores
    builder = start_builder() if first else None
    try:
        if not ready(level):
            with locked("install"):
                if not ready(level):
                    install_alone(level)
                    say("environment ready")
        builder = builder if first else start_builder()
        if builder and not first and builder.wait():
            raise Failed("Tests need the web interface.")
    except BaseException:
        if builder:
            builder.terminate()
        raise


def start_builder():
    """The process that builds the web interface, None if it is current. It lives on in the background."""
    if interface().is_current():
        return None
    environment = dict(os.environ, SPOKEDESK_STARTED=str(STARTED))
    return subprocess.Popen([sys.executable, os.path.abspath(__file__), "webui"], env=environment)


def install_alone(level):
    tool = uv()
    made_for = os.path.join(VENV, "spokedesk-made-for")
    if not os.path.exists(PYTHON) or identity() not in lines(made_for):
        step("virtual environment", [tool, "venv", "--quiet", "--clear", "--python", base_python(), VENV])
        write(made_for, identity())
    write(STAMP, "incomplete")
    pip = [tool, "pip", "install", "--quiet", "--python", PYTHON]
    step("packages (%s)" % level, pip + ["--require-hashes", "-r", lock_file(level), "-r", lock_file("build")])
    editable = pip + ["--no-deps", "--no-build-isolation", "-e", ROOT]
    step("spokedesk itself", editable, SPOKEDESK_WEBUI="later")  # the build hook leaves it to the builder
    levels = ["run", "test"] if level == "test" else [level]
    write(STAMP, "\n".join(wanted_stamp(name) for name in levels))


def fetch_node():
    """Node as a package beside the environment, whole or not at all."""
    fresh, place = os.path.join(TOOLS, "node.new"), str(interface().NODE)
    shutil.rmtree(fresh, ignore_errors=True)
    pip = [uv(), "pip", "install", "--quiet", "--python", base_python(), "--target", fresh]
    attempt("Node.js", pip + ["--no-deps", "--require-hashes", "-r", lock_file("node")])
    shutil.rmtree(place, ignore_errors=True)
    os.rename(fresh, place)


def lines(path):
    """The lines of a file, none if it does not exist."""
    if not os.path.exists(path):
        return []
    with open(path) as file:
        return file.read().split("\n")


def write(path, text):
    with open(path, "w") as file:
        file.write(text)


def become(level, command):
    """Replace this process with a command of the environment, which is installed first if need be."""
    install(level)
    for name in ("PYTHONHOME", "PYTHONDONTWRITEBYTECODE"):
        os.environ.pop(name, None)
    # compiled modules are kept, in a folder of ours also where none are wanted in between: a start takes half the time
    os.environ.setdefault("PYTHONPYCACHEPREFIX", os.path.join(TOOLS, "bytecode"))
    os.environ.update(VIRTUAL_ENV=VENV, PATH=BIN + os.pathsep + os.environ.get("PATH", os.defpath))
    program = shutil.which(command[0])
    if program is None:
        raise Failed("%s: no such command in the environment or on PATH" % command[0])
    sys.stdout.flush()
    if os.name == "nt":  # execv there starts a second process and returns to the shell
        sys.exit(subprocess.call([program] + command[1:]))
    os.execv(program, [program] + command[1:])


def serve(args):
    """start the server with demo data in ./.spokedesk (ARGS: see `run.py serve --help`)"""
    places = ("--data", "--ephemeral", "--stand-in")
    if not any(arg.split("=")[0] in places for arg in args):
        args = ["--data", os.path.relpath(os.path.join(ROOT, ".spokedesk"))] + args
    become("run", ["spokedesk", "serve", "--demo"] + args)


def test(args):
    """run every test in lanes (--long: longer, --lane NAME: only that), or pytest with ARGS"""
    own = "--lane" in args or not set(args) - {"--long"}
    os.chdir(ROOT)
    become("test", ["python", "tests/run_lanes.py"] + args if own else ["python", "-m", "pytest"] + args)


def run(args):
    """run CMD ... in the project's environment, e.g. `run.py run spokedesk --help`"""
    if not args:
        raise Failed("run.py run CMD ...: which command?")
    become("run", args)


def webui(args):
    """build the web interface if its sources changed; `serve` does that by itself, beside the server"""
    try:
        if interface().build(fetch_node, say):
            say("web interface ready")
    except (Failed, interface().BuildFailed) as failed:
        again = "Everything else works without it. Try again with `python3 run.py webui`."
        raise Failed("No web interface: %s\n%s" % (masked(str(failed)).strip(), again))


def bench(args):
    """measure speed beside raw references formed in the same run"""
    os.chdir(ROOT)
    become("test", ["python", "-m", "bench"] + args)


def check(args):
    """check style, format and types (ruff, mypy --strict), changes nothing"""
    os.chdir(ROOT)
    become("test", ["python", "tests/run_lanes.py", "--lane", "check"] + args)


def format(args):
    """rewrite the sources in the project's format, with the fixes ruff is sure of"""
    os.chdir(ROOT)
    install("test")
    subprocess.call([os.path.join(BIN, "ruff"), "check", "--fix-only", "--quiet"] + args)
    become("test", ["ruff", "format"] + args)


def lock(args):
    """resolve the dependencies again into locks/ (ARGS go to uv, e.g. --upgrade)"""
    compile = [uv(), "pip", "compile", "--quiet", "--universal", "--python-version", "%d.%d" % NEEDED, "--no-header"]
    compile += ["--generate-hashes", "--no-emit-index-url", "--no-emit-find-links", "--no-annotate"]
    for name in ("run", "test", "build", "node", "tools"):
        step("locks/%s.txt" % name, compile + LOCKS[name] + ["--output-file", "locks/%s.txt" % name] + args)


def changelog(args):
    """fold the fragments of changes/ into CHANGELOG.md (VERSION names the release)"""
    os.chdir(ROOT)
    become("run", ["python", "changes/fold.py"] + args)


COMMANDS = (serve, test, run, webui, bench, check, format, lock, changelog)


def main(args):
    if sys.version_info < NEEDED:
        raise Failed("Spokedesk needs Python %d.%d or newer, this is %d.%d." % (NEEDED + tuple(sys.version_info[:2])))
    commands = {command.__name__: command for command in COMMANDS}
    if args and args[0] in commands:
        return commands[args[0]](args[1:])
    print("python3 run.py COMMAND [ARGS]\n")
    for command in COMMANDS:
        print("  %-10s %s" % (command.__name__, command.__doc__))
    return 0 if not args or args[0] in ("-h", "--help", "help") else 2


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except (Failed, EnvironmentError) as failed:
        sys.exit("run.py: %s" % failed)
    except KeyboardInterrupt:
        sys.exit(130)

"""A fresh virtual environment beside ours, offline: it sees our packages and keeps its own."""

import os
import subprocess
import sysconfig
import venv
from dataclasses import dataclass
from pathlib import Path

PIP = """#!/bin/sh
# As a user would call it; without the network, what builds packages is taken from here.
case "$1" in
    install) shift; set -- install --no-index --no-deps --no-build-isolation "$@" ;;
esac
exec "{python}" -m pip --disable-pip-version-check "$@"
"""


@dataclass(frozen=True)
class Environment:
    """A virtual environment whose `bin` is first on the path."""

    folder: Path

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.folder / "bin" / "python"

    def run(self, command: str, folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
        """Run a line of shell in a folder, and show what it said if it fails."""
        path = f"{self.folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
        environment = {**os.environ, "PATH": path, "HOME": str(folder), "COLUMNS": "200", **more}
        environment.pop("PYTHONPATH", None)
        finished = subprocess.run(
            command,
            shell=True,
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        said = f"$ {command}\n{finished.stdout}{finished.stderr}"
        assert finished.returncode == 0, said
        return finished


def make_environment(folder: Path) -> Environment:
    """Make a virtual environment with `pip` and `realstyler`, and no package of its own."""
    venv.EnvBuilder(with_pip=False, symlinks=True).create(folder)
    made = Environment(folder)
    own = made.run("python -c 'import sysconfig; print(sysconfig.get_path(\"purelib\"))'", folder)
    parents = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    # addsitedir, since what is installed in place lies behind .pth files of its own.
    lines = [f"import site; site.addsitedir({parent!r})" for parent in sorted(parents)]
    Path(own.stdout.strip(), "beside.pth").write_text("\n".join(lines) + "\n")
    _script(folder / "bin" / "pip", PIP.format(python=made.python))
    _script(folder / "bin" / "realstyler", f'#!/bin/sh\nexec "{made.python}" -m realstyler "$@"\n')
    return made


def _script(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o755)

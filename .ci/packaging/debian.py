"""Make a Debian package of the app's folder: ``debian.py FOLDER``, where ``make app`` put it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from importlib.metadata import metadata
from pathlib import Path

from realstyler_gui.desktop_entry import write_entry

ROOT = Path(__file__).resolve().parents[2]
PLACE = "usr/lib/realstyler"
PROGRAMS = ("realstyler", "realstyler-gui")
# What Qt asks of the system, and what no folder can bring along: drivers and fonts.
DEPENDS = (
    "libegl1",
    "libfontconfig1",
    "libgl1",
    "libopengl0",
    "libstdc++6",
    "libwayland-cursor0",
    "libwayland-egl1",
    "libxcb-cursor0",
    "shared-mime-info",
)
RECOMMENDS = ("fonts-dejavu-core | fonts-freefont-ttf", "xdg-utils", "desktop-file-utils")
CONTROL = """Package: realstyler
Version: {version}
Architecture: {architecture}
Maintainer: realstyler
Installed-Size: {kilobytes}
Depends: libc6 (>= {libc}), {depends}
Recommends: {recommends}
Section: graphics
Priority: optional
Description: {summary}
 The window, videos and the command line of realstyler, with all that they need.
 It paints and does not train.
"""


def fill(root: Path, app: Path) -> None:
    """Lay the app out as it will lie in the system."""
    shutil.copytree(app, root / PLACE, symlinks=True)
    programs = root / "usr/bin"
    programs.mkdir(parents=True)
    for name in PROGRAMS:
        (programs / name).symlink_to(f"../lib/realstyler/{name}")
    write_entry(root / "usr/share", f"/{PLACE}/realstyler-gui")
    documents = root / "usr/share/doc/realstyler"
    documents.mkdir(parents=True)
    notices = [ROOT / "LICENSE", ROOT / "NOTICE.md"]
    told = "\n\n".join(path.read_text(encoding="utf-8").strip() for path in notices)
    others = f"The licences of what comes along lie in /{PLACE}/_internal/*.dist-info."
    (documents / "copyright").write_text(f"{told}\n\n{others}\n", encoding="utf-8")


def control(root: Path) -> str:
    """Write what the package is called, needs and holds."""
    about = metadata("realstyler")
    files = [path for path in root.rglob("*") if path.is_file() and not path.is_symlink()]
    return CONTROL.format(
        version=about["Version"].replace("rc", "~rc").replace(".dev", "~dev"),
        architecture=_answer("dpkg", "--print-architecture"),
        kilobytes=sum(path.stat().st_size for path in files) // 1024,
        libc=_answer("getconf", "GNU_LIBC_VERSION").split()[-1],
        depends=", ".join(DEPENDS),
        recommends=", ".join(RECOMMENDS),
        summary=about["Summary"],
    )


def main() -> int:
    """Make the package beside the app's folder; return 0."""
    out = Path(sys.argv[1])
    root = out / "debian"
    shutil.rmtree(root, ignore_errors=True)
    fill(root, out / "realstyler")
    (root / "DEBIAN").mkdir()
    (root / "DEBIAN/control").write_text(control(root), encoding="utf-8")
    command = ["dpkg-deb", "--root-owner-group", "-Zzstd", "-z12", "--build", str(root), str(out)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own command
    shutil.rmtree(root)
    return 0


def _answer(*command: str) -> str:
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - same
    return done.stdout.strip()


if __name__ == "__main__":
    sys.exit(main())

"""Builds the wheel and the sdist, checks them, and uses the wheel in a fresh environment without extras.

    python tools/check_packages.py [PYTHON ...]

Needs the packages build and twine. The wheel is built from the sdist, so that this is known to be complete. Each PYTHON (default: the one
that runs this) gets an environment of its own.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import List, Tuple

ROOT = Path(__file__).resolve().parent.parent
MOST_BYTES = 60_000_000
"""What opscope and all that it needs may have on the disk, bytecode aside."""
TOOLS = ("pip", "setuptools", "pkg_resources", "_distutils_hack", "distutils-precedence.pth")
"""What a fresh environment has before anything is installed."""
MODEL = 'node { name: "x" op: "Placeholder" attr { key: "dtype" value { type: DT_FLOAT } } } node { name: "y" op: "Relu" input: "x" }'


def run(*command: object, cwd: Path = ROOT, code: int = 0) -> str:
    """What a command prints on both streams; it has to end with this exit code."""
    # Nothing of this checkout may be found by the installed package.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )  # fmt: skip
    if done.returncode != code:
        sys.exit(f"error: {' '.join(map(str, command))} ended with {done.returncode}, not {code}:\n{done.stdout}")
    return done.stdout


def packages(folder: Path) -> Tuple[Path, Path]:
    """Build both; the paths of the wheel and the sdist."""
    run(sys.executable, "-m", "build", "--outdir", folder)
    (wheel,), (sdist,) = folder.glob("*.whl"), folder.glob("*.tar.gz")
    print(run(sys.executable, "-m", "twine", "check", "--strict", wheel, sdist).strip())
    return wheel, sdist


def installed_bytes(python: Path) -> int:
    """The size of what was installed beside Python's own tools, bytecode aside."""
    place = Path(run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip())
    files = [path for path in place.rglob("*") if path.is_file() and path.suffix not in {".pyc", ".pyo"}]
    own = [path for path in files if not path.relative_to(place).parts[0].startswith(TOOLS)]
    return sum(path.stat().st_size for path in own)


def check_use(command: Path, folder: Path) -> None:
    """Use the command: what needs no extra works, and what does says which."""
    (folder / "net.pbtxt").write_text(MODEL, encoding="utf-8")
    run(command, "--version", cwd=folder)
    summary = run(command, "summary", "net.pbtxt", cwd=folder)
    if "2 ops" not in summary:
        sys.exit(f"error: the summary of two ops is\n{summary}")
    names = ["net.svg", "net.html", "net.png", "net.dot", "net.json"]
    run(command, "render", "net.pbtxt", *(part for name in names for part in ("-o", name)), cwd=folder)
    run(command, "render", "net.pbtxt", "net.json", "-o", "drawn/", cwd=folder)
    absent = [
        name for name in [*names, "drawn/net.pbtxt.svg", "drawn/net.json.svg"] if not (folder / name).stat().st_size
    ]
    if absent:
        sys.exit(f"error: {', '.join(absent)} is empty")
    said = run(command, "render", "net.pbtxt", "-o", "net.pdf", cwd=folder, code=1)
    if said.count("\n") != 1 or "pip install 'opscope[pdf]'" not in said:
        sys.exit(f"error: without the extra for PDF the command says\n{said}")


def check_python(python: str, wheel: Path, folder: Path) -> None:
    """Install the wheel for one Python, measure it, and use it."""
    environment = folder / "env"
    run(python, "-m", "venv", environment)
    binaries = environment / ("Scripts" if os.name == "nt" else "bin")
    run(binaries / "python", "-m", "pip", "install", "--quiet", wheel)
    size = installed_bytes(binaries / "python")
    version = run(binaries / "python", "--version").strip()
    print(f"{version}: {size / 1e6:.1f} MB installed, without TensorFlow and bytecode")
    if size >= MOST_BYTES:
        sys.exit(f"error: that is not below {MOST_BYTES / 1e6:.0f} MB")
    check_use(binaries / "opscope", folder)


def main(pythons: List[str]) -> None:
    """Check both packages, and the wheel on each Python."""
    with tempfile.TemporaryDirectory(prefix="opscope-packages-") as folder:
        wheel, sdist = packages(Path(folder))
        for file in (wheel, sdist):
            print(f"{file.name}: {file.stat().st_size / 1e6:.1f} MB")
        for number, python in enumerate(pythons):
            place = Path(folder) / str(number)
            place.mkdir()
            check_python(python, wheel, place)


if __name__ == "__main__":
    main(sys.argv[1:] or [sys.executable])

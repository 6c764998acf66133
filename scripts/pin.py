"""Write constraints.txt anew: the versions pip chooses today for the app and its checks, in an empty environment.

python3 scripts/pin.py

Standard library only. Nothing is installed; pip resolves what pyproject.toml admits and reports its choice.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import venv
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
OLDEST_MINOR = 10  # Python 3.10, as in pyproject.toml
HEADER = "# The versions this project is checked with. Do not edit: `python3 scripts/pin.py` writes this file.\n"


def resolve() -> list[dict[str, Any]]:
    """Ask a fresh pip what it would install for `.[test]`.

    Returns:
        The metadata of each package, as pip reports it.
    """
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = Path(folder) / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
        report = Path(folder) / "report.json"
        pip = [str(python), "-I", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "--dry-run", "--report", str(report), ".[test]"], cwd=ROOT, check=True)
        return [item["metadata"] for item in json.loads(report.read_text(encoding="utf-8"))["install"]]


def pin_line(metadata: dict[str, Any]) -> str:
    """One line of constraints.txt.

    Args:
        metadata: Name, version and requires_python of a package.

    Returns:
        The pin. A local label of the version ("+cpu") is dropped, so that the line holds wherever the package comes
        from; a package that needs a newer Python than this project is left free on the older ones.
    """
    line = f"{metadata['name']}=={metadata['version'].split('+')[0]}"
    oldest = re.search(r">=?\s*3\.(\d+)", metadata.get("requires_python") or "")
    if oldest and int(oldest.group(1)) > OLDEST_MINOR:
        line += f' ; python_version >= "3.{oldest.group(1)}"'
    return line


def main() -> None:
    """Resolve and write."""
    lines = sorted((pin_line(data) for data in resolve() if data["name"] != "neural-explorer"), key=str.lower)
    (ROOT / "constraints.txt").write_text(HEADER + "\n".join(lines) + "\n", encoding="utf-8")
    print(f"constraints.txt: {len(lines)} packages")


if __name__ == "__main__":
    main()

"""Maps torch's large libraries into memory without holding the interpreter, so that the window goes on meanwhile.

``import torch`` opens them inside the interpreter's lock: the window would stand still for a third of a second.
A foreign function called through ctypes gives the lock away; the import that follows finds the libraries open.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import sys
from pathlib import Path

# As torch itself opens them: the first one makes its symbols known to all others.
LIBRARIES = (("libtorch_global_deps", "RTLD_GLOBAL"), ("libtorch_cpu", "RTLD_LOCAL"), ("libtorch_python", "RTLD_LOCAL"))


def preload_torch() -> int:
    """Open the libraries that are there; what cannot be opened is left for ``import torch`` to complain of.

    Returns:
        How many were opened; 0 on Windows, where torch is imported before the window.
    """
    found = None if sys.platform == "win32" or "torch" in sys.modules else importlib.util.find_spec("torch")
    if found is None or found.origin is None:
        return 0
    folder = Path(found.origin).parent / "lib"
    suffix = ".dylib" if sys.platform == "darwin" else ".so"
    return sum(_open(folder / (name + suffix), scope) for name, scope in LIBRARIES)


def _open(path: Path, scope: str) -> bool:
    dlopen = ctypes.CDLL(None).dlopen
    dlopen.restype, dlopen.argtypes = ctypes.c_void_p, (ctypes.c_char_p, ctypes.c_int)
    return path.exists() and bool(dlopen(os.fsencode(path), os.RTLD_NOW | int(getattr(os, scope))))

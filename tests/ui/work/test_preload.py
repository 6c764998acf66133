from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.skipif(sys.platform == "win32", reason="there torch is imported before the window")
def test_torch_works_after_its_libraries_were_opened_by_hand():
    code = (
        "from explorer.ui.work.preload import preload_torch\n"
        "assert preload_torch() >= 2\n"
        "import torch\n"
        "assert torch.ones(3, 3).matmul(torch.ones(3, 3)).sum() == 27\n"
        "assert preload_torch() == 0\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr

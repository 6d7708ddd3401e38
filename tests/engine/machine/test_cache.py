"""Compiled kernels of other sources are forgotten, wherever they are kept; nothing else is."""

from pathlib import Path

import pytest

from engine.machine import cache


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "kernels"))
    return tmp_path / "kernels"


def kernel(folder: Path, name: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    made = folder / name
    made.write_bytes(b"compiled")
    return made


def test_kernels_that_outlived_their_sources_are_forgotten_and_new_ones_stay(elsewhere: Path) -> None:
    old = [kernel(elsewhere / "machine_0123abcd", f"loop.record_steps-99.py311.{kind}") for kind in ("nbi", "1.nbc")]
    other = kernel(elsewhere / "another_0123abcd", "loop.nbi")
    cache.forget_stale_kernels()
    assert not any(path.exists() for path in old) and other.exists()
    new = kernel(elsewhere / "machine_0123abcd", "loop.nbi")
    cache.forget_stale_kernels()
    assert new.exists()
    (elsewhere / cache.STAMP).write_text("of another version")
    cache.forget_stale_kernels()
    assert not new.exists() and other.exists()


def test_a_change_of_any_source_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("loop.py", "pairs.py"):
        (tmp_path / name).write_text("a = 1")
    monkeypatch.setattr(cache, "FOLDER", tmp_path)
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    kept = kernel(tmp_path / "__pycache__", "loop.nbi")
    (tmp_path / "__pycache__" / cache.STAMP).write_text(cache.sources())
    cache.forget_stale_kernels()
    assert kept.exists()
    (tmp_path / "pairs.py").write_text("a = 2")
    cache.forget_stale_kernels()
    assert not kept.exists()

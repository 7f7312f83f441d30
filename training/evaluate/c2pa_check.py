"""Does another C2PA reader agree? Reads signed films with Content Authenticity's own reader and tries to cheat it.

    pip install c2pa-python                      # for this check only; nothing else needs it
    python training/evaluate/c2pa_check.py FILM.mp4 [FILM.webm ...] [--tries 300]

For each film: the reader's state (Valid, or Trusted where it knows the certificate), then changed, removed, added and
appended bytes all over the film. Ends with 1 when a signed film is not valid, or when a change in the film goes unseen.
Bytes of the boxes around the manifest are counted apart: the reader leaves some of them unread (animate inspect does not).
Without the package it says so and ends with 0.
"""

import argparse
import io
import json
import mimetypes
import random
import sys
from pathlib import Path

KINDS = {".mp4": "video/mp4", ".m4v": "video/x-m4v", ".mov": "video/quicktime", ".apng": "image/png", ".gif": "image/gif", ".webm": "video/webm", ".mkv": "video/x-matroska"}


def read_state(c2pa, kind: str, film: bytes, beside: bytes | None) -> str:
    """Valid, Trusted or Invalid; a reader that throws has found something wrong too."""
    try:
        reader = c2pa.Reader(kind, io.BytesIO(film), manifest_data=beside) if beside else c2pa.Reader(kind, io.BytesIO(film))
        return json.loads(reader.json())["validation_state"]
    except Exception as error:  # the reader has its own classes for each kind of damage
        return f"refused ({str(error)[:60]})"


def change(film: bytes, at: int, how: int) -> bytes:
    """One byte changed, removed, or put in."""
    return film[:at] + [bytes([film[at] ^ (1 << at % 8)]), b"", bytes([film[at], at % 256])][how] + film[at + 1 :]


def manifest_span(film: bytes, beside: bytes | None) -> range:
    """Where the manifest lies in the film, with the boxes around it."""
    if beside:
        return range(0)
    start = film.index(b"jumb", 0) - 4
    size = int.from_bytes(film[start : start + 4], "big")
    return range(max(0, start - 64), min(len(film), start + size + size // 255 + 64))


def check(c2pa, path: Path, tries: int) -> bool:
    film = path.read_bytes()
    kind = KINDS.get(path.suffix.lower(), mimetypes.guess_type(path)[0] or "video/mp4")
    sidecar = Path(f"{path}.c2pa")
    beside = sidecar.read_bytes() if sidecar.exists() else None
    state = read_state(c2pa, kind, film, beside)
    rng = random.Random(1)
    manifest = manifest_span(film, beside)
    unseen = {"film": [], "manifest": []}
    for n in range(tries):
        at = rng.randrange(len(film))
        changed = change(film, at, n % 3)
        if changed != film and read_state(c2pa, kind, changed, beside) in ("Valid", "Trusted"):
            unseen["manifest" if at in manifest else "film"].append(at)
    for tail in (b"\0", b"x" * 8, b"\0\0\0\x08free"):
        if read_state(c2pa, kind, film + tail, beside) in ("Valid", "Trusted"):
            unseen["film"].append(len(film))
    print(f"{path}: {state}; {tries + 3} changes, unseen in the film {len(unseen['film'])}, in the boxes of the manifest {len(unseen['manifest'])}")
    return state in ("Valid", "Trusted") and not unseen["film"]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("films", nargs="+", type=Path)
    parser.add_argument("--tries", type=int, default=300)
    wanted = parser.parse_args()
    try:
        import c2pa
    except ImportError:
        print("skipped: the package c2pa-python is not installed")
        return 0
    return 0 if all([check(c2pa, film, wanted.tries) for film in wanted.films]) else 1


if __name__ == "__main__":
    sys.exit(main())

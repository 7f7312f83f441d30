"""run.py DATA OUT [--rig RIG] [--processes N]: from data to denoiser.onnx, every step of README.md in order. Each step is resumable: run it again after a stop.

DATA: the folder with grid_s1/, ljspeech/ and face_landmarker.task. OUT gets tracks/, fit.npz, takes/, voices/, stage-a.pt, stage-b.pt, denoiser.onnx, motion.json, golden.json, report.json.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def run_steps(steps):
    """steps: (file that proves it done or None, [command ...] run side by side)"""
    for done, commands in steps:
        if done is not None and done.exists():
            continue
        print("->", " ".join(map(str, commands[0])), f"(x {len(commands)})" if len(commands) > 1 else "", flush=True)
        running = [subprocess.Popen([sys.executable, str(HERE / command[0]), *map(str, command[1:])]) for command in commands]
        if any([process.wait() for process in running]):
            sys.exit(f"{commands[0][0]} failed")


def configure(name, out, processes, **changes):
    """the config of configs/ with this run's number of processes, as a file in OUT"""
    config = json.loads((HERE / f"configs/{name}.json").read_text()) | {"processes": processes} | changes
    path = out / f"{name}.json"
    path.write_text(json.dumps(config, indent=1))
    return path


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--rig", type=Path, default=HERE.parents[1] / "models/default/rig.bin")
    parser.add_argument("--processes", type=int, default=2)
    a = parser.parse_args()
    out, rig, shares = a.out, a.rig, [f"{k + 1}/{a.processes}" for k in range(a.processes)]
    for folder in ("tracks", "takes", "voices"):
        (out / folder).mkdir(parents=True, exist_ok=True)
    run_steps(
        [
            (None, [["track.py", a.data / "grid_s1", a.data / "face_landmarker.task", out / "tracks", share] for share in shares]),
            (out / "fit.npz", [["fit.py", out / "tracks", rig, out / "fit.npz"]]),
            (None, [["takes.py", a.data, out / "fit.npz", out / "takes", share] for share in shares]),
            (None, [["train.py", configure("stage-a", out, a.processes), out / "takes", rig, out / "stage-a.pt"]]),
            (None, [["talkers.py", "sounds", a.data, out / "voices", share] for share in shares]),
            (None, [["talkers.py", "label", out / "stage-a.pt", rig, out / "voices", out / "takes", share] for share in shares]),
            (None, [["train.py", configure("stage-b", out, a.processes, start=str(out / "stage-a.pt")), out / "takes", rig, out / "stage-b.pt"]]),
            (None, [["export.py", out / "stage-b.pt", out, out / "golden.json"]]),
            (None, [["check_motion.py", out / "stage-b.pt", out / "takes", rig, a.data, out / "report.json"]]),
        ]
    )

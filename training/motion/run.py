"""run.py DATA OUT [--kokoro FOLDER] [--hours H] [--processes N] [--dry-run]: from data to denoiser.onnx, every step of README.md in order. Each step is resumable: run it again after a stop.

DATA: the folder with grid_s1/, ljspeech/ and face_landmarker.task. --kokoro: what ../evaluate/kokoro_voices.py train made; without it those voices are left out.
OUT gets tracks/, fit.npz, takes/, labeller.pt, stage-a.pt, voices/, stage-b.pt, denoiser.onnx, motion.json, golden.json, report.json. The rig is models/default's. --dry-run prints the commands.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
RIG = HERE.parents[1] / "models/default/rig.bin"


def partial(path):
    return path.with_name(f"{path.stem}.partial{path.suffix}")


def plan_steps(data, out, processes=2, kokoro=None, hours=16.0):
    """-> [(file that the step makes in one go, or None where its program resumes by itself, [command ...] run side by side)]; a file is made under partial()'s name, then renamed"""
    shares = [f"{k + 1}/{processes}" for k in range(processes)]
    takes, fit, labeller, stage_a, stage_b = (out / name for name in ("takes", "fit.npz", "labeller.pt", "stage-a.pt", "stage-b.pt"))
    wanted = ["--hours", hours, *(["--kokoro", kokoro] if kokoro else [])]
    return [
        (None, [["track.py", data / "grid_s1", data / "face_landmarker.task", out / "tracks", share] for share in shares]),
        (fit, [["fit.py", out / "tracks", RIG, partial(fit)]]),
        (None, [["takes.py", "clips", data, fit, takes, share] for share in shares]),
        (None, [["takes.py", "mixes", data, fit, takes, share] for share in shares]),
        (labeller, [["labeller.py", takes, partial(labeller)]]),
        (None, [["train.py", out / "stage-a.json", takes, RIG, stage_a]]),
        (None, [["talkers.py", "sounds", data, out / "voices", *wanted, "--share", share] for share in shares]),
        (None, [["talkers.py", "label", labeller, out / "voices", takes, "--share", share] for share in shares]),
        (None, [["train.py", out / "stage-b.json", takes, RIG, stage_b]]),
        (None, [["export.py", stage_b, out, out / "golden.json"]]),
        (None, [["check_motion.py", stage_b, takes, RIG, data, out / "report.json"]]),
    ]


def describe(commands):
    return " ".join(map(str, commands[0])) + (f" (x {len(commands)})" if len(commands) > 1 else "")


def run_steps(steps):
    for made, commands in steps:
        if made is not None and made.exists():
            continue
        print("->", describe(commands), flush=True)
        alone = {"OMP_NUM_THREADS": "1"} if len(commands) > 1 else {}  # threads of several processes would wait for each other
        running = [subprocess.Popen([sys.executable, str(HERE / command[0]), *map(str, command[1:])], env=os.environ | alone) for command in commands]
        if any([process.wait() for process in running]):
            sys.exit(f"{commands[0][0]} failed")
        if made is not None:
            partial(made).rename(made)


def configure(name, out, processes):
    """the config of configs/ with this run's number of processes and paths, as a file in OUT"""
    config = json.loads((HERE / f"configs/{name}.json").read_text()) | {"processes": processes}
    if "start" in config:
        config["start"] = str(out / config["start"])
    (out / f"{name}.json").write_text(json.dumps(config, indent=1))


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--kokoro", type=Path)
    parser.add_argument("--hours", type=float, default=16.0)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--dry-run", action="store_true")
    a = parser.parse_args(arguments)
    steps = plan_steps(a.data, a.out, a.processes, a.kokoro, a.hours)
    if a.dry_run:
        for made, commands in steps:
            print(describe(commands), "(there)" if made is not None and made.exists() else "")
        return
    for folder in ("tracks", "takes", "voices"):
        (a.out / folder).mkdir(parents=True, exist_ok=True)
    for stage in ("stage-a", "stage-b"):
        configure(stage, a.out, a.processes)
    run_steps(steps)


if __name__ == "__main__":
    main()

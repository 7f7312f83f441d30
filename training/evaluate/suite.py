"""suite.py CONFIG.json OUT_FOLDER: renders portraits x voices with the built command line, measures every film, writes a table and contact sheets.

Resumable: films and measures already in OUT_FOLDER are kept (--again NAME renders one anew; --measure measures all again).
CONFIG, paths relative to it (or to --base):
  {"options": ["--size", "512"], "portraits": {NAME: FILE}, "voices": {NAME: FILE},
   "films": [[PORTRAIT, VOICE], ...], "rest": [PORTRAIT, ...]}
A voice with a .json beside it (flite_sentences.py) is measured for closures. `rest` draws each portrait without motion at its own size, nearly lossless, and compares it with the picture (take one with even sides).
Writes OUT/<portrait>-<voice>.{mp4,json,png,whole.png}, OUT/rest-<portrait>.*, OUT/table.md, OUT/summary.json.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
import evaluate

ROOT = Path(__file__).resolve().parents[2]
REST_OPTIONS = ["--expression", "0", "--head-motion", "0", "--crf", "1", "--duration", "0.4"]
COLUMNS = ["agreement", "offset_ms", "spread_ms", "lip_gap_p5", "lip_gap_p95", "lip_gap_speed_p99", "closures", "closed_share", "still_lips_share", "identity_mean", "identity_worst",
           "pitch_sd", "yaw_sd", "roll_sd", "blinks_per_minute", "brow_sd", "smile_sd", "seconds"]  # fmt: skip


def render(portrait, voice, film, options):
    """runs the command line (ANIMATE=.../animate.js names another build) -> its report as a dict, "seconds" of wall time included"""
    command = ["node", os.environ.get("ANIMATE", str(ROOT / "bin/animate.js")), str(portrait), str(voice), "-o", str(film), "--json", *options]
    start = time.time()
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}: exit {done.returncode}\n{done.stderr[-2000:]}")
    return {"seconds": time.time() - start, **{f"cli_{name}": value for name, value in json.loads(done.stdout).items()}}


def make_film(out, name, portrait, voice, options, settings, rest=False):
    """renders and measures what is missing -> measures, or {"error": ...}"""
    film, kept = out / f"{name}.mp4", out / f"{name}.json"
    if kept.exists() and film.exists() and not settings.measure and name not in settings.again:
        return json.loads(kept.read_text())
    report = json.loads((out / f"{name}.cli.json").read_text()) if (out / f"{name}.cli.json").exists() else {}
    try:
        if not film.exists() or name in settings.again:
            report = render(portrait, voice, film, options)
            (out / f"{name}.cli.json").write_text(json.dumps(report, indent=1))
        phones = voice.with_suffix(".json")
        measured = evaluate.evaluate(
            film, portrait, None, phones if phones.exists() else None, None if rest else out / f"{name}.png",
            settings.task, settings.identity, None if rest else out / "tracks" / f"{name}.npz", 10 if rest else 0,
        )  # fmt: skip
    except (RuntimeError, ValueError, subprocess.CalledProcessError) as error:
        return {"film": name, "error": str(error)}
    result = {"seconds": report.get("seconds"), **{key: evaluate.round_number(value) for key, value in measured.items()}}
    kept.write_text(json.dumps(result, indent=1))
    return result


def model_options(config):
    """--model of the config's options, which films at rest need as well"""
    options = config.get("options", [])
    return options[options.index("--model") :][:2] if "--model" in options else []


def table(rows):
    """list of measures -> Markdown, a line of medians last"""
    lines = ["| film | " + " | ".join(COLUMNS) + " |", "|---" * (len(COLUMNS) + 1) + "|"]

    def cell(value):
        return "" if value is None or value != value else f"{value:.3g}" if isinstance(value, float) else str(value)

    good = [row for row in rows if "error" not in row]
    for row in good:
        lines.append(f"| {row['film'].removesuffix('.mp4')} | " + " | ".join(cell(row.get(c)) for c in COLUMNS) + " |")
    medians = {c: [row[c] for row in good if row.get(c) is not None and row[c] == row[c]] for c in COLUMNS}
    lines.append("| **median** | " + " | ".join(cell(float(np.median(medians[c]))) if medians[c] else "" for c in COLUMNS) + " |")
    lines += [f"\n{row['film']}: {row['error']}" for row in rows if "error" in row]
    return "\n".join(lines) + "\n"


def closure_total(rows, count_name="closures", share_name="closed_share"):
    """share of closed b, p, m (or of another measure with a count) over all films with phone times, each case counted once"""
    known = [row for row in rows if row.get(count_name)]
    count = sum(row[count_name] for row in known)
    return {count_name: count, share_name: sum(row[count_name] * row[share_name] for row in known) / count} if count else {}


def suite_options(description):
    """the command line that suite.py and liveliness.py share"""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("config", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--only", default="", help="only films whose name contains this")
    parser.add_argument("--again", action="append", default=[])
    parser.add_argument("--measure", action="store_true")
    parser.add_argument("--base", type=Path, help="folder of the config's paths (default: the config's own)")
    parser.add_argument("--identity", type=Path, default=evaluate.default_path("FACE_RECOGNITION_MODEL", "face_recognition_model"))
    parser.add_argument("--task", type=Path, default=evaluate.default_path("FACE_LANDMARKER", "face_landmarker.task"))
    settings = parser.parse_args()
    settings.out.mkdir(parents=True, exist_ok=True)
    return settings, json.loads(settings.config.read_text()), settings.base or settings.config.parent


def run_suite(config, base, settings):
    """renders and measures what is missing -> rows of films, rows of films at rest"""
    portraits = {name: base / path for name, path in config["portraits"].items()}
    voices = {name: base / path for name, path in config["voices"].items()}
    jobs = [(f"{p}-{v}", portraits[p], voices[v], config.get("options", []), False) for p, v in config["films"]]
    first_voice = next(iter(voices.values()))
    jobs += [(f"rest-{p}", portraits[p], first_voice, [*model_options(config), *REST_OPTIONS], True) for p in config.get("rest", [])]
    rows = []
    for name, portrait, voice, options, rest in jobs:
        if settings.only not in name:
            continue
        row = make_film(settings.out, name, portrait, voice, options, settings, rest)
        rows.append((rest, row))
        print(name, row.get("error") or {c: row[c] for c in ("agreement", "offset_ms", "closed_share", "identity_mean", "psnr_first_frame", "seconds") if row.get(c) is not None}, flush=True)
    return [row for rest, row in rows if not rest], [row for rest, row in rows if rest]


def main():
    settings, config, base = suite_options(__doc__)
    films, rests = run_suite(config, base, settings)
    text = table(films) + f"\nAll closures: {closure_total(films)}\n\n| at rest | PSNR first frame | best |\n|---|---|---|\n"
    text += "".join(f"| {r['film']} | {r.get('psnr_first_frame', r.get('error'))} | {r.get('psnr_best_frame', '')} |\n" for r in rests)
    (settings.out / "table.md").write_text(text)
    (settings.out / "summary.json").write_text(json.dumps({"films": films, "rest": rests, "closures": closure_total(films)}, indent=1))
    print(text)


if __name__ == "__main__":
    main()

"""liveliness.py CONFIG.json OUT_FOLDER: the suite on twelve voices that nothing was trained on, each with another portrait, and the medians of every measure of liveliness beside real faces'.

liveliness.json is the fixed list; its paths start in a folder (--base) with portraits/ (the data's), voices/ (kokoro_voices.py test) and flite/ (flite_sentences.py flite 16 --voices slt,rms).
Films of voices with phone times count for closures and teeth only. Writes what suite.py writes, and OUT/liveliness.md, OUT/liveliness.json.
"""

import json

import numpy as np
import suite
from life import BAND_NAMES, variation

# measure, wild clips, VASA-1's own outputs (docs/evaluation.md)
ROWS = [
    ("agreement", "0.67", "0.63"), ("offset_ms", "", "+1"), ("spread_ms", "8", "15"), ("lip_gap_p95", "0.171", "0.227"), ("lip_gap_speed_p99", "2.7", "3.4"), ("still_lips_share", "", ""),
    ("pitch_sd", "2.4", "3.6"), ("yaw_sd", "3.2", "5.1"), ("roll_sd", "3.2", "3.4"), ("head_rotation_speed", "22", "21"),
    *((f"head_share_{band}", wild, vasa) for band, wild, vasa in zip(BAND_NAMES, ("0.11", "0.71", "0.11", "0.02"), ("0.06", "0.76", "0.11", "0.02"), strict=True)),
    ("yaw_roll_r", "0.54", "0.32"), ("energy_head_r", "0.38", "0.22"), ("energy_head_lag", "-0.16", "-0.12"), ("energy_brow_r", "0.34", "0.12"), ("energy_brow_lag", "-0.18", "-0.04"),
    ("brow_sd", "0.22", "0.24"), ("brow_down_sd", "0.03", "0.02"), ("blinks_per_minute", "27", "36"), ("blink_seconds", "0.20", "0.24"), ("blink_depth", "0.17", "0.12"), ("long_closures", "", ""),
    ("gaze_side_sd", "0.12", "0.20"), ("gaze_up_sd", "0.20", "0.24"), ("smile_mean", "0.09", "0.19"), ("smile_sd", "0.13", "0.26"), ("smile_rise_seconds", "", ""),
    ("identity_mean", "", "0.29"), ("identity_worst", "", "0.42"),
]  # fmt: skip


def summarise(films):
    """rows of measures -> {measure: [median, quartiles, least, most]}, and the blink intervals of all films together (a film of ten seconds has too few)"""
    summary = {}
    for name, _, _ in ROWS:
        values = [row[name] for row in films if row.get(name) is not None]
        if values:
            summary[name] = [float(v) for v in np.percentile(values, [50, 25, 75, 0, 100])]
    intervals = [i for row in films for i in row.get("blink_intervals", [])]
    if len(intervals) > 1:
        summary["blink_interval_cv"] = [variation(intervals)]
    return summary


def write_table(summary, spoken, films):
    lines = [f"{films} films", "", "| measure | median [quartiles] | least, most | wild | VASA-1 |", "|---|---|---|---|---|"]
    for name, wild, vasa in [*ROWS, ("blink_interval_cv", "0.9", "0.8")]:
        if name in summary:
            middle, *rest = (f"{v:.3g}" for v in summary[name])
            lines.append(f"| {name} | {middle}" + (f" [{rest[0]} {rest[1]}] | {rest[2]}, {rest[3]}" if rest else " (all films together) |") + f" | {wild} | {vasa} |")
    return "\n".join([*lines, "", f"b, m, p closed: {spoken}"]) + "\n"


def main():
    settings, config, base = suite.suite_options(__doc__)
    rows, _ = suite.run_suite(config, base, settings)
    (settings.out / "table.md").write_text(suite.table(rows))
    good = [row for row in rows if "error" not in row]
    films, timed = [row for row in good if "closures" not in row], [row for row in good if "closures" in row]
    spoken = suite.closure_total(timed) | suite.closure_total(timed, "teeth_cases", "teeth_share")
    summary = summarise(films)
    (settings.out / "liveliness.json").write_text(json.dumps({"films": len(films), "spoken": spoken, **summary}, indent=1))
    text = write_table(summary, spoken, len(films))
    (settings.out / "liveliness.md").write_text(text)
    print(text)
    for row in rows:
        if "error" in row:
            print(row["film"], row["error"])


if __name__ == "__main__":
    main()

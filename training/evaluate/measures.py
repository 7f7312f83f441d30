"""The measures of a talking face, from MediaPipe tracks. Distances in units of the outer eye-corner distance (33-263), times in seconds, angles in degrees.

What real faces and other systems reach is tabled in docs/evaluation.md.
"""

import numpy as np
from scipy.signal import butter, sosfiltfilt

OUTER_EYES, INNER_LIPS, LIP_CORNERS, NOSE_CHIN = (33, 263), (13, 14), (78, 308), (1, 152)
LEFT_EYE, RIGHT_EYE = ((386, 374), (362, 263)), ((159, 145), (33, 133))  # (upper lid, lower lid), (corner, corner)
CLOSED_RATIO = 0.02  # lips count as closed below this gap / inner mouth width
STILL_STEP = 0.01  # lips count as still when the gap changes by less in a frame; speech reaches 0.09 (2.2 a second)
BLINK_OPENING, BLINK_EDGE = 0.55, 0.85  # a blink falls below the first share of the median opening and lasts while below the second
HEAD_CUTOFF_HZ = 6


def distance(landmarks, pair):
    """[..., points, >=2] -> [...] pixels, in the picture plane"""
    return np.linalg.norm(landmarks[..., pair[0], :2] - landmarks[..., pair[1], :2], axis=-1)


def lip_curves(landmarks):
    """[frames, 478, 3] -> gap, inner width and nose-to-chin distance, each [frames], in eye distances"""
    # the eye distance of the whole film, not of the frame: turning the head must not look like opening the mouth
    unit = np.nanmedian(distance(landmarks, OUTER_EYES))
    return tuple(distance(landmarks, pair) / unit for pair in (INNER_LIPS, LIP_CORNERS, NOSE_CHIN))


def lip_measures(times, gap):
    speed = np.abs(np.diff(gap)) / np.diff(times)
    return {
        "lip_gap_p5": np.nanpercentile(gap, 5),
        "lip_gap_p95": np.nanpercentile(gap, 95),
        "lip_gap_speed_p99": np.nanpercentile(speed, 99),
    }


def closures(times, gap, width, phones, slack_seconds=0.04, which=("b", "p", "m")):
    """phones: [(name, start, end)] -> list of (name, start, smallest gap / width drawn while it lasts); closed is below CLOSED_RATIO.
    `slack_seconds` either side, one frame: a frame shows one moment of 40 ms, and a short phone may lie between two."""
    ratio = gap / np.maximum(width, 1e-6)
    found = []
    for name, start, end in phones:
        if name not in which:
            continue
        near = ratio[(times >= start - slack_seconds) & (times <= end + slack_seconds)]
        if len(near) and np.isfinite(near).any():
            found.append((name, start, float(np.nanmin(near))))
    return found


def closure_measures(found):
    result = {"closures": len(found)}
    if found:
        result["closed_share"] = float(np.mean([ratio < CLOSED_RATIO for _, _, ratio in found]))
        for name in sorted({n for n, _, _ in found}):
            own = [ratio for n, _, ratio in found if n == name]
            result[f"closed_share_{name}"] = float(np.mean(np.array(own) < CLOSED_RATIO))
        result["left_open"] = [f"{name} {start:.2f} s: {ratio:.3f}" for name, start, ratio in found if ratio >= CLOSED_RATIO]
    return result


def silent_stretches(samples, rate, floor_db=-40.0, shortest_seconds=0.3):
    """mono samples -> [(start, end)] seconds where the sound stays more than 40 dB under its loud parts (95th percentile of 20 ms levels), or is digital silence.
    40 dB below speech peaks even vowels in reverberation are gone; stops inside words (under 0.2 s) are too short to count."""
    hop = rate // 50
    frames = samples[: len(samples) // hop * hop].reshape(-1, hop)
    level = 10 * np.log10(np.mean(frames.astype(float) ** 2, axis=1) + 1e-12)
    loud = np.percentile(level, 95) if len(level) else -120
    quiet = np.concatenate([[False], (level < loud + floor_db) | (level < -75), [False]])
    edges = np.flatnonzero(np.diff(quiet.astype(int)))
    stretches = [(a * hop / rate, b * hop / rate) for a, b in zip(edges[::2], edges[1::2], strict=True)]
    return [(a, b) for a, b in stretches if b - a >= shortest_seconds]


def silence_measures(times, gap, stretches, after_seconds=0.2, before_seconds=0.2):
    """Share of frames with still lips well inside silent stretches: lips need `after_seconds` to come to rest and start up to `before_seconds` ahead of a sound."""
    step = np.abs(np.diff(gap, prepend=gap[0]))
    inside = np.zeros(len(times), bool)
    film_end = times[-1] if len(times) else 0
    for start, end in stretches:
        first = start + (after_seconds if start > 0 else 0)
        last = end - (before_seconds if end < film_end else 0)
        inside |= (times >= first) & (times <= last)
    inside[:1] = False  # no step to measure
    result = {"silent_frames": int(inside.sum())}
    if inside.any():
        result["still_lips_share"] = float(np.mean(step[inside] < STILL_STEP))
        result["lip_gap_in_silence"] = float(np.nanmedian(gap[inside]))
    return result


def head_angles(matrices):
    """[frames, 4, 4] -> pitch, yaw, roll [frames, 3] degrees, the convention of docs/evaluation.md"""
    r = matrices[:, :3, :3] / np.linalg.norm(matrices[:, :3, :3], axis=1, keepdims=True)
    return np.degrees(np.stack([np.arctan2(r[:, 2, 1], r[:, 2, 2]), -np.arcsin(np.clip(r[:, 2, 0], -1, 1)), np.arctan2(r[:, 1, 0], r[:, 0, 0])], 1))


def fill(x):
    """[frames, n], NaN rows replaced by interpolation in time"""
    good = np.isfinite(x[:, 0])
    return np.stack([np.interp(np.arange(len(x)), np.flatnonzero(good), c[good]) for c in x.T], 1)


def head_measures(matrices, fps):
    raw = fill(head_angles(matrices))
    result = {"head_rotation_speed": float(np.mean(np.linalg.norm(np.diff(raw, axis=0), axis=1)) * fps)}  # about 8 of it is landmark noise
    if len(raw) > 30 and fps > 2 * HEAD_CUTOFF_HZ:
        raw = sosfiltfilt(butter(2, HEAD_CUTOFF_HZ, fs=fps, output="sos"), raw, axis=0)
    for name, angle in zip(("pitch", "yaw", "roll"), raw.T, strict=True):
        result[f"{name}_sd"] = float(np.std(angle))
        result[f"{name}_speed"] = float(np.mean(np.abs(np.diff(angle))) * fps)
    result["yaw_mean"] = float(np.mean(raw[:, 1]))
    return result


def eye_opening(landmarks):
    """[frames, 478, 3] -> [frames], lid distance / corner distance, mean of both eyes"""
    return np.mean([distance(landmarks, lids) / distance(landmarks, corners) for lids, corners in (LEFT_EYE, RIGHT_EYE)], axis=0)


def find_blinks(times, opening):
    """-> [(start, seconds, depth)]; depth is the smallest share of the median opening"""
    share = opening / np.nanmedian(opening)
    below = np.concatenate([[False], share < BLINK_EDGE, [False]])
    edges = np.flatnonzero(np.diff(below.astype(int)))
    step = np.median(np.diff(times))
    return [(float(times[a]), float((b - a) * step), float(share[a:b].min())) for a, b in zip(edges[::2], edges[1::2], strict=True) if share[a:b].min() < BLINK_OPENING]


def face_measures(tracks):
    """blinks, brows, smile, gaze"""
    shapes, seconds = tracks.shapes, len(tracks.times) / tracks.fps
    blinks = find_blinks(tracks.times, eye_opening(tracks.landmarks))
    smile = (shapes["mouthSmileLeft"] + shapes["mouthSmileRight"]) / 2
    side = shapes["eyeLookInLeft"] - shapes["eyeLookOutLeft"]
    up = shapes["eyeLookUpLeft"] - shapes["eyeLookDownLeft"]
    result = {
        "blinks_per_minute": len(blinks) / seconds * 60,
        "brow_sd": np.nanstd(shapes["browInnerUp"]),
        "brow_down_sd": np.nanstd((shapes["browDownLeft"] + shapes["browDownRight"]) / 2),
        "smile_mean": np.nanmean(smile),
        "smile_sd": np.nanstd(smile),
        "gaze_side_sd": np.nanstd(side),
        "gaze_up_sd": np.nanstd(up),
    }
    if blinks:
        result["blink_seconds"] = np.median([b[1] for b in blinks])
        result["blink_depth"] = np.median([b[2] for b in blinks])
    return {name: float(value) for name, value in result.items()}

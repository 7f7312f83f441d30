"""How alive a face is: where in frequency the head moves, what moves with what, when the eyes close, how fast feelings come, whether a long film drifts.

Angles are those of measures.py (degrees, low-passed at 6 Hz), times in seconds. Method of every measure: docs/evaluation.md.
"""

import numpy as np
from measures import BLINK_OPENING, HEAD_CUTOFF_HZ, eye_opening, fill, find_blinks, head_angles
from scipy.signal import butter, detrend, periodogram, sosfiltfilt
from sync_meter import RATE, best_lag, lag_correlations

BANDS_HZ = (0, 0.25, 1, 2, np.inf)
BAND_NAMES = ("below_0.25", "0.25_1", "1_2", "above_2")
ENERGY_FLOOR_DB = -50.0  # under the loud parts: what is softer is silence
COUPLING_LAG_SECONDS = 0.4
LONG_CLOSURE_SECONDS = 0.5
SMILE_CUTOFF_HZ, SMILE_RISE_LEAST = 1.5, 0.1
DRIFT_SHARE = 1 / 3  # of a long film, at each end


def low_pass(x, fps, cutoff):
    """[frames] or [frames, n]; short or slow films are left as they are"""
    return sosfiltfilt(butter(2, cutoff, fs=fps, output="sos"), x, axis=0) if len(x) > 30 and fps > 2 * cutoff else x


def smooth_angles(matrices, fps):
    """-> pitch, yaw, roll [frames, 3], low-passed"""
    return low_pass(fill(head_angles(matrices)), fps, HEAD_CUTOFF_HZ)


def variance_shares(angles, fps):
    """angles [frames, 3] -> share of the variance in each of BANDS_HZ: Hann-windowed periodogram of the whole film, linear trend removed, mean of the three axes"""
    f, power = periodogram(detrend(angles, axis=0), fps, window="hann", axis=0)
    power[0] = 0
    shares = [power[(f >= low) & (f < high)].sum(0) / np.maximum(power.sum(0), 1e-12) for low, high in zip(BANDS_HZ[:-1], BANDS_HZ[1:], strict=True)]
    return {f"head_share_{name}": float(np.mean(share)) for name, share in zip(BAND_NAMES, shares, strict=True)}


def turn_tilt_r(angles):
    """|r| of yaw and roll, trends removed"""
    yaw, roll = detrend(angles[:, 1]), detrend(angles[:, 2])
    return float(abs(np.corrcoef(yaw, roll)[0, 1])) if min(yaw.std(), roll.std()) > 1e-6 else float("nan")


def log_energy(samples, rate, times, window_seconds=0.04):
    """level [len(times)] in dB around each time, not under ENERGY_FLOOR_DB below the loud parts (95th percentile)"""
    total = np.concatenate([[0.0], np.cumsum(samples.astype(float) ** 2)])
    middle, half = np.round(times * rate).astype(int), int(window_seconds * rate / 2)
    first, last = np.clip(middle - half, 0, len(samples)), np.clip(middle + half, 0, len(samples))
    level = 10 * np.log10((total[last] - total[first]) / (2 * half) + 1e-12)
    return np.maximum(level, np.percentile(level, 95) + ENERGY_FLOOR_DB)


def coupling(times, curve, samples, rate):
    """-> best Pearson r of log energy with the curve over lags of ±0.4 s, and that lag in seconds (negative: the curve moves before the sound)"""
    t = np.arange(times[0], times[-1], 1 / RATE)
    most = round(COUPLING_LAG_SECONDS * RATE)
    r, lag = best_lag(lag_correlations(log_energy(samples, rate, t), np.interp(t, times, curve), most), most)
    return r, lag / RATE


def coupling_measures(times, angles, brow, samples, rate):
    speed = np.linalg.norm(np.gradient(angles, times, axis=0), axis=1)
    result = {}
    for name, curve in (("head", speed), ("brow", np.nan_to_num(brow))):
        result[f"energy_{name}_r"], result[f"energy_{name}_lag"] = coupling(times, curve, samples, rate)
    return result


def seconds_shut(times, opening):
    """-> [(start, seconds)] of every stretch with the eyes under BLINK_OPENING of their median"""
    share = opening / np.nanmedian(opening)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], share < BLINK_OPENING, [False]]).astype(int)))
    return [(float(times[a]), float((b - a) * np.median(np.diff(times)))) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def blink_rhythm(times, opening):
    """blinks are closures of at most 0.5 s; longer ones (held notes, rapture) are counted apart. The intervals' coefficient of variation needs three blinks."""
    long = [start for start, seconds in seconds_shut(times, opening) if seconds > LONG_CLOSURE_SECONDS]
    blinks = [start for start, seconds, _ in find_blinks(times, opening) if not any(start <= at <= start + seconds for at in long)]
    intervals = np.diff(blinks)
    return {"long_closures": len(long), "blink_intervals": [round(float(i), 2) for i in intervals], "blink_interval_cv": variation(intervals)}


def variation(intervals):
    """coefficient of variation, NaN for fewer than two"""
    return float(np.std(intervals, ddof=1) / np.mean(intervals)) if len(intervals) > 1 else float("nan")


def fastest_rise(curve, fps, least=SMILE_RISE_LEAST):
    """seconds from 10 to 90 % of the quickest rise (trough to following crest, at least `least` high) of a curve low-passed at 1.5 Hz; NaN if it never rises so far"""
    slow = low_pass(np.nan_to_num(curve), fps, SMILE_CUTOFF_HZ)
    turns = np.flatnonzero(np.diff(np.sign(np.diff(slow)), prepend=0)) if len(slow) > 2 else []
    turns = np.unique(np.concatenate([[0], turns, [len(slow) - 1]]).astype(int))
    rises = []
    for a, b in zip(turns[:-1], turns[1:], strict=True):
        height = slow[b] - slow[a]
        if height < least:
            continue
        low, high = np.interp([slow[a] + 0.1 * height, slow[a] + 0.9 * height], slow[a : b + 1], np.arange(a, b + 1))
        rises.append((high - low) / fps)
    return float(min(rises)) if rises else float("nan")


def drift_measures(times, gap, share=DRIFT_SHARE):
    """the last part of a long film against its first: ratio of the lip gap's amplitude (p95 - p5), difference of its rest (p5)"""
    span = times[-1] - times[0]
    first, last = gap[times <= times[0] + span * share], gap[times >= times[-1] - span * share]
    low, high = np.nanpercentile(first, [5, 95])
    low_end, high_end = np.nanpercentile(last, [5, 95])
    return {"drift_amplitude": float((high_end - low_end) / max(high - low, 1e-6)), "drift_rest": float(low_end - low)}


def life_measures(tracks, samples=None, rate=16000):
    """tracks: film.Tracks; samples: the film's sound, if it has one"""
    angles = smooth_angles(tracks.matrices, tracks.fps)
    smile = (tracks.shapes["mouthSmileLeft"] + tracks.shapes["mouthSmileRight"]) / 2
    result = variance_shares(angles, tracks.fps) | {"yaw_roll_r": turn_tilt_r(angles)}
    if samples is not None and samples.std() > 1e-5:
        result |= coupling_measures(tracks.times, angles, tracks.shapes["browInnerUp"], samples, rate)
    return result | blink_rhythm(tracks.times, eye_opening(tracks.landmarks)) | {"smile_rise_seconds": fastest_rise(smile, tracks.fps)}

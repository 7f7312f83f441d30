"""evaluate.py FILM.mp4: every measure of a finished film in one go. See docs/evaluation.md for what each means and what real faces reach.

  --portrait P   the picture it was made from: identity distance and rest PSNR
  --sound S      the sound it was made from, instead of the film's own track (tells whether the film shifted it)
  --phones J     phone times ({"phones": [[name, start, end], ...]}): lips closed at b, p, m, lower lip at the teeth at f, v
  --sheet PNG    contact sheets: PNG (consecutive frames of the face) and PNG's name with .whole.png
  --json OUT     the numbers as JSON ("-" for stdout)
  --rest         the film is meant to stand still: PSNR of its first frames counts
  --loop         the film is meant to start and end at the picture: how far its first and last frames are from it and from each other
  --identity D   folder with face_recognition_model.bin (see identity.py); --task T  face_landmarker.task
"""

import argparse
import json
import os
import sys
from pathlib import Path

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
import film
import life
import measures
import sheets
import sync_meter
import teeth
from rest_frame import loop_measures, rest_psnr

LONG_SECONDS = 20  # from here on a film is measured for drift
IDENTITY_STEP = 3  # every third frame: neighbours hardly differ, and the ResNet takes 60 ms a face


def default_path(variable, fallback):
    return Path(os.environ.get(variable, Path(__file__).parent / fallback))


def read_photo(path):
    """-> RGB uint8, turned upright as its EXIF says (OpenCV does)"""
    bgr = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if bgr is None:
        raise ValueError(f"{path}: no picture that OpenCV can read")
    return np.ascontiguousarray(bgr[..., ::-1])


def film_facts(path):
    info = film.probe(path)
    video, sound = film.stream_of(info, "video"), film.stream_of(info, "audio")
    facts = {"width": video["width"], "height": video["height"], "codec": video["codec_name"], "pixels": video["pix_fmt"], "video_seconds": float(video["duration"])}
    if sound:
        facts["sound_seconds"] = float(sound["duration"])
    return facts


def compare_with_photo(path, tracks, photo, task, identity_folder, rest_frames, loop):
    """identity distances and PSNR against the picture; with `loop` the first and last frames as well"""
    from identity import FaceDescriptor, identity_distances

    result, photo_points = {}, film.track_photo(photo, task)
    frames = [(i, rgb) for i, rgb in enumerate(film.read_frames(path)) if tracks.found[i] and (i % IDENTITY_STEP == 0 or i < rest_frames or (loop and i == len(tracks.times) - 1))]
    if photo_points is not None and identity_folder.exists():
        chosen = [(i, rgb) for i, rgb in frames if i % IDENTITY_STEP == 0]
        distances = identity_distances(FaceDescriptor(identity_folder), [rgb for _, rgb in chosen], [tracks.landmarks[i] for i, _ in chosen], photo, photo_points)
        result |= {"identity_mean": float(distances.mean()), "identity_worst": float(distances.max())}
    height, width = frames[0][1].shape[:2]
    if abs(width / height - photo.shape[1] / photo.shape[0]) < 0.02:  # a film of the whole picture
        values = [rest_psnr(rgb, photo, tracks.landmarks[i]) for i, rgb in frames]
        result |= {"psnr_first_frame": values[0], "psnr_best_frame": max(values)}
        if loop:
            result |= loop_measures(frames[0][1], frames[-1][1], photo, tracks.landmarks[frames[0][0]])
    return result


def evaluate(path, portrait=None, sound=None, phones=None, sheet=None, task=None, identity_folder=None, tracks_cache=None, rest_frames=0, loop=False):
    """-> {measure: number}; paths, or None for what is not asked"""
    path = Path(path)
    tracks = film.read_tracks(path, task, tracks_cache)
    gap, width, _ = measures.lip_curves(tracks.landmarks)
    result = {"film": path.name, **film_facts(path), "fps": float(tracks.fps), "frames": len(tracks.times), "frames_without_face": int((~tracks.found).sum())}
    result |= measures.lip_measures(tracks.times, gap)
    samples = None
    if sound or "sound_seconds" in result:
        samples = film.read_sound(sound or path)
        stretches = measures.silent_stretches(samples, film.SAMPLE_RATE)
        result |= measures.silence_measures(tracks.times, gap, stretches)
        if samples.std() > 1e-5:
            result |= sync_meter.measure_film_sync(sync_meter.load_meter(), samples, tracks.times, gap)
    if phones:
        spoken = json.loads(Path(phones).read_text())["phones"]
        result |= measures.closure_measures(measures.closures(tracks.times, gap, width, spoken)) | teeth.teeth_measures(teeth.teeth_contacts(tracks.times, tracks.landmarks, spoken))
    result |= measures.head_measures(tracks.matrices, tracks.fps) | measures.face_measures(tracks) | life.life_measures(tracks, samples, film.SAMPLE_RATE)
    if len(tracks.times) >= LONG_SECONDS * tracks.fps:
        result |= life.drift_measures(tracks.times, gap)
    if portrait:
        result |= compare_with_photo(path, tracks, read_photo(portrait), task, identity_folder, rest_frames, loop)
    if sheet:
        sheets.write_sheets(Path(sheet), list(film.read_frames(path)), tracks, gap)
    return result


def round_number(value):
    """four digits; numpy's numbers made plain, NaN made None, so that JSON takes them"""
    if isinstance(value, (float, np.floating)):
        return float(f"{value:.4g}") if np.isfinite(value) else None
    return value


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("film", type=Path)
    for name in ("--portrait", "--sound", "--phones", "--sheet", "--json", "--tracks"):
        parser.add_argument(name)
    for name in ("--rest", "--loop"):
        parser.add_argument(name, action="store_true")
    parser.add_argument("--identity", type=Path, default=default_path("FACE_RECOGNITION_MODEL", "face_recognition_model"))
    parser.add_argument("--task", type=Path, default=default_path("FACE_LANDMARKER", "face_landmarker.task"))
    options = parser.parse_args()
    result = evaluate(
        options.film, options.portrait, options.sound, options.phones, options.sheet, options.task, options.identity, options.tracks, 10 if options.rest else 0, options.loop
    )  # fmt: skip
    result = {name: round_number(value) for name, value in result.items()}
    if options.json == "-":
        print(json.dumps(result, indent=1))
        return
    if options.json:
        Path(options.json).write_text(json.dumps(result, indent=1) + "\n")
    for name, value in result.items():
        print(f"{name:24} {value}")


if __name__ == "__main__":
    main()

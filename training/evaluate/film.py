"""Reads a finished film as the measures want it: frames, MediaPipe tracks, sound, all on the film's own clock."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

import cv2
import mediapipe as mp
import numpy as np
from mediapipe.tasks.python import BaseOptions, vision

SAMPLE_RATE = 16000


@dataclass
class Tracks:
    """One row a frame; NaN where no face was found."""

    times: np.ndarray  # [frames] seconds on the film's clock
    landmarks: np.ndarray  # [frames, 478, 3] pixels; x right, y down, z smaller is nearer
    shapes: dict  # blendshape name -> [frames] 0..1
    matrices: np.ndarray  # [frames, 4, 4] head pose
    width: int
    height: int

    @property
    def fps(self):
        return 1 / np.median(np.diff(self.times))

    @property
    def found(self):
        return np.isfinite(self.landmarks[:, 0, 0])


def probe(path):
    """-> ffprobe's description: {"format": {...}, "streams": [...]}"""
    command = ["ffprobe", "-v", "error", "-show_streams", "-show_format", "-of", "json", str(path)]
    return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)


def stream_of(info, kind):
    return next((s for s in info["streams"] if s["codec_type"] == kind), None)


def read_frames(path):
    """yields RGB uint8 [height, width, 3]"""
    video = cv2.VideoCapture(str(path))
    if not video.isOpened():
        raise ValueError(f"{path}: no film that OpenCV can read")
    while True:
        ok, bgr = video.read()
        if not ok:
            break
        yield np.ascontiguousarray(bgr[..., ::-1])
    video.release()


def read_sound(path):
    """-> mono float32 [samples] at 16 kHz; sample 0 is second 0 of the film's clock (gaps and priming samples made good)"""
    command = ["ffmpeg", "-v", "error", "-i", str(path), "-map", "0:a:0", "-af", "aresample=async=1:first_pts=0", "-ac", "1", "-ar", str(SAMPLE_RATE), "-f", "f32le", "-"]
    return np.frombuffer(subprocess.run(command, check=True, capture_output=True).stdout, np.float32).copy()


def open_landmarker(task, mode=vision.RunningMode.VIDEO):
    """Two faces are asked for on purpose: with num_faces=1 MediaPipe smooths landmarks over time, lips lag by up to a frame and closures vanish."""
    return vision.FaceLandmarker.create_from_options(
        vision.FaceLandmarkerOptions(
            base_options=BaseOptions(model_asset_path=str(task)),
            running_mode=mode,
            num_faces=2,
            output_face_blendshapes=True,
            output_facial_transformation_matrixes=True,
        )
    )


def largest_face(found):
    """index of the face with the widest outline, None if there is none"""
    widths = [max(p.x for p in face) - min(p.x for p in face) for face in found.face_landmarks]
    return int(np.argmax(widths)) if widths else None


def points_of(found, face, width, height):
    return np.array([[p.x * width, p.y * height, p.z * width] for p in found.face_landmarks[face]], np.float32)


def track_photo(rgb, task):
    """RGB uint8 [height, width, 3] -> landmarks [478, 3] in pixels, or None"""
    with open_landmarker(task, vision.RunningMode.IMAGE) as net:
        found = net.detect(mp.Image(image_format=mp.ImageFormat.SRGB, data=np.ascontiguousarray(rgb)))
    face = largest_face(found)
    return None if face is None else points_of(found, face, rgb.shape[1], rgb.shape[0])


def track_film(path, task):
    info = stream_of(probe(path), "video")
    up, down = (int(n) for n in info["avg_frame_rate"].split("/"))
    fps, start = up / down, float(info.get("start_time", 0))
    landmarks, shapes, matrices, names = [], [], [], None
    with open_landmarker(task) as net:
        for index, rgb in enumerate(read_frames(path)):
            height, width = rgb.shape[:2]
            found = net.detect_for_video(mp.Image(image_format=mp.ImageFormat.SRGB, data=rgb), round(index * 1000 / fps))
            face = largest_face(found)
            if face is None:
                landmarks.append(np.full((478, 3), np.nan)), shapes.append(None), matrices.append(np.full((4, 4), np.nan))
                continue
            landmarks.append(points_of(found, face, width, height))
            names = [c.category_name for c in found.face_blendshapes[face]]
            shapes.append([c.score for c in found.face_blendshapes[face]])
            matrices.append(np.array(found.facial_transformation_matrixes[face]))
    if names is None:
        raise ValueError(f"{path}: no face in any of {len(landmarks)} frames")
    table = np.array([row or [np.nan] * len(names) for row in shapes], np.float32)
    times = start + np.arange(len(landmarks)) / fps
    return Tracks(times, np.array(landmarks, np.float32), dict(zip(names, table.T, strict=True)), np.array(matrices, np.float32), width, height)


def read_tracks(path, task, cache=None):
    """as track_film, kept in the npz file `cache` (tracking is the slow part of an evaluation)"""
    cache = cache and Path(cache)
    if cache and cache.exists() and cache.stat().st_mtime > Path(path).stat().st_mtime:
        with np.load(cache) as kept:
            return Tracks(kept["times"], kept["landmarks"], dict(zip(kept["names"].tolist(), kept["shapes"].T, strict=True)), kept["matrices"], int(kept["size"][0]), int(kept["size"][1]))
    t = track_film(path, task)
    if cache:
        cache.parent.mkdir(parents=True, exist_ok=True)
        np.savez_compressed(cache, times=t.times, landmarks=t.landmarks, names=np.array(list(t.shapes)), shapes=np.array(list(t.shapes.values())).T, matrices=t.matrices, size=[t.width, t.height])
    return t

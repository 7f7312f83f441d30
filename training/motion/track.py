"""track.py GRID_FOLDER FACE_LANDMARKER.task OUT_FOLDER: MediaPipe's 478 landmarks and 52 blendshapes for every frame of every clip.

Writes OUT_FOLDER/<clip>.npz with landmarks [frames, 478, 3] (pixels; x right, y down, z in pixels, smaller is nearer),
blendshapes [frames, 52] (0..1) and matrix [frames, 4, 4] (head pose, MediaPipe's facial transformation matrix). Resumable: clips already there are skipped.
Two faces are asked for on purpose: with num_faces=1 MediaPipe smooths landmarks over time, lips lag by up to a frame and closures vanish.
"""

import sys
from pathlib import Path

import cv2
import mediapipe as mp
import numpy as np
from mediapipe.tasks.python import BaseOptions, vision


def open_landmarker(task):
    options = vision.FaceLandmarkerOptions(
        base_options=BaseOptions(model_asset_path=str(task)),
        running_mode=vision.RunningMode.VIDEO,
        num_faces=2,
        output_face_blendshapes=True,
        output_facial_transformation_matrixes=True,
    )
    return vision.FaceLandmarker.create_from_options(options)


def frames_of(path):
    """yields (RGB frame uint8 [height, width, 3], milliseconds)"""
    video = cv2.VideoCapture(str(path))
    fps = video.get(cv2.CAP_PROP_FPS) or 25
    index = 0
    while True:
        ok, bgr = video.read()
        if not ok:
            return
        yield np.ascontiguousarray(bgr[..., ::-1]), round(index * 1000 / fps)
        index += 1


def track(path, task, scale=2):
    """-> landmarks [frames, 478, 3] float32 in the clip's own pixels, blendshapes [frames, 52], matrix [frames, 4, 4]; NaN where no face was found.
    The picture is enlarged `scale` times first: GRID's faces are small, and the landmark crop is then cut from smoother pixels."""
    landmarks, shapes, matrices = [], [], []
    with open_landmarker(task) as net:
        for rgb, milliseconds in frames_of(path):
            height, width = rgb.shape[:2]
            if scale != 1:
                rgb = cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
            found = net.detect_for_video(mp.Image(image_format=mp.ImageFormat.SRGB, data=rgb), milliseconds)
            if not found.face_landmarks:
                landmarks.append(np.full((478, 3), np.nan)), shapes.append(np.full(52, np.nan)), matrices.append(np.full((4, 4), np.nan))
                continue
            points = [[p.x * width, p.y * height, p.z * width] for p in found.face_landmarks[0]]
            landmarks.append(np.array(points))
            shapes.append(np.array([c.score for c in found.face_blendshapes[0]])[-52:])
            matrices.append(np.array(found.facial_transformation_matrixes[0]))
    return np.array(landmarks, np.float32), np.array(shapes, np.float32), np.array(matrices, np.float32)


if __name__ == "__main__":
    folder, task, out = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
    out.mkdir(parents=True, exist_ok=True)
    share = tuple(int(x) for x in sys.argv[4].split("/")) if len(sys.argv) > 4 else (1, 1)  # "1/2": the first half, for two processes
    for clip in sorted(folder.glob("video/*.mp4"))[share[0] - 1 :: share[1]]:
        target = out / (clip.stem + ".npz")
        if target.exists():
            continue
        landmarks, shapes, matrices = track(clip, task)
        partial = out / (clip.stem + ".partial.npz")
        np.savez(partial, landmarks=landmarks, blendshapes=shapes, matrix=matrices)
        partial.rename(target)

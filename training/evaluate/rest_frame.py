"""How close a frame at rest is to the picture: PSNR over the face region."""

import cv2
import numpy as np


def face_box(landmarks, width, height, margin=0.1):
    """[478, 3] pixels -> x0, y0, x1, y1, the landmarks' box widened by `margin` of its size, inside the picture"""
    low, high = landmarks[:, :2].min(0), landmarks[:, :2].max(0)
    grow = (high - low) * margin
    x0, y0 = np.maximum(np.floor(low - grow), 0).astype(int)
    x1, y1 = np.minimum(np.ceil(high + grow), [width, height]).astype(int)
    return x0, y0, x1, y1


def psnr(a, b):
    """uint8 pictures of one shape -> dB; 99 for equal ones"""
    error = np.mean((a.astype(float) - b.astype(float)) ** 2)
    return 99.0 if error == 0 else float(10 * np.log10(255**2 / error))


def fit_photo(photo, width, height):
    """the photo scaled to the film's size, the way a film of the whole picture is made (antialiased when shrinking)"""
    smaller = width < photo.shape[1]
    return cv2.resize(photo, (width, height), interpolation=cv2.INTER_AREA if smaller else cv2.INTER_CUBIC)


def rest_psnr(frame, photo, landmarks):
    """frame and photo RGB uint8, landmarks of the frame -> dB in the face region"""
    height, width = frame.shape[:2]
    x0, y0, x1, y1 = face_box(landmarks, width, height)
    return psnr(frame[y0:y1, x0:x1], fit_photo(photo, width, height)[y0:y1, x0:x1])


def loop_measures(first, last, photo, landmarks):
    """RGB uint8 frames of one size and the photo -> mean absolute difference over the face, 0..255, of each pair of them; `loop_difference` is the largest: what the eye sees jump"""
    height, width = first.shape[:2]
    x0, y0, x1, y1 = face_box(landmarks, width, height)
    first, last, photo = (picture[y0:y1, x0:x1].astype(float) for picture in (first, last, fit_photo(photo, width, height)))
    pairs = {"loop_first_last": (first, last), "loop_first_photo": (first, photo), "loop_last_photo": (last, photo)}
    result = {name: float(np.mean(np.abs(a - b))) for name, (a, b) in pairs.items()}
    return result | {"loop_difference": max(result.values())}

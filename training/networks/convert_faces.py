"""convert_faces.py MEDIAPIPE_WHEEL_FOLDER OUT_FOLDER [--check]: the four face networks of MediaPipe as ONNX.

MEDIAPIPE_WHEEL_FOLDER holds the wheel of PyPI mediapipe 0.10.14 (Apache-2.0, licence text inside), fetched with
`pip download --no-deps mediapipe==0.10.14` (the files are the same in every platform's wheel), or its unpacked content.
Needs numpy alone. With --check every output is compared with MediaPipe's own inference of the TFLite file (see
mediapipe_inference.py for what that needs). Every net takes `image` [1, height, width, 3] RGB.
"""

import argparse
import hashlib
import zipfile
from dataclasses import dataclass
from pathlib import Path

from tflite_to_onnx import convert_model


@dataclass(frozen=True)
class FaceNetwork:
    source: str  # path inside the wheel
    size: int  # input height and width
    low: float  # value of a black pixel; a white one is 1
    outputs: dict[str, tuple[str, list[int]]]  # TFLite's name -> our name and shape


NETWORKS = {
    "face-detector-near": FaceNetwork(
        "mediapipe/modules/face_detection/face_detection_short_range.tflite",
        128,
        -1.0,
        {"regressors": ("boxes", [1, 896, 16]), "classificators": ("scores", [1, 896])},
    ),
    "face-detector-far": FaceNetwork(
        "mediapipe/modules/face_detection/face_detection_full_range_sparse.tflite",
        192,
        -1.0,
        {"Identity": ("boxes", [1, 2304, 16]), "Identity_1": ("scores", [1, 2304])},
    ),
    "face-mesh": FaceNetwork(
        "mediapipe/modules/face_landmark/face_landmark_with_attention.tflite",
        192,
        0.0,
        {
            "output_mesh_identity": ("mesh", [1, 468, 3]),
            "output_lips": ("lips", [1, 80, 2]),
            "output_left_eye": ("left_eye", [1, 71, 2]),
            "output_right_eye": ("right_eye", [1, 71, 2]),
            "output_left_iris": ("left_iris", [1, 5, 2]),
            "output_right_iris": ("right_iris", [1, 5, 2]),
            "conv_faceflag": ("face_flag", [1]),
        },
    ),
    "person-mask": FaceNetwork(
        "mediapipe/modules/selfie_segmentation/selfie_segmentation.tflite",
        256,
        0.0,
        {"activation_10": ("mask", [1, 256, 256])},
    ),
}


def read_source(folder: Path, name: str) -> bytes:
    """A file of the mediapipe wheel, packed or unpacked."""
    if (folder / name).is_file():
        return (folder / name).read_bytes()
    wheels = sorted(folder.glob("mediapipe-0.10.14-*.whl"))
    if not wheels:
        raise SystemExit(f"{folder}: expected mediapipe-0.10.14-*.whl or its unpacked content, found neither")
    with zipfile.ZipFile(wheels[0]) as wheel:
        return wheel.read(name)


def convert_network(folder: Path, network: FaceNetwork) -> bytes:
    return convert_model(read_source(folder, network.source), "image", network.outputs)


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("wheel_folder", type=Path)
    parser.add_argument("out_folder", type=Path)
    parser.add_argument("--check", action="store_true", help="compare with MediaPipe's own inference")
    parser.add_argument("--pictures", type=Path, nargs="*", default=[], help="pictures for --check, besides random ones")
    options = parser.parse_args()
    options.out_folder.mkdir(parents=True, exist_ok=True)
    for name, network in NETWORKS.items():
        source, data = read_source(options.wheel_folder, network.source), convert_network(options.wheel_folder, network)
        (options.out_folder / f"{name}.onnx").write_bytes(data)
        print(f"{name}.onnx {len(data)} bytes sha256 {sha256(data)}\n  from {network.source} sha256 {sha256(source)}")
    if options.check:
        from check_faces import check_networks

        check_networks(options.wheel_folder, options.out_folder, options.pictures)


if __name__ == "__main__":
    main()

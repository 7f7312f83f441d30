"""Contact sheets as PNG, at full size: look at them before believing numbers."""

import cv2
import numpy as np
from rest_frame import face_box


def write_sheet(path, tiles, columns):
    """tiles: RGB uint8 [height, width, 3], all of one size"""
    blank = np.zeros_like(tiles[0])
    rows = [tiles[i : i + columns] for i in range(0, len(tiles), columns)]
    rows[-1] = rows[-1] + [blank] * (columns - len(rows[-1])) if len(rows) > 1 else rows[-1]
    cv2.imwrite(str(path), np.vstack([np.hstack(row) for row in rows])[..., ::-1])


def label(tile, text):
    for x, y in ((3, 14), (5, 14), (4, 13), (4, 15)):  # an outline; thicker letters would be wider as well
        cv2.putText(tile, text, (x, y), cv2.FONT_HERSHEY_SIMPLEX, 0.42, (0, 0, 0), 1, cv2.LINE_AA)
    cv2.putText(tile, text, (4, 14), cv2.FONT_HERSHEY_SIMPLEX, 0.42, (255, 255, 255), 1, cv2.LINE_AA)
    return tile


def face_window(tracks, margin=0.12):
    """one window for the whole film, so that motion shows: the box of the face over all frames, widened"""
    found = tracks.landmarks[tracks.found].reshape(-1, 3)
    return face_box(found, tracks.width, tracks.height, margin)


def busiest_start(gap, count):
    """index of the `count` consecutive frames in which the lips travel furthest"""
    travel = np.abs(np.diff(np.nan_to_num(gap), prepend=np.nan_to_num(gap[:1])))
    total = np.convolve(travel, np.ones(count), "valid")
    return int(np.argmax(total)) if len(total) else 0


def write_sheets(path, frames, tracks, gap, consecutive=24, spread=12):
    """`path` NAME.png: consecutive frames of the face at 1:1; beside it NAME.whole.png: whole pictures spread over the film. frames: list of RGB uint8."""
    x0, y0, x1, y1 = face_window(tracks)
    first = busiest_start(gap, min(consecutive, len(frames)))
    faces = [label(frames[i][y0:y1, x0:x1].copy(), f"{tracks.times[i]:.2f}s") for i in range(first, min(first + consecutive, len(frames)))]
    write_sheet(path, faces, 6)
    chosen = np.unique(np.linspace(0, len(frames) - 1, spread).round().astype(int))
    whole = path.with_name(path.stem + ".whole.png")
    write_sheet(whole, [label(frames[i].copy(), f"{tracks.times[i]:.2f}s") for i in chosen], 4)
    return [path, whole]

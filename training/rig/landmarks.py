"""Where MediaPipe's 478 landmarks lie on the rig: shown to the landmark net from several sides, then snapped to the lip and lid loops."""
from contextlib import contextmanager

import names
import numpy as np
from render import draw
from scipy.spatial import cKDTree

VIEWS = [(0, 0), (-12, 0), (12, 0), (-24, 0), (24, 0), (0, -12), (0, 12), (-14, 8), (14, 8)]  # yaw, pitch in degrees
SIZE = 720
FREE = [61, 291, 133, 362]   # mouth corners and inner eye corners stay where the net sees them: the mesh's loops end 1 mm away
DEPTH_TRUST = 0.35   # VIEWS tell a point's depth about a third as well as its place in the front picture


@contextmanager
def open_net(path):
    """face_landmarker.task -> function: RGB picture [h, w, 3] uint8 -> landmarks [478, 2] in pixels."""
    import mediapipe
    from mediapipe.tasks.python import BaseOptions, vision
    net = vision.FaceLandmarker.create_from_options(vision.FaceLandmarkerOptions(
        base_options=BaseOptions(model_asset_path=str(path)), num_faces=2))

    def detect(picture):
        faces = net.detect(mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=np.ascontiguousarray(picture))).face_landmarks
        if not faces:
            raise ValueError("the landmark net found no face on the rig's picture")
        return np.array([[q.x * picture.shape[1], q.y * picture.shape[0]] for q in faces[0]])
    yield detect
    net.close()


def triangulate(detect, rig, vertices, paint, iris):
    """Each landmark's point in space [478, 3] from all VIEWS by least squares (orthographic rays), three rounds of robust weights."""
    rows, seen = [], []
    for yaw, pitch in VIEWS:
        picture, _, (rotation, scale, middle) = draw(rig, vertices, SIZE, yaw=yaw, pitch=pitch, paint=paint, iris=iris)
        found = detect(picture)
        rows.append(rotation[:2])
        seen.append(np.stack([found[:, 0] - SIZE / 2, SIZE / 2 - found[:, 1]], 1) / scale + rotation[:2] @ middle)
    rows, seen = np.stack(rows), np.stack(seen)          # [views, 2, 3], [views, 478, 2]
    weights = np.ones(seen.shape[:2])
    for _ in range(3):
        normal = np.einsum("vl,vik,vim->lkm", weights, rows, rows)
        right = np.einsum("vl,vik,vli->lk", weights, rows, seen)
        points = np.linalg.solve(normal, right[..., None])[..., 0]
        error = np.linalg.norm(np.einsum("vik,lk->vli", rows, points) - seen, axis=2)
        weights = 1 / (1 + (error / 0.01) ** 2)
    return points, error


def symmetric(points):
    """Averages each landmark with its mirror partner -> points [478, 3]."""
    mirrored = points * [-1, 1, 1]
    partner = cKDTree(points).query(mirrored)[1]
    partner = np.where(partner[partner] == np.arange(len(points)), partner, np.arange(len(points)))
    both = (points + mirrored[partner]) / 2
    own = partner == np.arange(len(points))
    both[own] = np.where(np.abs(points[own, :1]) < 0.03, points[own] * [0, 1, 1], points[own])
    return both


def nearest_on_mesh(points, vertices, triangles):
    """-> (triangle corners [n, 3], barycentric weights [n, 3]) of the surface point next to each point."""
    tree, corners, weights = cKDTree(vertices[triangles].mean(1)), [], []
    for p in points:
        candidates = triangles[tree.query(p, 40)[1]]
        best = None
        for t in candidates:
            bary = closest_barycentric(p, *vertices[t])
            distance = np.linalg.norm(bary @ vertices[t] - p)
            if best is None or distance < best[0] - 1e-12:
                best = (distance, t, bary)
        corners.append(best[1])
        weights.append(best[2])
    return np.array(corners), np.array(weights)


def closest_barycentric(p, a, b, c):
    """Closest point of triangle abc to p as barycentric weights (project, else the best edge)."""
    ab, ac, ap = b - a, c - a, p - a
    gram = np.array([[ab @ ab, ab @ ac], [ab @ ac, ac @ ac]])
    if np.linalg.det(gram) > 1e-18:
        u, v = np.linalg.solve(gram, [ab @ ap, ac @ ap])
        if u >= 0 and v >= 0 and u + v <= 1:
            return np.array([1 - u - v, u, v])
    best = None
    for i, (p0, p1) in enumerate(((a, b), (b, c), (c, a))):
        d = p1 - p0
        s = np.clip((p - p0) @ d / max(d @ d, 1e-18), 0, 1)
        distance = np.linalg.norm(p0 + s * d - p)
        if best is None or distance < best[0]:
            w = np.zeros(3)
            w[i], w[(i + 1) % 3] = 1 - s, s
            best = (distance, w)
    return best[1]


def on_loop(points, marks, loop, vertices, corners, weights):
    """Puts landmarks `marks` onto the vertex path `loop` at their own x, stretched so that the first and last meet its ends."""
    path = vertices[loop]
    x = points[marks][:, 0]
    x = path[0, 0] + (x - x[0]) * (path[-1, 0] - path[0, 0]) / (x[-1] - x[0])
    along = np.maximum.accumulate(path[:, 0])
    for mark, at in zip(marks, x):
        j = int(np.clip(np.searchsorted(along, at) - 1, 0, len(loop) - 2))
        t = float(np.clip((at - along[j]) / max(along[j + 1] - along[j], 1e-9), 0, 1))
        corners[mark] = [loop[j], loop[j + 1], loop[j]]
        weights[mark] = [1 - t, t, 0]


def place(detect, rig, opened, paint, iris, irises):
    """-> (landmarkTriangles [478, 3] u32, landmarkWeights [478, 3] f32, report dict).

    opened: vertices with the mouth a little open (only then can the net tell the inner lips apart);
    irises: {landmark: point in space} on the eyeballs."""
    rest, error = triangulate(detect, rig, rig["vertices"].astype(float), paint, iris)
    wide, _ = triangulate(detect, rig, opened, paint, iris)
    rest, wide = symmetric(rest), symmetric(wide)
    parts, triangles, vertices = rig["parts"], rig["triangles"].astype(int), rig["vertices"].astype(float)
    visible = triangles[(parts == 0) & ~rig["hiddenLip"][triangles].any(1)]
    outside = visible[np.cross(vertices[visible[:, 1]] - vertices[visible[:, 0]], vertices[visible[:, 2]] - vertices[visible[:, 0]])[:, 2] > 0]
    squeeze = np.array([1, 1, DEPTH_TRUST])
    corners, weights = nearest_on_mesh(rest * squeeze, vertices * squeeze, outside)
    loop_corners, loop_weights = corners.copy(), weights.copy()
    for marks, loop in ((names.UPPER_OUTER, "upperLipOuter"), (names.LOWER_OUTER, "lowerLipOuter"),
                        (names.RIGHT_EYE_UPPER, "rightEyeUpper"), (names.RIGHT_EYE_LOWER, "rightEyeLower"),
                        (names.LEFT_EYE_UPPER, "leftEyeUpper"), (names.LEFT_EYE_LOWER, "leftEyeLower")):
        on_loop(rest, marks, rig[loop], vertices, loop_corners, loop_weights)
    loop_corners[FREE], loop_weights[FREE] = corners[FREE], weights[FREE]
    corners, weights = loop_corners, loop_weights
    for marks, loop in ((names.UPPER_INNER, "upperLipSeam"), (names.LOWER_INNER, "lowerLipSeam")):
        on_loop(wide, marks, rig[loop], vertices, corners, weights)
    for part, marks in ((names.LEFT_EYE, names.LEFT_IRIS), (names.RIGHT_EYE, names.RIGHT_IRIS)):
        eye = triangles[parts == part]
        corners[marks], weights[marks] = nearest_on_mesh(np.array([irises[m] for m in marks]), vertices, eye)
    snapped = (vertices[corners] * weights[..., None]).sum(1)
    flat = np.linalg.norm((rest - snapped)[:, :2], axis=1)
    report = {"flat": flat, "detected": rest, "snapped": snapped, "error": error}
    return corners.astype(np.uint32), weights.astype(np.float32), report

"""A small z-buffer rasteriser (numba) to look at the rig and to show it to the landmark net."""
import numba
import numpy as np

# RGB of each part: skin, cavity, gums, teeth, tongue, eyes
COLOURS = np.array([(225, 178, 152), (110, 40, 45), (205, 110, 115), (205, 110, 115), (242, 238, 228), (235, 230, 218),
                    (200, 95, 105), (235, 235, 235), (235, 235, 235)], np.float32)


@numba.njit(cache=True)
def fill(points, attributes, triangles, depth, out, which):
    """points [V, 3] pixels (larger z is nearer), attributes [V, K], triangles [T, 3]; writes depth [H, W], out [H, W, K], which [H, W] (T + 1, 0 none)."""
    height, width = depth.shape
    for t in range(triangles.shape[0]):
        i, j, k = triangles[t]
        x0, y0, x1, y1, x2, y2 = points[i, 0], points[i, 1], points[j, 0], points[j, 1], points[k, 0], points[k, 1]
        area = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)
        if abs(area) < 1e-9:
            continue
        left, right = max(0, int(np.floor(min(x0, x1, x2) - 0.5))), min(width - 1, int(np.ceil(max(x0, x1, x2) - 0.5)))
        top, bottom = max(0, int(np.floor(min(y0, y1, y2) - 0.5))), min(height - 1, int(np.ceil(max(y0, y1, y2) - 0.5)))
        for y in range(top, bottom + 1):
            for x in range(left, right + 1):
                b1 = ((x + 0.5 - x0) * (y2 - y0) - (x2 - x0) * (y + 0.5 - y0)) / area
                b2 = ((x1 - x0) * (y + 0.5 - y0) - (x + 0.5 - x0) * (y1 - y0)) / area
                b0 = 1.0 - b1 - b2
                if b0 < -1e-6 or b1 < -1e-6 or b2 < -1e-6:
                    continue
                z = b0 * points[i, 2] + b1 * points[j, 2] + b2 * points[k, 2]
                if z > depth[y, x]:
                    depth[y, x] = z
                    which[y, x] = t + 1
                    for c in range(attributes.shape[1]):
                        out[y, x, c] = b0 * attributes[i, c] + b1 * attributes[j, c] + b2 * attributes[k, c]


def vertex_normals(vertices, triangles):
    """[V, 3], [T, 3] -> unit normals [V, 3], area weighted."""
    faces = np.cross(vertices[triangles[:, 1]] - vertices[triangles[:, 0]], vertices[triangles[:, 2]] - vertices[triangles[:, 0]])
    normals = np.zeros_like(vertices)
    for corner in range(3):
        np.add.at(normals, triangles[:, corner], faces)
    return normals / (np.linalg.norm(normals, axis=1, keepdims=True) + 1e-12)


def turn(yaw_degrees=0.0, pitch_degrees=0.0):
    """Rotation [3, 3]: pitch about x (positive nods down), then yaw about y (positive turns the nose to the image's right)."""
    p, y = np.radians([pitch_degrees, yaw_degrees])
    about_x = np.array([[1, 0, 0], [0, np.cos(p), -np.sin(p)], [0, np.sin(p), np.cos(p)]])
    about_y = np.array([[np.cos(y), 0, np.sin(y)], [0, 1, 0], [-np.sin(y), 0, np.cos(y)]])
    return about_y @ about_x


def draw(rig, vertices, size=600, middle=(0, 7.05, 0.6), span=2.2, yaw=0.0, pitch=0.0, paint=None, iris=None, cull=True):
    """Orthographic picture [size, size, 3] uint8 RGB. span: decimetres across; paint [V, 3] RGB replaces the skin's colour;
    iris: (centres [2, 3], radius) painted on the eyes. Also returns the triangle number at each pixel (0 none) and the projection used."""
    rotation, scale = turn(yaw, pitch), size / span
    turned = (vertices - middle) @ rotation.T * scale
    points = np.stack([turned[:, 0] + size / 2, size / 2 - turned[:, 1], turned[:, 2]], 1)
    triangles, parts = rig["triangles"].astype(np.int64), rig["parts"]
    kept = np.arange(len(triangles))
    if cull:  # back faces of the skin only
        a, b, c = (points[triangles[:, k], :2] for k in range(3))
        facing = (b - a)[:, 0] * (c - a)[:, 1] - (b - a)[:, 1] * (c - a)[:, 0] < 0
        kept = np.nonzero(facing | (parts != 0))[0]
    normals = np.zeros_like(vertices)
    for group in ([0, 1], [2], [3], [4], [5], [6], [7], [8]):
        chosen = triangles[np.isin(parts, group)]
        if len(chosen):
            normals += vertex_normals(vertices, chosen) * np.isin(np.arange(len(vertices)), chosen)[:, None]
    colour = np.zeros((len(vertices), 3)) if paint is None else paint
    attributes = np.concatenate([normals @ rotation.T, vertices, colour], 1)
    depth, which = np.full((size, size), -1e9), np.zeros((size, size), np.int64)
    out = np.zeros((size, size, 9))
    fill(points, attributes, triangles[kept], depth, out, which)
    seen = which > 0
    which[seen] = kept[which[seen] - 1] + 1
    image = np.full((size, size, 3), 90.0)
    part = parts[which[seen] - 1]
    image[seen] = COLOURS[part]
    if paint is not None:
        image[seen] = np.where((part == 0)[:, None], out[seen][:, 6:], image[seen])
    if iris is not None:
        for centre in iris[0]:
            distance = np.linalg.norm(out[..., 3:6] - centre, axis=2)
            eye = seen & np.isin(parts[np.maximum(which - 1, 0)], (7, 8))
            image[eye & (distance < iris[1])] = (70, 60, 40)
            image[eye & (distance < 0.5 * iris[1])] = 15
    normal = out[..., :3] / (np.linalg.norm(out[..., :3], axis=2, keepdims=True) + 1e-9)
    light = 0.42 + 0.6 * np.clip(normal @ np.array([0.2, 0.45, 0.87]), 0, 1)
    image[seen] *= light[seen][:, None]
    return image.clip(0, 255).astype(np.uint8), which, (rotation, scale, np.asarray(middle))

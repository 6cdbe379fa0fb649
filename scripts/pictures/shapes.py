"""Small modelling helpers. Everything is in centimetres, z up, camera on -y."""
import bpy, bmesh, math, random
import numpy as np
from mathutils import Vector, Matrix, noise as mnoise

PI = math.pi

def link(me, mat, loc=(0, 0, 0), rot=(0, 0, 0), name="o", smooth=40, wn=True, parent=None):
    o = bpy.data.objects.new(name, me)
    bpy.context.scene.collection.objects.link(o)
    if mat:
        me.materials.append(mat)
    o.location = loc
    o.rotation_euler = [math.radians(a) for a in rot]
    if smooth:
        me.polygons.foreach_set("use_smooth", [True] * len(me.polygons))
        if smooth < 180:
            me.set_sharp_from_angle(angle=math.radians(smooth))
        if wn:
            m = o.modifiers.new("wn", "WEIGHTED_NORMAL")
            m.keep_sharp = True
    if parent:
        o.parent = parent
    return o

def fillet(pts, n=6):
    """Polyline of (r, z[, radius]); corners with a radius are rounded."""
    out = []
    P = [(p[0], p[1], p[2] if len(p) > 2 else 0) for p in pts]
    for i, (x, y, r) in enumerate(P):
        if r <= 0 or i in (0, len(P) - 1):
            out.append((x, y))
            continue
        a, b, c = Vector(P[i - 1][:2]), Vector((x, y)), Vector(P[i + 1][:2])
        u, v = (a - b), (c - b)
        lu, lv = u.length, v.length
        if lu < 1e-6 or lv < 1e-6:
            out.append((x, y)); continue
        u /= lu; v /= lv
        ang = u.angle(v)
        if ang > PI - 0.02:
            out.append((x, y)); continue
        d = min(r / math.tan(ang / 2), lu * .49, lv * .49)
        p0, p1 = b + u * d, b + v * d
        for k in range(n + 1):
            t = k / n
            q = p0 * (1 - t) ** 2 + b * 2 * t * (1 - t) + p1 * t * t
            out.append((q.x, q.y))
    return out

def spline(pts, n=8, closed=False):
    """Catmull-Rom through the points (2D or 3D)."""
    P = [np.array(p, float) for p in pts]
    N = len(P)
    out = []
    for i in range(N if closed else N - 1):
        p1, p2 = P[i], P[(i + 1) % N]
        p0 = P[i - 1] if (closed or i > 0) else 2 * p1 - p2
        p3 = P[(i + 2) % N] if (closed or i + 2 < N) else 2 * p2 - p1
        for k in range(n):
            t = k / n
            out.append(.5 * (2 * p1 + (p2 - p0) * t + (2 * p0 - 5 * p1 + 4 * p2 - p3) * t * t + (3 * p1 - p0 - 3 * p2 + p3) * t ** 3))
    if not closed:
        out.append(P[-1])
    return [tuple(float(v) for v in p) for p in out]

def lathe(profile, mat, seg=120, mod=None, smooth=40, wn=True, name="lathe", **kw):
    """Surface of revolution; mod(theta, r, z, i) -> r lets ribs and wobble in."""
    verts, rows = [], []
    th = [2 * PI * k / seg for k in range(seg)]
    for i, (r, z) in enumerate(profile):
        if r < 1e-5:
            rows.append([len(verts)]); verts.append((0, 0, z)); continue
        row = []
        for t in th:
            rr = mod(t, r, z, i) if mod else r
            row.append(len(verts)); verts.append((rr * math.cos(t), rr * math.sin(t), z))
        rows.append(row)
    faces = []
    for a, b in zip(rows, rows[1:]):
        if len(a) == 1 and len(b) == 1: continue
        for k in range(seg):
            l = (k + 1) % seg
            if len(a) == 1: faces.append((a[0], b[l], b[k]))
            elif len(b) == 1: faces.append((a[k], a[l], b[0]))
            else: faces.append((a[k], a[l], b[l], b[k]))
    me = bpy.data.meshes.new(name)
    me.from_pydata(verts, [], faces)
    me.update()
    bm = bmesh.new(); bm.from_mesh(me); bmesh.ops.recalc_face_normals(bm, faces=bm.faces); bm.to_mesh(me); bm.free()
    return link(me, mat, name=name, smooth=smooth, wn=wn, **kw)

def vessel(outer, t, floor=None, lip=5):
    """Closed profile from an open outer one (foot to rim): offsets the wall by t."""
    P = np.array([p[:2] for p in outer], float)
    d = np.gradient(P, axis=0)
    d /= np.linalg.norm(d, axis=1)[:, None] + 1e-9
    nrm = np.stack([-d[:, 1], d[:, 0]], 1)          # points to the inside when going up
    inner = P + nrm * t
    zf = (P[:, 1].min() + t) if floor is None else floor
    inn = [tuple(p) for p in inner if p[1] > zf + .02 and p[0] > .02]
    end, start = P[-1], np.array(inn[-1])
    c = (end + start) / 2; h = (end - start) / 2
    up = d[-1] * np.linalg.norm(h)
    arc = [tuple(c + h * math.cos(a) + up * math.sin(a)) for a in np.linspace(0, PI, lip + 2)[1:-1]]
    first = inn[0]
    back = inn[::-1]
    prof = [(0, P[0][1])] if P[0][0] > 1e-4 else []
    prof += [tuple(p) for p in P] + arc + back
    r0 = first[0]
    prof += [(r0 * .98, zf + .01 + (first[1]-zf)*.4), (r0 * .93, zf), (0, zf)]
    return prof

def tube(path, r, mat, seg=14, flat=1.0, up=None, taper=None, closed=False, name="tube", caps=True, uvlen=False, **kw):
    """Sweep a (flattened) circle along a 3D polyline."""
    P = [Vector(p) for p in path]
    N = len(P)
    T = []
    for i in range(N):
        a = P[(i - 1) % N] if (closed or i > 0) else P[i]
        b = P[(i + 1) % N] if (closed or i < N - 1) else P[i]
        T.append((b - a).normalized())
    ref = Vector(up) if up else (Vector((0, 0, 1)) if abs(T[0].z) < .9 else Vector((0, 1, 0)))
    nv = (ref - T[0] * ref.dot(T[0])).normalized()
    verts, faces = [], []
    for i in range(N):
        if i:
            if up:
                w = Vector(up); w = w - T[i] * w.dot(T[i])
                nv = w.normalized() if w.length > 1e-3 else nv
            else:
                nv = (nv - T[i] * nv.dot(T[i])).normalized()
        bv = T[i].cross(nv)
        f = i / max(1, N - 1)
        rr = (r(f) if callable(r) else r) * (taper(f) if taper else 1)
        for k in range(seg):
            a = 2 * PI * k / seg
            verts.append(P[i] + nv * rr * flat * math.cos(a) + bv * rr * math.sin(a))
    for i in range(N if closed else N - 1):
        j = (i + 1) % N
        for k in range(seg):
            l = (k + 1) % seg
            faces.append((i * seg + k, i * seg + l, j * seg + l, j * seg + k))
    if caps and not closed:
        faces.append(tuple(range(seg))[::-1]); faces.append(tuple((N - 1) * seg + k for k in range(seg)))
    me = bpy.data.meshes.new(name)
    me.from_pydata([tuple(v) for v in verts], [], faces); me.update()
    bm = bmesh.new(); bm.from_mesh(me); bmesh.ops.recalc_face_normals(bm, faces=bm.faces); bm.to_mesh(me); bm.free()
    return link(me, mat, name=name, smooth=60, wn=False, **kw)

def box(w, d, h, mat, bevel=.2, seg=4, name="box", base=True, **kw):
    """w x d x h box standing on z=0 (base) with rounded edges."""
    bm = bmesh.new()
    bmesh.ops.create_cube(bm, size=1)
    for v in bm.verts:
        v.co = Vector((v.co.x * w, v.co.y * d, (v.co.z + (.5 if base else 0)) * h))
    me = bpy.data.meshes.new(name)
    if bevel > 0:
        bmesh.ops.bevel(bm, geom=bm.edges[:] , offset=bevel, segments=seg, profile=.5, affect='EDGES')
    bm.to_mesh(me); bm.free()
    return link(me, mat, name=name, smooth=35, **kw)

def slab(outline, h, mat, bevel=.2, seg=4, holes=(), name="slab", **kw):
    """Extrude a 2D outline (x, y) to thickness h with rounded edges; holes cut by booleans (x, y, r)."""
    bm = bmesh.new()
    vs = [bm.verts.new((x, y, 0)) for x, y in outline]
    f = bm.faces.new(vs)
    ext = bmesh.ops.extrude_face_region(bm, geom=[f])
    bmesh.ops.translate(bm, vec=(0, 0, h), verts=[e for e in ext["geom"] if isinstance(e, bmesh.types.BMVert)])
    bmesh.ops.recalc_face_normals(bm, faces=bm.faces)
    me = bpy.data.meshes.new(name)
    bm.to_mesh(me); bm.free()
    o = link(me, mat, name=name, smooth=35, wn=False, **kw)
    for (x, y, r) in holes:
        c = lathe([(0, -h), (r, -h), (r, 2 * h), (0, 2 * h)], None, seg=48, name="cut")
        c.location = (x, y, 0); c.parent = o; c.hide_render = True; c["helper"] = 1
        b = o.modifiers.new("b", "BOOLEAN"); b.object = c; b.operation = "DIFFERENCE"; b.solver = "EXACT"
    if bevel > 0:
        b = o.modifiers.new("bev", "BEVEL"); b.width = bevel; b.segments = seg; b.limit_method = "ANGLE"; b.angle_limit = math.radians(50)
        b.harden_normals = True
    return o

def rrect(w, h, r, n=8):
    """Rounded rectangle outline centred at 0."""
    out = []
    for cx, cy, a0 in ((w/2-r, h/2-r, 0), (-w/2+r, h/2-r, 90), (-w/2+r, -h/2+r, 180), (w/2-r, -h/2+r, 270)):
        for k in range(n + 1):
            a = math.radians(a0 + 90 * k / n)
            out.append((cx + r * math.cos(a), cy + r * math.sin(a)))
    return out

def ellipse(a, b, n=96, p=2):
    out = []
    for k in range(n):
        t = 2 * PI * k / n
        c, s = math.cos(t), math.sin(t)
        out.append((a * math.copysign(abs(c) ** (2 / p), c), b * math.copysign(abs(s) ** (2 / p), s)))
    return out

def grid(nx, ny, fn, mat, name="grid", thick=0, smooth=180, weld=False, **kw):
    """Surface from fn(u, v) -> (x, y, z), u, v in 0..1, with a UV map."""
    verts = [fn(i / nx, j / ny) for j in range(ny + 1) for i in range(nx + 1)]
    faces = [(j*(nx+1)+i, j*(nx+1)+i+1, (j+1)*(nx+1)+i+1, (j+1)*(nx+1)+i) for j in range(ny) for i in range(nx)]
    me = bpy.data.meshes.new(name)
    me.from_pydata(verts, [], faces); me.update()
    uv = me.uv_layers.new(name="uv")
    for p in me.polygons:
        for li, vi in zip(p.loop_indices, p.vertices):
            uv.data[li].uv = ((vi % (nx + 1)) / nx, (vi // (nx + 1)) / ny)
    if weld:
        bm = bmesh.new(); bm.from_mesh(me); bmesh.ops.remove_doubles(bm, verts=bm.verts, dist=1e-4); bm.to_mesh(me); bm.free()
    o = link(me, mat, name=name, smooth=smooth, wn=False, **kw)
    if thick:
        s = o.modifiers.new("s", "SOLIDIFY"); s.thickness = thick; s.offset = 0
    return o

def n3(x, y, z): return mnoise.noise(Vector((x, y, z)))

def ribbon(path, width, thick, mat, wob=.0, seed=0, nx=60, name="ribbon", edge=.0, **kw):
    """A sheet following a 2D path (y, z), `width` along x. UV: u across, v along. For folded cloth."""
    L = [0]
    for a, b in zip(path, path[1:]): L.append(L[-1] + math.dist(a, b))
    N = len(path) - 1
    def fn(u, v):
        i = min(N, int(round(v * N)))
        y, z = path[i]
        x = (u - .5) * width
        e = edge * n3(seed + 9, y * .2, L[i] * .1)
        x *= 1 + e / width
        dy = wob * n3(x * .12 + seed, z * .3, y * .05)
        dz = wob * .7 * n3(x * .1, y * .12 + seed * 3, z * .9)
        return (x, y + dy, z + dz)
    o = grid(nx, N, fn, mat, name=name, **kw)
    o["len"] = L[-1]
    s = o.modifiers.new("s", "SOLIDIFY"); s.thickness = thick; s.offset = 0
    b = o.modifiers.new("bev", "BEVEL"); b.width = thick * .4; b.segments = 3; b.limit_method = "ANGLE"; b.angle_limit = math.radians(60)
    return o

def zigzag(depth, layer, n, y0=0, z0=0, arc=10, inset=0.3):
    """Path of a sheet folded n times: layers of `depth`, one above the other."""
    pts = []
    for k in range(n):
        z = z0 + k * layer + layer / 2
        a, b = (-depth / 2 + layer / 2, depth / 2 - layer / 2)
        if k % 2: a, b = b, a
        for t in np.linspace(0, 1, 14): pts.append((y0 + a + (b - a) * t, z))
        if k < n - 1:
            s = 1 if b > a else -1
            for t in np.linspace(-PI / 2, PI / 2, arc + 2)[1:-1]:
                pts.append((y0 + b + s * math.cos(t) * layer / 2, z + layer / 2 + math.sin(t) * layer / 2))
    return pts

def cushion(size, h, mat, seed=1, n=90, name="cushion", p=2.4, **kw):
    """Plump square cushion standing in the x-z plane, bottom at z=0; UV-mapped front and back."""
    s = size / 2
    def surf(sign):
        def fn(u, v):
            x, y = 2 * u - 1, 2 * v - 1
            fx = max(0, 1 - abs(x) ** p); fy = max(0, 1 - abs(y) ** p)
            d = h / 2 * (fx * fy) ** .5
            ex = 1 - .065 * (1 - y * y) * abs(x) ** 3      # sides pull in between the corners
            ey = 1 - .065 * (1 - x * x) * abs(y) ** 3
            m = (fx * fy) ** .3
            wr = (.9 * n3(x * 1.6 + seed, y * 1.6, sign) + .35 * n3(x * 3.4 + seed, y * 3.1, sign * 3)) * m
            # creases running in from the corners and gathers along the seams
            dg = abs(abs(x) - abs(y)); ra = (x * x + y * y) ** .5
            wr += .8 * max(0, ra - .45) * n3((x - y if x * y > 0 else x + y) * 7 + seed, ra * 1.5, sign * 5 + (1 if x > 0 else 4)) * m
            ed = 1 - max(abs(x), abs(y)); along = y if abs(x) > abs(y) else x
            wr += .5 * math.exp(-ed * 7) * n3(along * 11, ed * 2 + seed, sign * 7) * min(1, ed * 14)
            return (x * s * ex, -sign * (d + wr * min(1, d)), y * s * ey + s * .95)
        return fn
    objs = []
    e = bpy.data.objects.new(name, None); bpy.context.scene.collection.objects.link(e)
    e.location = kw.get("loc", (0, 0, 0)); e.rotation_euler = [math.radians(a) for a in kw.get("rot", (0, 0, 0))]
    for sg in (1, -1):
        objs.append(grid(n, n, surf(sg), mat, name=name, parent=e))
    # piped seam
    edge = []
    f = surf(1)
    m = 40
    edge += [f(k / m, 0) for k in range(m)] + [f(1, k / m) for k in range(m)] + [f(1 - k / m, 1) for k in range(m)] + [f(0, 1 - k / m) for k in range(m)]
    tube(edge, .28, mat, closed=True, seg=10, parent=e)
    return e

def leaf(length, width, mat, curl=.3, fold=.15, loc=(0, 0, 0), rot=None, base=None, tip=None, shape=.5, name="leaf", nu=6, nv=14):
    """A leaf from base to tip direction; shape<1 puts the widest point towards the base."""
    b = Vector(base); t = Vector(tip)
    ax = (t - b).normalized()
    side = ax.cross(Vector((0, 0, 1)))
    if side.length < .05: side = Vector((1, 0, 0))
    side.normalize(); up = side.cross(ax)
    if rot:
        q = Matrix.Rotation(rot, 3, ax); side = q @ side; up = q @ up
    def fn(u, v):
        w = width / 2 * max(.02, math.sin(PI * v ** shape)) ** .8 if shape else width / 2
        x = (2 * u - 1)
        p = b + ax * length * v + side * w * x + up * (abs(x) * w * fold - curl * length * v * v)
        return tuple(p)
    return grid(nu, nv, fn, mat, name=name, thick=.03)

def group(objs, loc=(0, 0, 0), rot=(0, 0, 0), name="grp", scale=1):
    e = bpy.data.objects.new(name, None); bpy.context.scene.collection.objects.link(e)
    for o in objs:
        if o.parent is None: o.parent = e
    e.location = loc; e.rotation_euler = [math.radians(a) for a in rot]; e.scale = (scale,) * 3
    return e

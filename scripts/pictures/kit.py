"""Registry and the parts several products share."""
import bpy, math, random
import numpy as np
from mathutils import Vector, Matrix
from shapes import *
from materials import *
import studio

REG = {}
def product(slug):
    def d(f): REG[slug] = f; return f
    return d

def spf(pts, step=.35):
    """Subdivide a polyline so long straight runs get rows too."""
    out = [pts[0]]
    for a, b in zip(pts, pts[1:]):
        n = max(1, int(math.dist(a, b) / step))
        for k in range(1, n + 1): out.append((a[0] + (b[0]-a[0]) * k / n, a[1] + (b[1]-a[1]) * k / n))
    return out

def hand(t, r, z, i):
    """Thrown by hand: slightly out of round, faint throwing rings."""
    return r * (1 + .004 * math.sin(2 * t + z * .3) + .0016 * math.sin(z * 6.5))

def pot(outer, t, mat, floor=None, mod=hand, seg=120, step=.35, **kw):
    return lathe(vessel(spf(outer, step), t, floor), mat, mod=mod, seg=seg, **kw)

def line(a, b, n=12): return [tuple(np.array(a) + (np.array(b) - np.array(a)) * k / n) for k in range(n + 1)]

def mug_at(color, loc=(0, 0, 0), rz=-28):
    out = fillet([(0, 0), (3.1, 0, .25), (3.35, .55, .3), (4.1, 1.7, 1.2), (4.25, 9.0)], 7)
    g = glaze(color, raw=1.25, rim=9.0)
    body = pot(out, .32, g, .55)
    path = spline([(3.8, 0, 7.7), (5.2, 0, 7.95), (6.75, 0, 7.3), (7.15, 0, 5.6), (6.5, 0, 3.9), (5.2, 0, 3.0), (3.8, 0, 2.6)], 8)
    h = tube(path, .72, g, flat=.5, seg=20, taper=lambda f: 1.25 - .45 * math.sin(PI * f) ** .6)
    return group([body, h], loc, (0, 0, rz))

def bowl_at(color, loc=(0, 0, 0)):
    out = fillet([(0, .25), (3.0, .25), (3.15, 0, .1), (3.6, 0, .2), (3.7, .7, .2)], 4) + spline([(4.4, 1.0), (6.0, 2.6), (7.05, 5.0), (7.4, 7.5)], 8)
    return group([pot(out, .36, glaze(color, raw=.8, rim=7.5), 1.2)], loc)

def plate_at(color, loc=(0, 0, 0), r=13.5):
    k = r / 13.5
    out = fillet([(0, 0), (9.6 * k, 0, .2), (10.2 * k, .35, .3), (12.9 * k, .75, .9), (r, 2.4)], 8)
    return group([pot(out, .45, glaze(color, rim=2.35, rough=.33), .55, seg=160)], loc)

def candle_flame(x, y, z, h=2.4, power=9):
    """Wick and flame with its light."""
    tube([(x, y, z - .3), (x + .02, y, z + .3), (x + .12, y, z + .65)], .07, paint("black", .9), seg=8)
    prof = spline([(0, 0), (.2, .18), (.33, .6), (.24, 1.25), (.1, 1.85), (0, 2.4)], 6)
    f = lathe([(max(0, r), q * h / 2.4) for r, q in prof], flame_mat(), seg=32)
    f.location = (x + .1, y, z + .32); f.visible_shadow = False
    f["noframe"] = 1
    p = studio.point((x + .1, y, z + 1.6), power * 60, (1, .62, .3), .5)
    return f

def taper(color, x, y, z, h=25, r=1.1, lit=False, mat=None):
    m = mat or wax(color, .35, .4)
    prof = fillet([(0, 0), (r, 0, .1), (r * .98, 1.0), (r * .6, h - .8, .5), (r * .3, h - .1, .2), (0, h)], 5)
    c = lathe(spf(prof, .8), m, seg=64, mod=lambda t, q, w, i: q * (1 + .006 * math.sin(w * .9 + t)), smooth=50)
    c.location = (x, y, z)
    if lit: candle_flame(x, y, z + h, 2.6)
    else: tube([(x, y, z + h - .1), (x + .05, y, z + h + .5), (x + .25, y + .05, z + h + 1.2)], .08, paint("#e9e0cc", .9), seg=8)
    return c

def olive_branch(base, tip, n=9, ll=4.2, lw=1.3, mat=None, stem="#6b5a44", seed=1, round_=False, bend=1.5, start=.3):
    """A stem with pairs of leaves along it."""
    rnd = random.Random(seed)
    b, t = np.array(base, float), np.array(tip, float)
    side = np.array([rnd.uniform(-1, 1), rnd.uniform(-1, 1), 0]) * bend
    path = spline([tuple(b), tuple(b + (t - b) * .5 + side), tuple(t)], 14)
    tube(path, .16, paint(stem, .8), seg=8, taper=lambda f: 1.1 - .7 * f)
    P = [np.array(p) for p in path]
    mat = mat or foliage()
    for k in range(n):
        f = start + (1 - start) * k / (n - 1); i = min(len(P) - 2, int(f * (len(P) - 1)))
        ax = P[i + 1] - P[i]; ax = ax / np.linalg.norm(ax)
        for sgn in (1, -1):
            a = k * 1.35 + rnd.uniform(-.4, .4)
            perp = np.array([math.cos(a), math.sin(a), 0.0]) * sgn
            d = ax * (.55 + .5 * f) + perp * (1.0 - .35 * f) + np.array([0, 0, .1])
            s = (1.0 - .35 * f) * rnd.uniform(.85, 1.15)
            leaf(ll * s, lw * s, mat, curl=rnd.uniform(.05, .3), fold=.2, base=tuple(P[i]), tip=tuple(P[i] + d), rot=rnd.uniform(-.6, .6), shape=.75 if round_ else .8)
    leaf(ll * .7, lw * .7, mat, curl=.1, base=tuple(P[-1]), tip=tuple(P[-1] + (P[-1] - P[-3])))

def pilea(z, spread=9, h=13, n=26, r=2.0, mat=None, seed=3, stem="#7d8a57"):
    """Round-leaved pot plant."""
    rnd = random.Random(seed); mat = mat or foliage("#3f6334", "#6d9150"); sm = paint(stem, .6)
    for k in range(n):
        a = k * 2.4; f = (k + .5) / n
        rad = spread * (f ** .7) * rnd.uniform(.85, 1.1); zz = z + h * (1 - .75 * f) * rnd.uniform(.85, 1.1)
        p = (rad * math.cos(a), rad * math.sin(a), zz)
        path = spline([(.4 * math.cos(a), .4 * math.sin(a), z - .5), (rad * .45 * math.cos(a), rad * .45 * math.sin(a), z + (zz - z) * .75), p], 6)
        tube(path, .12, sm, seg=6)
        nrm = Vector((math.cos(a) * (.3 + .6 * f), math.sin(a) * (.3 + .6 * f) - .35, .9)).normalized()
        rr = r * rnd.uniform(.75, 1.15)
        q = nrm.to_track_quat("Z", "Y").to_matrix()
        def fn(u, v, q=q, p=p, rr=rr):
            d = rr * v; t = 2 * PI * u
            loc = Vector((d * math.cos(t), d * math.sin(t), .12 * rr * (1 - (v * 1.0) ** 2) - .1 * rr * v ** 3))
            return tuple(Vector(p) + q @ loc)
        grid(22, 5, fn, mat, name="leaf", thick=.04, weld=True)

def snake(z, n=9, h=22, r=3.0, seed=5):
    """Upright sword leaves."""
    rnd = random.Random(seed); mat = foliage("#3c5a3a", "#5f7d4d", .4)
    for k in range(n):
        a = k * 2.4; rad = r * (k / n) ** .6
        b = Vector((rad * math.cos(a), rad * math.sin(a), z - 1)); hh = h * rnd.uniform(.6, 1.05) * (1.05 - .3 * k / n)
        t = b + Vector((math.cos(a) * .16 * (k / n + .2), math.sin(a) * .16 * (k / n + .2), 1))
        leaf(hh, 3.0 * rnd.uniform(.8, 1.15), mat, curl=-.03, fold=.5, base=tuple(b), tip=tuple(t), rot=a + 1.57, shape=.7, nv=18)

def rod(a, b, r, mat, r2=None, seg=24, rounded=True, **kw):
    """Turned rod from a to b."""
    a, b = Vector(a), Vector(b); L = (b - a).length; r2 = r if r2 is None else r2
    e = min(r, r2) * .25 if rounded else .01
    o = lathe(spf(fillet([(0, 0), (r, 0, e), (r2, L, e), (0, L)], 4), max(L / 10, .3)), mat, seg=seg, name="rod", **kw)
    o.location = a; o.rotation_euler = (b - a).to_track_quat("Z", "Y").to_euler()
    return o

def pencil(base, tip, mat=None, r=.36, end=True):
    a, b = Vector(base), Vector(tip); L = (b - a).length
    w = mat or wood("cedar", "Z", .5)
    parts = [lathe(spf([(0, 0), (r, 0), (r, L - 1.9)], 1), w, seg=20), lathe([(r, L - 1.9), (.1, L - .3)], wood("ash", "Z", .6), seg=20), lathe([(.1, L - .3), (.03, L), (0, L)], paint("#2a2a2c", .4), seg=12)]
    if end: parts.append(lathe([(0, -.02), (r * 1.03, -.02), (r * 1.03, 1.6), (r, 1.62)], paint("#2f3b36", .35), seg=20))
    e = group(parts, tuple(a)); e.rotation_euler = (b - a).to_track_quat("Z", "Y").to_euler()
    return e

def string_loop(w, d, h, mat, r=.12, z0=0, bow=True, along="x"):
    """Twine tied round a flat stack w x d x h."""
    W2, D2 = w / 2 + r, d / 2 + r
    tube(spline([(-W2, 0, z0 + h / 2), (-W2 + .3, 0, z0 + h + r), (0, 0, z0 + h + r * .9), (W2 - .3, 0, z0 + h + r), (W2, 0, z0 + h / 2), (W2 - .3, 0, z0 - r), (-W2 + .3, 0, z0 - r)], 6, closed=True), r, mat, closed=True, seg=8)
    tube(spline([(0, -D2, z0 + h / 2), (0, -D2 + .3, z0 + h + r), (0, D2 - .3, z0 + h + r), (0, D2, z0 + h / 2), (0, D2 - .3, z0 - r), (0, -D2 + .3, z0 - r)], 6, closed=True), r, mat, closed=True, seg=8)
    if bow:
        z = z0 + h + 2.2 * r
        for s in (1, -1):
            tube(spline([(0, 0, z), (s * 1.4, -.7, z + .9), (s * 2.6, -.9, z + .5), (s * 2.2, -.3, z + .05), (0, 0, z + .1)], 6), r, mat, seg=8)
            tube(spline([(0, 0, z), (s * .9, -1.4, z + .1), (s * 1.7, -2.6, z - .1)], 6), r, mat, seg=8)
        lathe(spline([(0, -.25), (.26, -.15), (.3, 0), (.26, .15), (0, .25)], 4), mat, seg=16).location = (0, 0, z)

from kit import *

def board_at(kind, w=21, h=36, t=2.0, loc=(0, 0, 0), rot=(78, 0, -10)):
    """Board lying in x-y with its handle at +y, then stood up."""
    hw, r = w / 2, 1.6
    hh = h * .74
    pts = [(-hw, 0, r), (hw, 0, r), (hw, hh, 3.2), (2.7, hh + 1.2, 2.6), (2.5, h, 2.2), (-2.5, h, 2.2), (-2.7, hh + 1.2, 2.6), (-hw, hh, 3.2)]
    pts = [(-hw + 4, 0)] + pts[1:] + [(-hw, 0, r), (-hw + 3.9, 0)]
    o = slab(fillet(pts, 8)[:-1], t, wood(kind, "Y", .45), .45, 5, holes=[(0, h - 3.2, 1.05)])
    return group([o], loc, rot)

@product("chopping-board")
def board(v):
    if v == "detail":
        board_at("walnut", rot=(0, 0, 38))
        return dict(elev=26, fill=(1.25, 1.3), dx=.06, dy=.12)
    board_at(v)
    return dict(elev=9, fill=(.62, .72))

@product("cherry-wood-spoons")
def spoons(v):
    out = fillet([(0, 0), (4.3, 0, .3), (5.0, .8, .8), (5.2, 13)], 6)
    pot(out, .42, glaze("chalk", raw=2.2, speck=1), .6)
    w = wood("cherry", "Y", .5)
    def spoon(kind, base, tip, rz):
        L = 30
        parts = [tube(line((0, 0, 0), (0, L - 7, 0), 10), .62, w, flat=.8, seg=18, taper=lambda f: 1.05 - .2 * math.sin(PI * f))]
        if kind == 0:
            def fn(u, q):
                a = 2 * PI * u; rr = q
                return (3.1 * rr * math.cos(a), L - 4 + 4.3 * rr * math.sin(a), -.9 * (1 - rr * rr) + .25)
            parts.append(grid(48, 10, fn, w, thick=.55, weld=True))
        elif kind == 1:
            o = slab(fillet([(-.5, L - 10), (.5, L - 10, 1), (2.9, L - 6.2, 2.5), (3.1, L, 1.0), (-2.4, L - 1.2, 1.4), (-2.9, L - 6.2, 2.5)], 8), .7, w, .28); o.location.z = -.35; parts.append(o)
        else:
            def fn(u, q):
                a = 2 * PI * u; rr = q
                x = 3.0 * rr * math.cos(a); y = 4.1 * rr * math.sin(a)
                return (x, L - 4 + y, -.8 * (1 - rr * rr) + .2)
            parts.append(grid(48, 10, fn, w, thick=.55, weld=True))
        e = group(parts, base); b, t = Vector(base), Vector(tip)
        Y = (t - b).normalized(); Z = Vector((0, -1, .15)); Z = (Z - Y * Z.dot(Y)).normalized(); X = Y.cross(Z)
        e.rotation_euler = (Matrix((X, Y, Z)).transposed() @ Matrix.Rotation(rz, 3, "Y")).to_euler()
    spoon(0, (-1.5, 1.5, 1), (-6.8, 2.5, 30), -.35)
    spoon(1, (1, 1.8, 1), (1.2, 4.0, 30), 0.1)
    spoon(2, (1.8, .5, 1), (7.6, 1.0, 30), .3)
    return dict(elev=12, fill=(.6, .76))

@product("beech-rolling-pin")
def pin(v):
    prof = spline([(0, 0), (.7, .1), (1.25, .9), (1.6, 6), (2.05, 14), (2.25, 22.5), (2.05, 31), (1.6, 39), (1.25, 44.1), (.7, 44.9), (0, 45)], 8)
    o = lathe([(max(0, r), z) for r, z in prof], wood("beech", "Z", .5), seg=96, smooth=70)
    o.rotation_euler = (0, math.radians(90), 0); o.location = (-22.5, 0, 0)
    group([o], (0, 0, 4.1), (0, 0, 28))
    path = zigzag(26, .75, 3)
    ribbon(path, 27, .5, weave("oat", "linen", su=70, sv=170, stripe=("u", [(.1, .018), (.16, .006)], "blue")), wob=.25, seed=2, loc=(0, 0, .2), rot=(0, 0, 62))
    return dict(elev=34, fill=(.88, .6))

@product("cast-iron-skillet")
def skillet(v):
    m = iron()
    def mod(t, r, z, i):
        a = abs(math.atan2(math.sin(t - PI/2 - .0), math.cos(t - PI/2))); b = abs(math.atan2(math.sin(t + PI/2), math.cos(t + PI/2)))
        return r + (.55 * math.exp(-(min(a, b) / .16) ** 2) * max(0, (z - 2.5) / 2))
    o = pot(fillet([(0, 0), (10.4, 0, .5), (12.6, 4.5)], 6), .5, m, .55, mod=mod, seg=180)
    pts = [(11.8, -1.5), (14, -1.3), (17, -1.25), (22, -1.6), (25, -1.9, 1.7), (25.6, 0, 1), (25, 1.9, 1.7), (22, 1.6), (17, 1.25), (14, 1.3), (11.8, 1.5)]
    h = slab(fillet(pts, 8), 1.2, m, .4, holes=[(23.2, 0, .85)])
    e = group([h], (0, 0, 3.3), (0, -6, 0))
    group([o, e], rot=(0, 0, -42))
    return dict(elev=38, fill=(.84, .66), key=1.25, rim=1.6)

@product("enamel-saucepan")
def saucepan(v):
    m = enamel(v); dk = paint("#1d2022", .2, .5)
    pot(fillet([(0, 0), (7.4, 0, .8), (7.9, 2, .5), (8, 9.2), (8.25, 9.3)], 7), .14, m, .3, mod=None)
    lathe(spline([(8.05, 9.15), (8.35, 9.2), (8.42, 9.4), (8.3, 9.58), (8.05, 9.5), (8.05, 9.15)], 4), dk, smooth=180)
    lid = spline([(0, 10.9), (3, 10.75), (6, 10.2), (7.4, 9.75), (8.1, 9.7)], 6)
    lathe(lid, m, smooth=180)
    lathe(spline([(8.0, 9.6), (8.28, 9.62), (8.34, 9.78), (8.2, 9.9), (8.0, 9.8), (8.0, 9.6)], 4), dk, smooth=180)
    lathe(fillet([(0, 10.8), (.8, 10.8), (.8, 11.2), (0, 11.2)], 3), steel())
    k = lathe(spline([(.6, 11.1), (.75, 11.4), (1.35, 11.9), (1.55, 12.5), (1.2, 13.0), (0, 13.15)], 6), wood("beech", "X"), smooth=60)
    hp = spline([(7.8, 0, 7.9), (9.5, 0, 8.3), (13, 0, 8.9), (19, 0, 9.6), (20.2, 0, 9.7)], 8)
    h = tube(hp, 1.1, m, flat=.38, seg=24, taper=lambda f: .85 + .25 * math.sin(PI * f ** 1.3)); h2 = tube([(20.15, 0, 9.7), (20.5, 0, 9.75)], 1.0, dk, flat=.4, seg=24)
    group([h, h2], rot=(0, 0, -34))
    return dict(elev=16, fill=(.84, .6))

@product("storage-jar")
def jar(v):
    pot(fillet([(0, 0), (5.2, 0, .3), (5.7, .7, .7), (5.75, 13.2, .4), (5.3, 13.9)], 7), .4, glaze(v, raw=1.2), .7)
    lathe(fillet([(0, 13.7), (5.35, 13.7), (5.35, 14.0), (0, 14.0)], 2), paint("#d8d4c8", .6))
    lathe(spf(fillet([(0, 14.0), (5.75, 14.0, .12), (5.75, 15.5, .3), (0, 15.5)], 5)), wood("oak", "X"))
    return dict(elev=14, fill=(.56, .66))

@product("marble-mortar")
def mortar(v):
    m = marble()
    o = pot(fillet([(0, 0), (4.4, 0, .3), (4.6, 1.0, .5), (4.9, 1.6, .6)], 5) + spline([(5.8, 2.8), (6.8, 5.6), (7.0, 8.4), (7.05, 10)], 6), 1.3, m, 3, mod=None)
    pr = spline([(0, 0), (1.3, .25), (1.9, 1.2), (1.75, 2.6), (1.15, 4.6), (1.0, 8), (1.15, 12), (1.5, 14.6), (1.45, 15.8), (.9, 16.6), (0, 16.8)], 6)
    p = lathe([(max(0, r), z) for r, z in pr], m, smooth=70)
    a, b = Vector((-1.8, 0, 3.6)), Vector((7.2, -1.0, 14))
    p.location = a; p.rotation_euler = (b - a).to_track_quat("Z", "Y").to_euler()
    return dict(elev=20, fill=(.66, .64))

@product("pepper-mill")
def mill(v):
    w = wood(v, "Z", .4, ring=1.6)
    prof = fillet([(0, 0), (2.9, 0, .3), (2.95, 1.2, .3)], 4) + spline([(2.6, 2.2), (1.95, 5.0), (1.75, 8), (2.05, 11.4), (2.5, 13.6), (2.5, 14.3)], 7) + [(2.3, 14.6), (0, 14.6)]
    lathe(spf(prof), w, smooth=30)
    lathe([(0, 14.6), (2.15, 14.6), (2.15, 14.85), (0, 14.85)], steel())
    top = [(0, 14.85), (2.3, 14.85), (2.5, 15.1)] + spline([(2.55, 15.6), (2.2, 16.7), (1.9, 17.2), (2.5, 18.3), (2.3, 19.6), (1.3, 20.3), (0, 20.4)], 6)
    lathe([(max(0, r), z) for r, z in top], w, smooth=30)
    lathe(spline([(0, 20.3), (.5, 20.35), (.45, 20.6), (.75, 20.95), (.7, 21.35), (0, 21.5)], 5), brass(), smooth=60)
    return dict(elev=12, fill=(.5, .76))

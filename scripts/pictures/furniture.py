from kit import *

def stool_at(v, loc=(0, 0, 0)):
    before = set(bpy.context.scene.objects)
    w = wood(v, "Z", .42); wt = wood(v, "X", .42)
    prof = fillet([(0, 41.6), (14.5, 41.6, .4), (16.5, 43.2, 1.0), (16.5, 45, .5), (14.5, 45.0, .6), (8, 44.45, 2), (0, 44.3)], 7)
    lathe(spf(prof, .6), wt, seg=128)
    for k in range(3):
        a = math.radians(-68 + 120 * k); c, s = math.cos(a), math.sin(a)
        rod((17 * c, 17 * s, 0), (9.0 * c, 9.0 * s, 42.2), 1.25, w, 1.9)
        # wedged tenon, flush with the dished seat
        d = math.degrees(a)
        tn = lathe([(0, -.4), (1.3, -.4), (1.3, .05), (0, .05)], wood(v, "X", .5), seg=48)
        wd = box(.26, 2.5, .1, wood("walnut" if v != "walnut" else "oak", "Y"), .02)
        group([tn, wd], (11 * c, 11 * s, 44.71), (0, -4.8, d))
    return group([o for o in bpy.context.scene.objects if o not in before and o.parent is None], loc)

@product("three-leg-stool")
def stool(v):
    if v == "detail":
        stool_at("oak")
        return dict(elev=36, fill=(1.12, 1.12), dy=-.22)
    stool_at(v)
    return dict(elev=14, fill=(.62, .66))

@product("bedside-cabinet")
def cabinet(v):
    W, D, H = 42, 36, 52; t = 1.9
    wx, wy, wz = wood("oak", "X", .42), wood("oak", "Y", .42), wood("oak", "Z", .42)
    box(t, D, H - 12 - t, wz, .2, loc=(-W/2 + t/2, 0, 12)); box(t, D, H - 12 - t, wz, .2, loc=(W/2 - t/2, 0, 12))
    box(W, D, t, wx, .25, loc=(0, 0, H - t)); box(W - 2*t, D - .6, t, wx, .1, loc=(0, .2, 12)); box(W - 2*t, D - .6, 1.6, wx, .1, loc=(0, .2, 33.5))
    box(W - 2*t, .8, H - 14, wx, 0, loc=(0, D/2 - 1.4, 12.5))
    # drawer front with a scooped pull
    dw, dh = W - 2*t - .5, 14.2
    pts = [(-dw/2, 0), (dw/2, 0), (dw/2, dh), (4.6, dh), (3.4, dh - 2.2, 2.0), (-3.4, dh - 2.2, 2.0), (-4.6, dh), (-dw/2, dh)]
    dr = slab(fillet(pts, 8), 1.8, wx, .14); dr.rotation_euler = (math.radians(90), 0, 0); dr.location = (0, -D/2 + 2.0, 35.4)
    box(dw - 2, 20, 9, paint("#3a2d20", .9), 0, loc=(0, -4, 36.5))
    for sx in (-1, 1):
        for sy in (-1, 1):
            rod((sx * (W/2 - 3.2), sy * (D/2 - 3.4), 0), (sx * (W/2 - 4), sy * (D/2 - 4.2), 12.2), 1.1, wz, 1.7)
    # a few books on the shelf
    z = 12 + t
    for k, (w, d, h, c) in enumerate(((22, 15, 2.6, "rust"), (20, 14, 2.0, "oat"), (18.5, 13, 2.4, "forest"))):
        box(w, d, h, fabric3d(c, 12, strength=.2), .15, loc=(-3, -5 + .3 * k, z), rot=(0, 0, 4 - 5 * k)); box(w - .5, d - .2, h - .5, paper("#efe7d6"), 0, loc=(-2.8, -5.3 + .3 * k, z + .25), rot=(0, 0, 4 - 5 * k)); z += h
    group([o for o in bpy.context.scene.objects if o.parent is None], rot=(0, 0, 24))
    return dict(elev=15, fill=(.66, .66))

def side_at(v, loc=(0, 0, 0)):
    m = paint(v, .45, bumpy=.08)
    a = pot(fillet([(0, 48), (19.4, 48, .3), (20, 48.6, .4), (20, 51)], 6), .35, m, 48.4, mod=None, seg=160)
    b = lathe(spf(fillet([(0, 0), (12.5, 0, .2), (12.5, .8, .4), (2.6, 1.4, 1.0), (1.5, 3.2, 1.0), (1.5, 45, 1.0), (3.4, 48), (0, 48)], 6), 1), m)
    return group([a, b], loc)

@product("round-side-table")
def side(v):
    side_at(v)
    return dict(elev=13, fill=(.6, .64))

@product("slatted-bench")
def bench(v):
    L, D, H = 80, 34, 43
    wx, wz, wy = wood("oak", "X", .42), wood("oak", "Z", .42), wood("oak", "Y", .42)
    n = 7; sw = (D - 6 * .9) / 7
    for k in range(n): box(L, sw, 2.2, wx, .3, loc=(0, -D/2 + sw/2 + k * (sw + .9), H - 2.2))
    for sx in (-1, 1):
        x = sx * (L/2 - 9)
        box(4.5, D - 1.5, 4, wy, .25, loc=(x, 0, H - 6.2))
        for sy in (-1, 1): box(4.5, 3.6, H - 2.4, wz, .35, loc=(x, sy * (D/2 - 3), 0))
        box(2.4, D - 8, 3, wy, .2, loc=(x, 0, 10))
    box(L - 20, 2.2, 4, wx, .2, loc=(0, 0, 9.4))
    group([o for o in bpy.context.scene.objects if o.parent is None], rot=(0, 0, 27))
    return dict(elev=17, fill=(.84, .6))

@product("blanket-ladder")
def ladder(v):
    from textiles import weave, ribbon
    w, wx = wood("ash", "Z", .5), wood("ash", "X", .5)
    rods = []
    for s in (-1, 1): rods.append(rod((s * 22.5, 0, 0), (s * 20.5, 0, 160), 1.6, w, 1.3))
    for k in range(5):
        z = 22 + 31 * k; x = 22.3 - 2 * z / 160
        rods.append(rod((-x - 1.5, 0, z), (x + 1.5, 0, z), 1.15, wx))
    # throw over the fourth rung
    z4 = 22 + 31 * 3
    path = [(3.0, z) for z in np.linspace(z4 - 50, z4 - 1, 34)] + [(2.4 * math.cos(a) , z4 + 1.9 * math.sin(a)) for a in np.linspace(.1, PI - .1, 10)] + [(-3.2, z) for z in np.linspace(z4 - 1, z4 - 62, 40)]
    m = weave("#b08a4a", "herringbone", su=110, sv=520, strength=.5)
    def fn(u, q):
        i = min(len(path) - 1, int(round(q * (len(path) - 1)))); y, z = path[i]
        x = (u - .5) * 31; dep = min(1, abs(z - z4) / 20)
        return (x + .8 * math.sin(z * .1) * dep, y + (1.5 * math.sin(u * 17 + z * .012) * dep * (-1 if y < 0 else .3)), z)
    c = grid(90, len(path) - 1, fn, m, thick=1.1)
    fr = []; rnd = random.Random(1); x = -15
    while x < 15.4:
        u = x / 31 + .5; y = -3.2 - 1.5 * math.sin(u * 17 + (z4 - 62) * .012); xx = x + .8 * math.sin((z4 - 62) * .1)
        fr.append(tube(spline([(xx, y, z4 - 62), (xx + rnd.uniform(-.2, .2), y, z4 - 65), (xx + rnd.uniform(-.5, .5), y, z4 - 68)], 4), .22, fabric3d("#b08a4a", 8), seg=6)); x += .75
    g = group([o for o in bpy.context.scene.objects if o.parent is None], rot=(-11, 0, 0))
    return dict(elev=3, azim=0, fill=(.6, .82), wall=34, wall_floor=True)

@product("peg-rail")
def peg(v):
    wx = wood("oak", "X", .42)
    r = box(75, 2.2, 9, wx, .35, loc=(0, 0, -4.5))
    for k in range(5):
        x = -30 + 15 * k
        prof = spline([(0, 0), (1.5, .05), (1.25, .7), (.85, 2.4), (.8, 4.6), (1.15, 6.2), (1.55, 7.1), (1.3, 7.8), (0, 8.0)], 6)
        p = lathe([(max(0, a), z) for a, z in prof], wood("oak", "Z", .42), seg=48, smooth=70); p.location = (x, -1, 0); p.rotation_euler = (math.radians(78), 0, 0)
    for x in (-35.3, 35.3):
        lathe([(0, 0), (.55, 0), (.55, .1), (0, .12)], wood("oak", "X"), seg=24, loc=(x, -1.06, 0), rot=(90, 0, 0))
    # linen tote on one peg
    m = weave("oat", "linen", su=130, sv=150, strength=.6)
    def bag(sg):
        def fn(u, q):
            x = (u - .5) * 30; e = math.sin(PI * u) ** .5
            bul = max(2.6 * e * math.sin(PI * q) ** .5, .45 * e if q > .5 else 0)
            fl = .7 * math.sin(u * 9 + q * 3) * q * e
            return (x * (1 - .05 * q + .03 * math.sin(q * 3)) + 15, -4.2 - sg * bul + fl, -55 + 36 * q - .7 * math.sin(PI * u) * (1 - q) + 1.2 * (u - .5) ** 2 * 4 * q)
        return fn
    grid(60, 60, bag(1), m); grid(60, 60, bag(-1), m)
    for dy in (-4.6, -3.9):
        tube(spline([(8.5, dy, -22), (9.3, dy - .2, -14), (13.4, dy, 0), (15, dy, 1.6), (16.6, dy, 0), (20.7, dy - .2, -14), (21.5, dy, -22)], 8), 1.25, m, flat=.22, seg=12, up=(0, 1, 0))
    # sprig on another
    for k in range(3): olive_branch((-30 + k * .6, -5, 1.5), (-34 + 4 * k, -6, -27 - 3 * (k % 2)), n=9, start=.2, ll=4.2, lw=1.3, mat=foliage("#6d7a58", "#98a080", .6), seed=k, bend=1)
    tube(spline([(-31.3, -5.4, -1.5), (-30, -6.2, -1.2), (-28.7, -5.4, -1.6), (-30, -4.2, -2), (-31.3, -5.4, -1.5)], 5), .3, fabric3d("#c9b28a", 9), seg=8)
    return dict(elev=2, azim=0, fill=(.8, .7), wall=1.2)

from kit import *
TB = dict(key=1.05)

def cushion_at(v, loc=(0, 0, 0), rot=(-14, 0, 12), size=45):
    return cushion(size, 19, weave({"rust": "#96604c"}.get(v, v), "linen", su=200, sv=200, strength=.5), seed=3, loc=loc, rot=rot)

@product("linen-cushion")
def lcushion(v):
    if v == "detail":
        cushion_at("rust", rot=(-20, 0, 30))
        return dict(elev=20, fill=(1.5, 1.45), dx=-.1, dy=.14)
    cushion_at(v)
    return dict(elev=8, fill=(.72, .66))

def fold(mat, w, d, layer, n, z=0, seed=1, wob=.35, thick=None, loc=(0, 0)):
    """One folded textile; the fold faces the camera."""
    path = zigzag(d, layer, n)
    path = [(-y, q) for y, q in path]
    return ribbon(path, w, (thick or layer * .86), mat, wob=wob, seed=seed, loc=(loc[0], loc[1], z), edge=.8)

def fringe(w, y, z, mat, seed=1, L=6, step=.55, droop=True):
    rnd = random.Random(seed)
    x = -w / 2 + .3
    while x < w / 2:
        a = rnd.uniform(-.5, .5)
        tube(spline([(x, y, z), (x + a * .2, y - .9, z - .1), (x + a * .6, y - 1.5, z - L * .45), (x + a, y - 1.4 + rnd.uniform(-.3, .3), z - L * rnd.uniform(.9, 1.05))], 4), .17, mat, seg=6, taper=lambda f: 1.0 - .1 * f)
        x += step * rnd.uniform(.85, 1.15)

def throw_at(v, loc=(0, 0, 0), rz=14):
    c = GL[v]
    m = weave(v, "herringbone", su=130, sv=360, strength=.6); mf = weave(c, "herringbone", su=130, sv=135, strength=.6)
    before = set(bpy.context.scene.objects)
    fold(m, 42, 30, 2.9, 4, seed=2, wob=.9)
    # top flap hanging over the front with its fringe
    path = [(y, 12.9 + .12 * math.sin(y)) for y in np.linspace(14, -15, 22)] + [(-15 - 2.0 * math.sin(a), 12.9 - 2.0 + 2.0 * math.cos(a)) for a in np.linspace(.2, PI / 2, 7)] + [(-17.1, z) for z in np.linspace(10.4, 6.8, 6)]
    ribbon(path, 42.4, 1.1, mf, wob=.6, seed=5)
    fringe(41, -17.2, 6.9, fabric3d(c, 9), L=5.6)
    return group([o for o in bpy.context.scene.objects if o not in before], loc, (0, 0, rz))

@product("lambswool-throw")
def throw(v):
    throw_at(v)
    return dict(elev=20, fill=(.8, .62))

@product("linen-tea-towels")
def teatowels(v):
    c = v.split("-")[0]
    m = weave("#d8ccb4", "linen", su=120, sv=420, stripe=("u", [(.12, .02), (.18, .007), (.88, .02), (.82, .007)], {"blue": "#3d5673", "rust": "#8e4a34"}[c]), strength=.5)
    fold(m, 24, 34, 1.15, 4, seed=2, wob=.3); fold(m, 24, 34, 1.15, 4, z=4.7, seed=7, wob=.3)
    r = group([o for o in bpy.context.scene.objects], rot=(0, 0, 24))
    return dict(elev=32, fill=(.76, .64))

@product("linen-napkins")
def napkins(v):
    for k in range(4):
        fold(weave(v, "linen", su=110, sv=300, strength=.5), 15, 15, .48, 4, z=k * 1.95, seed=k + 2, wob=.22)
    string_loop(15.4, 15.6, 7.6, fabric3d("#c9b28a", 9), .13)
    group([o for o in bpy.context.scene.objects], rot=(0, 0, 27))
    return dict(elev=27, fill=(.74, .62))

@product("waffle-bedspread")
def waffle(v):
    m = weave("#e6dcc8", "waffle", su=46, sv=185, strength=.9)
    fold(m, 44, 34, 3.9, 4, seed=3, wob=.9)
    group([o for o in bpy.context.scene.objects], rot=(0, 0, 18))
    return dict(elev=20, fill=(.8, .62))

@product("knitted-floor-pouf")
def pouf(v):
    m = fabric3d(v, 3.2, strength=.6); n = 44
    lathe([(max(0, r), z) for r, z in spline([(0, 1), (18, .8), (22.4, 4.5), (24, 15), (22.4, 26), (17, 30.6), (0, 31.4)], 8)], m, seg=96)
    # cords run from the crown to the base, each pair of strands forming a knit stitch column
    for k in range(n):
        for s in (0, 1):
            pts = []
            for j in range(0, 61):
                f = j / 60; a = -PI / 2 + PI * f
                r = 24.2 * math.cos(a) ** .42 if math.cos(a) > 0 else 0; z = 16 + 15.6 * math.copysign(abs(math.sin(a)) ** .8, math.sin(a))
                w = .5 + .5 * min(1, r / 10)
                th = 2 * PI * (k + (.25 if s else -.25) * 1) / n + (1 if s else -1) * .022 * math.sin(j * 1.25) * 2
                rr = max(.9, r) + .45 * math.cos(j * 1.25 * 2)
                pts.append((rr * math.cos(th), rr * math.sin(th), z))
            tube(pts, 1.0, m, seg=7, taper=lambda f: max(.18, math.cos(-PI / 2 + PI * f) ** .42))
    lathe(spline([(0, 31.2), (1.8, 31.3), (2.1, 31.9), (1.4, 32.4), (0, 32.5)], 5), m, smooth=180)
    return dict(elev=20, fill=(.72, .6))

def roll(w, r0, r1, turns, mat, thick, loc=(0, 0, 0), tail=18, rz=0, seed=1):
    """A rolled cloth lying along x with a tail in front."""
    pts = []
    N = int(turns * 40)
    for k in range(N + 1):
        f = k / N; a = 2 * PI * turns * f; r = r0 + (r1 - r0) * f
        pts.append((r * math.sin(a), r1 + .0 - r * math.cos(a)))
    # ends at the bottom: a=2pi*turns -> (0, 0); tail to the front
    for t in np.linspace(.05, 1, 14): pts.append((-tail * t if False else tail * t, .05))
    pts = [(-y, z + thick / 2) for y, z in pts]
    o = ribbon(pts, w, thick, mat, wob=.12, seed=seed, nx=70)
    return group([o], loc, (0, 0, rz))

@product("striped-table-runner")
def runner(v):
    m = weave("oat", "linen", su=150, sv=900, stripe=("u", [(.1, .016), (.16, .016), (.22, .016), (.9, .016), (.84, .016), (.78, .016)], "#3a3f47"), strength=.5)
    roll(45, 1.2, 6.2, 7, m, .55, tail=22, rz=24)
    return dict(elev=26, fill=(.78, .62))

@product("flatwoven-wool-rug")
def rug(v):
    m = weave("#d9ccb6", "rib", su=80, sv=330, stripe=("v", [(.985 - .022 * k * k ** .25, .0045 + .003 * (k % 2)) for k in range(12)] + [(.5 + .03 * k, .004) for k in range(8)], "#3c3833"), strength=.9)
    g = roll(70, 2.5, 11, 6.5, m, 1.15, tail=34, rz=30)
    f = fabric3d("#d9ccb6", 8); rnd = random.Random(2); x = -34.4
    objs = []
    while x < 34.5:
        objs.append(tube(spline([(x, -33.8, .6), (x + rnd.uniform(-.3, .3), -36, .5), (x + rnd.uniform(-.8, .8), -38.2, .25)], 4), .3, f, seg=6)); x += 1.0
    for o in objs: o.parent = g
    return dict(elev=27, fill=(.8, .64))

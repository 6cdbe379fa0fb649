from kit import *

def tpot(r, loc=(0, 0, 0), saucer=True, plant=None):
    """r: outer rim radius."""
    m = terracotta(.22); h = r * 1.75; z0 = .7 if saucer else 0
    before = set(bpy.context.scene.objects)
    if saucer: pot(fillet([(0, 0), (r * .82, 0, .2), (r * .95, r * .26, .1)], 5), r * .07, m, r * .07)
    p = pot(fillet([(0, 0), (r * .62, 0, .2), (r * .86, h * .74), (r * .87, h * .745, .1), (r * .97, h * .76, .25), (r, h, .3)], 6), r * .1, m, .8); p.location.z = z0 * .8
    if plant:
        lathe([(0, h * .9 + .4), (r * .6, h * .9 + .2), (r * .88, h * .88)], soil(), smooth=180).location.z = z0
        if plant == "pilea": pilea(h * .9 + z0, spread=r * 1.25, h=r * 1.7, n=30, r=r * .3)
        else: snake(h * .9 + z0, n=9, h=r * 3.2, r=r * .45)
    return group([o for o in bpy.context.scene.objects if o not in before and o.parent is None], loc)

@product("terracotta-pot")
def terracotta_pot(v):
    if v == "empty":
        tpot(12, (-9, 9, 0)); tpot(9, (12, 4, 0)); tpot(6, (-1, -12, 0))
        return dict(elev=17, fill=(.78, .62))
    tpot(9, plant="pilea")
    return dict(elev=14, fill=(.66, .7))

def can_at(v, loc=(0, 0, 0)):
    m = zinc() if v == "zinc" else paint("forest", .35, .3)
    ob = []
    ob.append(pot(fillet([(0, 0), (6.9, 0, .3), (7.1, .5, .2), (6.5, 11.5, 1.6), (4.4, 13.2, .6), (4.3, 15.0)], 8), .12, m, .3, mod=None))
    for z, r in ((.5, 7.12), (15.0, 4.32)): ob.append(tube([(r * math.cos(a), r * math.sin(a), z) for a in np.linspace(0, 2 * PI, 65)[:-1]], .2, m, closed=True, seg=10))
    ob.append(tube(spline([(-5.6, 0, 3.0), (-9, 0, 5.6), (-13.5, 0, 12.5), (-19, 0, 20), (-22.5, 0, 22.6), (-24.5, 0, 22.4)], 10), .95, m, seg=24, taper=lambda f: 1.35 - .85 * f, up=(0, 1, 0)))
    ob.append(tube(spline([(4.2, 0, 14.6), (5.6, 0, 19.4), (10, 0, 20.4), (13.6, 0, 16), (12.6, 0, 9), (9, 0, 4.2), (6.6, 0, 3.2)], 10), .75, m, flat=.4, seg=18, up=(0, 1, 0) if False else None))
    return group(ob, loc, (0, 0, 14))

@product("watering-can")
def can(v):
    can_at(v)
    return dict(elev=11, fill=(.84, .64), key=1.1)

@product("hand-trowel")
def trowel(v):
    s = steel(.38); w = wood("ash", "Y", .5)
    # blade
    def fn(u, q):
        wd = 3.6 * np.interp(q, [0, .12, .6, .85, 1], [.55, .9, 1, .72, .04]); x = (2 * u - 1) * wd
        return (x, -q * 15, .55 * (x / 3.6) ** 2 * 2.2 - .5 * math.sin(PI * q))
    ob = [grid(24, 40, fn, s, thick=.22)]
    ob.append(tube(spline([(0, -1.5, -.1), (0, .5, .3), (0, 3, 1.7), (0, 5.2, 2.2), (0, 6.5, 2.3)], 8), .55, s, seg=18, taper=lambda f: 1 + .25 * f))
    h = lathe([(max(0, r), z) for r, z in spline([(.9, 0), (1.25, .6), (1.35, 3), (1.6, 6.5), (1.45, 9.5), (1.7, 11.4), (1.2, 12.3), (0, 12.5)], 8)], w, seg=48, smooth=70); h.location = (0, 6.2, 2.3); h.rotation_euler = (math.radians(-90), 0, 0); ob.append(h)
    w2 = lathe([(.98, 0), (1.3, 0), (1.36, .4), (1.36, 1.3), (1.2, 1.3)], s, seg=48); w2.location = (0, 6.0, 2.3); w2.rotation_euler = (math.radians(-90), 0, 0); ob.append(w2)
    ob.append(tube(spline([(0, 17.6, 2.6), (1.4, 19.5, 2.0), (2.4, 22, .6), (1.0, 24, .3), (-.6, 22.4, .4), (-.6, 19.6, 1.6), (0, 17.6, 2.0)], 8), .22, paint("#5e3c24", .7), flat=.6, seg=10))
    group(ob, (0, 0, 1), (0, 0, -36))
    return dict(elev=42, fill=(.74, .72), key=1.1)

def planter_at(v, loc=(0, 0, 0), plant=True):
    n = 44
    before = set(bpy.context.scene.objects)
    prof = vessel(spf(fillet([(0, 0), (7.0, 0, .4), (7.9, 1.6, 1.2), (8, 15)], 7), .35), .55, 1); half = len(prof) * .5
    def mod(t, r, z, i):
        if i > half or z < 1.6 or z > 14.3: return hand(t, r, z, i)
        f = min(1, (z - 1.6) / .8, (14.3 - z) / .5)
        return r - .28 * f * abs(math.sin(n * t / 2)) ** .6 + .14 * f
    lathe(prof, glaze(v, raw=1.3, speck=.8), seg=44 * 9, mod=mod, smooth=70)
    if plant:
        lathe([(0, 13.6), (4, 13.5), (7.3, 13.3)], soil(), smooth=180)
        snake(13.2, n=11, h=25, r=3.6)
    return group([o for o in bpy.context.scene.objects if o not in before and o.parent is None], loc)

@product("ribbed-planter")
def planter(v):
    planter_at(v)
    return dict(elev=12, fill=(.6, .74))

@product("willow-trug")
def trug(v):
    wm = wicker(); N = 36; rows = 17
    def R(z): return 12.5 + 4.5 * (z / 15) ** .8
    ob = []
    for k in range(N):
        a = 2 * PI * k / N
        ob.append(tube([(R(z) * math.cos(a), R(z) * math.sin(a), z) for z in np.linspace(0, 15, 12)], .3, wm, seg=6))
    for j in range(rows):
        z = .5 + j * .86
        pts = []
        for q in range(N * 6):
            a = 2 * PI * q / (N * 6)
            r = R(z) + .42 * math.cos(a * N / 2 + (PI if j % 2 else 0)) + .05 * n3(a * 3, j, 0)
            pts.append((r * math.cos(a), r * math.sin(a), z + .12 * n3(a * 4, j, 3)))
        ob.append(tube(pts, .42, wm, closed=True, seg=7))
    # plaited rim and foot
    for zc, rc, rad in ((15.3, R(15), .95), (.4, R(0) + .1, .7)):
        for s in range(3):
            pts = []
            for q in range(300):
                a = 2 * PI * q / 300; ph = a * 20 + s * 2.094
                rr = rc + rad * .6 * math.cos(ph); pts.append((rr * math.cos(a), rr * math.sin(a), zc + rad * .6 * math.sin(ph)))
            ob.append(tube(pts, rad * .55, wm, closed=True, seg=8))
    ob.append(lathe([(0, .5), (12.4, .5)], wm))
    for s in range(4):
        pts = []
        for q in range(140):
            f = q / 139; a = PI * f; ph = f * 40 + s * PI / 2
            r = .55
            x = 17 * math.cos(a); z = 13 + 21 * math.sin(a)
            pts.append((x + r * math.cos(ph) * math.cos(a), r * math.sin(ph), z + r * math.cos(ph) * math.sin(a)))
        ob.append(tube(pts, .48, wm, seg=7))
    group(ob, rot=(0, 0, 24))
    return dict(elev=18, fill=(.72, .68))

def twine_at(v, loc=(0, 0, 0), rz=0, rot=(0, 0, 0)):
    m = fabric3d({"natural": "#b8945e", "forest": "#41593f"}[v], 12, strength=.7); b = wood("beech", "X", .5); ob = []
    for z0 in (0, 8.6): 
        ob.append(lathe(spf(fillet([(.8, z0), (3.6, z0, .2), (3.6, z0 + .9, .2), (.8, z0 + .9)], 4)), b, seg=64))
    ob.append(lathe([(.8, 0), (.8, 9.5)], paint("#3a2c1e", .9)))
    pts = []; turns = 34
    for layer, (rr, off) in enumerate(((2.95, 0), (3.2, .13))):
        p = []
        for q in range(turns * 30):
            a = 2 * PI * q / 30; f = q / (turns * 30)
            p.append(((rr + .05 * n3(a * .7, layer, 0)) * math.cos(a), (rr + .05 * n3(a * .7, layer, 4)) * math.sin(a), 1.05 + 7.4 * (f if layer == 0 else 1 - f) + .1 * n3(a * .3, 8, layer)))
        ob.append(tube(p, .16, m, seg=7))
    x, y, z = p[0]
    ob.append(tube(spline([p[0], (3.3, -.9, z - 1.2), (3.6, -2.6, 3.0), (4.4, -4.4, .5), (6.0, -6.0, .16), (8.2, -6.4, .16), (9.6, -5.0, .16), (9.0, -3.2, .16), (7.2, -3.0, .3), (6.4, -4.6, .45), (7.6, -6.8, .16), (10.4, -8.2, .16)], 8), .16, m, seg=7))
    e = group(ob, loc, (0, 0, rz)); return e

@product("garden-twine")
def twine(v):
    twine_at(v, rz=-20)
    return dict(elev=20, fill=(.74, .6))

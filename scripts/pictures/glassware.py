from kit import *
GB = dict(exposure=.3, key=.9, amb=.55)

def solid(z0, z1, r, mat, seg=96):
    return lathe(fillet([(0, z0), (r, z0, .1), (r, z1, .02), (0, z1)], 3), mat, seg=seg)

def tumbler_at(tint, loc=(0, 0, 0), h=9.0, r=3.4, rt=3.9, n=36):
    out = fillet([(0, 0), (r, 0, .4), (rt, h)], 6)
    def mod(t, q, z, i):
        f = min(1, max(0, (z - .5) / .8)) * min(1, max(0, (h - 1.1 - z) / .5)) if i < half else 0
        return q - .16 * f * (.5 + .5 * math.cos(n * t)) ** .8
    prof = vessel(spf(out, .3), .26, .9); half = len(prof) * .52
    o = lathe(prof, glass(tint), seg=288, mod=mod, smooth=60, wn=False)
    o.location = loc
    return o

@product("ribbed-tumbler")
def tumblers(v):
    tumbler_at(v, (-4.1, 1.6, 0)); tumbler_at(v, (4.0, -1.4, 0))
    return dict(elev=16, fill=(.74, .6), **GB)

@product("table-carafe")
def carafe(v):
    out = fillet([(0, 0), (4.6, 0, .8)], 6) + spline([(4.9, 1.2), (5.0, 5), (4.6, 10), (2.9, 15.4), (2.3, 18.5), (2.5, 22), (3.3, 26)], 8)
    lathe(vessel(spf(out, .4), .24, .7), glass(), seg=128, smooth=70, wn=False)
    inn = spline([(4.4, .9), (4.72, 1.6), (4.8, 5), (4.45, 9.9)], 6)
    lathe([(0, .72), (4.1, .72)] + inn + [(0, 9.9)], water(), seg=128, smooth=50, wn=False)
    return dict(elev=11, fill=(.5, .76), **GB)

@product("short-stem-wine-glass")
def wine(v):
    for x, y in ((-4.6, 1.8), (4.4, -1.4)):
        bowl = spline([(.5, 4.4), (1.6, 4.75), (3.4, 6.2), (4.25, 8.6), (4.0, 11.2), (3.35, 14)], 9)
        prof = [(0, 0), (3.5, 0), (3.55, .12), (2.6, .32), (1.2, .55), (.55, 1.0), (.42, 2.0), (.42, 3.4), (.5, 4.2)]
        P = spline(prof[1:], 6)
        full = [(0, 0)] + P + bowl[1:]
        inner = [(r - .12 - .05 * (1 - (z - 4.4) / 9.6), z + (.35 if z < 6 else 0)) for r, z in bowl[2:]][::-1]
        inner = [(max(.05, r), z) for r, z in inner]
        o = lathe(full + [(3.29, 14.04)] + inner + [(0, 4.95)], glass(), seg=128, smooth=70, wn=False)
        o.location = (x, y, 0)
    return dict(elev=11, fill=(.74, .62), **GB)

def bud_at(tint, loc=(0, 0, 0), stem=True):
    out = fillet([(0, 0), (3.0, 0, .8)], 6) + spline([(3.6, 1.2), (3.95, 3.6), (3.5, 6.6), (1.7, 9.6), (1.2, 12), (1.35, 15), (1.75, 16)], 8)
    o = lathe(vessel(spf(out, .35), .3, .9), glass(tint, seedy=1.2), seg=112, smooth=70, wn=False); o.location = loc
    if stem:
        x, y = loc[0], loc[1]
        st = paint("#9a8054", .9)
        path = spline([(x - .8, y, 1.4), (x, y, 9), (x + .5, y, 16), (x + 2.0, y, 24), (x + 3.6, y, 29)], 8)
        tube(path, .1, st, seg=8)
        rnd = random.Random(4); hm = fabric3d("#cdb384", 4)
        P = path[-16:]
        for k, p in enumerate(P):
            for j in range(5):
                a = rnd.uniform(0, 6.28); s = .95 - .5 * k / len(P)
                d = Vector((math.cos(a), math.sin(a), 1.4)).normalized() * 1.7 * s
                leaf(1.9 * s, .38, hm, curl=.1, base=p, tip=tuple(Vector(p) + d), nu=2, nv=5)

@product("bud-vase")
def bud(v):
    bud_at(v)
    return dict(elev=10, fill=(.5, .78), **GB)

@product("cylinder-vase")
def cyl(v):
    lathe(vessel(spf(fillet([(0, 0), (6, 0, .4), (6, 30)], 6), .5), .35, 2.0), glass(), seg=128, smooth=60, wn=False)
    lathe([(0, 2.02), (5.6, 2.02), (5.62, 12), (0, 12)], water(), seg=128, smooth=50, wn=False)
    for k, (bx, tx, ty, tz) in enumerate(((-3, 8, -2, 44), (3, -8, 1, 47), (0, 1, 2, 52), (2, 14, 3, 40), (-2, -13, 3, 38))):
        olive_branch((bx, .5 * k - 1, 2.4), (tx, ty, tz), n=8, start=.6, ll=6.5, lw=2.2, mat=foliage("#56714a", "#8ba374"), seed=k + 2)
    return dict(elev=8, fill=(.7, .8), **GB)

@product("cork-stopper-jar")
def corkjar(v):
    out = fillet([(0, 0), (5.4, 0, .6), (5.4, 13.5, 1.6), (4.3, 14.6, .6), (4.3, 16.2)], 8)
    lathe(vessel(spf(out, .4), .22, .4), glass(), seg=112, smooth=60, wn=False)
    lathe(spf(fillet([(0, 14.9), (3.85, 14.9, .2), (4.15, 18.0, .3), (0, 18.0)], 4)), cork())
    m = M("lentil"); vo = m.vor(2.2)
    m.set(Base_Color=m.mix(m.n("SeparateColor", {0: vo.outputs["Color"]}).outputs[0], lin("#b5602c"), lin("#cf8446")), Roughness=.6, Normal=m.bump(m.math("SUBTRACT", 1.0, vo.outputs["Distance"]), 1.0, .25))
    lathe(spf([(0, .45), (4.9, .45), (5.12, .8), (5.12, 9.6), (4.6, 9.9), (2, 10.3), (0, 10.2)], .4), m.mat, seg=96)
    return dict(elev=12, fill=(.54, .7), **GB)

from kit import *

@product("speckled-stoneware-mug")
def mug(v):
    mug_at("moss" if v == "detail" else v)
    if v == "detail": return dict(elev=12, fill=(.98, .98), dx=-.12, dy=.1)
    return dict(elev=15, fill=(.7, .66))

@product("raw-rim-dinner-plate")
def plate(v):
    for k in range(3): plate_at(v, (.12 * k, -.1 * k, .95 * k))
    return dict(elev=38, fill=(.74, .7))

@product("everyday-bowl")
def bowl(v):
    bowl_at(v)
    return dict(elev=18, fill=(.74, .6))

@product("wide-pasta-bowl")
def pasta(v):
    out = fillet([(0, 0), (5.2, 0, .2), (5.5, .4, .3)], 4) + spline([(6.4, .9), (7.7, 2.4), (8.5, 4.0)], 6) + fillet([(8.9, 4.5, .4), (12, 5.0)], 5)
    pot(out, .42, glaze("chalk", raw=.5, speck=1, rough=.25), .6, seg=150)
    return dict(elev=34, fill=(.74, .6))

@product("stoneware-teapot")
def teapot(v):
    det = v == "detail"; g = glaze("oat" if det else v, raw=.6, speck=1)
    out = fillet([(0, .2), (4, .2), (4.3, 0, .1), (4.9, 0, .2)], 4) + spline([(5.2, .4), (6.9, 2.4), (7.4, 5.0), (6.4, 8.0), (4.2, 10.0), (3.6, 10.4)], 7)
    parts = [pot(out, .4, g, .8)]
    lid = spline([(0, 10.2), (3.3, 10.25), (4.0, 10.3), (4.05, 10.6), (3.2, 11.1), (1.6, 11.7), (.75, 11.95), (.7, 12.4), (1.15, 12.9), (1.2, 13.4), (.7, 13.8), (0, 13.9)], 6)
    parts.append(lathe([(max(0, r), z) for r, z in lid], g, smooth=60))
    sp = spline([(-5.6, 0, 3.0), (-7.6, 0, 4.2), (-8.9, 0, 6.6), (-10.6, 0, 9.2)], 10)
    parts.append(tube(sp, 1.75, g, seg=32, taper=lambda f: 1.15 - .72 * f ** .7, up=(0, 1, 0)))
    parts.append(tube(spline([(-10.2, 0, 8.6), (-10.64, 0, 9.26)], 4), .6, paint("#2a211b", .8), seg=24, up=(0, 1, 0)))
    hp = spline([(5.2, 0, 8.9), (7.6, 0, 10.2), (10.0, 0, 9.3), (10.7, 0, 6.8), (9.4, 0, 4.2), (6.8, 0, 3.0)], 8)
    parts.append(tube(hp, .8, g, flat=.55, seg=20, taper=lambda f: 1.2 - .35 * math.sin(PI * f)))
    group(parts, rot=(0, 0, 16))
    if det:
        return dict(elev=24, azim=-42, fill=(.86, .86))
    return dict(elev=13, fill=(.82, .6))

@product("pouring-jug")
def jug(v):
    g = glaze("oat", raw=3.6)
    prof = fillet([(0, 0), (3.3, 0, .25), (3.9, .6, .4)], 5) + spline([(4.3, 2), (4.5, 4.2), (4.1, 7.2), (3.6, 9.4), (3.75, 10.8), (4.2, 12)], 6)
    def mod(t, r, z, i):
        if z > 8.6:
            f = ((z - 8.6) / 3.4) ** 1.6; d = math.cos(t - PI)
            r = r + f * (1.5 * max(0, d) ** 14 - .28 * math.exp(-((abs(math.atan2(math.sin(t - PI), math.cos(t - PI))) - .62) / .25) ** 2))
        return hand(t, r, z, i)
    b = pot(prof, .3, g, .5, mod=mod)
    h = tube(spline([(3.7, 0, 9.9), (5.0, 0, 10.6), (6.5, 0, 9.6), (6.6, 0, 7.4), (5.6, 0, 5.2), (4.2, 0, 4.2)], 8), .6, g, flat=.5, seg=18, taper=lambda f: 1.25 - .5 * math.sin(PI * f) ** .7)
    group([b, h], rot=(0, 0, -22))
    return dict(elev=15, fill=(.68, .66))

@product("espresso-cup-pair")
def espresso(v):
    for x, y in ((-3.9, .9), (3.6, -1.2)):
        out = fillet([(0, 0), (2.2, 0, .2), (2.75, .9, .6), (3.05, 6.5)], 6)
        pot(out, .34, glaze(v, raw=.9, rim=6.5), .6).location = (x, y, 0)
    return dict(elev=18, fill=(.7, .6))

@product("salt-cellar")
def salt(v):
    out = fillet([(0, 0), (3.9, 0, .3), (4.6, .8, .9)], 6) + spline([(5.0, 2.2), (5.0, 4.2), (4.6, 5.6)], 6)
    pot(out, .4, glaze("slate", raw=.9), .6)
    lid = lathe(spf(fillet([(0, 5.5), (4.75, 5.5, .15), (4.75, 6.3, .3), (0, 6.5)], 5)), wood("oak", "X"))
    k = lathe(spline([(0, 6.2), (.55, 6.3), (.55, 6.7), (.95, 7.15), (1.0, 7.55), (.6, 7.9), (0, 7.95)], 6), wood("oak", "X"), smooth=60)
    return dict(elev=20, fill=(.7, .6))

@product("oval-serving-platter")
def platter(v):
    g = glaze("slate", rim=2.35, speck=.8)
    prof = vessel(spf(fillet([(0, 0), (12.5, 0, .3), (13.4, .3, .4), (17.2, 1.0, 1.0), (19, 2.4)], 8), .5), .5, .6)
    o = lathe(prof, g, seg=180)
    o.scale = (1, .66, 1); o.rotation_euler = (0, 0, math.radians(18))
    return dict(elev=40, fill=(.84, .6))

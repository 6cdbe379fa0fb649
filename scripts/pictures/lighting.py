from kit import *
DIM = dict(key=.5, amb=.24, fillight=.6, exposure=.25, rim=.7, warm=.5)
WARM = (1, .70, .42)

def shade(r0, r1, h, z, mat, trim=True):
    lathe(spf([(r0, z), (r1, z + h)], 1), mat, seg=128, smooth=180)
    if trim:
        t = fabric3d("#b8a78c", 6)
        for r, q in ((r0, z), (r1, z + h)):
            lathe([(r + .12, q - .35), (r + .14, q + .35), (r - .1, q + .35), (r - .1, q - .35), (r + .12, q - .35)], t, seg=128)

def bulb(x, y, z, power, r=3):
    b = lathe([(max(0, a), q) for a, q in spline([(0, -r), (r * .7, -r * .7), (r, 0), (r * .7, r * .7), (r * .45, r * 1.3), (r * .4, r * 1.8)], 6)], emission("#ffd9a8", 3), seg=32, smooth=180)
    b.location = (x, y, z); b["noframe"] = 1; b.visible_shadow = False
    studio.point((x, y, z), power, WARM, r)

@product("ceramic-table-lamp")
def table_lamp(v):
    det = v == "detail"; g = glaze("oat" if det else v, raw=.9)
    pot(fillet([(0, 0), (5.6, 0, .4), (6.2, .8, .5)], 5) + spline([(7.4, 2.4), (9.4, 7.2), (9.0, 12), (5.6, 16.6), (2.4, 18.6), (1.9, 19.6), (1.7, 20.4)], 8), .5, g, 1)
    b = brass()
    lathe(fillet([(0, 20), (1.95, 20.1), (1.95, 20.9, .2), (1.1, 21.2, .2), (1.0, 23.8, .1), (1.7, 24, .1), (1.7, 27), (0, 27)], 4), b)
    shade(14.5, 12.5, 18.5, 24, translucent("#e6dac4", .3, weavebump=1, su=420))
    bulb(0, 0, 32, 12000)
    tube(spline([(4.5, 3.5, 1.2), (8, 7, .3), (14, 10, .25), (22, 9, .25), (30, 14, .25)], 8), .25, fabric3d("#3a342e", 9), seg=8)["noframe"] = 1
    if det: return dict(elev=4, fill=(1.25, 1.2), dy=.16, **DIM)
    return dict(elev=8, fill=(.66, .72), **DIM)

@product("brass-desk-lamp")
def desk(v):
    b = brass(.24)
    lathe(spf(fillet([(0, 0), (7.5, 0, .3), (7.5, .9, .5), (1.6, 1.5, .8), (.9, 2.6), (0, 2.6)], 5)), b)
    rod((0, 0, 2), (0, 0, 33), .45, b)
    tube(spline([(0, 0, 32.6), (0, 0, 35.6), (1.8, -.2, 37.6), (4.8, -.6, 37.9), (7.4, -1, 36.8)], 8), .45, b, seg=16)
    lathe(spline([(0, -.9), (.75, -.55), (.9, 0), (.75, .55), (0, .9)], 5), b, smooth=180).location = (7.4, -1, 36.6)
    prof = spline([(.9, 0), (1.6, -.5), (3.6, -1.6), (5.9, -4.2), (7.0, -7.6)], 8)
    sh = lathe([(0, .2), (.9, .2)] + prof, b, smooth=50); wn = lathe([(max(.1, r - .15), z - .12) for r, z in prof], paint("#f4efe4", .5), smooth=180)
    group([sh, wn], (7.6, -1.05, 36.4), (12, 14, 0))
    studio.point((8.6, -1.9, 30.2), 3200, WARM, 1.5)
    tube(spline([(-4, 5, .6), (-9, 9, .2), (-16, 9, .2), (-30, 14, .2)], 8), .22, fabric3d("#3a342e", 9), seg=8)["noframe"] = 1
    return dict(elev=9, fill=(.6, .74), **{**DIM, "key": .8, "amb": .36})

@product("paper-pendant-shade")
def paper_p(v):
    R = 17.5; n = 15
    def mod(t, r, z, i): return r
    prof = []
    for k in range(n * 8 + 1):
        a = -PI / 2 + .3 + (PI - .6) * k / (n * 8)
        rib = abs(math.sin(PI * k / 8)) * .35
        prof.append(((R - .35 + rib) * math.cos(a), (R - .35 + rib) * math.sin(a)))
    lathe(prof, translucent("#f4eee2", .42), seg=128, smooth=180)
    w = paint("#cbbfa8", .7)
    for k in range(n + 1):
        a = -PI / 2 + .3 + (PI - .6) * k / n
        lathe([((R - .3) * math.cos(a) + .09 * math.cos(q), (R - .3) * math.sin(a) + .09 * math.sin(q)) for q in np.linspace(0, 2 * PI, 7)], w, seg=96, smooth=180)
    lathe(fillet([(0, 15), (2.2, 15, .2), (2.2, 19.5, .4), (.5, 20.2), (0, 20.2)], 4), paint("#f0ece2", .4))
    c = rod((0, 0, 20), (0, 0, 90), .3, fabric3d("#e5dfd2", 9)); c["noframe"] = 1
    bulb(0, 0, 1, 20000, 3)
    return dict(elev=1, fill=(.7, .6), dy=-.06, floorless=True, **DIM)

def dome_at(v, loc=(0, 0, 0), scale=1):
    prof = spline([(2.2, 18), (3.2, 17.4), (6.5, 15.8), (11.5, 11), (15, 4.6), (16, 0)], 8)
    a = lathe([(0, 18.05), (2.2, 18.0)] + prof + [(16.15, -.15), (16.0, -.3)], enamel(v), smooth=50)
    i = lathe([(max(.1, r - .25), z - .25) for r, z in prof], paint("#f3efe6", .35), smooth=180)
    k = lathe(fillet([(0, 18), (2.3, 18, .2), (2.3, 21.5, .3), (1.2, 23, .3), (.5, 23.2), (0, 23.2)], 4), brass())
    c = rod((0, 0, 23), (0, 0, 90), .3, fabric3d("#24211f", 9)); c["noframe"] = 1
    e = group([a, i, k, c], loc)
    return e

@product("enamel-dome-pendant")
def dome(v):
    dome_at(v); bulb(0, 0, 3.6, 9000, 3)
    return dict(elev=-13, fill=(.74, .5), dy=-.08, floorless=True, **{**DIM, "key": .75, "amb": .36})

def globe_at(loc=(0, 0, 0), power=9000):
    x, y, z = loc
    lathe(spf(fillet([(0, 0), (5.6, 0, .3), (5.6, 4.2, .5), (3.6, 4.6), (0, 4.6)], 5)), wood("oak", "X")).location = loc
    lathe(fillet([(0, 4.5), (3.7, 4.5), (3.7, 6.8, .2), (0, 6.8)], 4), brass()).location = loc
    m = M("opal"); m.set(Base_Color=(.95, .92, .86, 1), Roughness=.25, Emission_Color=lin("#ffd7a6"), Emission_Strength=1.5)
    fr = m.n("LayerWeight", {"Blend": .35}).outputs["Facing"]; m.set(Emission_Strength=m.map(fr, 0, 1, 1.9, .42))
    g = lathe([(max(0, 10 * math.cos(a)), 16 + 10 * math.sin(a)) for a in np.linspace(-1.22, PI / 2, 60)], m.mat, seg=96, smooth=180)
    g.location = loc; g.visible_shadow = False
    studio.point((x, y, z + 16), power, WARM, 9)

@product("opal-globe-lamp")
def globe(v):
    globe_at()
    tube(spline([(4, 4, .8), (8, 8, .25), (16, 9, .25), (30, 15, .25)], 8), .22, fabric3d("#d9cfbd", 9), seg=8)["noframe"] = 1
    return dict(elev=9, fill=(.56, .66), **DIM)

@product("tripod-floor-lamp")
def tripod(v):
    w = wood("oak", "Z", .4)
    for k in range(3):
        a = math.radians(-100 + 120 * k)
        rod((31 * math.cos(a), 31 * math.sin(a), 0), (2.2 * math.cos(a), 2.2 * math.sin(a), 112), 1.2, w, 1.5)
    b = brass()
    lathe(fillet([(0, 108), (4.2, 108, .3), (4.2, 113, .3), (1.2, 114), (1.0, 122), (2, 122), (2, 127), (0, 127)], 4), b)
    shade(22.5, 20, 27, 122, translucent("#e6dac4", .3, weavebump=1, su=500))
    bulb(0, 0, 134, 38000, 4)
    return dict(elev=5, fill=(.6, .8), **DIM)

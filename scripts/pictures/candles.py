from kit import *
DIM = dict(key=.6, amb=.3, fillight=.7, exposure=.25, rim=.8, warm=.5)

def pillar(x, y, h, r=3.5, lit=True, color="#cf9a3c"):
    prof = fillet([(0, 0), (r, 0, .2), (r, h, .35), (r - .7, h - .05, .2), (r * .4, h - .45, .5), (0, h - .55)], 5)
    o = lathe(spf(prof, .5), wax(color, .5, .5, glow=(h, 4.5, .35) if lit else None), seg=96, mod=lambda t, q, z, i: q * (1 + .004 * math.sin(3 * t + z)), smooth=60)
    o.location = (x, y, 0)
    if lit: candle_flame(x, y, h - .55, 2.4, 5)
    else: tube([(x, y, h - .8), (x, y, h + .2), (x + .15, y, h + .9)], .09, paint("#e9e0cc", .9), seg=8)

@product("beeswax-pillar-candle")
def beeswax(v):
    if v == "group":
        pillar(-4.2, 2.2, 20); pillar(4.2, 1.2, 15); pillar(-.6, -5.2, 9.5)
        return dict(elev=12, fill=(.62, .68), **DIM)
    pillar(0, 0, 15)
    return dict(elev=13, fill=(.5, .64), dy=-.03, **DIM)

@product("dinner-candles")
def dinner(v):
    dark = v in ("ink", "forest", "rust")
    m = wax({"ink": "#28303a", "forest": "#2f4638", "rust": "#8c3f28"}.get(v, v), .15 if dark else .4, .42)
    a = taper(v, -3.4, 1.2, 2.2, 25, 1.1, mat=m); b = taper(v, 3.3, -1.0, 2.2, 25, 1.1, mat=m)
    br = brass()
    for o in (a, b):
        x, y = o.location.x, o.location.y
        lathe(spf(fillet([(0, 0), (3.0, 0, .15), (3.0, .5, .2), (1.5, .9, .4), (1.45, 3.4, .15), (1.15, 3.4), (1.15, 2.2), (0, 2.2)], 4)), br).location = (x, y, 0)
    return dict(elev=9, fill=(.5, .8), **{**DIM, "key": .9, "amb": .45})

@product("soy-jar-candle")
def soy(v):
    lathe(vessel(spf(fillet([(0, 0), (4.0, 0, .7), (4.0, 9.5)], 7), .4), .25, .5), glass("brown"), seg=112, smooth=60, wn=False)
    lathe(spf(fillet([(0, .55), (3.72, .55, .5), (3.72, 7.2), (3.4, 7.05, .2), (0, 7.0)], 5)), wax("#efe2c2", .4, .5, glow=(7.2, 3, .5)), seg=96)
    candle_flame(0, 0, 7.0, 2.2, 4)
    # label
    lp = paper("#ece4d3"); a0, a1 = -PI / 2 - .72, -PI / 2 + .72
    grid(40, 6, lambda u, q: (4.03 * math.cos(a0 + (a1 - a0) * u), 4.03 * math.sin(a0 + (a1 - a0) * u), 2.2 + 4.2 * q), lp)
    ink = paint("#3a332b", .8)
    def bar(w, z, h): grid(24, 1, lambda u, q: (4.045 * math.cos(-PI / 2 + (u - .5) * w / 4), 4.045 * math.sin(-PI / 2 + (u - .5) * w / 4), z + h * q), ink)
    text_on("KILN & LOOM", 4.05, 4.75, .52, ink); bar(3.2, 4.3, .045); text_on("soy wax · 180 g", 4.05, 3.45, .42, ink); bar(.0 + 3.2, 3.0, .045)
    return dict(elev=12, fill=(.52, .6), **DIM)

def text_on(s, R, z, size, mat):
    """Text wrapped on the front of a cylinder."""
    c = bpy.data.curves.new("t", "FONT"); c.body = s; c.size = size * 1.4; c.align_x = "CENTER"; c.resolution_u = 4
    t = bpy.data.objects.new("t", c); bpy.context.scene.collection.objects.link(t)
    dg = bpy.context.evaluated_depsgraph_get(); me = bpy.data.meshes.new_from_object(t.evaluated_get(dg)); bpy.data.objects.remove(t)
    for v in me.vertices:
        a = -PI / 2 + v.co.x / R; v.co = Vector((R * math.cos(a), R * math.sin(a), z + v.co.y))
    me.materials.clear(); me.update()
    return link(me, mat, smooth=0)

def stick(x, y, h, b=None):
    b = b or brass()
    prof = fillet([(0, 0), (4.2, 0, .2), (4.2, .7, .3), (2.0, 1.5, .8)], 5) + spline([(1.2, 2.2), (.75, 3.4), (.62, h * .5), (.72, h - 3.8), (1.15, h - 3.2), (.8, h - 2.8), (1.0, h - 2.3), (1.55, h - 2), (1.6, h)], 6) + [(1.2, h), (1.15, h - 1.8), (0, h - 1.8)]
    lathe(spf(prof, .5), b, smooth=45).location = (x, y, 0)

@product("brass-candlestick")
def candlestick(v):
    stick(0, 0, 18); taper("ivory", 0, 0, 16.4, 25, 1.1, lit=True, mat=wax("ivory", .4, .42, glow=(25, 6, .3)))
    return dict(elev=8, fill=(.5, .8), **DIM)

def chamber_at(v, loc=(0, 0, 0)):
    g = glaze(v, raw=.5)
    a = pot(fillet([(0, 0), (4.6, 0, .2), (5.0, .4, .3), (6.2, 1.6, .8), (6.5, 2.5)], 6), .35, g, .5)
    b = lathe(spf(fillet([(1.9, .4), (1.75, 1.2, .5), (1.6, 4.8, .4), (1.95, 5.5, .15), (1.2, 5.5), (1.15, 3.4), (0, 3.4)], 5)), g)
    h = tube(spline([(6.1, 0, 1.7), (7.6, 0, 1.3), (9.1, 0, 2.2), (9.2, 0, 3.8), (7.8, 0, 4.5), (6.6, 0, 3.7), (6.2, 0, 2.3)], 8), .5, g, flat=.7, seg=16)
    c = taper("ivory", 0, 0, 3.5, 16, 1.1, mat=wax("ivory", .4, .42))
    return group([a, b, h, c], loc, (0, 0, -28))

@product("stoneware-chamberstick")
def chamber(v):
    chamber_at(v)
    return dict(elev=18, fill=(.62, .68), **{**DIM, "key": .9, "amb": .42})

@product("tealight-cups")
def tealights(v):
    from glassware import tumbler_at
    for x, y in ((-6.3, .4), (.3, 4.6), (3.6, -4.2)):
        tumbler_at("clear", (x, y, 0), 5.5, 2.4, 3.0, 26)
        lathe(fillet([(0, .95), (1.9, .95), (1.9, 2.3), (0, 2.25)], 2), wax("#f3ead6", .5, .5, glow=(2.3, 1.4, 1.2))).location = (x, y, 0)
        candle_flame(x, y, 2.25, 1.7, 1.6)
    return dict(elev=20, fill=(.7, .6), **DIM)

from kit import *
from bath import text_flat

def book(v, w=14.8, h=21, t=1.9, ribbon=True):
    """Lying flat, spine on -x."""
    before = set(bpy.context.scene.objects)
    c = {"rust": "#7f4532", "forest": "#34473c", "ink": "#2b343f"}.get(v, v)
    cl = M("cloth"); tcx = cl.xyz()
    hh = cl.math("ADD", cl.math("MULTIPLY", cl.math("SINE", cl.math("MULTIPLY", tcx[0], 60.0)), cl.math("SINE", cl.math("MULTIPLY", tcx[1], 60.0))), cl.math("MULTIPLY", cl.noise(9, 4, .7), 1.2))
    cl.set(Base_Color=cl.mix(cl.map(hh, -.4, 1.5), mul(c, .78), mul(c, 1.15)), Roughness=.85, Normal=cl.bump(hh, .35, .02))
    cl.b.inputs["Specular IOR Level"].default_value = .25
    k = .26
    a = box(w, h, k, cl.mat, .08, 3, loc=(0, 0, 0)); b = box(w, h, k, cl.mat, .08, 3, loc=(0, 0, t - k))
    sp = tube([(-w/2 + .1, -h/2, t/2), (-w/2 + .1, h/2, t/2)], t / 2, cl.mat, seg=28, flat=.35, up=(1, 0, 0))
    # pages with fine lines on the edges
    pm = M("pages"); x, y, z = pm.xyz()
    ln = pm.noise(1, 2, .5, vec=pm.n("CombineXYZ", {0: pm.math("MULTIPLY", x, .2), 1: pm.math("MULTIPLY", y, .2), 2: pm.math("MULTIPLY", z, 22.0)}).outputs[0])
    pm.set(Base_Color=pm.mix(pm.map(ln, .35, .65), lin("#cfc3ab"), lin("#efe6d2")), Roughness=.9)
    p = box(w - .55, h - .6, t - 2 * k, pm.mat, .02, 1, loc=(-.05, 0, k))
    if ribbon:
        rm = paint("#c9a24c", .6)
        tube(spline([(2.5, -h/2 + .3, t/2), (2.6, -h/2 - .6, t/2 - .2), (2.9, -h/2 - 1.9, .3), (3.3, -h/2 - 3.4, .12)], 6), .3, rm, flat=.12, seg=8, up=(0, 0, 1))
    return [o for o in bpy.context.scene.objects if o not in before]

def notebook_at(v, loc=(0, 0, 0), rz=0, standing=False, lean=12):
    ob = book(v)
    if standing: return group(ob, loc, (90 - lean, 0, rz))
    return group(ob, loc, (0, 0, rz))

@product("clothbound-notebook")
def notebook(v):
    group(book(v, ribbon=False), (1.2, 1.4, 0), (0, 0, 24))
    group(book(v), (0, 0, 1.92), (0, 0, 31))
    return dict(elev=40, fill=(.78, .68))

@product("cedar-pencils")
def pencils(v):
    w = wood("cedar", "Z", .5)
    for k in range(6):
        x = -2.1 + k * .84
        pencil((x, -9 + (.25 if k % 2 else 0), .36), (x, 9 + (.25 if k % 2 else 0), .36), w)
    b = slab(rrect(5.4, .84, .4), 5.2, paper("#e9e0cc"), 0); b.rotation_euler = (math.radians(90), 0, 0); b.location = (0, 2.4, .37)
    t = text_flat("KILN & LOOM", .56, paint("#3a332b", .8)); t.location = (0, .5, .82)
    t2 = text_flat("six cedar pencils, B", .4, paint("#3a332b", .8)); t2.location = (0, -.6, .82)
    group([o for o in bpy.context.scene.objects if o.parent is None], rot=(0, 0, -30))
    return dict(elev=46, fill=(.72, .72))

@product("brass-pen-pot")
def penpot(v):
    b = metal("#d8bd84", .3, "Z", "brass", .22)
    lathe(vessel(spf(fillet([(0, .4), (3.75, .4, .15), (3.75, 10)], 4), .5), .16, .6), b, seg=128, smooth=60)
    lathe(fillet([(0, 0), (3.65, 0), (3.65, .42), (0, .42)], 2), cork())
    pencil((-1.2, 1, .8), (-3.4, 2.6, 18.2)); pencil((1, 1.4, .8), (3.2, 2.4, 18.4))
    # a black pen
    k = paint("#1f2225", .25, .5)
    p = lathe(spf(fillet([(0, 0), (.5, 0, .1), (.55, 9), (.58, 9.05), (.58, 14.6, .3), (0, 14.9)], 4)), k, seg=32); p.location = (0, -1.4, .8); p.rotation_euler = (math.radians(9), math.radians(6), 0)
    c = tube([(.64, -.1, 13.8), (.7, -.1, 11), (.62, -.1, 9.6)], .12, brass(), seg=8); c.parent = p
    return dict(elev=14, fill=(.5, .68))

@product("letter-set")
def letters(v):
    c = {"white": "#efeae0", "sage": "#a3a892", "clay": "#b5866f"}[v]
    m = paper(c, .88, bumpy=.3); rnd = random.Random(3); ob = []
    w, h = 16.2, 11.4
    for k in range(9):
        ob.append(box(w, h, .13, m, .03, 2, loc=(rnd.uniform(-.08, .08), rnd.uniform(-.08, .08), k * .14), rot=(0, 0, rnd.uniform(-.6, .6))))
    z = 9 * .14
    # the top envelope shows its pointed flap
    fl = slab([(-w/2 + .1, h/2 - .05), (w/2 - .1, h/2 - .05), (.7, -.5), (0, -.8), (-.7, -.5)][::-1], .07, m, .02, 2); fl.location = (0, 0, z + .02); ob.append(fl)
    e1 = group(ob, (0, 0, 0), (0, 0, 22))
    before = set(bpy.context.scene.objects)
    string_loop(w + .2, h + .2, z + .1, fabric3d("#8a6b45", 9), .09)
    group([o for o in bpy.context.scene.objects if o not in before], (0, 0, 0), (0, 0, 22))
    # cards beside it
    e2 = group([box(14.8, 10.5, .12, paper("#f3ede0", .88, bumpy=.3), .03, 2, loc=(0, 0, k * .13), rot=(0, 0, k * 1.5)) for k in range(3)], (5.5, -9.5, 0), (0, 0, 8))
    p = pencil((-1, -12.5, .8), (13.5, -7.0, .8))
    return dict(elev=44, fill=(.8, .66))

@product("oak-desk-tray")
def tray(v):
    w = wood("oak", "X", .42)
    o = slab(rrect(28, 12, 1.6), 2.5, w, .3, 4)
    wells = ((-2.4 - 2.0, 0, 18.4, 9.6), (9.3, 2.6, 7.4, 4.4), (9.3, -2.6, 7.4, 4.4))
    for (x, y, a, b) in wells:
        c = slab(rrect(a, b, 1.0), 3, None, .5, 4); c.location = (x, y, .7); c.parent = o; c.hide_render = True; c["helper"] = 1
        q = o.modifiers.new("w", "BOOLEAN"); q.object = c; q.operation = "DIFFERENCE"; q.solver = "EXACT"
    o.modifiers.move(0, len(o.modifiers) - 1)
    pencil((-12.5, 1.6, 1.1), (4.6, 2.4, 1.1)); 
    b = brass()
    p = lathe(spf(fillet([(0, 0), (.5, 0, .1), (.55, 8), (.58, 8.05), (.58, 13, .3), (0, 13.3)], 4)), paint("#1f2225", .25, .5), seg=32); p.location = (-11.5, -2.0, 1.3); p.rotation_euler = (0, math.radians(90), math.radians(-4))
    rnd = random.Random(5)
    for k in range(7):
        x, y, r = 9.3 + rnd.uniform(-2.4, 2.4), 2.6 + rnd.uniform(-1.1, 1.1), rnd.uniform(0, 360)
        pts = spline([(-1.2, .3, 0), (1.0, .3, 0), (1.35, 0, 0), (1.0, -.3, 0), (-1.3, -.3, 0), (-1.6, 0, .02), (-1.3, .18, .04), (.7, .16, .04)], 5)
        t = tube(pts, .06, b, seg=6); t.location = (x, y, .85 + .08 * k); t.rotation_euler = (rnd.uniform(-.15, .15), rnd.uniform(-.15, .15), math.radians(r))
    for k in range(5):
        q = lathe([(0, 0), (.55, 0), (.5, .16), (0, .3)], b, seg=24); q.location = (9.3 + rnd.uniform(-2.2, 2.2), -2.6 + rnd.uniform(-1.0, 1.0), .85)
    group([x for x in bpy.context.scene.objects if x.parent is None], rot=(0, 0, 24))
    return dict(elev=36, fill=(.84, .64))

@product("wrapping-paper")
def wrap(v):
    for k, (base, ink, kind, y, z, rz) in enumerate((("#eae2d0", "#2b3440", 0, 2.7, 2.6, 0), ("#d9c9aa", "#8a3f28", 1, -2.7, 2.6, 3), ("#eae2d0", "#5d6a48", 2, 0.1, 7.15, -2))):
        m = printed(base, ink, kind); ob = []
        L = 44
        o = lathe(spf([(2.0, 0), (2.6, 0), (2.6, L), (2.0, L)], 1), m, seg=72); o.rotation_euler = (0, math.radians(90), 0); o.location = (-L/2, 0, 0)
        # material is written for axis x: bake the rotation into the mesh
        o.data.transform(Matrix.Rotation(math.radians(90), 4, "Y")); o.rotation_euler = (0, 0, 0)
        ob.append(o)
        sp = [((0.9 + .22 * f) * 0, (1.15 + .19 * f) * math.sin(f), (1.15 + .19 * f) * math.cos(f)) for f in np.linspace(0, 14, 90)]
        for x in (-L/2 + .05, L/2 - .05):
            ob.append(tube([(x, q[1] * .62, q[2] * .62) for q in sp], .07, paper("#efe6d3"), seg=6))
            d = lathe([(0, 0), (2.3, 0)], paint("#57493a", .9)); d.rotation_euler = (0, math.radians(90), 0); d.location = (x * .985, 0, 0); ob.append(d)
        for x in (-7, 7):
            ob.append(tube([(x, 2.68 * math.cos(a), 2.68 * math.sin(a)) for a in np.linspace(0, 2 * PI, 49)[:-1]], .1, fabric3d("#8a6b45", 9), closed=True, seg=6))
        group(ob, (0, y, z), (0, 0, rz))
    group([x for x in bpy.context.scene.objects if x.parent is None], rot=(0, 0, 40))
    return dict(elev=26, fill=(.8, .64))

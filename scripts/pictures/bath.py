from kit import *
from textiles import fold

def towels(v, n=3, loc=(0, 0, 0), rz=20):
    before = set(bpy.context.scene.objects)
    c = {"chalk": "#efe6d4"}.get(v, v)
    m = weave(c, "terry", su=120, sv=360, strength=1.0, stripe=("v", [(.268, .004), (.28, .004), (.732, .004), (.72, .004)], mul(GL.get(c, c), .8)[:3]))
    for k in range(n): fold(m, 34 - k * .4, 25, 2.1, 4, z=k * 8.7, seed=k * 3 + 1, wob=.95, thick=1.75)
    return group([o for o in bpy.context.scene.objects if o not in before], loc, (0, 0, rz))

@product("cotton-towel")
def towel(v):
    towels(v)
    return dict(elev=15, fill=(.76, .64))

def soap(color, w=8.6, d=5.8, h=2.8, name="soap"):
    m = M("soap"); n = m.noise(.4, 4)
    m.set(Base_Color=m.mix(m.map(n, .3, .7), mul(color, .93), mul(color, 1.05)), Roughness=.5, Subsurface_Weight=.3, Subsurface_Scale=.4, Normal=m.bump(m.noise(2.5, 4), .1, .05))
    m.b.inputs["Subsurface Radius"].default_value = (.8, .7, .4)
    return box(w, d, h, m.mat, .7, 6)

def band(w, d, h, at=0, bw=3.4, mat=None):
    o = slab(rrect(d + .06, h + .06, .72), bw, mat or paper("#efe8d9"), 0)
    o.rotation_euler = (math.radians(90), 0, math.radians(90)); o.location = (at - bw / 2, 0, h / 2)
    return o

@product("olive-oil-soap")
def soaps(v):
    cols = ("#a9ab83", "#cfa679", "#e2dcc4")
    spec = ((0, 0, 0, 8), (.3, .2, 2.82, -14), (-.2, -.1, 5.64, 16))
    for c, (x, y, z, r) in zip(cols, spec):
        s = soap(c); b = band(8.6, 5.8, 2.8)
        t = text_flat("KILN & LOOM", .62, paint("#3a332b", .8)); t.location = (0, -.35, 2.86); t.rotation_euler = (0, 0, 0)
        if z < 5: t.hide_render = True
        # text on the front edge of the band
        f = text_flat({"#a9ab83": "rosemary", "#cfa679": "orange", "#e2dcc4": "plain"}[c], .62, paint("#3a332b", .8)); f.location = (0, -2.97, 1.2); f.rotation_euler = (math.radians(90), 0, 0)
        group([s, b, t, f], (x, y, z), (0, 0, r))
    return dict(elev=20, fill=(.68, .6))

def text_flat(s, size, mat):
    c = bpy.data.curves.new("t", "FONT"); c.body = s; c.size = size; c.align_x = "CENTER"; c.align_y = "CENTER"; c.resolution_u = 4
    t = bpy.data.objects.new("t", c); bpy.context.scene.collection.objects.link(t)
    dg = bpy.context.evaluated_depsgraph_get(); me = bpy.data.meshes.new_from_object(t.evaluated_get(dg)); bpy.data.objects.remove(t)
    me.materials.clear()
    return link(me, mat, smooth=0)

def dish_at(v, loc=(0, 0, 0), rz=20):
    g = glaze(v, rim=2.15, raw=.35)
    before = set(bpy.context.scene.objects)
    d = lathe(vessel(spf(fillet([(0, 0), (5.2, 0, .3), (5.9, .6, .5), (6.5, 2.2)], 6)), .38, .6), g, seg=120); d.scale = (1, .7, 1)
    for k in range(5):
        x = -3.4 + 1.7 * k; hw = 3.3 * math.sqrt(max(0, 1 - (x / 5.6) ** 2))
        tube(line((x, -hw, .75), (x, hw, .75), 8), .36, g, seg=14)
    s = soap("#a9ab83" if v == "chalk" else "#e2dcc4", 7.6, 5.0, 2.5); s.location = (.2, 0, 1.05); s.rotation_euler = (0, 0, math.radians(6))
    return group([o for o in bpy.context.scene.objects if o not in before], loc, (0, 0, rz))

@product("ridged-soap-dish")
def dish(v):
    dish_at(v)
    return dict(elev=24, fill=(.74, .6))

@product("bath-brush")
def brush(v):
    w = wood("beech", "Y", .5)
    out = []
    prof = [(0, 0, 1.9), (.12, 0, 2.95), (.25, 0, 3.05), (.34, 0, 2.2), (.42, 0, 1.15), (.6, 0, 1.0), (.85, 0, 1.25), (.97, 0, 1.5), (1.0, 0, 1.1)]
    L = 40
    left = spline([(-r, f * L) for f, _, r in prof], 8); right = spline([(r, f * L) for f, _, r in prof], 8)[::-1]
    s = slab(left + right, 1.7, w, .55, 5, holes=[(0, L * .955, .4)])
    # bend the handle
    for p in s.data.vertices: p.co.z += 2.2 * max(0, (p.co.y - 14) / 26) ** 1.5
    br = paint("#c9b186", .8, vary=.15); rnd = random.Random(2); bs = []
    V, F = [], []
    for i in range(-6, 7):
        for j in range(0, 25):
            x = i * .42 + (.2 if j % 2 else 0); y = 1.0 + j * .52
            rr = np.interp(y / L, [p[0] for p in prof], [p[2] for p in prof]) - .55
            if abs(x) > rr or y > L * .33: continue
            for q in range(7):
                dx, dy = rnd.uniform(-.16, .16), rnd.uniform(-.16, .16); ex, ey = dx * 3 + x * .12 + rnd.uniform(-.1, .1), dy * 3 + rnd.uniform(-.1, .1)
                z1 = -2.6 + rnd.uniform(-.15, .15); r = .035; b0 = len(V)
                for (cx, cy, cz) in ((x + dx, y + dy, .2), (x + ex, y + ey, z1)):
                    for a in (0, 2.1, 4.2): V.append((cx + r * math.cos(a), cy + r * math.sin(a), cz))
                for k in range(3): F.append((b0 + k, b0 + (k + 1) % 3, b0 + 3 + (k + 1) % 3, b0 + 3 + k))
    me = bpy.data.meshes.new("bristle"); me.from_pydata(V, [], F); me.update()
    bo = link(me, br, smooth=0)
    cord = tube(spline([(0, L * .955, 4.2), (1.6, L * 1.03, 4.0), (2.0, L * 1.12, 3.6), (.4, L * 1.16, 3.4), (-1.4, L * 1.1, 3.6), (-1.2, L * 1.02, 4.0), (0, L * .955, 4.4)], 6), .2, fabric3d("#e6dcc6", 9), seg=8)
    group([s, bo, cord], (0, 0, 3), (8, 104, -38))
    return dict(elev=34, fill=(.72, .72))

def pump_at(v, loc=(0, 0, 0)):
    before = set(bpy.context.scene.objects)
    pot(fillet([(0, 0), (3.9, 0, .3), (4.2, .5, .4), (4.2, 9.6, 1.8), (1.7, 11.6, .6), (1.6, 12.4)], 8), .3, glaze(v, raw=1.1), .5)
    b = brass(.24)
    lathe(spf(fillet([(0, 12), (1.95, 12, .1), (1.95, 13.6, .2), (.75, 13.9, .2), (.6, 14), (.55, 15.6), (0, 15.6)], 4)), b)
    lathe(spf(fillet([(0, 15.3), (1.0, 15.4, .2), (1.0, 16.6, .3), (0, 16.9)], 4)), b)
    tube(spline([(0, 0, 16.1), (-2.2, 0, 16.25), (-4.2, 0, 16.15), (-5.0, 0, 15.7), (-5.2, 0, 15.1)], 8), .36, b, seg=16)
    return group([o for o in bpy.context.scene.objects if o not in before], loc, (0, 0, 20))

@product("soap-dispenser")
def dispenser(v):
    pump_at(v)
    return dict(elev=12, fill=(.56, .68))

@product("oak-bath-mat")
def mat(v):
    wx, wy = wood("oak", "X", .5), wood("oak", "Y", .5)
    n = 9; W, D = 60, 40; sw = (D - (n - 1) * 1.1) / n
    ob = []
    for k in range(n): ob.append(box(W, sw, 2.0, wx, .3, loc=(0, -D/2 + sw/2 + k * (sw + 1.1), 1.5)))
    for x in (-22, 0, 22): ob.append(box(4, D - 2, 1.5, wy, .15, loc=(x, 0, 0)))
    group(ob, (0, 0, 0), (0, 0, 28))
    return dict(elev=30, fill=(.84, .64))

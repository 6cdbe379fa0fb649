"""The hero still life: breakfast things on an oak table in low morning light."""
from kit import *
from kitchen import board_at
from glassware import bud_at, tumbler_at

@product("hero")
def hero(v):
    sc = bpy.context.scene
    sc.cycles.diffuse_bounces = 4; sc.cycles.use_fast_gi = False; sc.cycles.max_bounces = 8
    sc.cycles.adaptive_threshold = .04
    # table planks
    for k in range(-4, 4):
        box(260, 17.6, 4, wood("table", "X", .38, ring=.55, scale=.7), .18, 3, loc=(random.uniform(-30, 30), 9 + k * 17.75, -4))
    # wall: warm plaster
    m = M("wall"); n = m.noise(.03, 5, .6)
    m.set(Base_Color=m.mix(m.map(n, .3, .7), lin("#c6b7a2"), lin("#d4c7b4")), Roughness=.95, Normal=m.bump(m.noise(.25, 6, .65), .12, .3))
    box(900, 4, 500, m.mat, 0, loc=(0, 38.8, -200))
    # left: linen runner under mugs; centre: teapot; right: bowl stack, carafe, pears
    cloth = weave("oat", "linen", su=330, sv=520, stripe=("u", [(.06, .012), (.1, .004), (.94, .012), (.9, .004)], "rust"), strength=.5)
    def run(u, q):
        x = (q - .5) * 150; y = (u - .5) * 40
        return (x, y + 1.2 * n3(x * .03, 4, 0), .25 + .55 * max(0, n3(x * .06 + 3, y * .07, 1)) + .9 * max(0, n3(x * .035 + y * .05, 2, 5)) ** 1.5)
    g = grid(40, 220, run, cloth, thick=.16); g.location = (-14, -6, 0); g.rotation_euler = (0, 0, math.radians(-7))
    from tableware import REG as R
    # teapot
    def teapot(loc, rz):
        gl = glaze("ink", raw=.6)
        out = fillet([(0, .2), (4, .2), (4.3, 0, .1), (4.9, 0, .2)], 4) + spline([(5.2, .4), (6.9, 2.4), (7.4, 5.0), (6.4, 8.0), (4.2, 10.0), (3.6, 10.4)], 7)
        parts = [pot(out, .4, gl, .8)]
        lid = spline([(0, 10.2), (3.3, 10.25), (4.0, 10.3), (4.05, 10.6), (3.2, 11.1), (1.6, 11.7), (.75, 11.95), (.7, 12.4), (1.15, 12.9), (1.2, 13.4), (.7, 13.8), (0, 13.9)], 6)
        parts.append(lathe([(max(0, r), z) for r, z in lid], gl, smooth=60))
        parts.append(tube(spline([(-5.6, 0, 3.0), (-7.6, 0, 4.2), (-8.9, 0, 6.6), (-10.6, 0, 9.2)], 10), 1.75, gl, seg=32, taper=lambda f: 1.15 - .72 * f ** .7, up=(0, 1, 0)))
        parts.append(tube(spline([(5.2, 0, 8.9), (7.6, 0, 10.2), (10.0, 0, 9.3), (10.7, 0, 6.8), (9.4, 0, 4.2), (6.8, 0, 3.0)], 8), .8, gl, flat=.55, seg=20, taper=lambda f: 1.2 - .35 * math.sin(PI * f)))
        return group(parts, loc, (0, 0, rz), scale=1.12)
    Z = .7
    teapot((3, 4, Z), 16)
    mug_at("moss", (-17, -3, Z), -35)
    mug_at("oat", (-29.5, 4.5, Z), 205)
    # coffee in the front mug
    c = lathe([(0, 7.6), (3.88, 7.6)], paint("#2a160c", .08), seg=64); c.location = (-17, -3, Z)
    # bowls and plate
    plate_at("chalk", (26, -1, .1)); bowl_at("oat", (26, -1, .75)); bowl_at("rust", (26, -1, 3.4))
    # board leaning at the back, and a stack of boards
    board_at("walnut", 24, 42, loc=(-33, 27, 0), rot=(80, 0, 8)); board_at("oak", 21, 35, loc=(-21, 24.5, 0), rot=(77, 0, -4))
    # tall branch vase at back right
    vz = glaze("chalk", raw=2.5, speck=1.1)
    vo = pot(fillet([(0, 0), (5.4, 0, .4)], 4) + spline([(6.2, .8), (8.0, 7), (8.1, 13), (6.0, 19), (3.3, 23), (2.9, 26), (3.5, 28.5)], 8), .5, vz, 1); vo.location = (33, 23, 0)
    for k, (tx, ty, tz) in enumerate(((16, 24, 56), (27, 16, 66), (46, 24, 62), (52, 18, 48), (37, 30, 70))):
        olive_branch((33 + random.uniform(-1, 1), 23, 24), (tx, ty, tz), n=11, start=.2, ll=6.2, lw=1.9, mat=foliage("#55684a", "#94a07e", .5), seed=k + 11, bend=4)
    # amber tumbler and brass candlestick
    tumbler_at("amber", (13.5, -10.5, .55))
    from candles import stick
    stick(-6, 20, 16); taper("ivory", -6, 20, 14.4, 22, 1.1, mat=wax("ivory", .4, .42))
    stick(4, 24, 10); taper("ivory", 4, 24, 8.4, 22, 1.1, mat=wax("ivory", .4, .42))
    # pears
    def pear(loc, rot, s=1):
        pm = M("pear"); nn = pm.noise(.5, 4)
        sp = pm.map(pm.vor(5).outputs["Distance"], .14, .08)
        pm.set(Base_Color=pm.mix(pm.math("MULTIPLY", sp, .5), pm.mix(pm.map(nn, .35, .7), lin("#9a8a35"), lin("#b7813a")), lin("#5c4020")), Roughness=.42, Subsurface_Weight=.1, Subsurface_Scale=.4)
        o = lathe([(max(0, r), z) for r, z in spline([(0, .3), (1.0, 0), (2.6, .8), (3.4, 2.8), (2.9, 5.0), (1.7, 6.9), (1.35, 8.4), (.8, 9.3), (0, 9.2)], 8)], pm.mat, seg=64, smooth=180, mod=lambda t, r, z, i: r * (1 + .03 * math.sin(t * 2 + z * .4)))
        s1 = tube(spline([(0, 0, 9.1), (.1, 0, 10), (.5, .1, 11)], 5), .16, paint("#3c2a1a", .8), seg=8)
        return group([o, s1], loc, rot, scale=s)
    pear((41, -9, .1), (0, 0, 30)); pear((47.5, -5, 3.1), (0, -84, 55), .95)
    # folded napkin with spoon near the front left
    ribbon(zigzag(17, .75, 4), 15, .5, weave("#a7a68f", "linen", su=80, sv=170), wob=.2, seed=4, loc=(-44, -9, .1), rot=(0, 0, 24))
    b = brass(.3)
    spn = grid(32, 8, lambda u, q: (1.7 * q * math.cos(2 * PI * u), 8 + 2.6 * q * math.sin(2 * PI * u), -.5 * (1 - q * q) + .35), b, thick=.14, weld=True)
    hd = tube(spline([(0, 5.6, .3), (0, 2, .75), (0, -4, .45), (0, -8, .2)], 8), .32, b, flat=.5, seg=12, up=(0, 0, 1), taper=lambda f: .8 + .7 * f ** 2)
    group([spn, hd], (-44, -9, 3.1), (0, 0, 46))
    # camera
    cam = bpy.data.cameras.new("cam"); cam.lens = 70; cam.sensor_width = 36
    o = bpy.data.objects.new("cam", cam); sc.collection.objects.link(o)
    pos = Vector((0, -215, 52)); tgt = Vector((1, 5, 19.5))
    o.location = pos; o.rotation_euler = (tgt - pos).to_track_quat("-Z", "Y").to_euler(); sc.camera = o
    cam.dof.use_dof = True; cam.dof.focus_distance = (Vector((0, 0, 8)) - pos).length; cam.dof.aperture_fstop = .35
    # light: low sun through a window with bars and leaves outside, cool sky fill
    s = bpy.data.lights.new("sun", "SUN"); s.energy = 7.5; s.color = (1, .80, .58); s.angle = math.radians(1.6)
    so = bpy.data.objects.new("sun", s); sc.collection.objects.link(so)
    d = Vector((.86, .36, -.46)).normalized()
    so.rotation_euler = d.to_track_quat("-Z", "Y").to_euler()
    blk = paint("#111111", .9)
    # gobo plane perpendicular-ish to the sun, 220 cm up-light
    c0 = Vector((2, 22, 20)) - d * 230
    gq = d.to_track_quat("Z", "Y").to_matrix().to_4x4(); gq.translation = c0
    e = bpy.data.objects.new("gobo", None); sc.collection.objects.link(e); e.matrix_world = gq
    def bar(x, y, w, h):
        bb = box(w, h, 1, blk, 0, base=False); bb.parent = e; bb.location = (x, y, 0); bb.visible_camera = False; bb.visible_glossy = False
    W2, H2 = 88, 62
    for x in (-W2, -W2 / 3, W2 / 3, W2): bar(x, 0, 5, 2 * H2)
    for y in (-H2, 0, H2): bar(0, y, 2 * W2, 5)
    for sx in (-1, 1): bar(sx * (W2 + 200), 0, 400, 700)
    for sy in (-1, 1): bar(0, sy * (H2 + 150), 900, 300)
    fol = foliage("#222222", "#222222"); rnd = random.Random(8)
    for k in range(34):
        p = Vector((rnd.gauss(30, 30), rnd.gauss(30, 16), rnd.uniform(-60, -30)))
        l = leaf(rnd.uniform(10, 18), rnd.uniform(4, 7), fol, base=tuple(p), tip=tuple(p + Vector((rnd.uniform(-1, 1), rnd.uniform(-1, 1), .1))), nu=3, nv=6)
        l.parent = e; l.visible_camera = False; l.visible_glossy = False
    studio.area((-150, -60, 110), (0, 0, 10), 120, 90000, (.93, .96, 1))
    studio.area((120, -160, 90), (0, 0, 10), 150, 40000, (1, .95, .9))
    studio.world((1, .96, .92), .22)
    sc.view_settings.exposure = .15
    return dict(done=True)

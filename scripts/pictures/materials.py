"""Procedural materials. Texture coordinates are object space, i.e. centimetres."""
import bpy, math

def lin(h):
    if not isinstance(h, str): return tuple(h) + ((1,) if len(h) == 3 else ())
    h = h.lstrip("#")
    c = [int(h[i:i+2], 16) / 255 for i in (0, 2, 4)]
    return tuple(x / 12.92 if x <= .04045 else ((x + .055) / 1.055) ** 2.4 for x in c) + (1,)

def mul(h, k):
    c = lin(h); return (c[0]*k, c[1]*k, c[2]*k, 1)

class M:
    def __init__(s, name):
        s.mat = bpy.data.materials.new(name); s.mat.use_nodes = True
        s.nt = s.mat.node_tree
        s.b = s.nt.nodes["Principled BSDF"]; s.out = s.nt.nodes["Material Output"]
        s._co = None
    def n(s, t, ins=None, **at):
        x = s.nt.nodes.new("ShaderNode" + t)
        for k, v in at.items(): setattr(x, k, v)
        for k, v in (ins or {}).items(): s.put(x.inputs[k], v)
        return x
    def put(s, sock, v):
        if isinstance(v, bpy.types.NodeSocket): s.nt.links.new(v, sock)
        else: sock.default_value = v
    def set(s, **kw):
        for k, v in kw.items(): s.put(s.b.inputs[k.replace("_", " ")], v)
        return s
    def co(s, kind="Object", rnd=True):
        if s._co is None or not rnd:
            tc = s.n("TexCoord").outputs[kind]
            if not rnd: return tc
            oi = s.n("ObjectInfo").outputs["Random"]
            off = s.n("VectorMath", {0: oi, 1: (83, 41, 67)}, operation="MULTIPLY").outputs[0]
            s._co = s.n("VectorMath", {0: tc, 1: off}, operation="ADD").outputs[0]
        return s._co
    def xyz(s, vec=None):
        return s.n("SeparateXYZ", {0: vec or s.co(rnd=False)}).outputs
    def scale(s, vec, sc): return s.n("VectorMath", {0: vec, 1: sc}, operation="MULTIPLY").outputs[0]
    def noise(s, scale, detail=4, rough=.55, vec=None, dist=0):
        return s.n("TexNoise", {"Vector": vec or s.co(), "Scale": scale, "Detail": detail, "Roughness": rough, "Distortion": dist}).outputs["Fac"]
    def vor(s, scale, vec=None, rand=1, feature="F1"):
        return s.n("TexVoronoi", {"Vector": vec or s.co(), "Scale": scale, "Randomness": rand}, feature=feature)
    def math(s, op, a, b=0.0, c=0.0, clamp=False):
        x = s.n("Math", operation=op, use_clamp=clamp)
        s.put(x.inputs[0], a); s.put(x.inputs[1], b); s.put(x.inputs[2], c)
        return x.outputs[0]
    def ramp(s, fac, *stops):
        x = s.n("ValToRGB", {"Fac": fac}); e = x.color_ramp.elements
        while len(e) < len(stops): e.new(.5)
        for el, (p, c) in zip(e, stops):
            el.position = p; el.color = lin(c) if isinstance(c, str) else ((c, c, c, 1) if isinstance(c, (int, float)) else c)
        return x.outputs["Color"]
    def map(s, v, a, b, c=0.0, d=1.0, smooth=False):
        return s.n("MapRange", {0: v, 1: a, 2: b, 3: c, 4: d}, interpolation_type="SMOOTHSTEP" if smooth else "LINEAR").outputs[0]
    def mix(s, f, a, b, blend="MIX"):
        x = s.n("Mix", data_type="RGBA", blend_type=blend)
        s.put(x.inputs[0], f)
        for i, v in ((6, a), (7, b)): s.put(x.inputs[i], lin(v) if isinstance(v, str) else v)
        return x.outputs[2]
    def bump(s, h, strength=.3, dist=.05, normal=None):
        x = s.n("Bump", {"Height": h, "Strength": strength, "Distance": dist})
        if normal: s.put(x.inputs["Normal"], normal)
        return x.outputs["Normal"]

CLAY = "#8f6e57"
GL = {"moss": "#5d6147", "oat": "#d9cbb2", "ink": "#2b3440", "clay": "#a06e58", "chalk": "#ece7dc", "slate": "#4d5357",
      "rust": "#82432f", "sage": "#9a9f86", "forest": "#2f4238", "stone": "#b3aa9c", "ochre": "#c08a36", "juniper": "#4b5750",
      "ivory": "#f2e2bd", "cream": "#f0dfb9", "blue": "#3f5f7f", "bone": "#e4dccb", "white": "#f0ece3", "black": "#222220", "natural": "#c2a779"}

def glaze(color, raw=None, rim=None, speck=1.0, rough=.28, clay=CLAY, rim_color="#7a5236", name="glaze", pool=.35):
    """Stoneware glaze with iron specks; raw clay below z=raw, wiped rim above z=rim."""
    m = M(name); c = GL.get(color, color)
    pool_f = m.noise(.35, 3)
    col = m.mix(m.map(pool_f, .3, .7), mul(c, 1 - pool * .45), mul(c, 1.06))
    # two sizes of speck
    if speck:
        for sc, th, k in ((1.7, .16, .85), (4.6, .17, .7)):
            v = m.vor(sc)
            keep = m.math("GREATER_THAN", m.n("SeparateColor", {0: v.outputs["Color"]}).outputs[0], .4)
            dot = m.math("MULTIPLY", m.map(v.outputs["Distance"], th * speck, th * speck * .55), keep)
            dot = m.math("MULTIPLY", dot, k)
            lightness = sum(lin(c)[:3])
            col = m.mix(dot, col, "#3a281b" if lightness > .12 else "#7d705c")
    r = m.math("ADD", rough - .06, m.math("MULTIPLY", m.noise(1.2, 3), .14))
    hb = m.noise(.9, 3)
    nrm = m.bump(hb, .25, .08)
    nrm = m.bump(m.noise(14, 2), .06, .02, nrm)
    coat = .25
    z = m.xyz()[2]
    wob = m.math("MULTIPLY", m.math("SUBTRACT", m.noise(.55, 3), .5), .35)
    zz = m.math("ADD", z, wob)
    if raw is not None or rim is not None:
        rc = m.mix(m.map(m.noise(9, 5, .7), .35, .65), mul(clay, .8), mul(clay, 1.12))
        sp = m.vor(9); rc = m.mix(m.math("MULTIPLY", m.map(sp.outputs["Distance"], .16, .1), .6), rc, "#2e2018")
        nr = m.bump(m.noise(22, 4, .7), .35, .03)
        f = 0.0
        if raw is not None: f = m.map(zz, raw + .05, raw - .05)
        if rim is not None:
            zr = m.math("ADD", z, m.math("MULTIPLY", wob, .12))
            g = m.map(zr, rim - .05, rim + .03)
            col = m.mix(m.math("MULTIPLY", g, .85), col, rim_color)
        if raw is not None:
            # thin glaze line looks darker at the edge
            edge = m.map(m.math("ABSOLUTE", m.math("SUBTRACT", zz, raw + .12)), .0, .16, .45, 0)
            col = m.mix(edge, col, mul(CLAY, .6))
            col = m.mix(f, col, rc); r = m.math("ADD", r, m.math("MULTIPLY", f, .5), clamp=True)
            mx = m.n("Mix", data_type="VECTOR"); m.put(mx.inputs[0], f); m.put(mx.inputs[4], nrm); m.put(mx.inputs[5], nr); nrm = mx.outputs[1]
            m.set(Coat_Weight=m.math("MULTIPLY", m.math("SUBTRACT", 1.0, f), coat))
    m.set(Base_Color=col, Roughness=r, Normal=nrm, Coat_Roughness=.12)
    return m.mat

def raw_clay(color=CLAY, rough=.8, name="raw", grain=1.0):
    m = M(name)
    c = m.mix(m.map(m.noise(1.1, 5, .65), .3, .7), mul(color, .8), mul(color, 1.12))
    c = m.mix(m.math("MULTIPLY", m.map(m.noise(16, 3), .55, .75), .3), c, mul(color, .55))
    m.set(Base_Color=c, Roughness=rough, Normal=m.bump(m.noise(14, 5, .7), .35 * grain, .04))
    return m.mat

def terracotta(bloom=.25):
    m = M("terracotta")
    c = m.mix(m.map(m.noise(.35, 5, .6), .3, .7), lin("#a85a38"), lin("#c4754f"))
    c = m.mix(m.math("MULTIPLY", m.map(m.noise(.22, 6, .65), .5, .78), bloom * 2), c, lin("#d9b9a0"))
    m.set(Base_Color=c, Roughness=.85, Normal=m.bump(m.noise(11, 5, .7), .3, .03))
    return m.mat

WOODS = {"oak": ("#c19a6b", "#a27a4c", "#8a6238"), "walnut": ("#6f4a30", "#4f3220", "#3a2418"), "beech": ("#d3a77c", "#c29467", "#a9794f"),
         "ash": ("#d9c3a0", "#c4a97f", "#ac8f64"), "cherry": ("#b0714a", "#965736", "#7b4228"), "black-ash": ("#2a2826", "#1e1c1b", "#141312"),
         "table": ("#9a7048", "#7b5531", "#5e3f23"), "cedar": ("#c68a5e", "#b4764a", "#9a5f38")}

def wood(kind="oak", axis="X", rough=.42, ring=.9, scale=1.0, name="wood"):
    """Grain along `axis`: growth rings cut at a slant, plus fine fibres and pores."""
    m = M(name); a, b, c = WOODS[kind]
    st = {"X": (.07, 1, 1), "Y": (1, .07, 1), "Z": (1, 1, .07)}[axis]
    v = m.scale(m.co(), tuple(x * scale for x in st))
    # warp the rings
    w = m.n("TexNoise", {"Vector": v, "Scale": .28, "Detail": 3.0}).outputs["Color"]
    wv = m.n("VectorMath", {0: m.n("VectorMath", {0: w, 1: (.5, .5, .5)}, operation="SUBTRACT").outputs[0], 1: (3.2, 3.2, 3.2)}, operation="MULTIPLY").outputs[0]
    x, y, z = m.n("SeparateXYZ", {0: m.n("VectorMath", {0: v, 1: wv}, operation="ADD").outputs[0]}).outputs
    p, q = {"X": (y, z), "Y": (x, z), "Z": (x, y)}[axis]
    q = m.math("ADD", q, 9.0)
    rad = m.math("SQRT", m.math("ADD", m.math("MULTIPLY", p, p), m.math("MULTIPLY", q, q)))
    saw = m.math("FRACT", m.math("MULTIPLY", rad, ring))
    late = m.map(saw, .15, .95, 0, 1)
    late = m.math("POWER", late, 2.2)
    fib = {"X": (.05, 1, 1), "Y": (1, .05, 1), "Z": (1, 1, .05)}[axis]
    fv = m.scale(m.co(), fib)
    fibre = m.noise(9 * scale, 5, .7, vec=fv)
    broad = m.noise(.5 * scale, 3, .5, vec=fv)
    base = m.mix(m.map(broad, .3, .7), a, b)
    col = m.mix(m.math("MULTIPLY", late, .55), base, c)
    col = m.mix(m.map(fibre, .52, .72, 0, .55), col, c)
    pore = m.noise(26 * scale, 2, .5, vec=fv)
    pf = m.math("MULTIPLY", m.map(pore, .62, .7), .45 if kind in ("oak", "ash", "walnut", "table") else .15)
    col = m.mix(pf, col, mul(c, .45))
    h = m.math("SUBTRACT", m.math("MULTIPLY", fibre, .5), m.math("MULTIPLY", pf, .6))
    m.set(Base_Color=col, Roughness=m.math("ADD", rough - .05, m.math("MULTIPLY", fibre, .14)), Normal=m.bump(h, .22, .03))
    m.b.inputs["Specular IOR Level"].default_value = .4
    return m.mat

def weave(color, kind="linen", uv=True, su=100.0, sv=100.0, stripe=None, rough=.9, strength=.5, name="cloth", c2=None):
    """Cloth on UVs (threads = su x sv). kind: linen, herringbone, waffle, terry, rib."""
    m = M(name); c = GL.get(color, color)
    tc = m.n("TexCoord").outputs["UV"]
    u, v, _ = m.xyz(tc)
    U, V = m.math("MULTIPLY", u, su), m.math("MULTIPLY", v, sv)
    slub_u = m.noise(1, 3, .6, vec=m.n("CombineXYZ", {0: m.math("MULTIPLY", U, .9), 1: m.math("MULTIPLY", V, .035), 2: 1.0}).outputs[0])
    slub_v = m.noise(1, 3, .6, vec=m.n("CombineXYZ", {0: m.math("MULTIPLY", U, .035), 1: m.math("MULTIPLY", V, .9), 2: 5.0}).outputs[0])
    slub = m.math("ADD", slub_u, slub_v)          # ~1
    hi, lo = mul(c, 1.15), mul(c, .55 if kind == "herringbone" else .64)
    sheen = .1; dist = .06
    if kind == "linen":
        a = m.math("ABSOLUTE", m.math("SINE", m.math("MULTIPLY", U, math.pi)))
        b = m.math("ABSOLUTE", m.math("SINE", m.math("MULTIPLY", V, math.pi)))
        par = m.math("GREATER_THAN", m.math("MULTIPLY", m.math("SINE", m.math("MULTIPLY", U, math.pi)), m.math("SINE", m.math("MULTIPLY", V, math.pi))), 0.0)
        h = m.math("ADD", m.math("MULTIPLY", a, par), m.math("MULTIPLY", b, m.math("SUBTRACT", 1.0, par)))
        h = m.math("ADD", h, m.math("MULTIPLY", slub, 1.2))
    elif kind == "herringbone":
        tri = m.math("PINGPONG", m.math("MULTIPLY", u, su / 6), .5)
        h = m.math("SINE", m.math("ADD", m.math("MULTIPLY", V, math.pi), m.math("MULTIPLY", tri, 34.0)))
        h = m.math("ADD", m.math("MULTIPLY", h, .5), m.math("MULTIPLY", slub, .6)); sheen = .25
    elif kind == "waffle":
        a = m.math("ABSOLUTE", m.math("SINE", m.math("MULTIPLY", U, math.pi)))
        b = m.math("ABSOLUTE", m.math("SINE", m.math("MULTIPLY", V, math.pi)))
        h = m.math("SUBTRACT", 1.2, m.math("POWER", m.math("MULTIPLY", a, b), .6))
        h = m.math("ADD", h, m.math("MULTIPLY", slub, .1))
    elif kind == "terry":
        n = m.noise(1, 3, .7, vec=m.n("CombineXYZ", {0: U, 1: V, 2: 0.0}).outputs[0])
        vr = m.n("TexVoronoi", {"Vector": m.n("CombineXYZ", {0: U, 1: V, 2: 0.0}).outputs[0], "Scale": 1.0}).outputs["Distance"]
        h = m.math("ADD", m.math("SUBTRACT", 1.0, vr), m.math("MULTIPLY", n, .6)); sheen = .12; dist = .3
    else:
        h = m.math("ADD", m.math("ABSOLUTE", m.math("SINE", m.math("MULTIPLY", V, math.pi))), m.math("MULTIPLY", slub, .5))
    t = m.map(h, {"linen": .9, "herringbone": -.1, "waffle": .1, "terry": .5, "rib": .2}[kind], {"linen": 2.2, "herringbone": 1.1, "waffle": 1.1, "terry": 1.5, "rib": 1.6}[kind])
    col = m.mix(t, lo, hi)
    if c2 and kind in ("herringbone",): col = m.mix(m.map(h, .3, .7), lin(c2), hi)
    if stripe:
        axis, bands, sc = stripe            # bands: (centre, halfwidth) in uv
        s = u if axis == "u" else v
        f = 0.0
        for ctr, hw in bands:
            f = m.math("MAXIMUM", f, m.math("LESS_THAN", m.math("ABSOLUTE", m.math("SUBTRACT", s, ctr)), hw))
        col = m.mix(m.math("MULTIPLY", f, .92), col, m.mix(t, mul((GL.get(sc, sc) if isinstance(sc, str) else sc), .8), mul((GL.get(sc, sc) if isinstance(sc, str) else sc), 1.2)))
    m.set(Base_Color=col, Roughness=rough, Sheen_Weight=sheen, Sheen_Roughness=.5, Normal=m.bump(h, strength, dist))
    m.b.inputs["Specular IOR Level"].default_value = .15
    return m.mat

def fabric3d(color, scale=6, name="fabric", rough=.92, strength=.5):
    """Wool-like cloth without UVs."""
    m = M(name); c = GL.get(color, color)
    h = m.noise(scale, 5, .7)
    x, y, z = m.xyz(m.co())
    w = m.math("MULTIPLY", m.math("SINE", m.math("MULTIPLY", z, scale * 2.2)), .15)
    col = m.mix(m.map(h, .3, .7), mul(c, .72), mul(c, 1.15))
    m.set(Base_Color=col, Roughness=rough, Sheen_Weight=.4, Normal=m.bump(m.math("ADD", h, w), strength, .06))
    return m.mat

def metal(color="#c8a45c", rough=.28, brushed=None, name="metal", tarnish=.35):
    m = M(name)
    n = m.noise(.5, 5, .65)
    col = m.mix(m.map(n, .35, .75, 0, tarnish), lin(color), mul(color, .55))
    r = m.math("ADD", rough - .08, m.math("MULTIPLY", n, .2))
    m.set(Base_Color=col, Metallic=1.0, Roughness=r)
    if brushed:
        st = {"X": (.03, 1, 1), "Y": (1, .03, 1), "Z": (1, 1, .03)}[brushed]
        m.set(Normal=m.bump(m.noise(18, 3, .6, vec=m.scale(m.co(), st)), .1, .01))
    return m.mat
def brass(rough=.26): return metal("#d8bd84", rough, name="brass", tarnish=.22)
def steel(rough=.35): return metal("#a9abac", rough, name="steel")
def zinc():
    m = M("zinc"); v = m.vor(.55)
    s = m.n("SeparateColor", {0: v.outputs["Color"]}).outputs[0]
    col = m.mix(s, lin("#8d9294"), lin("#b0b4b5")); 
    m.set(Base_Color=col, Metallic=.9, Roughness=m.math("ADD", .36, m.math("MULTIPLY", s, .14)), Normal=m.bump(m.noise(3, 3), .05, .02))
    return m.mat

def paint(color, rough=.4, coat=.0, name="paint", bumpy=.04, vary=.06):
    m = M(name); c = GL.get(color, color)
    n = m.noise(.6, 4)
    m.set(Base_Color=m.mix(m.map(n, .3, .7), mul(c, 1 - vary), mul(c, 1 + vary)), Roughness=rough, Coat_Weight=coat, Coat_Roughness=.06, Normal=m.bump(m.noise(8, 3), bumpy, .02))
    return m.mat
def enamel(color): return paint(color, .16, .6, "enamel", .03)
def iron():
    m = M("iron"); n = m.noise(9, 5, .7)
    m.set(Base_Color=m.mix(n, lin("#161514"), lin("#2b2927")), Metallic=.25, Roughness=m.math("ADD", .38, m.math("MULTIPLY", m.noise(1, 4), .22)), Normal=m.bump(n, .22, .04))
    return m.mat

def glass(tint="clear", rough=.0, seedy=0, name="glass", depth=1.0, ior=1.45):
    """Glass that lets light through to the shadow side (tinted), instead of slow caustics."""
    m = M(name)
    c = {"clear": (.98, .985, .98, 1), "amber": lin("#d98a2e"), "smoke": lin("#a9a39d"), "sage": lin("#b6c0a8"), "brown": lin("#9a5012"), "cool": (.95, .98, .97, 1)}[tint]
    m.set(Base_Color=c, Roughness=rough, Transmission_Weight=1.0, IOR=ior)
    if seedy: m.set(Normal=m.bump(m.noise(seedy, 2), .12, .05))
    t = m.n("BsdfTransparent", {"Color": tuple(.84 - (1 - x) * .5 for x in c[:3]) + (1,)})
    mx = m.n("MixShader", {0: m.n("LightPath").outputs["Is Shadow Ray"], 1: m.b.outputs[0], 2: t.outputs[0]})
    m.nt.links.new(mx.outputs[0], m.out.inputs["Surface"])
    return m.mat

def water():
    m = M("water"); m.set(Base_Color=(.97, .99, .99, 1), Roughness=0.0, Transmission_Weight=1.0, IOR=1.33)
    t = m.n("BsdfTransparent", {"Color": (.93, .95, .95, 1)})
    mx = m.n("MixShader", {0: m.n("LightPath").outputs["Is Shadow Ray"], 1: m.b.outputs[0], 2: t.outputs[0]})
    m.nt.links.new(mx.outputs[0], m.out.inputs["Surface"])
    return m.mat

def wax(color="#d9a441", sss=.6, rough=.45, glow=None):
    """Wax; glow=(z_top, reach) makes the wax under a lit wick shine."""
    m = M("wax"); c = GL.get(color, color)
    n = m.noise(.5, 4)
    m.set(Base_Color=m.mix(m.map(n, .3, .7), mul(c, .9), mul(c, 1.05)), Roughness=rough, Subsurface_Weight=sss, Subsurface_Scale=.6, Normal=m.bump(m.noise(1.6, 4), .12, .05))
    m.b.inputs["Subsurface Radius"].default_value = (1.0, .55, .25)
    if glow:
        z = m.xyz()[2]
        m.set(Emission_Color=m.mix(.5, lin(c), lin("#ff9a3c")), Emission_Strength=m.math("MULTIPLY", m.math("POWER", m.map(z, glow[0] - glow[1], glow[0]), 2.0), glow[2] if len(glow) > 2 else .7))
    return m.mat

def paper(color="#efe9dc", rough=.85, name="paper", bumpy=.15):
    m = M(name); c = GL.get(color, color)
    m.set(Base_Color=m.mix(m.noise(6, 4), mul(c, .95), mul(c, 1.03)), Roughness=rough, Normal=m.bump(m.noise(18, 4), bumpy, .02))
    m.b.inputs["Specular IOR Level"].default_value = .2
    return m.mat

def translucent(color, emit=0, name="shade", weavebump=0, su=200, sv=90):
    """Lamp shade or rice paper: lets light from inside through."""
    m = M(name); c = GL.get(color, color)
    col = lin(c); nrm = None
    if weavebump:
        tc = m.n("TexCoord").outputs["Object"]
        x, y, z = m.xyz(tc)
        ang = m.math("ARCTAN2", y, x)
        a = m.noise(1, 3, .6, vec=m.n("CombineXYZ", {0: m.math("MULTIPLY", ang, su / 6.28), 1: m.math("MULTIPLY", z, .25), 2: 0.0}).outputs[0])
        b = m.noise(1, 3, .6, vec=m.n("CombineXYZ", {0: m.math("MULTIPLY", ang, 4.0), 1: m.math("MULTIPLY", z, 6.0), 2: 3.0}).outputs[0])
        h = m.math("ADD", a, b)
        col = m.mix(m.map(h, .7, 1.3), mul(c, .8), mul(c, 1.1)); nrm = m.bump(h, .4 * weavebump, .05)
    d = m.n("BsdfDiffuse", {"Color": col}); t = m.n("BsdfTranslucent", {"Color": col})
    if nrm: m.put(d.inputs["Normal"], nrm)
    mx = m.n("MixShader", {0: .5, 1: d.outputs[0], 2: t.outputs[0]})
    out = mx.outputs[0]
    if emit:
        e = m.n("Emission", {"Color": m.mix(1.0, col, lin("#ffc07a"), "MULTIPLY"), "Strength": emit})
        out = m.n("AddShader", {0: out, 1: e.outputs[0]}).outputs[0]
    m.nt.links.new(out, m.out.inputs["Surface"])
    return m.mat

def emission(color, strength, name="emit"):
    m = M(name); e = m.n("Emission", {"Color": lin(color), "Strength": strength})
    m.nt.links.new(e.outputs[0], m.out.inputs["Surface"]); return m.mat

def flame_mat():
    m = M("flame"); z = m.xyz()[2]
    col = m.ramp(m.map(z, 0, 2.6), (0, "#3b4a9a"), (.18, "#ff9a3a"), (.5, "#ffd27a"), (1, "#ff8a2a"))
    e = m.n("Emission", {"Color": col, "Strength": m.map(z, 0, .9, .8, 7)})
    tr = m.n("BsdfTransparent")
    mx = m.n("MixShader", {0: m.map(z, -.1, .8, .25, .95), 1: tr.outputs[0], 2: e.outputs[0]})
    m.nt.links.new(mx.outputs[0], m.out.inputs["Surface"]); return m.mat

def marble():
    m = M("marble")
    n = m.noise(.22, 8, .6, dist=1.2)
    vein = m.map(m.math("ABSOLUTE", m.math("SUBTRACT", n, .5)), 0, .045, 1, 0)
    n2 = m.noise(.5, 6, .6, dist=.8)
    v2 = m.map(m.math("ABSOLUTE", m.math("SUBTRACT", n2, .5)), 0, .02, .45, 0)
    c = m.mix(m.map(m.noise(.15, 4), .3, .75), lin("#f0eeea"), lin("#d4d2cf"))
    c = m.mix(m.math("MULTIPLY", vein, .55), c, lin("#7b7c80")); c = m.mix(v2, c, lin("#9a9a9c"))
    m.set(Base_Color=c, Roughness=.22, Subsurface_Weight=.1, Subsurface_Scale=.3)
    return m.mat

def foliage(color="#4c6b3a", c2="#6f8f52", rough=.45):
    m = M("leaf")
    m.set(Base_Color=m.mix(m.math("ADD", m.math("MULTIPLY", m.n("ObjectInfo").outputs["Random"], .7), m.math("MULTIPLY", m.noise(.6, 3), .3)), lin(color), lin(c2)), Roughness=rough, Subsurface_Weight=.08, Subsurface_Scale=.2)
    return m.mat

def soil():
    m = M("soil"); n = m.noise(3, 6, .7)
    m.set(Base_Color=m.mix(n, lin("#1e1610"), lin("#4a382a")), Roughness=.95, Normal=m.bump(n, 1, .3)); return m.mat

def cork():
    m = M("cork"); v = m.vor(5); n = m.noise(3, 5, .7)
    c = m.mix(m.map(n, .3, .7), lin("#b08a5c"), lin("#caa877")); c = m.mix(m.map(v.outputs["Distance"], .22, .1, 0, .5), c, lin("#6e4c2c"))
    m.set(Base_Color=c, Roughness=.85, Normal=m.bump(n, .3, .04)); return m.mat

def wicker(color="#7a5232"):
    m = M("wicker"); n = m.noise(2, 5, .7)
    m.set(Base_Color=m.mix(m.math("ADD", m.math("MULTIPLY", m.n("ObjectInfo").outputs["Random"], .5), m.math("MULTIPLY", n, .5)), mul(color, .6), mul(color, 1.35)), Roughness=.6, Normal=m.bump(n, .2, .03)); return m.mat

def printed(base, ink, kind=0):
    """Wrapping paper with a small repeating mark (object space on a roll, axis x)."""
    m = M("print"); x, y, z = m.xyz()
    ang = m.math("MULTIPLY", m.math("ARCTAN2", y, z), 2.6)
    v = m.n("CombineXYZ", {0: x, 1: ang, 2: 0.0}).outputs[0]
    if kind == 0:
        vo = m.vor(.55, vec=v, rand=0.0); f = m.map(vo.outputs["Distance"], .3, .26)
    elif kind == 1:
        f = m.map(m.math("SINE", m.math("ADD", m.math("MULTIPLY", x, 3.2), m.math("MULTIPLY", m.math("PINGPONG", ang, .8), 3.0))), .45, .55)
    else:
        a = m.map(m.math("SINE", m.math("MULTIPLY", x, 4.0)), .55, .65); b = m.map(m.math("SINE", m.math("MULTIPLY", ang, 4.0)), -.3, -.2)
        f = m.math("MULTIPLY", a, b)
    f = m.math("MULTIPLY", f, m.map(m.noise(4, 4, .7), .25, .45, .55, 1))
    m.set(Base_Color=m.mix(f, lin(GL.get(base, base)), lin(GL.get(ink, ink))), Roughness=.8, Normal=m.bump(m.noise(12, 3), .06, .02)); return m.mat

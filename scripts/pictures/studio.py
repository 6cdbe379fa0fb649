"""The studio: seamless sweep, one soft key from upper left, an 85 mm camera that frames the product by itself."""
import bpy, math
import numpy as np
from mathutils import Vector
from materials import M, lin, mul

W, H = 960, 1200
BACK = {"tableware": "#dcd4c6", "kitchen": "#d5cabb", "glass": "#bfbbb0", "lighting": "#a4998a", "candles": "#a1978a", "textiles": "#ded6c9",
        "furniture": "#dacfc0", "bath": "#d6d3c9", "garden": "#d0cbbb", "stationery": "#dcd3c6"}

def reset(samples=32, w=W, h=H):
    bpy.ops.wm.read_factory_settings(use_empty=True)
    sc = bpy.context.scene
    sc.render.engine = "CYCLES"
    c = sc.cycles
    c.device = "CPU"; c.samples = samples; c.use_adaptive_sampling = True; c.adaptive_threshold = .1; c.adaptive_min_samples = 4
    c.use_denoising = True; c.denoiser = "OPENIMAGEDENOISE"; c.denoising_prefilter = "FAST"; c.denoising_quality = "BALANCED"
    c.max_bounces = 8; c.diffuse_bounces = 4; c.glossy_bounces = 3; c.use_fast_gi = True; c.fast_gi_method = "REPLACE"; c.ao_bounces_render = 1; c.transmission_bounces = 8; c.transparent_max_bounces = 8
    c.caustics_reflective = False; c.caustics_refractive = False; c.sample_clamp_indirect = 4; c.blur_glossy = 1
    c.use_light_tree = False; c.seed = 7
    sc.render.resolution_x, sc.render.resolution_y = w, h
    sc.render.image_settings.file_format = "PNG"
    sc.view_settings.view_transform = "AgX"
    try: sc.view_settings.look = "AgX - Medium High Contrast"
    except TypeError: pass
    return sc

def world(color=(1, .97, .93), strength=.35):
    w = bpy.data.worlds.new("w"); bpy.context.scene.world = w; w.use_nodes = True
    bg = w.node_tree.nodes["Background"]; bg.inputs[0].default_value = tuple(color) + (1,); bg.inputs[1].default_value = strength

def area(loc, at, size, power, color=(1, 1, 1), size_y=None, cam=False):
    l = bpy.data.lights.new("area", "AREA"); l.energy = power; l.color = color; l.size = size
    if size_y: l.shape = "RECTANGLE"; l.size_y = size_y
    o = bpy.data.objects.new("area", l); bpy.context.scene.collection.objects.link(o)
    o.location = loc; o.rotation_euler = (Vector(at) - Vector(loc)).to_track_quat("-Z", "Y").to_euler()
    o.visible_camera = cam
    return o

def point(loc, power, color=(1, .72, .42), r=1.0):
    l = bpy.data.lights.new("pt", "POINT"); l.energy = power; l.color = color; l.shadow_soft_size = r
    o = bpy.data.objects.new("pt", l); bpy.context.scene.collection.objects.link(o); o.location = loc
    return o

def sweep(K, color, back=2.6, floor=True, c0=(0, 0, 0), flat_wall=None, wall_floor=False):
    m = M("sweep")
    d = m.n("BsdfDiffuse", {"Color": lin(color)})
    m.nt.links.new(d.outputs[0], m.out.inputs["Surface"])
    if flat_wall is not None:                       # a plain wall at y=flat_wall
        prof = [(flat_wall, -9 * K), (flat_wall, 12 * K)]
        if wall_floor: prof = [(-9 * K, 0), (flat_wall, 0), (flat_wall, 12 * K)]
    else:
        R = 1.6 * K; y1 = back * K
        prof = [(-9 * K, 0), (y1 - R, 0)] + [(y1 - R + R * math.sin(a), R - R * math.cos(a)) for a in np.linspace(0, math.pi / 2, 24)] + [(y1, 12 * K)]
    v, f = [], []
    for y, z in prof: v += [(-14 * K, y, z), (14 * K, y, z)]
    for i in range(len(prof) - 1): f.append((2*i, 2*i+1, 2*i+3, 2*i+2))
    me = bpy.data.meshes.new("sweep"); me.from_pydata(v, [], f); me.update()
    me.polygons.foreach_set("use_smooth", [flat_wall is None] * len(me.polygons))
    me.materials.append(m.mat)
    o = bpy.data.objects.new("sweep", me); o["helper"] = 1
    bpy.context.scene.collection.objects.link(o)
    return o

def drop():
    """Stand the product on the floor."""
    z = points()[:, 2].min()
    for o in bpy.context.scene.objects:
        if o.parent is None: o.location.z -= z
    bpy.context.view_layer.update()

def points():
    """All evaluated vertices of the product, world space."""
    dg = bpy.context.evaluated_depsgraph_get(); dg.update()
    out = []
    for o in bpy.context.scene.objects:
        if o.type != "MESH" or o.get("helper") or o.hide_render or o.get("noframe"): continue
        e = o.evaluated_get(dg); me = e.to_mesh()
        a = np.empty(len(me.vertices) * 3); me.vertices.foreach_get("co", a); a = a.reshape(-1, 3)
        mw = np.array(e.matrix_world); out.append(a @ mw[:3, :3].T + mw[:3, 3])
        e.to_mesh_clear()
    return np.concatenate(out)

def frame(elev=14, azim=0, fill=(.66, .66), lens=85, dy=-.01, dx=0, w=W, h=H, focus=None, dof=0, pts=None):
    """Put the camera so the product fills `fill` of the frame; returns the studio scale K."""
    P = points() if pts is None else np.array(pts, float)
    e, a = math.radians(elev), math.radians(azim)
    d = np.array([math.sin(a) * math.cos(e), -math.cos(a) * math.cos(e), math.sin(e)])
    right = np.array([math.cos(a), math.sin(a), 0]); up = np.cross(d, right); up = up if up[2] > 0 else -up
    big = max(w, h); tx = 18 / lens * w / big; ty = 18 / lens * h / big
    tgt = (P.min(0) + P.max(0)) / 2; dist = np.ptp(P, axis=0).max() * 5
    for _ in range(25):
        q = P - (tgt + d * dist); z = -(q @ d); x = (q @ right) / z / tx; y = (q @ up) / z / ty
        cx, cy = (x.max() + x.min()) / 2, (y.max() + y.min()) / 2
        k = max((x.max() - x.min()) / 2 / fill[0], (y.max() - y.min()) / 2 / fill[1])
        tgt = tgt + right * (cx * tx * dist) + up * (cy * ty * dist); dist *= k
    # place the object a little off centre
    tgt = tgt - right * dx * 2 * tx * dist - up * dy * 2 * ty * dist
    cam = bpy.data.cameras.new("cam"); cam.lens = lens; cam.sensor_width = 36; cam.sensor_fit = "AUTO"
    cam.clip_end = dist * 20; cam.clip_start = dist * .01
    o = bpy.data.objects.new("cam", cam); bpy.context.scene.collection.objects.link(o)
    o.location = tgt + d * dist
    o.rotation_euler = Vector(tuple(-d)).to_track_quat("-Z", "Y").to_euler()
    bpy.context.scene.camera = o
    if dof:
        cam.dof.use_dof = True; cam.dof.focus_distance = dist if focus is None else focus; cam.dof.aperture_fstop = dof
    return dist / 6, tgt

def lights(K, tgt, key=1.0, fill=1.0, warm=0.0, rim=1.0):
    x, y = tgt[0], tgt[1]; kz = max(tgt[2], 0)
    kc = (1, .95 - .07 * warm, .88 - .16 * warm)
    area((x - 3.3 * K, y - 1.5 * K, kz + 3.6 * K), (x, y, kz), 2.6 * K, 360 * K * K * key, kc)
    area((x + 4.5 * K, y - 2.5 * K, kz + 1.6 * K), (x, y, kz), 3.5 * K, 60 * K * K * fill, (.97, .98, 1))
    area((x + 1.6 * K, y + 2.0 * K, kz + 3.6 * K), (x, y, kz), 1.4 * K, 70 * K * K * rim, (1, .97, .93))

def finish(category, elev=14, azim=0, fill=(.66, .66), key=1.0, amb=.42, fillight=1.0, warm=0.2, rim=1.0, backdrop=None, wall=None, wall_floor=False, exposure=0.22, floorless=False, pts=None, **cam):
    sc = bpy.context.scene
    if (wall is None or wall_floor) and not floorless: drop()
    K, tgt = frame(elev, azim, fill, w=sc.render.resolution_x, h=sc.render.resolution_y, pts=pts, **cam)
    s = sweep(K, backdrop or BACK[category], flat_wall=wall, wall_floor=wall_floor)
    if floorless: s.location.z = tgt[2] - 4 * K
    if azim and wall is None:
        s.rotation_euler.z = math.radians(azim)
    lights(K, tgt, key, fillight, warm, rim)
    world(strength=amb)
    sc.view_settings.exposure = exposure
    return K, tgt

def render(path):
    sc = bpy.context.scene
    sc.render.filepath = path
    bpy.ops.render.render(write_still=True)

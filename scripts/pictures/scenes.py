"""Category pictures: composed groups of the same models."""
from kit import *
import tableware, kitchen, glassware, lighting, candles, textiles, furniture, bath, garden, stationery

def place(fn, loc=(0, 0, 0), rz=0, scale=1):
    """Run a builder and move everything it made as one group."""
    before = set(bpy.context.scene.objects)
    fn()
    return group([o for o in bpy.context.scene.objects if o not in before and o.parent is None], loc, (0, 0, rz), scale=scale)

@product("category-tableware")
def c_tab(v):
    mug_at("oat", (-7.5, -6, 0), 190)
    plate_at("chalk", (6, 5, 0)); bowl_at("oat", (6, 5, .7)); bowl_at("moss", (6, 5, 3.3)); bowl_at("oat", (6, 5, 5.9))
    e = place(lambda: tableware.jug(""), (-9.5, 9.5, 0), 0)
    return dict(cat="tableware", elev=17, fill=(.78, .62), backdrop="#d3c6b4")

@product("category-kitchen")
def c_kit(v):
    kitchen.board_at("walnut", loc=(-6, 8, 0), rot=(80, 0, 6))
    place(lambda: kitchen.jar("chalk"), (8.5, 1, 0), 0)
    place(lambda: kitchen.mill("beech"), (-4.5, -5.5, 0), 0)
    return dict(cat="kitchen", elev=11, fill=(.7, .68), backdrop="#c9bcab")

@product("category-glass")
def c_gla(v):
    place(lambda: glassware.carafe(""), (-4.5, 4, 0))
    glassware.tumbler_at("amber", (2.6, -5, 0))
    glassware.bud_at("sage", (8.6, 2, 0), stem=True)
    return dict(cat="glass", elev=12, fill=(.66, .68), backdrop="#b8b6a6", **glassware.GB)

@product("category-lighting")
def c_lig(v):
    place(lambda: lighting.table_lamp("moss"), (-9, 4, 0))
    lighting.globe_at((19, -3, 0), 7000)
    return dict(cat="lighting", elev=9, fill=(.78, .66), backdrop="#9a8b7a", **lighting.DIM)

@product("category-candles")
def c_can(v):
    candles.pillar(-8.5, 2, 15); candles.pillar(-3.5, -6.5, 9)
    candles.stick(4.6, 0, 18); taper("ivory", 4.6, 0, 16.4, 20, 1.1, lit=True, mat=wax("ivory", .4, .42, glow=(20, 6, .3)))
    candles.stick(10.8, -4.5, 9); taper("ivory", 10.8, -4.5, 7.4, 20, 1.1, lit=True, mat=wax("ivory", .4, .42, glow=(20, 6, .3)))
    return dict(cat="candles", elev=11, fill=(.66, .72), backdrop="#948a7c", **candles.DIM)

@product("category-textiles")
def c_tex(v):
    textiles.throw_at("stone", (0, 0, 0), 12)
    place(lambda: textiles.throw_at("juniper", (0, 0, 0), 0), (0, 1, 15.4), 6, .94)
    textiles.cushion_at("rust", (2, 28, 0), (-10, 0, 8), 52)
    return dict(cat="textiles", elev=12, fill=(.78, .68), backdrop="#d6cbb9")

@product("category-furniture")
def c_fur(v):
    furniture.stool_at("oak", (-21, -10, 0))
    furniture.side_at("forest", (20, 8, 0))
    e = place(lambda: tableware.bowl("oat"), (24, 8, 48.4))
    z = 45
    for k, (w, d, h, c) in enumerate(((22, 15, 2.6, "rust"), (20, 14, 2.0, "oat"))):
        box(w, d, h, fabric3d(c, 12, strength=.2), .15, loc=(-21, -10, z), rot=(0, 0, 14 - 22 * k)); z += h
    return dict(cat="furniture", elev=14, fill=(.8, .64), backdrop="#cfc2b0")

@product("category-bath")
def c_bat(v):
    bath.towels("chalk", 2, (-6, 8, 0), 14)
    place(lambda: bath.towels("sage", 1, (0, 0, 0), 0), (-6, 8, 17.4), 8, .97)
    bath.pump_at("clay", (13, -16, 0))
    bath.dish_at("chalk", (-5, -19, 0), 12)
    return dict(cat="bath", elev=15, fill=(.8, .64), backdrop="#cbc9bd")

@product("category-garden")
def c_gar(v):
    garden.tpot(10, (-9, 4, 0), plant="pilea")
    garden.tpot(6.5, (2.5, -13, 0))
    e = garden.can_at("zinc", (20, -1, 0)); e.rotation_euler.z = math.radians(205); 
    return dict(cat="garden", elev=14, fill=(.82, .66), backdrop="#c6c2af")

@product("category-stationery")
def c_sta(v):
    stationery.notebook_at("forest", (-1, 0, 0), 20); stationery.notebook_at("rust", (-.6, .3, 1.95), 12); stationery.notebook_at("ink", (-1, 0, 3.9), 24)
    place(lambda: stationery.penpot(""), (2.0, 3.5, 5.85), 0)
    for k in range(2): pencil((-8 + k * 1.4, -13.5 - k * .6, .4), (8 + k * 1.4, -16.0 - k * .5, .4))
    return dict(cat="stationery", elev=22, fill=(.72, .68), backdrop="#d2c6b5")

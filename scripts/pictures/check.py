#!/usr/bin/env python3
"""Validate server/sample/catalogue.json and the picture files. Exit status 1 when anything is wrong."""
import json, os, re, sys, struct
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PICS = os.path.join(ROOT, "public", "pictures")
bad = []
def err(*a): bad.append(" ".join(map(str, a)))
def need(ok, *a):
    if not ok: err(*a)

def webp_size(path):
    """Width and height from a WebP header (VP8, VP8L, VP8X)."""
    b = open(path, "rb").read(40)
    if b[:4] != b"RIFF" or b[8:12] != b"WEBP": return None
    k = b[12:16]
    if k == b"VP8 ": w, h = struct.unpack("<HH", b[26:30]); return w & 0x3fff, h & 0x3fff
    if k == b"VP8L": n = struct.unpack("<I", b[21:25])[0]; return (n & 0x3fff) + 1, (n >> 14 & 0x3fff) + 1
    if k == b"VP8X": return 1 + int.from_bytes(b[24:27], "little"), 1 + int.from_bytes(b[27:30], "little")

sizes = {}
def picture(name, dims):
    need(re.fullmatch(r"[a-z0-9-]+", name), "picture name", name)
    for w, h in dims:
        p = os.path.join(PICS, f"{name}-{w}.webp")
        if not os.path.exists(p): err("missing", os.path.relpath(p, ROOT)); continue
        need(webp_size(p) == (w, h), "size of", p, webp_size(p))
        sizes[p] = os.path.getsize(p)

cat = json.load(open(os.path.join(ROOT, "server/sample/catalogue.json"), encoding="utf-8"))
need(set(cat) == {"categories", "products"}, "top-level keys")
SLUG, SKU, PRICE = r"[a-z0-9-]+", r"[A-Z0-9-]{3,32}", r"\d{1,9}(\.\d{1,2})?"
slugs, skus, names = set(), set(), set()
P45 = ((480, 600), (960, 1200))
cslugs = []
for c in cat["categories"]:
    need(set(c) == {"slug", "name", "description", "image"}, "category keys", c.get("slug"))
    need(re.fullmatch(SLUG, c["slug"]) and c["slug"] not in cslugs, "category slug", c["slug"]); cslugs.append(c["slug"])
    need(c["name"] and c["description"] and c["image"]["alt"], "category text", c["slug"])
    picture(c["image"]["name"], P45)
for p in cat["products"]:
    s = p["slug"]
    need(set(p) == {"slug", "name", "category", "featured", "description", "options", "images", "variants"}, "product keys", s)
    need(re.fullmatch(SLUG, s) and s not in slugs, "slug", s); slugs.add(s)
    need(p["name"] not in names, "name twice", p["name"]); names.add(p["name"])
    need(p["category"] in cslugs, "category of", s); need(isinstance(p["featured"], bool), "featured", s)
    need(len(p["description"]) > 80 and p["description"] == p["description"].strip(), "description", s)
    imgs = [i["name"] for i in p["images"]]
    need(imgs and len(set(imgs)) == len(imgs), "images of", s)
    for i in p["images"]: need(set(i) == {"name", "alt"} and i["alt"], "alt", s); picture(i["name"], P45)
    vs = p["variants"]
    need(vs and (bool(p["options"]) == (len(vs) > 1)), "options/variants", s)
    need(len({tuple(v["options"]) for v in vs}) == len(vs), "duplicate variant", s)
    for v in vs:
        need(set(v) == {"sku", "options", "price", "compare_at_price", "stock", "image"}, "variant keys", s)
        need(re.fullmatch(SKU, v["sku"]) and v["sku"] not in skus, "sku", v["sku"]); skus.add(v["sku"])
        need(len(v["options"]) == len(p["options"]) and all(v["options"]), "options", v["sku"])
        need(re.fullmatch(PRICE, v["price"]), "price", v["sku"])
        c = v["compare_at_price"]
        need(c is None or (re.fullmatch(PRICE, c) and float(c) > float(v["price"])), "compare_at", v["sku"])
        need(isinstance(v["stock"], int) and v["stock"] >= 0, "stock", v["sku"])
        need(v["image"] is None or v["image"] in imgs, "variant image", v["sku"])
picture("hero", ((800, 500), (1600, 1000)))
by = {p["slug"]: p for p in cat["products"]}
V = [v for p in cat["products"] for v in p["variants"]]
need(len(cat["products"]) >= 64 and len(cslugs) >= 8, "too few products or categories")
need(sum(p["featured"] for p in cat["products"]) == 8, "featured must be 8")
need(any(all(v["stock"] == 0 for v in p["variants"]) for p in cat["products"]), "no sold-out product")
m, b = by["speckled-stoneware-mug"], by["beeswax-pillar-candle"]
need(m["featured"] and m["options"] == ["Colour"] and len(m["variants"]) >= 3 and all(v["stock"] >= 25 for v in m["variants"]), "mug for the browser tests")
need(len(b["variants"]) == 1 and b["variants"][0]["price"] == "18.50" and b["variants"][0]["stock"] >= 100, "candle for the browser tests")
for x in bad: print("BAD:", x)
n = len(V); small = [s for p, s in sizes.items() if p.endswith("-480.webp")]; big = [s for p, s in sizes.items() if p.endswith("-960.webp")]
print(f"{len(cslugs)} categories, {len(by)} products ({sum(len(p['variants']) > 1 for p in cat['products'])} with variants), {n} variants; "
      f"stock 0: {sum(v['stock'] == 0 for v in V)}, 1-3: {sum(1 <= v['stock'] <= 3 for v in V)}, compare-at: {sum(v['compare_at_price'] is not None for v in V)}")
if small and big: print(f"{len(sizes)} files, {sum(sizes.values())/1e6:.2f} MB; 480: max {max(small)/1000:.0f} kB, 960: max {max(big)/1000:.0f} kB")
have = {f for f in os.listdir(PICS) if f.endswith(".webp")} - {os.path.basename(p) for p in sizes}
if have: print("not referenced:", " ".join(sorted(have)))
print("OK" if not bad else f"{len(bad)} problems"); sys.exit(bool(bad))

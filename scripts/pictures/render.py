"""Render catalogue pictures. See README.md. `render.py [--force] [--samples N] [--draft] [NAME…]`"""
import sys, os, json, time, argparse
HERE = os.path.dirname(os.path.abspath(__file__)); sys.path.insert(0, HERE)
ROOT = os.path.dirname(os.path.dirname(HERE))
OUT = os.path.join(ROOT, "public", "pictures")
RAW = os.environ.get("PICTURES_RAW", os.path.expanduser("~/.cache/pictures/png"))

def webp(png, name, sizes):
    from PIL import Image
    im = Image.open(png).convert("RGB")
    for w, h in sizes:
        t = im.resize((w, h), Image.LANCZOS) if im.size != (w, h) else im
        q = 84
        limit = 20000 if w <= 480 else 60000 if w <= 960 else 260000
        while True:
            p = os.path.join(OUT, f"{name}-{w}.webp"); t.save(p, "WEBP", quality=q, method=6)
            if os.path.getsize(p) <= limit or q <= 58: break
            q -= 4

def names():
    c = json.load(open(os.path.join(ROOT, "server/sample/catalogue.json")))
    out = ["hero"]
    for p in c["products"]:
        out += [(i["name"]) for i in p["images"]]
    return out + [k["image"]["name"] for k in c["categories"]], {p["slug"]: p["category"] for p in c["products"]}

def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("names", nargs="*"); ap.add_argument("--force", action="store_true"); ap.add_argument("--samples", type=int, default=8)
    ap.add_argument("--draft", action="store_true", help="half size PNG only, into the raw folder as NAME.draft.png")
    a = ap.parse_args()
    import studio, products
    os.makedirs(OUT, exist_ok=True); os.makedirs(RAW, exist_ok=True)
    every, cats = names()
    for n in (a.names or every):
        sizes = [(800, 500), (1600, 1000)] if n == "hero" else [(480, 600), (960, 1200)]
        if not a.force and not a.draft and all(os.path.exists(os.path.join(OUT, f"{n}-{w}.webp")) for w, _ in sizes): continue
        t = time.time()
        try:
            w, h = sizes[1]
            k = 2 if a.draft else 1
            studio.reset(a.samples * (5 if n == "hero" and not a.draft else 1), w // k, h // k)
            products.build(n, cats)
            png = os.path.join(RAW, n + (".draft.png" if a.draft else ".png"))
            t1 = time.time()
            studio.render(png)
            if not a.draft: webp(png, n, sizes)
            print(f"{n}: build {t1-t:.1f}s render {time.time()-t1:.1f}s", file=sys.stderr, flush=True)
        except Exception as e:
            import traceback; traceback.print_exc(); print(f"{n}: FAILED {e}", file=sys.stderr, flush=True)

main()

"""Collects the builders and builds one picture by name."""
import random, importlib
from kit import REG
import studio
for mod in ("tableware", "kitchen", "glassware", "lighting", "candles", "textiles", "furniture", "bath", "garden", "stationery", "hero", "scenes"):
    try: importlib.import_module(mod)
    except ModuleNotFoundError as e:
        if e.name != mod: raise

def build(name, cats):
    random.seed(name)
    if name in REG: slug, v = name, ""
    else:
        slug = max((s for s in REG if name.startswith(s + "-")), key=len, default=None)
        if slug is None: raise KeyError("no model for " + name)
        v = name[len(slug) + 1:]
    opt = REG[slug](v) or {}
    if opt.pop("done", False): return
    studio.finish(opt.pop("cat", None) or cats.get(slug, "tableware"), **opt)

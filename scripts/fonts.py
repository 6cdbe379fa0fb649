"""Cuts the shop's fonts to size and writes the style sheet that names them. Run by scripts/fonts.

What stands in a font's place until it is there is a font of the reader's system, made as wide and as high as ours:
`size-adjust` is the ratio of both fonts' mean widths, each letter weighed by how often English has it; the overrides are our
ascent and descent, divided by that. The widths of Arial, Times New Roman and Georgia are those of their open twins.
"""

import hashlib
import json
import sys
from io import BytesIO
from pathlib import Path
from unicodedata import combining

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.ttLib.woff2 import WOFF2FlavorData
from fontTools.varLib.instancer import AxisTriple, instantiateVariableFont

packages, root = Path(sys.argv[1]), Path(sys.argv[2])
folder = root / "public/fonts"

# What the style sheets ask for. Accents are letters of their own here; letters that a language draws otherwise (`locl`) come with it.
FEATURES = ["kern", "liga", "tnum", "rvrn"]
# What stands beside letters and digits in prose. Of two signs of which one is neither, nobody sees how near they are.
PUNCTUATION = set(" .,;:!?'\"’‘“”-–—()/&%$€£«»‹›„‚…")
# Signs that few pages have come in a file of their own, where a page has one. No letter of a word is among them: none is set of two.
SELDOM = set("¢¤¥¦§¨ª¬¯±´µ¶¸¹º¼½¾÷ˆ˚˜ʻʼ⁄∕")
# Each file, and what it is cut from; a letter is in the first that has it.
FILES = [("latin", "latin"), ("latin-seldom", "latin"), ("latin-ext", "latin-ext")]
# As parts of a font's size: a fifth of a pixel in the largest title on a phone.
UNSEEN = 0.004
# In a thousand letters of English prose; what is rarer does not move a line.
OFTEN = dict(zip(
    " etaoinsrhldcumfpgwybvk.,",
    [183, 102, 75, 65, 62, 57, 57, 53, 50, 50, 33, 33, 22, 23, 20, 20, 15, 16, 17, 14, 13, 8, 6, 7, 8], strict=True))

# The family in the style sheet, its package and file, its axes, its weights, and what stands in for it:
# a twin's package, and the fonts of systems that are as wide.
FAMILIES = [
    ("Newsreader", "newsreader", "standard", {"wght": 400, "opsz": 30}, "400", [
        ("Georgia", "gelasio", ["Georgia", "Gelasio"]),
        ("Times", "tinos", ["Times New Roman", "Liberation Serif", "Tinos"]),
        ("Noto", "noto-serif", ["Noto Serif"]),
    ]),
    ("Figtree", "figtree", "wght", {"wght": AxisTriple(400, 400, 600)}, "400 600", [
        ("Arial", "arimo", ["Arial", "Liberation Sans", "Arimo", "Helvetica"]),
        ("Roboto", "roboto", ["Roboto"]),
    ]),
]


def mean_width(font: TTFont) -> float:
    """Of a letter of English, in ems."""
    letters, widths = font.getBestCmap(), font["hmtx"]
    sum_ = sum(widths[letters[ord(letter)]][0] * often for letter, often in OFTEN.items())
    return sum_ / sum(OFTEN.values()) / font["head"].unitsPerEm


def covered(letters: str) -> set[int]:
    """The code points of a CSS range."""
    bounds = (part.removeprefix("U+").split("-") for part in letters.split(","))
    return {point for ends in bounds for point in range(int(ends[0], 16), int(ends[-1], 16) + 1)}


def css_range(points: set[int]) -> str:
    parts, first = [], None
    for point in sorted(points):
        first = point if first is None else first
        if point + 1 not in points:
            parts.append(f"U+{first:04X}" + (f"-{point:04X}" if point > first else ""))
            first = None
    return ", ".join(parts)


def cut(package: str, kind: str, letters: str, axes: dict, points: set[int]) -> TTFont:
    # No time of today in them: the same sources make the same bytes.
    file = packages / f"@fontsource-variable/{package}/files/{package}-{letters}-{kind}-normal.woff2"
    font = TTFont(file, recalcTimestamp=False)
    # Written and read again: what the first step leaves out, the second would look for.
    between = BytesIO()
    instantiateVariableFont(font, axes, updateFontNames=False).save(between)
    between.seek(0)
    font = TTFont(between, recalcTimestamp=False)
    options = Options()
    options.layout_features, options.hinting, options.notdef_outline = FEATURES, False, True
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=font.getBestCmap().keys() & points)
    subsetter.subset(font)
    trim_kerning(font)
    font.flavor, font.flavorData = "woff2", WOFF2FlavorData(transformedTables={"glyf", "loca", "hmtx"})
    return font


def ends(font: TTFont) -> tuple[dict, dict]:
    """What each glyph begins and ends with, as letters."""
    first = {glyph: chr(letter) for letter, glyph in font.getBestCmap().items()}
    last = dict(first)
    lookups = font["GSUB"].table.LookupList.Lookup if "GSUB" in font else []
    for part in (part for lookup in lookups for part in lookup.SubTable):
        for glyph, other in getattr(part, "mapping", {}).items():
            first.setdefault(other, first.get(glyph))
            last.setdefault(other, last.get(glyph))
        for glyph, ligatures in getattr(part, "ligatures", {}).items():
            for ligature in ligatures:
                first[ligature.LigGlyph], last[ligature.LigGlyph] = first.get(glyph), last.get(ligature.Component[-1])
    return first, last


def is_prose(before: str | None, after: str | None) -> bool:
    """Whether these two stand beside each other where people write."""
    return all(letter and (letter in PUNCTUATION or letter.isalnum()) and letter not in "ªº" for letter in (before, after))


def trim_kerning(font: TTFont) -> None:
    """Most of it is of single pairs: a third of Newsreader's bytes. Those go that no prose has, and those that their classes put
    as near as makes no difference. (Where weights differ, so may the classes: there they stay.)"""
    first, last = ends(font)
    for lookup in (lookup for lookup in font["GPOS"].table.LookupList.Lookup if lookup.LookupType == 2):
        classes = [part for part in lookup.SubTable if part.Format == 2]

        def by_class(left: str, right: str) -> int:
            for part in classes:
                if left in part.Coverage.glyphs:
                    record = part.Class1Record[part.ClassDef1.classDefs.get(left, 0)]
                    value = record.Class2Record[part.ClassDef2.classDefs.get(right, 0)].Value1
                    return value.XAdvance if value else 0
            return 0

        def matters(left: str, pair) -> bool:
            unseen = UNSEEN * font["head"].unitsPerEm if "fvar" not in font else -1
            is_seen = abs(pair.Value1.XAdvance - by_class(left, pair.SecondGlyph)) > unseen
            return is_seen and is_prose(last.get(left), first.get(pair.SecondGlyph))

        for part in (part for part in lookup.SubTable if part.Format == 1):
            kept = []
            for left, pairs in zip(part.Coverage.glyphs, part.PairSet):
                pairs.PairValueRecord = [pair for pair in pairs.PairValueRecord if matters(left, pair)]
                pairs.PairValueCount = len(pairs.PairValueRecord)
                kept += [(left, pairs)] if pairs.PairValueRecord else []
            part.Coverage.glyphs, part.PairSet = [left for left, _ in kept], [pairs for _, pairs in kept]
            part.PairSetCount = len(kept)


def stand_in(family: str, ours: TTFont, beside: str, twin: str, names: list[str]) -> str:
    theirs = TTFont(packages / f"@fontsource/{twin}/files/{twin}-latin-400-normal.woff2")
    adjust = mean_width(ours) / mean_width(theirs)
    line, em = ours["hhea"], ours["head"].unitsPerEm
    percent = lambda value: f"{value * 100:.2f}%"  # noqa: E731
    return (
        f'@font-face {{\n    font-family: "{family} as {beside}";\n'
        f'    src: {", ".join(f"local({json.dumps(name)})" for name in names)};\n'
        f"    size-adjust: {percent(adjust)};\n    ascent-override: {percent(line.ascent / em / adjust)};\n"
        f"    descent-override: {percent(-line.descent / em / adjust)};\n    line-gap-override: 0%;\n}}\n"
    )


def main() -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.woff2"):
        old.unlink()
    sheet = (
        "/* Made by scripts/fonts: not to be edited. A page that is shown before they are there keeps the fonts in whose place\n"
        "   they stand, which are as wide and as high, so that nothing moves (`optional`); the next page has them. */\n"
    )
    for family, package, kind, axes, weights, stand_ins in FAMILIES:
        ranges = json.loads((packages / f"@fontsource-variable/{package}/unicode.json").read_text())
        known: set[int] = set()
        for letters, source in FILES:
            # An accent by itself is put onto its letter by a font that has both.
            points = {point for point in covered(ranges[source]) - known if not combining(chr(point))}
            if source == "latin":
                points = {point for point in points if (chr(point) in SELDOM) == (letters == "latin-seldom")}
            font = cut(package, kind, source, axes, points)
            if letters != FILES[-1][0]:
                points -= covered(ranges[FILES[-1][1]]) - font.getBestCmap().keys()
            known |= points
            if letters == "latin":
                ours = font
            font.save(folder / "new")
            content = (folder / "new").read_bytes()
            name = f"{package}-{letters}.{hashlib.sha256(content).hexdigest()[:12]}.woff2"
            (folder / "new").rename(folder / name)
            sheet += (
                f'@font-face {{\n    font-family: "{family}";\n    font-weight: {weights};\n    font-display: optional;\n'
                f'    src: url("/fonts/{name}") format("woff2");\n'
                f'    unicode-range: {css_range(points)};\n}}\n'
            )
        for beside, twin, names in stand_ins:
            sheet += stand_in(family, ours, beside, twin, names)
        licence = packages / f"@fontsource-variable/{package}/LICENSE"
        (folder / f"{package}.OFL.txt").write_bytes(licence.read_bytes())
    (root / "style/fonts.css").write_text(sheet)


main()

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

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import AxisTriple, instantiateVariableFont

packages, root = Path(sys.argv[1]), Path(sys.argv[2])
folder = root / "public/fonts"

FEATURES = ["kern", "liga", "tnum", "pnum", "ccmp", "locl", "mark", "mkmk", "rvrn"]
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


def cut(package: str, kind: str, letters: str, axes: dict) -> TTFont:
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
    subsetter.populate(unicodes=font.getBestCmap().keys())
    subsetter.subset(font)
    font.flavor = "woff2"
    return font


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
        for letters in ["latin", "latin-ext"]:
            font = cut(package, kind, letters, axes)
            if letters == "latin":
                ours = font
            font.save(folder / "new")
            content = (folder / "new").read_bytes()
            name = f"{package}-{letters}.{hashlib.sha256(content).hexdigest()[:12]}.woff2"
            (folder / "new").rename(folder / name)
            sheet += (
                f'@font-face {{\n    font-family: "{family}";\n    font-weight: {weights};\n    font-display: optional;\n'
                f'    src: url("/fonts/{name}") format("woff2");\n'
                f'    unicode-range: {ranges[letters].replace(",", ", ")};\n}}\n'
            )
        for beside, twin, names in stand_ins:
            sheet += stand_in(family, ours, beside, twin, names)
        licence = packages / f"@fontsource-variable/{package}/LICENSE"
        (folder / f"{package}.OFL.txt").write_bytes(licence.read_bytes())
    (root / "style/fonts.css").write_text(sheet)


main()

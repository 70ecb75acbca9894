"""Makes figures of equal width out of a font that has none, so that columns of money stand straight.

Usage: tabular_figures.py SOURCE.woff2 TARGET.woff2 (needs fontTools and brotli; run by renew_assets.sh).
"""

import sys

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

FIGURES = "0123456789"
NAME = "Chitra Figures"
WIDTH = 630  # of 1,000: about the middle of the ten, so that dates and sums stay as dense as words
# Ids in the name table of a font.
COPYRIGHT, FAMILY, SUBFAMILY, UNIQUE, FULL, POSTSCRIPT, LICENCE, LICENCE_URL = 0, 1, 2, 3, 4, 6, 13, 14
WINDOWS_ENGLISH = (3, 1, 0x409)  # platform, encoding, language


def main(source: str, target: str) -> None:
    """Keep the figures only, each in the middle of the same width, under a name of their own."""
    font = TTFont(source)
    kept = [COPYRIGHT, FAMILY, SUBFAMILY, LICENCE, LICENCE_URL]
    subsetter = Subsetter(Options(layout_features=[], name_IDs=kept, hinting=False))
    subsetter.populate(text=FIGURES)
    subsetter.subset(font)
    glyphs = [font.getBestCmap()[ord(figure)] for figure in FIGURES]
    metrics, shapes = font["hmtx"], font["glyf"]
    for glyph in glyphs:
        width, bearing = metrics[glyph]
        shift = (WIDTH - width) // 2
        shapes[glyph].coordinates.translate((shift, 0))
        shapes[glyph].recalcBounds(shapes)
        metrics[glyph] = (WIDTH, bearing + shift)
    for identity in (FAMILY, UNIQUE, FULL):
        font["name"].setName(NAME, identity, *WINDOWS_ENGLISH)
    font["name"].setName(NAME.replace(" ", "-"), POSTSCRIPT, *WINDOWS_ENGLISH)
    font.flavor = "woff2"
    font.save(target)


if __name__ == "__main__":
    main(*sys.argv[1:])

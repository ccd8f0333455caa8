"""The limit of certificate printing: Typst alone, N certificate pages with no person and no QR code on them.

    python benchmarks/bare_certificates.py 1000

Everything a real page costs beyond this is ours: names, countries, serial numbers, filling templates, shared forms.
Run it in turn with `coursectl render certificates --merged` and compare medians of one run.
"""

from __future__ import annotations

import sys
import time

import typst

PAGES_A_COMPILE = 100  # as many as Typst is fastest with; compiling a thousand at once is a little slower

PREAMBLE = """
#set document(title: "Bare certificates", author: "Nobody")
#set text(font: "Libertinus Serif", size: 13pt, lang: "es")
#set page(paper: "a4", flipped: true, margin: 15mm, background: {
  rect(width: 278mm, height: 191mm, stroke: 2.5pt + rgb("#12305e"), inset: 2mm,
    rect(width: 100%, height: 100%, stroke: .7pt + rgb("#b08d2e")))
})
#let line-to-sign(who) = box(width: 70mm, { line(length: 100%, stroke: .6pt); v(-2mm); align(center, who) })
"""

PAGE = """
#align(center)[
  #v(3mm) #heading(level: 1, outlined: false, text(size: 27pt)[Certificado de aprobación])
  #v(3mm) Se otorga el presente certificado a
  #v(2mm) #text(size: 32pt)[Nombre y Apellido]
  #v(2mm) por haber completado la 37.ª edición del \\
  #strong[Curso Interamericano sobre Migraciones Internacionales] \\
  del 9 al 20 de marzo de 2015, con una duración de 60 horas
]
#v(1fr)
#grid(columns: (1fr, 1fr), align: bottom + center, line-to-sign[Dirección], line-to-sign[Coordinación])
"""


def compile_pages(pages: int, fonts: typst.Fonts) -> bytes:
    """One PDF/A-2a + PDF/UA-1 of that many pages."""
    return typst.compile(
        (PREAMBLE + "#pagebreak()".join([PAGE] * pages)).encode(),
        font_paths=fonts,
        ignore_system_fonts=True,
        format="pdf",
        pdf_standards=["a-2a", "ua-1"],
        timestamp=1426863600,
    )


def main() -> None:
    pages = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    fonts = typst.Fonts(include_system_fonts=False, font_paths=[])
    began = time.perf_counter()
    sizes = [len(compile_pages(min(PAGES_A_COMPILE, pages - done), fonts)) for done in range(0, pages, PAGES_A_COMPILE)]
    print(f"{pages} pages, {time.perf_counter() - began:.3f} s, {sum(sizes)} bytes")


if __name__ == "__main__":
    main()

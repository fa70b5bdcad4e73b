# SPDX-License-Identifier: EUPL-1.2
"""Fetches what the pages are dressed in from its npm packages, of the versions and hashes written here, into the
Python package: Det Fælles Designsystem's styles, fonts and icons, htmx, Vega with its interpreter (a page may not make
code of text), and axe-core for the tests.

The files are kept with the sources, so that neither installing nor testing Styr needs Node or a network. Run this after
changing a version: `python scripts/vendor_web.py` (needs npm). The hash of a package is what
`npm view NAME@VERSION dist.integrity` says.
"""

from __future__ import annotations

import base64
import hashlib
import re
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
STATIC = ROOT / "src/styr/web/static/vendor"
TESTS = ROOT / "tests/web/vendor"
FONTS = ("Regular", "Italic", "Medium", "SemiBold", "Bold")


@dataclass(frozen=True)
class Package:
    """An npm package, pinned: what is taken from it (path in the package, as a predicate), and where it goes."""

    name: str
    version: str
    integrity: str
    licence: str
    to: Path
    wanted: Callable[[str], bool]


def _of_the_design_system(path: str) -> bool:
    font = path.startswith("dist/fonts/IBMPlexSans/complete/woff2/") and any(
        path.endswith(f"-{weight}.woff2") for weight in FONTS
    )
    regular = "dist/fonts/IBMPlexSans/complete/woff/IBMPlexSans-Regular.woff"  # the style sheet asks for it first
    single = path in ("dist/css/dkfds.min.css", "dist/LICENSE.md", regular)
    return font or single or path.startswith("dist/img/svg-icons/")


PACKAGES = (
    Package(
        "dkfds",
        "11.2.0",
        "sha512-JuVf8NjEOeF+TKIhEFXa3BfZvk1ulQM8+XN+6QhgDo6kiwwvupyBY34YU4FglBeyFWHbE5mYDmnrcYTWOSKkEA==",
        "MIT, fonts OFL-1.1, icons Apache-2.0",
        STATIC,
        _of_the_design_system,
    ),
    Package(
        "htmx.org",
        "2.0.11",
        "sha512-Thx/WtpeOQqSrqBCw/A1cwGJGg4UrVa3+sW0GmrM3p4gJgO89ecH4qtbnyzDDWFvBTqjnIMCgELTNt636dtamA==",
        "0BSD",
        STATIC,
        lambda path: path in ("dist/htmx.min.js", "LICENSE"),
    ),
    Package(
        "vega",
        "6.4.0",
        "sha512-rHXCq2LpEWCLMjXBEj7hocY9G0/i5TGYRayGGSj06VTF4+l2IG2Z7oeZKCjWbUh/7hTE/mVhbaOPB72wCElh6g==",
        "BSD-3-Clause",
        STATIC,
        lambda path: path in ("build/vega.min.js", "LICENSE"),
    ),
    Package(
        "vega-interpreter",
        "2.3.2",
        "sha512-JDAoi3taFcCDLujZG84TNNUXdkAZ5WsSHssx8lWVYaxb9Slsjk7v7PtRIYXpSlUwLaKGRBqoJ9KDs36Z0eMEIw==",
        "BSD-3-Clause",
        STATIC,
        lambda path: path in ("build/vega-interpreter.js", "LICENSE"),
    ),
    Package(
        "axe-core",
        "4.14.1",
        "sha512-FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ==",
        "MPL-2.0",
        TESTS,
        lambda path: path in ("axe.min.js", "LICENSE"),
    ),
)


def main() -> None:
    """Fetch every package, hold it against its hash, and put what is wanted of it in its place."""
    for package in PACKAGES:
        with tempfile.TemporaryDirectory() as work:
            archive = _fetched(package, Path(work))
            kept = list(_unpacked(package, archive))
        print(f"{package.name} {package.version} ({package.licence}): {len(kept)} files")
    for style in STATIC.glob("*/css/*.css"):
        style.write_text(_without_source_map(style.read_text(encoding="utf-8")), encoding="utf-8")
    interpreter = STATIC / "vega-interpreter/vega-interpreter.js"
    interpreter.write_text(_of_vega(interpreter.read_text(encoding="utf-8")), encoding="utf-8")


def _fetched(package: Package, work: Path) -> Path:
    named = f"{package.name}@{package.version}"
    subprocess.run(["npm", "pack", named, "--silent"], cwd=work, check=True, stdout=subprocess.DEVNULL)
    (archive,) = work.glob("*.tgz")
    digest = "sha512-" + base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if digest != package.integrity:
        raise SystemExit(
            f"{named}: the package's hash is {digest}, not the one written here; nothing was taken from it"
        )
    return archive


def _unpacked(package: Package, archive: Path) -> Iterable[Path]:
    folder = package.to / package.name
    with tarfile.open(archive) as packed:
        for member in packed.getmembers():
            path = member.name.removeprefix("package/")
            stream = packed.extractfile(member)
            if stream is None or not package.wanted(path):
                continue
            target = folder / path.removeprefix("dist/").removeprefix("build/")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(stream.read())
            yield target


def _without_source_map(text: str) -> str:
    """A file without the line that sends a browser looking for a map that is not here."""
    return re.sub(r"(/\*|//)# sourceMappingURL=[^*\n]*(\*/)?\s*", "", text)


def _of_vega(module: str) -> str:
    """The interpreter taking its helpers from the Vega that is on the page already, rather than from a package."""
    helpers = re.compile(r"^import (\{[^}]*\}) from .vega-util.;$", re.MULTILINE)
    taken, found = helpers.subn(r"const \1 = globalThis.vega;", module)
    if found != 1:
        raise SystemExit("vega-interpreter no longer takes its helpers from vega-util in one line; see to it by hand")
    return _without_source_map(taken)


if __name__ == "__main__":
    main()

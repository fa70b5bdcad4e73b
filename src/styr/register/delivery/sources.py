# SPDX-License-Identifier: EUPL-1.2
"""What lies at the path a delivery is handed in from: which tables, in which files, and what else.

A folder or a zip of CSV and Parquet files, one workbook with a sheet per table, or a single file.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from styr.register.delivery.findings import Refused, Warning, masked
from styr.vocabulary.exchange import Table, table_named, tables

GENERATED_MARK = "generated.json"
MOST_BYTES = 16 * 2**30
_MOST_RATIO, _RATIO_FROM = 100, 50 * 2**20  # text packs 5-30 times; a bomb a thousand
_FORMS = {".csv": "csv", ".txt": "csv", ".tsv": "csv", ".parquet": "parquet", ".xlsx": "workbook"}
_OTHER_SHEETS = {".xls", ".xlsm", ".xlsb", ".ods"}


@dataclass(frozen=True)
class Member:
    """A file of a delivery: its name as shown, its form, its bytes."""

    name: str
    form: str
    sha256: str
    size: int
    open: Callable[[], IO[bytes]]


@dataclass(frozen=True)
class Source:
    """Where one table is read from: a file, or a sheet of a workbook."""

    table: Table
    member: Member
    sheet: str | None = None

    @property
    def name(self) -> str:
        """How messages name the place."""
        return f"{self.member.name}[{masked(self.sheet)}]" if self.sheet else self.member.name


@dataclass(frozen=True)
class Found:
    """What was found: sources in the order tables refer to each other, and the marks of the whole."""

    sources: tuple[Source, ...]
    members: tuple[Member, ...]
    generated: bool
    warnings: tuple[Warning, ...]

    @property
    def sha256(self) -> str:
        """One hash for the delivery: of its members' names and hashes."""
        lines = sorted(f"{member.sha256} {member.name}" for member in self.members)
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def find(path: Path, sheets_of: Callable[[Member], list[str]]) -> Found:
    """Find the tables at a path; sheets_of lists the sheets of a workbook.

    Raises Refused when nothing of use is there, when a table comes twice, or when a file cannot be opened.
    """
    members, generated, warnings = [], False, []
    for member in _members(path):
        if PurePosixPath(member.name).name == GENERATED_MARK:
            generated = generated or _says_generated(member)
        elif member.form == "other":
            warnings.append(Warning("unknown_file", member.name))
        else:
            members.append(member)
    sources: list[Source] = []
    used: list[Member] = []
    for member in members:
        named = _tables_in(member, sheets_of)
        if not named:
            warnings.append(Warning("unknown_file", member.name))
            continue
        used.append(member)
        for sheet, table in named:
            if table is None:
                warnings.append(Warning("unknown_file", f"{member.name}[{masked(sheet or '')}]"))
            else:
                sources.append(Source(table, member, sheet))
    if not sources:
        known = ", ".join(f"{table.name} ({table.da})" for table in tables().values())
        raise Refused(
            f"{masked(str(path))}: none of the tables of the exchange format is here. Name files or sheets: {known}"
        )
    _refuse_twice(sources)
    order = list(tables())
    sources.sort(key=lambda source: order.index(source.table.name))
    return Found(tuple(sources), tuple(used), generated, tuple(warnings))


def _members(path: Path) -> Iterator[Member]:
    shown = masked(path.name)
    try:
        if path.is_dir():
            for file in sorted(path.iterdir()):
                # a folder beside the files may be anything, but one in the place of a table is a mistake
                if not file.name.startswith(".") and (file.is_file() or _is_table(_decoded(os.fsencode(file.name)))):
                    yield _plain(file)
        elif not path.exists():
            raise Refused(f"{shown}: no such file or folder; see that the path is right")
        elif path.suffix.lower() == ".zip":
            yield from _zipped(path)
        elif not path.is_file():
            raise Refused(f"{shown}: is neither a file nor a folder; hand in a folder, a zip, a workbook or a file")
        else:
            yield _plain(path)
    except OSError as error:
        place = masked(Path(error.filename).name if error.filename else path.name)
        remedy = "see that it is there, whole, and yours to read"
        raise Refused(f"{place}: cannot be read ({error.strerror}); {remedy}") from error


def _plain(file: Path) -> Member:
    with file.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    name = _decoded(os.fsencode(file.name))
    return Member(masked(name), _form(name), digest, file.stat().st_size, lambda: file.open("rb"))


def _zipped(path: Path) -> Iterator[Member]:
    try:
        archive = zipfile.ZipFile(path)
    except Exception as error:  # of many kinds, when the directory of the archive is damaged
        raise Refused(f"{masked(path.name)}: not a whole zip file; pack and hand it in again") from error
    with closing(archive):
        refuse_bomb(archive, path.stat().st_size, masked(path.name))
        for info in archive.infolist():
            name = PurePosixPath(_zip_name(info).replace("\\", "/"))
            if not info.is_dir() and not name.name.startswith(".") and "__MACOSX" not in name.parts:
                yield _zip_member(path, info, name.name)


def _zip_member(path: Path, info: zipfile.ZipInfo, name: str) -> Member:
    shown = masked(f"{path.name}/{name}")
    if info.flag_bits & 0x1:
        raise Refused(f"{shown}: is encrypted; hand in a zip without a password")

    def opened() -> IO[bytes]:
        # the archive stays open as long as the member's stream does
        return zipfile.ZipFile(path).open(info)

    try:
        with opened() as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()  # type: ignore[arg-type]
    except Exception as error:  # zlib.error, struct.error and the like share no base class
        raise Refused(f"{shown}: the zip file is damaged; pack and hand it in again") from error
    return Member(masked(name), _form(name), digest, info.file_size, opened)


def refuse_bomb(archive: zipfile.ZipFile, size: int, shown: str) -> None:
    """Refuse an archive of a size (bytes) that unpacks to far more than it could honestly hold.

    The sizes are those the archive states; reading stops at them, so understating them only damages the archive.
    """
    unpacked = sum(info.file_size for info in archive.infolist())
    packed = min(size, sum(info.compress_size for info in archive.infolist()))
    if unpacked > MOST_BYTES or (unpacked > _RATIO_FROM and unpacked > _MOST_RATIO * max(packed, 1)):
        raise Refused(
            f"{shown}: unpacks to {unpacked / 2**20:,.0f} MiB from {packed / 2**20:,.1f} MiB, which no extract does; "
            "hand in the files unpacked"
        )


def _zip_name(info: zipfile.ZipInfo) -> str:
    """A member's name; one packed on Windows without the Unicode flag is read by the code pages used there."""
    if info.flag_bits & 0x800:
        return info.filename
    return _decoded(info.filename.encode("cp437", errors="replace"), info.filename)


def _decoded(raw: bytes, otherwise: str | None = None) -> str:
    """A file's name, in the first of the encodings used in Denmark under which it names a table."""
    for encoding in ("utf-8", "cp850", "cp1252"):
        name = raw.decode(encoding, errors="replace")
        if table_named(PurePosixPath(name.replace("\\", "/")).stem):
            return name
    return raw.decode("utf-8", errors="replace") if otherwise is None else otherwise


def _tables_in(member: Member, sheets_of: Callable[[Member], list[str]]) -> list[tuple[str | None, Table | None]]:
    table = table_named(PurePosixPath(member.name).stem)
    if member.form == "workbook":
        sheets = sheets_of(member)
        named: list[tuple[str | None, Table | None]] = [(sheet, table_named(sheet)) for sheet in sheets]
        if any(table for _, table in named):
            return named
        # a workbook of one sheet that says nothing ("Ark1"): the file's name tells the table
        return [(sheets[0], table)] if table and len(sheets) == 1 else []
    return [(None, table)] if table else []


def _is_table(name: str) -> bool:
    return _form(name) != "other" and table_named(PurePosixPath(name).stem) is not None


def _refuse_twice(sources: list[Source]) -> None:
    places: dict[str, list[str]] = {}
    for source in sources:
        places.setdefault(source.table.name, []).append(source.name)
    twice = [f"{name}: handed in twice, as {' and '.join(at)}; keep one" for name, at in places.items() if len(at) > 1]
    if twice:
        raise Refused(*twice)


def _form(name: str) -> str:
    suffix = PurePosixPath(name).suffix.lower()
    if suffix in _OTHER_SHEETS and table_named(PurePosixPath(name).stem):
        raise Refused(f"{masked(name)}: save it as .xlsx or .csv and hand it in again")
    return _FORMS.get(suffix, "other")


def _says_generated(member: Member) -> bool:
    with member.open() as stream:
        try:
            return bool(json.load(io.TextIOWrapper(stream, "utf-8")).get("generated"))
        except (ValueError, AttributeError, RecursionError):
            return True  # a damaged mark is a mark all the same

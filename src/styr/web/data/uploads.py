# SPDX-License-Identifier: EUPL-1.2
"""Uploaded deliveries, kept in the store's folder until they are taken or given up. Nobody is served them back."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterable
from pathlib import Path

import polars as pl
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.crypto import get_random_string

from styr.register import store
from styr.register.delivery.findings import Refused
from styr.web.words import say

_ENDINGS = (".csv", ".txt", ".tsv", ".parquet", ".xlsx", ".zip", ".json")
_ALONE = (".zip", ".xlsx")
_NAME = re.compile(r"^[\w][\w .()-]{0,120}$")
_REJECTIONS = "rejections.csv"
_ABANDONED = 7 * 24 * 3600  # seconds after which an upload nobody took is removed


def keep(files: Iterable[UploadedFile]) -> str:
    """Keep uploaded files; gives the name by which they are found. Raises Refused for a file that is none of ours."""
    files = list(files)
    _refuse_unfit(files)
    _clear_abandoned()
    token = get_random_string(24)
    folder = _folder(token) / "delivery"
    folder.mkdir(parents=True, mode=0o700)
    for file in files:
        with (folder / Path(file.name or "").name).open("wb") as target:
            for chunk in file.chunks():
                target.write(chunk)
    return token


def path_of(token: str) -> Path:
    """Where an upload is read from: its folder, or its one workbook or zip."""
    folder = _folder(token) / "delivery"
    if not folder.is_dir():
        raise Refused(say("data.upload_gone"))
    files = list(folder.iterdir())
    return files[0] if len(files) == 1 and files[0].suffix.lower() in _ALONE else folder


def write_rejections(token: str, rejections: pl.DataFrame) -> None:
    """Keep what the checks said of an upload's rows; values are masked already."""
    rejections.write_csv(_folder(token) / _REJECTIONS)


def rejections_file(token: str) -> Path:
    """Where what the checks said is kept."""
    return _folder(token) / _REJECTIONS


def remove(token: str) -> None:
    """Remove an upload."""
    shutil.rmtree(_folder(token), ignore_errors=True)


def _refuse_unfit(files: list[UploadedFile]) -> None:
    if not files:
        raise Refused(say("data.no_file"))
    if sum(file.size or 0 for file in files) > settings.LARGEST_UPLOAD:
        raise Refused(say("data.too_large"))
    names = [Path(file.name or "").name for file in files]
    for name in names:
        if not _NAME.match(name) or not name.lower().endswith(_ENDINGS):
            raise Refused(say("data.odd_file"))
    if len(set(names)) < len(names):
        raise Refused(say("data.twice"))


def _folder(token: str) -> Path:
    if not token.isalnum():
        raise Refused(say("data.upload_gone"))
    return store.folder() / "uploads" / token


def _clear_abandoned() -> None:
    for left in (store.folder() / "uploads").glob("*"):
        if time.time() - left.stat().st_mtime > _ABANDONED:
            shutil.rmtree(left, ignore_errors=True)

# SPDX-License-Identifier: EUPL-1.2
"""Django's settings: which database, which apps. STYR_STORE is the folder of the store, DATABASE_URL another
database than the SQLite file in it."""

from __future__ import annotations

import os
from pathlib import Path

from styr.register.database import database

STORE = Path(os.environ.get("STYR_STORE", "./styr-store"))
DATABASES = {"default": database(STORE, os.environ.get("DATABASE_URL"))}

INSTALLED_APPS = ["styr.register"]
USE_TZ = True
TIME_ZONE = "Europe/Copenhagen"
LANGUAGE_CODE = "da"

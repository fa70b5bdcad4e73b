# SPDX-License-Identifier: EUPL-1.2
"""Django's settings for the store: which database, which apps. STYR_STORE is the folder of the store, DATABASE_URL
another database than the SQLite file in it. What the web application needs beside is in styr.web.site."""

from __future__ import annotations

import os
from pathlib import Path

from styr.register.database import database

STORE = Path(os.environ.get("STYR_STORE", "./styr-store"))
DATABASES = {"default": database(STORE, os.environ.get("DATABASE_URL"))}

INSTALLED_APPS = ["styr.register"]
AUTH_USER_MODEL = "accounts.User"  # of the web application; said here so that both settings agree
USE_TZ = True
TIME_ZONE = "Europe/Copenhagen"
LANGUAGE_CODE = "da"

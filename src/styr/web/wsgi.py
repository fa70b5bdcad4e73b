# SPDX-License-Identifier: EUPL-1.2
"""The web application as a WSGI server asks for it."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "styr.web.site")
application = get_wsgi_application()

# SPDX-License-Identifier: EUPL-1.2
"""Users: signing in with a second factor, sessions that end, and the pages where users are looked after."""

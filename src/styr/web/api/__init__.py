# SPDX-License-Identifier: EUPL-1.2
"""The API at /api/: register, indicators, forecasts and deliveries for programs, by token (docs/api.md)."""

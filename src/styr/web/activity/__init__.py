# SPDX-License-Identifier: EUPL-1.2
"""The catalogue's indicators on pages: chosen dimensions, chart, table, counting rule and files."""

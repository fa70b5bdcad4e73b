# SPDX-License-Identifier: EUPL-1.2
"""The forecast on a page: made by the worker for a municipality and a snapshot, with its record always beside it."""

# SPDX-License-Identifier: EUPL-1.2
"""The chapters of the report: each asks its questions, writes its findings, and says what is missing."""

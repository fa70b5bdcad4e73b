# SPDX-License-Identifier: EUPL-1.2
"""Postings and budgets: grants held against postings, with what people have said of it, and budgets beside accounts and
forecast."""

# SPDX-License-Identifier: EUPL-1.2
"""The audit log: who read and changed what, in a chain that shows when a link is missing or altered."""

# SPDX-License-Identifier: EUPL-1.2
"""What is raised when a report cannot be made."""


class CannotReport(ValueError):
    """A report that cannot be made or written; the message says where and what to do."""

# SPDX-License-Identifier: EUPL-1.2
"""The Django project that the register's store runs in."""

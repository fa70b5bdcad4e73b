# SPDX-License-Identifier: EUPL-1.2
"""Forms that change something: fields as the exchange format has them, the reason, the checks, two who edit at once."""

# SPDX-License-Identifier: EUPL-1.2
"""Data: deliveries and what came of them, and handing one in, which a worker takes."""

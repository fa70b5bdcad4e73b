# SPDX-License-Identifier: EUPL-1.2
"""The register: what municipalities hand over, checked, kept with history, and copied out as snapshots."""

# SPDX-License-Identifier: EUPL-1.2
"""What relations a table's labels, units and numbers propose; one module for each kind of relation."""

# SPDX-License-Identifier: EUPL-1.2
"""Cases with their stages and waiting times, the grounds of decisions, follow-up, and the work list of what is due."""

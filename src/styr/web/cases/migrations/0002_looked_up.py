# SPDX-License-Identifier: EUPL-1.2
"""Indexes for what the pages about cases and places look up in the register: a municipality's cases, the grants of a
case, the grants expected to end, a goal's measurements, a department's vacancies (see data 0002_looked_up for why here).
"""

from django.db import migrations

STANDING = "WHERE until_id IS NULL"
# name of the index, table, columns, which versions
INDEXES = [
    ("looked_up_cases_municipality", "register_cases", "municipality", STANDING),
    ("looked_up_case_events_versions", "register_case_events", "case_id", ""),
    ("looked_up_grants_case", "register_grants", "case_id", STANDING),
    ("looked_up_goals_versions", "register_goals", "goal_id", ""),
    ("looked_up_measurements_goal", "register_measurements", "goal_id", ""),
]


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial"), ("data", "0002_looked_up")]
    operations = [
        migrations.RunSQL(
            f"CREATE INDEX IF NOT EXISTS {name} ON {table} ({columns}) {which}", f"DROP INDEX IF EXISTS {name}"
        )
        for name, table, columns, which in INDEXES
    ]

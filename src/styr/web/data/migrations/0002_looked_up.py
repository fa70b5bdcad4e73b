# SPDX-License-Identifier: EUPL-1.2
"""Indexes for what pages look up in the register: a citizen's grants, a municipality's, a department's, a grant's versions.

They are made when a store is first served, not with the store: a register that is only counted on is read whole, and
would pay for them at each delivery.
"""

from django.db import migrations

STANDING = "WHERE until_id IS NULL"
# name of the index, table, columns, which versions
INDEXES = [
    ("looked_up_grants_citizen", "register_grants", "citizen_id", STANDING),
    ("looked_up_grants_payer", "register_grants", "paying_municipality, citizen_id", STANDING),
    ("looked_up_grants_actor", "register_grants", "acting_municipality, citizen_id", STANDING),
    ("looked_up_grants_department", "register_grants", "department_id", STANDING),
    ("looked_up_grants_versions", "register_grants", "grant_id", ""),
    ("looked_up_prices_versions", "register_grant_prices", "grant_id", ""),
    ("looked_up_citizens_municipality", "register_citizens", "municipality", STANDING),
    ("looked_up_goals_citizen", "register_goals", "citizen_id", STANDING),
    ("looked_up_cases_citizen", "register_cases", "citizen_id", STANDING),
    ("looked_up_departments_offer", "register_departments", "offer_id", STANDING),
]


class Migration(migrations.Migration):
    dependencies = [("data", "0001_initial"), ("register", "0002_edits")]
    operations = [
        migrations.RunSQL(
            f"CREATE INDEX IF NOT EXISTS {name} ON {table} ({columns}) {which}", f"DROP INDEX IF EXISTS {name}"
        )
        for name, table, columns, which in INDEXES
    ]

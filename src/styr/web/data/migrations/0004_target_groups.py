# SPDX-License-Identifier: EUPL-1.2
"""An index by which the citizens of a target group are found: lists are narrowed by it."""

from django.db import migrations

NAME = "looked_up_target_groups_group"


class Migration(migrations.Migration):
    dependencies = [("data", "0003_looked_up_by_municipality")]
    operations = [
        migrations.RunSQL(
            f"CREATE INDEX IF NOT EXISTS {NAME} ON register_target_groups (target_group, citizen_id) "
            "WHERE until_id IS NULL",
            f"DROP INDEX IF EXISTS {NAME}",
        )
    ]

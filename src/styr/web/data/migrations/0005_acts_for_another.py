# SPDX-License-Identifier: EUPL-1.2
"""The index by which the grants are found that a municipality acts in and another pays for holds just those: they are
few, and lists otherwise read all that the municipality acts in to find them. It says the condition in the words that
styr.web.scope says it in, as a database knows by them that the index will do."""

from django.db import migrations

NAME = "looked_up_grants_actor"
NARROWED_BY = "acting_municipality, citizen_id, start_date, end_date, provision"
FOR_ANOTHER = "NOT (acting_municipality = paying_municipality AND acting_municipality IS NOT NULL)"


def _made(columns: str, where: str) -> list[str]:
    return [f"DROP INDEX IF EXISTS {NAME}", f"CREATE INDEX {NAME} ON register_grants ({columns}) WHERE {where}"]


class Migration(migrations.Migration):
    dependencies = [("data", "0004_target_groups")]
    operations = [
        migrations.RunSQL(
            _made(NARROWED_BY, f"until_id IS NULL AND {FOR_ANOTHER}"),
            _made(f"{NARROWED_BY}, paying_municipality", "until_id IS NULL"),
        )
    ]

# SPDX-License-Identifier: EUPL-1.2
"""The indexes that a municipality's grants are found by hold what lists are narrowed by too: then the citizens of a list
are found and counted in the index alone."""

from django.db import migrations

BEFORE = {
    "looked_up_grants_payer": "paying_municipality, citizen_id",
    "looked_up_grants_actor": "acting_municipality, citizen_id",
}
NARROWED_BY = "start_date, end_date, provision"
NOW = {
    "looked_up_grants_payer": f"paying_municipality, citizen_id, {NARROWED_BY}",
    "looked_up_grants_actor": f"acting_municipality, citizen_id, {NARROWED_BY}, paying_municipality",
}


def _made(name: str, columns: str) -> list[str]:
    create = f"CREATE INDEX IF NOT EXISTS {name} ON register_grants ({columns}) WHERE until_id IS NULL"
    return [f"DROP INDEX IF EXISTS {name}", create]


class Migration(migrations.Migration):
    dependencies = [("data", "0002_looked_up")]
    operations = [migrations.RunSQL(_made(name, NOW[name]), _made(name, BEFORE[name])) for name in NOW]

# SPDX-License-Identifier: EUPL-1.2

from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Judgement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('municipality', models.CharField(db_index=True, max_length=3)),
                ('year', models.PositiveSmallIntegerField()),
                ('key', models.CharField(max_length=16)),
                ('kind', models.CharField(max_length=20)),
                ('citizen_id', models.CharField(blank=True, max_length=120)),
                ('grant_id', models.CharField(blank=True, max_length=120)),
                ('postings', models.JSONField(default=list)),
                ('months', models.JSONField(default=list)),
                ('granted', models.FloatField()),
                ('posted', models.FloatField()),
                ('verdict', models.CharField(choices=[('accepted', 'Accepted'), ('rejected', 'Rejected')], max_length=10)),
                ('reason', models.CharField(max_length=300)),
                ('judged_by', models.CharField(max_length=150)),
                ('judged_at', models.DateTimeField(auto_now_add=True)),
                ('undone_by', models.CharField(blank=True, max_length=150)),
                ('undone_at', models.DateTimeField(null=True)),
                ('undone_why', models.CharField(blank=True, max_length=300)),
            ],
            options={
                'ordering': ['-id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('undone_at', None)), fields=('municipality', 'key'), name='judged_once_at_a_time')],
            },
        ),
    ]

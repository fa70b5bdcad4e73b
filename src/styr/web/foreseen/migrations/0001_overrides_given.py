# SPDX-License-Identifier: EUPL-1.2

from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='GivenOverride',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('municipality', models.CharField(db_index=True, max_length=3)),
                ('buffer', models.CharField(max_length=20)),
                ('number', models.FloatField(null=True)),
                ('factor', models.FloatField(null=True)),
                ('provision', models.CharField(blank=True, max_length=20)),
                ('function', models.CharField(blank=True, max_length=10)),
                ('year', models.PositiveSmallIntegerField(null=True)),
                ('reason', models.CharField(max_length=300)),
                ('given_by', models.CharField(max_length=150)),
                ('given_at', models.DateTimeField(auto_now_add=True)),
                ('taken_back_by', models.CharField(blank=True, max_length=150)),
                ('taken_back_at', models.DateTimeField(null=True)),
                ('taken_back_why', models.CharField(blank=True, max_length=300)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
    ]

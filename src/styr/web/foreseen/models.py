# SPDX-License-Identifier: EUPL-1.2
"""An override of the forecast, as it was given on a page; it is taken back and never removed."""

from __future__ import annotations

from django.db import models

from styr.forecast.assumptions import Override


class GivenOverride(models.Model):
    """One buffer put at another number by a municipality (styr.forecast.assumptions says what each takes): who gave it,
    when and why, and who took it back, when and why."""

    municipality = models.CharField(max_length=3, db_index=True)
    buffer = models.CharField(max_length=20)
    number = models.FloatField(null=True)
    factor = models.FloatField(null=True)
    provision = models.CharField(max_length=20, blank=True)
    function = models.CharField(max_length=10, blank=True)
    year = models.PositiveSmallIntegerField(null=True)
    reason = models.CharField(max_length=300)
    given_by = models.CharField(max_length=150)
    given_at = models.DateTimeField(auto_now_add=True)
    taken_back_by = models.CharField(max_length=150, blank=True)
    taken_back_at = models.DateTimeField(null=True)
    taken_back_why = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["id"]  # noqa: RUF012

    def to_override(self) -> Override:
        """As the forecast takes it; raises CannotAnswer with what is wrong with it."""
        return Override(
            self.buffer,
            self.reason,
            self.given_by,
            self.given_at.date(),
            number=self.number,
            factor=self.factor,
            provision=self.provision or None,
            function=self.function or None,
            year=self.year,
            municipality=self.municipality,
        )

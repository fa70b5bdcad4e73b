# SPDX-License-Identifier: EUPL-1.2
"""A user: a name to sign in with, one role, and the municipality or provider it is held in; and the tokens by which a
user's programs ask the API."""

from __future__ import annotations

from functools import cached_property

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from styr.web.roles import SCOPES, Permission, Role, role_of


class Users(BaseUserManager["User"]):
    """Makes users."""

    def create_user(self, username: str, password: str | None = None, **fields: str) -> User:
        """A user with a password; None: one that cannot sign in with a password."""
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """One who can sign in. role is a key of styr.web.roles; municipality a code, offer_id an offer's id."""

    username = models.CharField(max_length=150, unique=True, validators=[UnicodeUsernameValidator()])
    name = models.CharField(max_length=150)
    role = models.CharField(max_length=20)
    municipality = models.CharField(max_length=3, blank=True)
    offer_id = models.CharField(max_length=60, blank=True)
    is_active = models.BooleanField(default=True)
    created = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name", "role"]  # noqa: RUF012 (Django's way)
    objects = Users()

    class Meta:
        ordering = ["username"]  # noqa: RUF012

    @property
    def held_role(self) -> type[Role]:
        """The role itself."""
        return role_of(self.role)

    @cached_property
    def has_second_factor(self) -> bool:
        """Whether the user has set up a device that shows codes."""
        return TOTPDevice.objects.filter(user=self, confirmed=True).exists()

    def get_full_name(self) -> str:
        """The name as shown."""
        return self.name


class Token(models.Model):
    """What a user's program shows to the API (styr.web.accounts.tokens). The token itself is shown once and not kept,
    only its hash; scopes are keys of styr.web.roles.SCOPES with spaces between."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="tokens")
    name = models.CharField(max_length=80)
    scopes = models.CharField(max_length=80)
    sha256 = models.CharField(max_length=64, unique=True)
    second_factor = models.BooleanField(help_text="Whether a second factor was shown by the one who made it")
    made = models.DateTimeField(auto_now_add=True)
    expires = models.DateTimeField()
    last_used = models.DateTimeField(null=True)
    withdrawn = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]  # noqa: RUF012

    @property
    def holds(self) -> bool:
        """Whether it opens anything: neither withdrawn nor expired."""
        return self.withdrawn is None and self.expires > timezone.now()

    @property
    def state(self) -> str:
        """open, withdrawn or expired."""
        return "withdrawn" if self.withdrawn else "open" if self.holds else "expired"

    @property
    def permissions(self) -> frozenset[Permission]:
        """What its scopes let through, of what the user's role may."""
        return frozenset().union(*(SCOPES[scope] for scope in self.scopes.split() if scope in SCOPES))

# SPDX-License-Identifier: EUPL-1.2
"""The pages where an administrator looks after users: the list, one user, and what each role may do."""

from __future__ import annotations

from typing import Any

import polars as pl
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.crypto import get_random_string

from styr import vocabulary
from styr.register.models import Offer
from styr.web.access import for_signed_in, needs
from styr.web.accounts.models import User
from styr.web.accounts.saving import open_user, save_user
from styr.web.accounts.token_pages import token_table
from styr.web.languages import spoken
from styr.web.roles import ROLES, Permission
from styr.web.table_files import table_file
from styr.web.tables import Column, Table, files_at, shown_table
from styr.web.templatetags.styr import moment, word
from styr.web.words import say


@needs(Permission.MANAGE_USERS)
def users(request: HttpRequest) -> HttpResponse:
    """Everyone who can sign in, or could."""
    return render(request, "accounts/users.html", {"table": shown_table(request, _table())})


@needs(Permission.MANAGE_USERS)
def users_file(request: HttpRequest, form: str) -> HttpResponse:
    """The same as a file."""
    return table_file(request, _table(), form, "brugere")


def _table() -> Table:
    return Table("users", say("accounts.users.heading"), _everyone(), _columns(), files_at("users-file"))


def _everyone() -> pl.DataFrame:
    """number, name, username, role and place (municipality or offer) in words, last (sign-in), open (in words)."""
    rows = [
        (
            each.pk,
            each.name,
            each.username,
            each.held_role.title[spoken()],
            word(each.municipality, "municipality") if each.municipality else each.offer_id,
            each.last_login,
            say("accounts.open" if each.is_active else "accounts.closed"),
        )
        for each in User.objects.all()
    ]
    text = pl.String()
    schema = {"number": pl.Int64(), "name": text, "username": text, "role": text, "place": text,
              "last": pl.Datetime(time_zone="UTC"), "open": text}  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")


def _columns() -> list[Column]:
    return [
        Column("name", say("accounts.field.name"), link=("change-user", "number")),
        Column("username", say("accounts.field.username")),
        Column("role", say("accounts.field.role")),
        Column("place", say("accounts.place"), text=lambda place: place or "–"),
        Column("last", say("accounts.last"), text=moment),
        Column("open", say("accounts.state")),
    ]


@needs(Permission.MANAGE_USERS)
def new(request: HttpRequest) -> HttpResponse:
    """Open a user; the first password is shown once."""
    form = _UserForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        password = get_random_string(20)
        user = open_user(request, form.cleaned_data, password)
        return render(request, "accounts/opened.html", {"opened": user, "password": password})
    return render(request, "accounts/user.html", {"form": form, "changed": None})


@needs(Permission.MANAGE_USERS)
def change(request: HttpRequest, number: int) -> HttpResponse:
    """Change a user's role and place, close or open the user, or take a lost device away."""
    user = get_object_or_404(User, pk=number)
    form = _UserForm(request.POST or None, instance=user)
    if request.method == "POST" and form.is_valid():
        save_user(request, form.save(commit=False), without_device="without_device" in request.POST)
        messages.success(request, say("accounts.saved", name=user.name))
        return redirect("users")
    said = {"form": form, "changed": user, "table": shown_table(request, _tokens(user))}
    return render(request, "accounts/user.html", said)


@needs(Permission.MANAGE_USERS)
def user_tokens_file(request: HttpRequest, number: int, form: str) -> HttpResponse:
    """A user's tokens as a file."""
    return table_file(request, _tokens(get_object_or_404(User, pk=number)), form, f"noegler-{number}")


def _tokens(user: User) -> Table:
    return token_table(user.tokens.all(), say("tokens.of_user"), files_at("user-tokens-file", user.pk))


@for_signed_in
def roles(request: HttpRequest) -> HttpResponse:
    """What each role may do, and who may hold it."""
    return render(request, "accounts/roles.html", {"table": shown_table(request, _roles())})


@for_signed_in
def roles_file(request: HttpRequest, form: str) -> HttpResponse:
    """The same as a file."""
    return table_file(request, _roles(), form, "roller")


def _roles() -> Table:
    rows = [
        (
            role.title[spoken()],
            role.holder[spoken()],
            " · ".join(say(f"permission.{each.name.lower()}") for each in Permission if each in role.permissions),
            say("citizens.yes" if role.second_factor else "citizens.no"),
        )
        for role in ROLES.values()
    ]
    columns = [
        Column("role", say("accounts.field.role")),
        Column("holder", say("accounts.roles.holder"), wide=True),
        Column("may", say("accounts.roles.may"), wide=True),
        Column("second_factor", say("accounts.roles.second_factor")),
    ]
    frame = pl.DataFrame(rows, schema=[column.name for column in columns], orient="row")
    return Table("roles", say("accounts.roles.heading"), frame, columns, files_at("roles-file"))


class _UserForm(forms.ModelForm):
    """A user's name, role, and the municipality or offer the role is held in."""

    class Meta:
        model = User
        fields = ("username", "name", "role", "municipality", "offer_id", "is_active")

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        language = spoken()
        self.fields["role"] = forms.ChoiceField(
            choices=[("", say("page.choose")), *((key, role.title[language]) for key, role in ROLES.items())]
        )
        self.fields["municipality"] = forms.ChoiceField(
            choices=[("", "–"), *((each.code, each.da) for each in vocabulary.municipalities)], required=False
        )
        self.fields["offer_id"].required = False
        for name, field in self.fields.items():
            field.label = say(f"accounts.field.{name}")
            field.help_text = say(f"accounts.hint.{name}")
            if not isinstance(field, forms.BooleanField):
                field.widget.attrs["class"] = "form-select" if isinstance(field, forms.ChoiceField) else "form-input"

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        role = ROLES.get(said.get("role", ""))
        if role is None:
            return said
        if role.belongs_to == "municipality" and not said.get("municipality"):
            self.add_error("municipality", say("accounts.needs_municipality"))
        if role.belongs_to == "provider":
            known = Offer.objects.filter(until__isnull=True, offer_id=said.get("offer_id", "")).exists()
            if not known:
                self.add_error("offer_id", say("accounts.needs_offer"))
        return said

# SPDX-License-Identifier: EUPL-1.2
"""The report's words stand in both languages, with the same blanks."""

from __future__ import annotations

from string import Formatter

import pytest

from styr.reporting.texts import Words, keys
from styr.vocabulary.exchange import tables


def blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("key", keys())
def test_a_text_has_the_same_blanks_in_both_languages(key: str) -> None:
    da, en = (Words(language).group(key)[""] for language in ("da", "en"))
    assert da.strip() and en.strip()
    assert blanks(da) == blanks(en)


def test_it_is_known_of_every_table_what_a_report_lacks_without_it() -> None:
    assert set(Words("da").group("without.")) == set(tables())


def test_a_text_that_does_not_exist_is_not_passed_over() -> None:
    with pytest.raises(KeyError, match=r"page\.nothing"):
        Words("da").say("page.nothing")

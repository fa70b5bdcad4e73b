# SPDX-License-Identifier: EUPL-1.2
"""Small tables drawn with one thing wrong in each, and what is to be found."""

from __future__ import annotations

from evidence.checking.tables import checked, first_mend, only, table

YEARS = """
    |                | 2007 | 2008 | 2009 | Udvikling, pct. |
    | Dagtilbud      | 123  | 130  | 151  | 23 |
    | Botilbud       | 245  | 260  | 249  | 2  |
    | Bostøtte       | 77   | 81   | 90   | 17 |
    | I alt          | 445  | 471  | 490  | 10 |
"""
OPERATORS = """
    |           | Kommunale | Regionale | Private | I alt |
    | Dagtilbud | 412       | 31        | 118     | 561   |
    | Botilbud  | 655       | 88        | 402     | 1.145 |
    | Bostøtte  | 233       | 12        | 67      | 312   |
    | I alt     | 1.300     | 131       | 587     | 2.018 |
"""
REGIONS = """
    |              | 2009 | 2010 | 2011 |
    | Hovedstaden  | 1,1  | 1,2  | 1,3  |
    | Sjælland     | 1,0  | 1,1  | 1,1  |
    | Syddanmark   | 0,9  | 0,9  | 1,0  |
    | Midtjylland  | 0,8  | 0,9  | 0,8  |
    | Nordjylland  | 1,0  | 1,0  | 1,1  |
    | Hele landet  | 1,0  | 1,0  | 1,1  |
"""


def test_a_table_that_adds_up_has_no_findings() -> None:
    assert not checked(table(YEARS, unit="personer")).findings
    assert not checked(table(OPERATORS, unit="tilbud")).findings
    assert not checked(table(REGIONS, unit="pr. 1.000 borgere")).findings


def test_two_digits_that_changed_places_are_named_by_row_sum_and_growth() -> None:
    finding = only(table(YEARS.replace("245", "254"), unit="personer"))
    assert first_mend(finding) == ("transposed", ("245",))
    assert len(finding.relations) == 2
    assert finding.size == 7  # 452.5 is the least the parts can be, 445.5 the most the total can


def test_a_number_a_factor_of_ten_out_is_named_by_row_and_column() -> None:
    assert first_mend(only(table(OPERATORS.replace("402 ", "4.020 "), unit="tilbud"))) == ("factor", ("402.0",))


def test_a_wrong_sign_is_named() -> None:
    finding = only(table(YEARS.replace("| 23 |", "| -23 |"), unit="personer"))
    assert first_mend(finding) == ("sign", ("23",))


def test_headers_that_changed_places_are_one_finding() -> None:
    swapped = OPERATORS.replace("Private | I alt", "I alt | Private")
    change, lines = first_mend(only(table(swapped, unit="tilbud")))
    assert change == "swapped_lines"
    assert set(lines) == {"I alt", "Private"}


def test_rows_that_changed_places_are_one_finding() -> None:
    rows = YEARS.splitlines()
    third, last = (rows[at].split("|", 2)[2] for at in (4, 5))
    swapped = "\n".join([*rows[:4], f"| Bostøtte |{last}", f"| I alt |{third}"])
    assert first_mend(only(table(swapped, unit="personer"))) == ("swapped_lines", ("I alt", "Bostøtte"))


def test_a_category_that_is_missing_everywhere_is_one_finding() -> None:
    without = "\n".join(line for line in OPERATORS.splitlines() if "Bostøtte" not in line)
    finding = only(table(without, unit="tilbud"))
    assert finding.mends[0].change == "missing_part"
    assert len(finding.relations) == 4


def test_rates_that_were_added_where_their_mean_belongs() -> None:
    added = REGIONS.replace("Hele landet  | 1,0  | 1,0  | 1,1", "Hele landet  | 4,8  | 5,1  | 5,3")
    finding = only(table(added, unit="pr. 1.000 borgere"))
    assert finding.mends[0].change == "summed_rate"


def test_rates_of_kinds_of_help_to_the_same_people_may_be_added() -> None:
    added = """
        |           | Øst  | Vest |
        | Dagtilbud | 2,1  | 1,8  |
        | Botilbud  | 1,4  | 1,5  |
        | I alt     | 3,5  | 3,3  |
    """
    assert not checked(table(added, unit="pr. 1.000 borgere")).findings


def test_categories_that_overlap_need_not_add_up() -> None:
    overlapping = """
        |                | Kommunale | Private |
        | Udviklingshæmning | 883    | 423     |
        | Autisme        | 392       | 536     |
        | Tilbud i alt   | 1.047     | 675     |
    """
    assert not checked(table(overlapping)).findings


def test_a_part_is_no_more_than_the_whole_of_overlapping_categories() -> None:
    overlapping = """
        |                | Kommunale | Private | Regionale |
        | Udviklingshæmning | 883    | 423     | 60        |
        | Autisme        | 392       | 536     | 30        |
        | Tilbud i alt   | 1.047     | 475     | 75        |
    """
    assert only(table(overlapping)).template.kind == "bound"


def test_growth_in_per_cent_of_the_later_year() -> None:
    finding = only(table(YEARS.replace("| 17 |", "| 14 |"), unit="personer"))
    assert finding.mends[0].change == "other_base"


def test_what_is_of_which_cannot_be_more() -> None:
    drawing = """
        |                 | 2010  | 2011  |
        | Døgnpladser     | 2.453 | 2.336 |
        | - heraf private | 134   | 2.339 |
    """
    finding = only(table(drawing, unit="pladser"))
    assert finding.template.kind == "bound"
    assert finding.size == 2


def test_percentages_of_one_question_make_up_a_hundred() -> None:
    drawing = """
        |             | Stigende | Uændret | Faldende |
        | Hovedstaden | 61       | 26      | 13       |
        | Sjælland    | 75       | 25      | 0        |
        | Syddanmark  | 47       | 32      | 21       |
        | Midtjylland | 79       | 11      | 1        |
        | Nordjylland | 45       | 33      | 22       |
    """
    finding = only(table(drawing, unit="pct."))
    assert finding.template.kind == "distribution"
    assert all(
        place.row == 3 for place in map(checked(table(drawing, unit="pct.")).cells.places.__getitem__, finding.cells)
    )


def test_answers_of_which_several_may_be_given_do_not() -> None:
    drawing = """
        |             | Portalen | Netværk | Rammeaftalen |
        | Hovedstaden | 68       | 25      | 14           |
        | Sjælland    | 71       | 31      | 13           |
        | Syddanmark  | 59       | 22      | 18           |
    """
    assert not checked(table(drawing, unit="pct.")).findings


def test_the_same_numbers_in_another_order_have_permuted_headers() -> None:
    one = """
        |             | 2011 |
        | Hovedstaden | 1,05 |
        | Sjælland    | 1,16 |
        | Syddanmark  | 1,64 |
        | Midtjylland | 1,30 |
        | Nordjylland | 1,20 |
        | Hele landet | 1,21 |
    """
    other = one.replace("1,16", "1,3X").replace("1,30", "1,1X").replace("1,3X", "1,30").replace("1,1X", "1,16")
    about = {"title": "Anbringelser pr. 1.000 børn, regioner", "unit": "pr. 1.000 børn"}
    finding = only(table(one, id="a", **about), table(other, id="b", **about))
    assert finding.mends[0].change in ("swapped_lines", "swapped_cells", "permuted")


def test_a_share_is_of_the_total() -> None:
    drawing = """
        |           | Antal | Andel, pct. |
        | Dagtilbud | 412   | 32          |
        | Botilbud  | 655   | 55          |
        | Bostøtte  | 233   | 18          |
        | I alt     | 1.300 | 100         |
    """
    finding = only(table(drawing))
    assert first_mend(finding) == ("digit", ("50",))
    assert {relation.kind for relation in finding.relations} == {"total", "share"}


def test_an_interval_lies_around_its_middle() -> None:
    drawing = """
        |            | 2009 | 2010 | 2011 |
        | Gennemsnit | 33   | 35   | 36   |
        | KI lav     | 22   | 36   | 27   |
        | KI høj     | 42   | 44   | 45   |
    """
    assert only(table(drawing, unit="pct.")).template.kind == "bound"


def test_the_same_row_in_thousands_in_one_table_is_a_unit_out_by_a_thousand() -> None:
    one = "| | 2009 | 2010 | 2011 |\n| Udgifter til botilbud | 8.612 | 8.502 | 8.043 |\n| Pladser | 14 | 15 | 16 |"
    other = "| | 2009 | 2010 | 2011 |\n| Udgifter til botilbud | 8,6 | 8,5 | 8,0 |\n| Andet | 3 | 9 | 27 |"
    finding = only(table(one, id="a", unit="mio. kr."), table(other, id="b", unit="mio. kr."))
    assert finding.mends[0].change == "scaled_line"
    assert finding.mends[0].lines[1] in ("0.001", "1000")


def test_the_same_row_in_another_unit_is_not() -> None:
    one = "| | 2009 | 2010 | 2011 |\n| Udgifter til botilbud | 8.612 | 8.502 | 8.043 |"
    other = "| | 2009 | 2010 | 2011 |\n| Udgifter til botilbud | 8,6 | 8,5 | 8,0 |"
    assert not checked(table(one, id="a", unit="mio. kr."), table(other, id="b", unit="mia. kr.")).findings


RATES = """
    |                           | Hovedstaden | Sjælland | Syddanmark | Midtjylland | Nordjylland | Hele landet |
    | Pladser pr. 1.000 18-65-årige   | 3,60  | 3,50  | 3,62  | 3,81  | 5,04  | 3,75 |
    | Personer pr. 1.000 18-65-årige  | 2,50  | 2,96  | 3,44  | 2,72  | 3,10  | 2,85 |
    | Ansatte pr. 1.000 18-65-årige   | 5,28  | 6,90  | 6,41  | 3,26  | 6,84  | 5,43 |
    | Ydelser pr. 1.000 18-65-årige   | 6,12  | 5,96  | 7,13  | 5,08  | 6,18  | 6,07 |
    | Udgifter pr. 1.000 18-65-årige  | 4,02  | 3,81  | 3,70  | 3,41  | 3,52  | 3,74 |
"""  # weights 0.32, 0.14, 0.21, 0.23, 0.10


def test_rates_per_the_same_inhabitants_can_share_their_weights() -> None:
    assert not checked(table(RATES, period="2011")).findings


def test_a_mean_that_the_weights_of_the_other_rates_cannot_give_is_found() -> None:
    finding = only(table(RATES.replace("3,52  | 3,74", "3,52  | 3,45"), period="2011"))
    assert finding.template.kind == "weights"
    admits = finding.mends[-1].admits
    assert admits.low is not None and admits.high is not None
    assert 3.6 < admits.low < 3.74 < admits.high < 3.8


def test_a_share_is_no_more_than_a_hundred_per_cent() -> None:
    drawing = "| | Andel ja, pct. |\n| Botilbud | 52 |\n| Bostøtte | 520 |"
    assert only(table(drawing, unit="pct.")).template.kind == "bound"


def test_the_one_number_below_zero_in_a_table_of_amounts_is_found() -> None:
    drawing = "| | Øst | Vest |\n| Botilbud | 52 | 31 |\n| Bostøtte | -20 | 12 |\n| Dagtilbud | 8 | 9 |"
    assert first_mend(only(table(drawing, unit="personer"))) == ("sign", ("20",))


def test_savings_and_changes_may_be_below_zero() -> None:
    drawing = "| | Øst | Vest |\n| Botilbud | 52 | 31 |\n| Bostøtte | -20 | 12 |\n| Dagtilbud | 8 | 9 |"
    assert not checked(table(drawing, unit="mio. kr.", title="Ændring i udgifter")).findings


def test_cost_per_person_is_cost_by_persons() -> None:
    drawing = """
        |           | Udgift, mio. kr. | Modtagere | Udgift pr. modtager, kr. |
        | Dagtilbud | 41,2             | 318       | 129.560                  |
        | Botilbud  | 655,0            | 907       | 722.161                  |
        | Bostøtte  | 23,3             | 204       | 141.216                  |
        | Aflastning | 12,8            | 88        | 145.455                  |
    """
    assert first_mend(only(table(drawing))) == ("transposed", ("114216",))
    assert not checked(table(drawing.replace("141.216", "114.216"))).findings

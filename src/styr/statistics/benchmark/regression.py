# SPDX-License-Identifier: EUPL-1.2
"""Ordinary least squares of a municipal rate on background variables, with what tells whether it can be trusted."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from styr import vocabulary
from styr.statistics.benchmark.design import Design, design
from styr.statistics.errors import CannotAnswer

CONSTANT = "constant"
#: A municipality with this leverage decides a coefficient alone, and has no residual to judge it by.
ALONE = 1 - 1e-9


@dataclass(frozen=True)
class Fit:
    """How well the regression fits, and whether its assumptions hold.

    n municipalities, variables (without the constant); r_squared and adjusted_r_squared; residual_deviation in the
    unit of the value; normality_p (Shapiro and Wilk on the residuals: small means not normal); equal_variance_p
    (Breusch and Pagan in Koenker's form: small means the spread follows the variables; the standard errors allow for
    it); largest_inflation (VIF); influential: how many municipalities have a Cook's distance above 4 / n.
    """

    n: int
    variables: int
    r_squared: float
    adjusted_r_squared: float
    residual_deviation: float
    normality_p: float
    equal_variance_p: float
    largest_inflation: float
    influential: int


@dataclass(frozen=True)
class Regression:
    """coefficients: term (constant first), estimate, standard_error (HC3), t, p, lower, upper (95 %), inflation (VIF).

    municipalities: municipality, value, fitted (expected by the background), residual, studentised (externally),
    leverage, cooks_distance, influential; by municipality.
    """

    coefficients: pl.DataFrame
    municipalities: pl.DataFrame
    fit: Fit


def regression(rows: pl.DataFrame, background: pl.DataFrame) -> Regression:
    """Regress rows (municipality, value) on background (municipality, variables), unweighted.

    Hidden values and municipalities without every variable take no part. Standard errors are heteroscedasticity
    consistent (HC3; MacKinnon and White 1985), tests and intervals by the t distribution. Raises CannotAnswer as
    design does, when the values do not vary, and when one municipality decides a coefficient alone.
    """
    from statsmodels.regression.linear_model import OLS  # slow to load, and seldom needed

    asked = design(rows, background)
    if np.ptp(asked.outcome) <= 1e-12 * np.abs(asked.outcome).max():
        raise CannotAnswer("nothing_to_explain")
    raw = asked.matrix
    raw[:, 1:] = asked.variables * asked.spreads + asked.means
    plain = OLS(asked.outcome, raw).fit()
    influence = plain.get_influence()
    _check_leverage(asked, influence.hat_matrix_diag)
    robust = plain.get_robustcov_results("HC3", use_t=True)
    municipalities = _municipalities(asked, plain, influence)
    return Regression(_coefficients(asked, robust), municipalities, _fit(asked, plain, municipalities))


def _check_leverage(asked: Design, leverage: Any) -> None:
    alone = [code for code, each in zip(asked.municipalities, leverage, strict=True) if each > ALONE]
    if alone:
        name = vocabulary.codelist("municipality").name(alone[0])
        raise CannotAnswer("decides_alone", name=name, code=alone[0])


def _coefficients(asked: Design, robust: Any) -> pl.DataFrame:
    interval = robust.conf_int(1 - vocabulary.parameter("confidence_level"))
    return pl.DataFrame(
        {
            "term": [CONSTANT, *asked.names],
            "estimate": robust.params,
            "standard_error": robust.bse,
            "t": robust.tvalues,
            "p": robust.pvalues,
            "lower": interval[:, 0],
            "upper": interval[:, 1],
            "inflation": [None, *asked.inflation.tolist()],
        }
    )


def _municipalities(asked: Design, plain: Any, influence: Any) -> pl.DataFrame:
    cooks = influence.cooks_distance[0]
    return pl.DataFrame(
        {
            "municipality": asked.municipalities,
            "value": asked.outcome,
            "fitted": plain.fittedvalues,
            "residual": plain.resid,
            "studentised": influence.resid_studentized_external,
            "leverage": influence.hat_matrix_diag,
            "cooks_distance": cooks,
            "influential": cooks > 4 / len(cooks),
        },
        nan_to_null=True,
    )


def _fit(asked: Design, plain: Any, municipalities: pl.DataFrame) -> Fit:
    from scipy.stats import shapiro
    from statsmodels.stats.diagnostic import het_breuschpagan

    exact = plain.ssr <= 1e-20 * plain.centered_tss  # nothing is left over to test
    return Fit(
        n=int(plain.nobs),
        variables=len(asked.names),
        r_squared=float(plain.rsquared),
        adjusted_r_squared=float(plain.rsquared_adj),
        residual_deviation=math.sqrt(float(plain.scale)),
        normality_p=1.0 if exact else float(shapiro(plain.resid).pvalue),
        equal_variance_p=1.0 if exact else float(het_breuschpagan(plain.resid, asked.matrix)[1]),
        largest_inflation=float(asked.inflation.max()),
        influential=int(municipalities["influential"].sum()),
    )

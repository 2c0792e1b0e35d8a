"""The methods we are compared with, each as a function (numeric, text) -> unfitted scikit-learn classifier."""

import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.impute import MissingIndicator, SimpleImputer
from sklearn.linear_model import LogisticRegression, LogisticRegressionCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, SplineTransformer, StandardScaler


def onehot_lr(train, numeric, text):
    """LogisticRegression(C=1): standardised numbers (median for gaps, indicator column), one-hot text."""
    columns = ColumnTransformer([
        ("number", make_pipeline(SimpleImputer(strategy="median", add_indicator=True), StandardScaler()), numeric),
        ("text", OneHotEncoder(handle_unknown="ignore"), text),
    ])
    return make_pipeline(columns, LogisticRegression(C=1.0, max_iter=5000))


def coded_columns(numeric, text):
    """Numbers as they are; text as category codes, the 250 most frequent levels apart and the rest together."""
    order = OrdinalEncoder(max_categories=250, handle_unknown="use_encoded_value", unknown_value=np.nan)
    return ColumnTransformer([("number", "passthrough", numeric), ("text", order, text)])


def hist_gb(train, numeric, text):
    """HistGradientBoostingClassifier with its defaults; text as categories."""
    mask = [False] * len(numeric) + [True] * len(text)
    model = HistGradientBoostingClassifier(categorical_features=mask, random_state=0)
    return make_pipeline(coded_columns(numeric, text), model)


def knots_of(values, count):
    """Distinct quantile knots of one column, at most `count`."""
    values = np.asarray(values, dtype=float)
    return np.unique(np.quantile(values[~np.isnan(values)], np.linspace(0, 1, count)))


def spline_columns(train, numeric, text, count, sparse=False):
    """Per number: degree-1 splines on distinct quantile knots (a straight line where fewer than 3 are distinct)."""
    parts, lines = [], []
    for name in numeric:
        knots = knots_of(train[name], count)
        if len(knots) < 3:
            lines.append(name)
            continue
        spline = SplineTransformer(degree=1, knots=knots.reshape(-1, 1), include_bias=False, extrapolation="constant",
                                   sparse_output=sparse)
        parts.append((f"spline {name}", make_pipeline(SimpleImputer(strategy="median"), spline), [name]))
    gaps = [name for name in numeric if train[name].isna().any() and name not in lines]
    if gaps:
        parts.append(("gaps", MissingIndicator(features="all"), gaps))
    if lines:
        parts.append(("lines", make_pipeline(SimpleImputer(strategy="median", add_indicator=True), StandardScaler()), lines))
    if text:
        parts.append(("text", OneHotEncoder(handle_unknown="ignore", min_frequency=10, sparse_output=sparse), text))
    return ColumnTransformer(parts, sparse_threshold=1.0 if sparse else 0.0)


def spline_lr(train, numeric, text, count=9, penalties=(0.1, 0.3, 1.0, 3.0, 10.0)):
    """SplineTransformer + LogisticRegressionCV, 5 stratified folds on log loss."""
    fit = LogisticRegressionCV(
        Cs=[1.0 / p for p in penalties], cv=5, scoring="neg_log_loss", max_iter=2000,
        l1_ratios=(0.0,), use_legacy_attributes=False, n_jobs=2)
    return make_pipeline(spline_columns(train, numeric, text, count, sparse=True), fit)


def ebm(interactions):
    """ExplainableBoostingClassifier; `interactions` 0, or None for its default number of pairs. Text as for boosting:
    its search for pairs takes hours where a column has thousands of levels."""
    def build(train, numeric, text):
        from interpret.glassbox import ExplainableBoostingClassifier
        extra = {} if interactions is None else {"interactions": interactions}
        kinds = ["continuous"] * len(numeric) + ["nominal"] * len(text)
        model = ExplainableBoostingClassifier(random_state=0, n_jobs=2, feature_types=kinds, **extra)
        return make_pipeline(coded_columns(numeric, text), model)
    return build


METHODS = {
    "onehot_lr": onehot_lr,
    "spline_lr": spline_lr,
    "ebm_main": ebm(0),
    "ebm": ebm(None),
    "hist_gb": hist_gb,
}

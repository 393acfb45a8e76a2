# What pandas, SciPy and scikit-learn of Debian take for the same work; reading is not counted, as in the published figures of the peers.
#   python3 peer.py check|profile|drift|diff|labels|clean FILE [FILE]    prints CPU seconds and peak memory in MB
import resource
import sys
import time

import numpy as np
import pandas as pd

what, path = sys.argv[1], sys.argv[2]


def cpu():
    return time.process_time()


def check(t):
    found = [
        t.id.isna(), t.id.duplicated(keep=False), ~t.region.isin(["north", "south", "east", "west", "overseas"]), ~t.plan.isin(["basic", "plus", "pro", "trial"]),
        ~t.shop.str.match(r"^shop_[0-9]{3}$"), ~t.status.isin(["active", "paused", "closed"]), ~t.age.between(0, 120), ~(t.visits % 1 == 0), ~(t.amount >= 0),
        ~t.score.between(0, 1), t.income.isna(), ~t.rating.isin([1, 2, 3, 4, 5]) & t.rating.notna(), ~t.is_member.isin([True, False]),
        pd.to_datetime(t.signed_up, format="%Y-%m-%d", errors="coerce").isna(), t.last_seen < t.signed_up, ~t.email.str.match(r"^[^@]+@[^@]+$"),
        ~t.code.str.match(r"^[A-Z]{2}-[0-9]{4}$"), ~t.comment.str.len().between(1, 200), ~t.latitude.between(-90, 90),
    ]
    rows = [np.flatnonzero(f) for f in found]
    return len(rows), t.visits.mean(), len(t), t.rating.isna().mean()


def profile(t):
    for name in t.columns:
        c = t[name]
        c.isna().sum(), c.nunique(), c.value_counts().head(20)
        if c.dtype.kind in "if":
            c.describe(), c.quantile([0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99]), np.histogram(c.dropna(), 20)
        elif c.dtype == object:
            c.str.len().describe()
    t.select_dtypes("number").corr(), t.select_dtypes("number").corr("spearman"), t.duplicated().sum()


def clean(t, out):
    # The steps of clean10.yaml, on columns read as text; writing is counted, as it is there.
    for name in t.columns:
        t[name] = t[name].str.strip(" \t\n\r\f\v\u00a0").replace("", np.nan)
    t["status"] = t.status.replace("unknown", np.nan)
    t["region"] = t.region.replace({"overseas": "Abroad", "north": "North", "south": "South", "east": "East", "west": "West"})
    t["amount"] = pd.to_numeric(t.amount.str.replace(",", "", regex=False), errors="coerce")
    born = pd.to_datetime(t.signed_up, format="%Y-%m-%d", errors="coerce")
    t["signed_up"] = born.fillna(pd.to_datetime(t.signed_up.where(born.isna()), format="%d.%m.%Y", errors="coerce"))
    t["income"] = pd.to_numeric(t.income, errors="coerce")
    t["income"] = t.income.fillna(t.income.median())
    t["mail_user"] = t.email.str.split("@", n=1).str[0]
    t = t[~(t.amount < 0)].drop_duplicates()
    t.to_csv(out, index=False)


def drift(a, b):
    from scipy import stats
    for name in a.columns:
        x, y = a[name], b[name]
        if x.dtype.kind in "if":
            stats.ks_2samp(x.dropna(), y.dropna()), stats.wasserstein_distance(x.dropna(), y.dropna())
        else:
            counts = pd.concat([x.value_counts(), y.value_counts()], axis=1).fillna(0)
            stats.chi2_contingency(counts.T)


def diff(a, b):
    # Rows added, removed and changed by id, the cells that changed, and how often in each column.
    both = a.merge(b, on="id", how="outer", suffixes=("", "_b"), indicator=True)
    paired = both[both._merge == "both"]
    cells = {}
    for name in a.columns.drop("id"):
        x, y = paired[name], paired[name + "_b"]
        cells[name] = paired.loc[(x != y) & ~(x.isna() & y.isna()), ["id", name, name + "_b"]]
    return (both._merge == "right_only").sum(), (both._merge == "left_only").sum(), {name: len(c) for name, c in cells.items()}


def labels(t):
    # Confident learning by hand: thresholds, confident joint, calibration, prune by noise rate.
    given = t.label.to_numpy()
    p = t.drop(columns="label").to_numpy()
    k = p.shape[1]
    threshold = np.array([p[given == c, c].mean() for c in range(k)])
    above = p >= threshold - 1e-6
    best = np.where(above, p, -1).argmax(axis=1)
    joint = np.zeros((k, k))
    np.add.at(joint, (given[above.any(axis=1)], best[above.any(axis=1)]), 1)
    joint = joint / joint.sum(axis=1, keepdims=True) * np.bincount(given, minlength=k)[:, None]
    margin = p[np.arange(len(p)), given] - np.where(np.arange(k) == given[:, None], -1, p).max(axis=1)
    return np.argsort(margin)[: int(joint.sum() - np.trace(joint))]


table = pd.read_csv(path, dtype=str if what == "clean" else None)
other = pd.read_csv(sys.argv[3]) if what in ("drift", "diff") else None
before = cpu()
{"check": lambda: check(table), "profile": lambda: profile(table), "drift": lambda: drift(table, other), "diff": lambda: diff(table, other), "labels": lambda: labels(table), "clean": lambda: clean(table, sys.argv[3])}[what]()
print(f"{cpu() - before:.2f} {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f}")

"""Writes data.csv and summaries.csv of this folder from a copy of posteriordb: python3 summarise.py FOLDER

FOLDER holds data/NAME.json.zip and draws/NAME.json.zip (posteriordb's posterior_database/data/data and
reference_posteriors/draws/draws). Needs numpy. See README.md for where the figures come from.
"""

import json
import sys
import zipfile
from pathlib import Path

import numpy as np

# Posterior, its data, and the names of data that its density reads.
POSTERIORS = [
    ("arK-arK", "arK", ["y"]),
    ("eight_schools-eight_schools_noncentered", "eight_schools", ["y", "sigma"]),
    ("garch-garch11", "garch", ["y", "sigma1"]),
    ("gp_pois_regr-gp_pois_regr", "gp_pois_regr", ["x", "k"]),
    ("hudson_lynx_hare-lotka_volterra", "hudson_lynx_hare", ["y_init", "y"]),
    ("one_comp_mm_elim_abs-one_comp_mm_elim_abs", "one_comp_mm_elim_abs", ["D", "V", "times", "C_hat"]),
]
QUANTILES = [0.05, 0.25, 0.5, 0.75, 0.95]


def read(folder, kind, name):
    with zipfile.ZipFile(folder / kind / f"{name}.json.zip") as archive:
        return json.loads(archive.read(f"{name}.json"))


def rows(folder, posterior):
    """A row for each quantity: mean, sd, their own Monte Carlo errors in sd (from the ten chains), quantiles."""
    chains = read(folder, "draws", posterior)
    for quantity in chains[0]:
        draws = np.array([chain[quantity] for chain in chains])
        sd = draws.std(ddof=1)
        error = lambda figures: figures.std(ddof=1) / np.sqrt(len(figures)) / sd
        figures = [draws.mean(), sd, error(draws.mean(1)), error(draws.std(1, ddof=1)), *np.quantile(draws, QUANTILES)]
        yield [posterior, quantity, *(f"{figure:.6g}" for figure in figures)]


def main(folder, out):
    with open(out / "data.csv", "w") as file:
        print("posterior,name,values", file=file)
        for posterior, data, names in POSTERIORS:
            values = read(folder, "data", data)
            for name in names:
                numbers = np.array(values[name], dtype=float).flatten()
                print(posterior, name, " ".join(f"{x:.15g}" for x in numbers), sep=",", file=file)
    with open(out / "summaries.csv", "w") as file:
        quantiles = [f"q{100 * p:.0f}" for p in QUANTILES]
        print("posterior", "quantity", "mean", "sd", "mean_error", "sd_error", *quantiles, sep=",", file=file)
        for posterior, _, _ in POSTERIORS:
            for row in rows(folder, posterior):
                print(*row, sep=",", file=file)


main(Path(sys.argv[1]), Path(__file__).parent)

"""Runs an XMILE file in another program and writes all its values over time as CSV.

Usage: run_peer.py PROGRAM FILE.xmile STEPS_PER_SAVE OUT.csv

Columns have the names of the file, lower case, with `_` between words and no blanks after commas.
"""

import csv
import sys
import warnings


def canonical(name):
    """The name as it stands in the model's text."""
    return name.lower().replace(", ", ",").replace(" ", "_").replace('"', "")


def run_simlin(path):
    """Columns of a run in Simlin; it stops with its own message at anything that it cannot read."""
    import simlin

    simulation = simlin.load(path).simulate()
    simulation.run_to_end()
    return {canonical(name): list(simulation.get_series(name)) for name in simulation.get_var_names()}


def run_pysd(path):
    """Columns of a run in PySD."""
    import pysd

    # It warns of every array that it makes larger.
    warnings.simplefilter("ignore")
    table = pysd.read_xmile(path).run(progress=False)
    columns = {canonical(name): table[name].tolist() for name in table.columns}
    return columns | {"time": table.index.tolist()}


def main(program, path, steps_per_save, out):
    """Runs and writes."""
    columns = {"simlin": run_simlin, "pysd": run_pysd}[program](path)
    every = int(steps_per_save)
    with open(out, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        for row in list(zip(*columns.values()))[::every]:
            writer.writerow(repr(float(value)) for value in row)


if __name__ == "__main__":
    main(*sys.argv[1:])

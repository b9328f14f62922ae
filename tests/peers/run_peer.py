"""Runs an XMILE file in another program and writes all its values over time as CSV.

Usage: run_peer.py PROGRAM FILE.xmile STEPS_PER_SAVE OUT.csv
       run_peer.py PROGRAM --all FOLDER

The second form runs every file of a folder, writes each step to a file beside it that ends in `.csv`, or what went wrong
to one that ends in `.error`, and goes on.

Columns have the names of the file, lower case, with `_` between words and no blanks after commas.
"""

import csv
import pathlib
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


PROGRAMS = {"simlin": run_simlin, "pysd": run_pysd}


def write(columns, every, out):
    """Writes every so manieth row."""
    with open(out, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        for row in list(zip(*columns.values()))[::every]:
            writer.writerow(repr(float(value)) for value in row)


def run_all(program, folder):
    """Runs and writes all files of a folder."""
    for path in sorted(pathlib.Path(folder).glob("*.xmile")):
        try:
            write(PROGRAMS[program](str(path)), 1, path.with_suffix(".csv"))
        except Exception as error:  # The next file is another question.
            path.with_suffix(".error").write_text(f"{type(error).__name__}: {error}")


def main(program, path, *rest):
    """Runs and writes."""
    if path == "--all":
        run_all(program, *rest)
    else:
        steps_per_save, out = rest
        write(PROGRAMS[program](path), int(steps_per_save), out)


if __name__ == "__main__":
    main(*sys.argv[1:])

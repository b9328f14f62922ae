"""Times runs of an XMILE file in another program, on one core, and prints JSON.

Usage: bench_peer.py PROGRAM FILE.xmile STEPS_PER_SAVE MEMBERS SERIES...

`run_ms` holds one time for each repetition, divided by the number of members where they run side by side.
"""

import json
import os
import sys
import time
import warnings

# Before anything is imported that starts threads.
os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def timed(work):
    """Seconds that the work took, and what it gave."""
    begun = time.perf_counter()
    result = work()
    return time.perf_counter() - begun, result


def simlin(path, _every, _members, _series):
    """One run after the other in one simulation; Simlin saves every variable at every step."""
    import simlin as engine

    def load():
        simulation = engine.load(path).simulate()
        simulation.run_to_end()
        return simulation

    setup, simulation = timed(load)

    def again():
        simulation.reset()
        simulation.run_to_end()

    return setup, [timed(again)[0] for _ in range(50)], 1


def pysd(path, _every, _members, series):
    """One run, which takes minutes; only the series asked for are returned."""
    import pysd as engine

    warnings.simplefilter("ignore")
    setup, model = timed(lambda: engine.read_xmile(path))
    columns = [name.replace("_", " ") for name in series]
    return setup, [timed(lambda: model.run(return_columns=columns, progress=False))[0]], 1


def jax(path, every, members, series):
    """All members side by side, each with constants of its own; the first call compiles."""
    import jax as engine
    import numpy
    from jax_port import simulator

    run, constants = simulator(path, series, every)
    together = engine.jit(engine.vmap(run))
    # The same constants for all, but as inputs: the program can not know that they are equal.
    rows = numpy.tile(numpy.asarray(constants), (members, 1))
    setup, _ = timed(lambda: numpy.asarray(together(rows)))
    return setup, [timed(lambda: numpy.asarray(together(rows)))[0] for _ in range(7)], members


def main(program, path, every, members, *series):
    """Times and prints."""
    setup, seconds, together = {"simlin": simlin, "pysd": pysd, "jax": jax}[program](
        path, int(every), int(members), list(series)
    )
    print(json.dumps({"setup_s": setup, "members": together, "run_ms": [1e3 * s / together for s in seconds]}))


if __name__ == "__main__":
    main(*sys.argv[1:])

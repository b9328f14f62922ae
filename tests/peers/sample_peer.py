"""Samples posteriordb's hudson_lynx_hare-lotka_volterra in another program, on one core, and says what it cost.

sample_peer.py PROGRAM DATA OUT: PROGRAM is `nutpie`, `nutpie-jax`, `stan` or `stan-rk4`, DATA the file of the reference
posteriors, OUT takes the draws, one row for each: chain, a, b, c, d, the start and the two sigmas.
Prints one object; seconds are those on the processor, of this process and its children.
"""

import csv
import json
import os
import resource
import sys
import time
from pathlib import Path

POSTERIOR = "hudson_lynx_hare-lotka_volterra"
CHAINS = 4
DRAWS = 1000
# Steps of Runge-Kutta in a year, where it is written out: as many as ours.
STEPS = 10
# Where all chains start: the middle of the posterior, or some are lost in another mode for a thousand draws and more.
FAST, SLOW, START, SIGMA = [0.55, 0.8], [0.028, 0.024], [34.0, 5.9], [0.25, 0.25]


def processor(own=True):
    """Seconds on the processor of descendants, those that have ended among them, and of this process itself."""
    who = [resource.RUSAGE_CHILDREN] + [resource.RUSAGE_SELF] * own
    ended = [resource.getrusage(one) for one in who]
    total = sum(usage.ru_utime + usage.ru_stime for usage in ended)
    stats = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        stats[int(path.parent.name)] = (int(fields[1]), sum(map(int, fields[11:15])))
    kin = {os.getpid()}
    while more := {process for process, (parent, _) in stats.items() if parent in kin} - kin:
        kin |= more
    ticks = sum(stats[process][1] for process in kin - {os.getpid()} if process in stats)
    return total + ticks / os.sysconf("SC_CLK_TCK")


def pelts(path):
    """Hares and lynxes of each year, that of the start first."""
    with open(path) as file:
        rows = {name: values for posterior, name, values in csv.reader(file) if posterior == POSTERIOR}
    values = [float(value) for name in ("y_init", "y") for value in rows[name].split()]
    return [values[i : i + 2] for i in range(0, len(values), 2)]


def pymc_model(years):
    import numpy as np
    import pymc as pm
    import pytensor
    import pytensor.tensor as pt

    def rates(u, v, a, b, c, d):
        return (a - b * v) * u, (d * u - c) * v

    def step(u, v, *rest):
        h = 1.0 / STEPS
        k1 = rates(u, v, *rest)
        k2 = rates(u + 0.5 * h * k1[0], v + 0.5 * h * k1[1], *rest)
        k3 = rates(u + 0.5 * h * k2[0], v + 0.5 * h * k2[1], *rest)
        k4 = rates(u + h * k3[0], v + h * k3[1], *rest)
        return tuple(x + h / 6 * (p + 2 * q + 2 * r + s) for x, p, q, r, s in zip((u, v), k1, k2, k3, k4))

    with pm.Model() as model:
        fast = pm.TruncatedNormal("fast", 1, 0.5, lower=0, shape=2)
        slow = pm.TruncatedNormal("slow", 0.05, 0.05, lower=0, shape=2)
        start = pm.LogNormal("start", np.log(10), 1, shape=2)
        sigma = pm.LogNormal("sigma", -1, 1, shape=2)
        hares, lynxes = pytensor.scan(
            step,
            outputs_info=[start[0], start[1]],
            non_sequences=[fast[0], slow[0], fast[1], slow[1]],
            n_steps=STEPS * (len(years) - 1),
            return_updates=False,
        )
        later = pt.stack([hares[STEPS - 1 :: STEPS], lynxes[STEPS - 1 :: STEPS]], axis=1)
        pm.LogNormal("first", pt.log(start), sigma, observed=np.array(years[0]))
        pm.LogNormal("pelts", pt.log(later), sigma, observed=np.array(years[1:]))
    return model


def nutpie(years, backend):
    import nutpie
    import numpy as np

    begun = processor()
    starts = {"fast": FAST, "slow": SLOW, "start": START, "sigma": SIGMA}
    starts = {name: np.array(values) for name, values in starts.items()}
    compiled = nutpie.compile_pymc_model(pymc_model(years), backend=backend, initial_points=starts, jitter_rvs=set())
    # Once short, so that what is compiled when first called is not counted as sampling.
    nutpie.sample(compiled, chains=1, cores=1, tune=10, draws=10, progress_bar=False, seed=1)
    setup = processor() - begun
    begun, wall = processor(), time.perf_counter()
    trace = nutpie.sample(
        compiled, chains=CHAINS, cores=1, draws=DRAWS, save_warmup=True, progress_bar=False, seed=2026
    )
    cost = processor() - begun, time.perf_counter() - wall
    sizes = [int(stats.n_steps.sum()) for stats in (trace.warmup_sample_stats, trace.sample_stats)]
    post = {name: trace.posterior[name].values for name in ("fast", "slow", "start", "sigma")}
    chains = [
        [
            [post["fast"][c, i, 0], post["slow"][c, i, 0], post["fast"][c, i, 1], post["slow"][c, i, 1]]
            + [*post["start"][c, i], *post["sigma"][c, i]]
            for i in range(DRAWS)
        ]
        for c in range(CHAINS)
    ]
    tuned = int(trace.warmup_sample_stats.sizes["draw"])
    return chains, setup, cost, sizes, tuned


STAN_HEAD = """
functions {
  array[] real dz_dt(real t, array[] real z, array[] real theta, array[] real x_r, array[] int x_i) {
    return { (theta[1] - theta[2] * z[2]) * z[1], (-theta[3] + theta[4] * z[1]) * z[2] };
  }
  vector rates(vector z, array[] real theta) {
    return [ (theta[1] - theta[2] * z[2]) * z[1], (-theta[3] + theta[4] * z[1]) * z[2] ]';
  }
}
data {
  int<lower=0> N;
  array[N] real ts;
  array[2] real y_init;
  array[N, 2] real<lower=0> y;
  int<lower=1> steps;
}
parameters {
  array[4] real<lower=0> theta;
  array[2] real<lower=0> z_init;
  array[2] real<lower=0> sigma;
}
transformed parameters {
"""
# As posteriordb has it.
STAN_ADAPTIVE = """
  array[N, 2] real z
    = integrate_ode_rk45(dz_dt, z_init, 0, ts, theta, rep_array(0.0, 0), rep_array(0, 0), 1e-5, 1e-3, 5e2);
"""
STAN_WRITTEN_OUT = """
  array[N, 2] real z;
  {
    vector[2] now = to_vector(z_init);
    real h = 1.0 / steps;
    for (n in 1:N) {
      for (s in 1:steps) {
        vector[2] k1 = rates(now, theta);
        vector[2] k2 = rates(now + 0.5 * h * k1, theta);
        vector[2] k3 = rates(now + 0.5 * h * k2, theta);
        vector[2] k4 = rates(now + h * k3, theta);
        now += h / 6 * (k1 + 2 * k2 + 2 * k3 + k4);
      }
      z[n] = to_array_1d(now);
    }
  }
"""
STAN_TAIL = """
}
model {
  theta[{1, 3}] ~ normal(1, 0.5);
  theta[{2, 4}] ~ normal(0.05, 0.05);
  sigma ~ lognormal(-1, 1);
  z_init ~ lognormal(log(10), 1);
  for (k in 1:2) {
    y_init[k] ~ lognormal(log(z_init[k]), sigma[k]);
    y[ , k] ~ lognormal(log(z[, k]), sigma[k]);
  }
}
"""


def stan(years, middle):
    import aiohttp.client
    import stan as pystan

    # Compiling is a request to a server of pystan's own, which would be given up after five minutes on a busy machine.
    aiohttp.client.DEFAULT_TIMEOUT = aiohttp.ClientTimeout(total=None)
    count = len(years) - 1
    data = {"N": count, "ts": list(range(1, count + 1)), "y_init": years[0], "y": years[1:], "steps": STEPS}
    begun = processor()
    # Without a seed: with one pystan gives draws again that it has kept from before.
    posterior = pystan.build(STAN_HEAD + middle + STAN_TAIL, data=data)
    setup = processor() - begun
    # Chains run in other processes; this one only asks them again and again how far they are.
    begun, wall = processor(own=False), time.perf_counter()
    first = {"theta": [FAST[0], SLOW[0], FAST[1], SLOW[1]], "z_init": START, "sigma": SIGMA}
    fit = posterior.sample(
        num_chains=CHAINS, num_samples=DRAWS, num_warmup=DRAWS, save_warmup=True, init=[first] * CHAINS
    )
    cost = processor(own=False) - begun, time.perf_counter() - wall
    # [value, draw, chain] each.
    sizes = fit["n_leapfrog__"].reshape(-1, CHAINS, order="C")
    sizes = [int(sizes[:DRAWS].sum()), int(sizes[DRAWS:].sum())]
    values = [fit[name] for name in ("theta", "z_init", "sigma")]
    rows = [row.reshape(-1, CHAINS, order="C") for value in values for row in value]
    chains = [[[row[DRAWS + i, c] for row in rows] for i in range(DRAWS)] for c in range(CHAINS)]
    return chains, setup, cost, sizes, DRAWS


def main():
    program, data, out = sys.argv[1:]
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    years = pelts(data)
    work = {
        "nutpie": lambda: nutpie(years, "numba"),
        "nutpie-jax": lambda: nutpie(years, "jax"),
        "stan": lambda: stan(years, STAN_ADAPTIVE),
        "stan-rk4": lambda: stan(years, STAN_WRITTEN_OUT),
    }
    chains, setup, (seconds, wall), (warmup, sampling), tuned = work[program]()
    with open(out, "w", newline="") as file:
        writer = csv.writer(file)
        for number, chain in enumerate(chains):
            writer.writerows([number, *map(float, values)] for values in chain)
    share = sampling / (warmup + sampling)
    print(
        json.dumps(
            {
                "chains": CHAINS,
                "warmup": tuned,
                "draws": DRAWS,
                "setup_s": setup,
                "warmup_s": seconds * (1 - share),
                "sampling_s": seconds * share,
                "wall_s": wall,
                "gradients": warmup + sampling,
            }
        )
    )


main()

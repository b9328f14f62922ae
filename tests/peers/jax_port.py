"""An exported XMILE file as JAX functions: every element a scalar, constants as inputs, Euler.

It reads only what `counterflow export` writes, and serves as a fast program to be compared with.
"""

import re
import xml.etree.ElementTree as tree

NAMESPACE = {"x": "http://docs.oasis-open.org/xmile/ns/XMILE/v1.0"}
TOKEN = re.compile(r'\s*(?:(\d[\d.]*(?:e[-+]?\d+)?)|"?([A-Za-z_]\w*)"?|(<>|<=|>=|[-+*/^()<>=,\[\]]))')
FUNCTIONS = {
    "EXP": "jnp.exp", "LN": "jnp.log", "SQRT": "jnp.sqrt", "ABS": "jnp.abs", "INT": "jnp.floor", "SIN": "jnp.sin",
    "COS": "jnp.cos", "TAN": "jnp.tan", "MAX": "jnp.maximum", "MIN": "jnp.minimum",
}
COMPARISONS = {"=": "==", "<>": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}


class Reader:
    """Reads one equation, at one position of its array, as Python text; remembers which names it uses."""

    def __init__(self, text, position):
        self.tokens = [next(part for part in match if part) for match in TOKEN.findall(text)]
        self.at, self.position, self.used = 0, position, []

    def peek(self):
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self, *wanted):
        if self.peek() in wanted:
            self.at += 1
            return self.tokens[self.at - 1]
        return None

    def expression(self):
        if self.take("IF"):
            condition = self.either()
            self.take("THEN")
            yes = self.either()
            self.take("ELSE")
            return f"jnp.where({condition}, {yes}, {self.either()})"
        return self.either()

    def chain(self, part, operators):
        text = part()
        while operator := self.take(*operators):
            text = f"({text} {operators[operator]} {part()})"
        return text

    def either(self):
        return self.chain(lambda: self.chain(self.comparison, {"AND": "&"}), {"OR": "|"})

    def comparison(self):
        return self.chain(lambda: self.chain(self.product, {"+": "+", "-": "-"}), COMPARISONS)

    def product(self):
        return self.chain(self.power, {"*": "*", "/": "/"})

    def power(self):
        return self.chain(self.atom, {"^": "**"})

    def atom(self):
        if self.take("-"):
            return f"(-{self.atom()})"
        if self.take("NOT"):
            return f"(~{self.atom()})"
        if self.take("("):
            inside = self.expression()
            self.take(")")
            return f"({inside})"
        word = self.tokens[self.at]
        self.at += 1
        if word[0].isdigit():
            return f"{float(word)!r}"
        if self.take("("):
            arguments = [self.expression()]
            while self.take(","):
                arguments.append(self.expression())
            self.take(")")
            return f"{FUNCTIONS[word]}({', '.join(arguments)})"
        return self.name(word)

    def name(self, word):
        if word == "TIME":
            return "time"
        subscripts = []
        if self.take("["):
            while not self.take("]"):
                self.take(",")
                subscripts.append(self.tokens[self.at])
                self.at += 1
        element = canonical(word, [self.position.get(s, s) for s in subscripts])
        self.used.append(element)
        return f"v[{element!r}]"


def canonical(name, subscripts):
    """The name of one element."""
    return f"{name}[{','.join(subscripts)}]" if subscripts else name


def under(text):
    return text.replace(" ", "_")


class Port:
    """Equations by element, in an order in which they can be computed."""

    def __init__(self, path):
        root = tree.parse(path).getroot()
        specs = root.find("x:sim_specs", NAMESPACE)
        self.start, self.stop = (float(specs.find(f"x:{tag}", NAMESPACE).text) for tag in ("start", "stop"))
        self.steps_per_year = int(specs.find("x:dt", NAMESPACE).text)
        self.sizes = {
            under(d.get("name")): [under(e.get("name")) for e in d.findall("x:elem", NAMESPACE)]
            for d in root.findall("x:dimensions/x:dim", NAMESPACE)
        }
        self.equations, self.flows, self.curves, self.constants = {}, {}, {}, {}
        for node in root.find("x:model/x:variables", NAMESPACE):
            self.variable(node)
        stocks = set(self.flows)
        self.start_order = self.ordered(set())
        self.order = [name for name in self.ordered(stocks) if name not in stocks]

    def variable(self, node):
        name = under(node.get("name"))
        dimensions = [under(d.get("name")) for d in node.findall("x:dimensions/x:dim", NAMESPACE)]
        single = node.find("x:eqn", NAMESPACE)
        each = {under(e.get("subscript")): e.find("x:eqn", NAMESPACE).text for e in node.findall("x:element", NAMESPACE)}
        curve = node.find("x:gf", NAMESPACE)
        positions = [{}]
        for dimension in dimensions:
            positions = [{**p, dimension: element} for p in positions for element in self.sizes[dimension]]
        for position in positions:
            subscripts = [position[d] for d in dimensions]
            element = canonical(name, subscripts)
            text = single.text if single is not None else each[",".join(subscripts)]
            reader = Reader(text, position)
            code = reader.expression()
            if re.fullmatch(r"[-()\d.e+]+", code) and node.tag.endswith("aux") and curve is None:
                self.constants[element] = float(eval(code))
                continue
            if curve is not None:
                points = [[float(v) for v in curve.find(f"x:{t}", NAMESPACE).text.split(",")] for t in ("xpts", "ypts")]
                self.curves[element] = points
                code = f"jnp.interp({code}, *curves[{element!r}])"
            self.equations[element] = (code, reader.used)
            if node.tag.endswith("stock"):
                of = lambda tag: [canonical(f.text.strip('"'), subscripts) for f in node.findall(f"x:{tag}", NAMESPACE)]
                self.flows[element] = (of("inflow"), of("outflow"))

    def ordered(self, known):
        done, order = set(known) | set(self.constants), []

        def visit(name):
            if name not in done:
                done.add(name)
                for used in self.equations[name][1]:
                    visit(used)
                order.append(name)

        for name in self.equations:
            visit(name)
        return order

    def function(self, name, order):
        """Python code that fills `v` in this order."""
        lines = [f"def {name}(v, time):"] + [f"    v[{element!r}] = {self.equations[element][0]}" for element in order]
        return "\n".join([*lines, "    return v"])


def simulator(path, saved, steps_per_save):
    """A function from constants (a vector) to the saved series, and the constants of the file."""
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    port = Port(path)
    scope = {"jnp": jnp, "curves": {k: (jnp.array(x), jnp.array(y)) for k, (x, y) in port.curves.items()}}
    exec(port.function("begin", port.start_order), scope)
    exec(port.function("evaluate", port.order), scope)
    names, stocks = list(port.constants), list(port.flows)
    step = 1.0 / port.steps_per_year

    def run(constants):
        fixed = dict(zip(names, constants))
        first = scope["begin"](dict(fixed), port.start)
        state = jnp.stack([jnp.asarray(first[s], dtype=float) for s in stocks])

        def values(state, time):
            return scope["evaluate"]({**fixed, **dict(zip(stocks, state))}, time)

        def advance(i, carry):
            state, number = carry
            v = values(state, port.start + number * step)
            net = jnp.stack([
                sum((v[f] for f in port.flows[s][0]), 0.0) - sum((v[f] for f in port.flows[s][1]), 0.0) for s in stocks
            ])
            return state + step * net, number + 1

        def save(carry, _):
            v = values(carry[0], port.start + carry[1] * step)
            return jax.lax.fori_loop(0, steps_per_save, advance, carry), jnp.stack([v[s] for s in saved])

        saves = round((port.stop - port.start) * port.steps_per_year) // steps_per_save
        return jax.lax.scan(save, (state, 0), None, length=saves)[1]

    return run, jnp.array(list(port.constants.values()))

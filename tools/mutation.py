"""Changes of a program that a test should notice: one place at a time, in its syntax tree.

A slip of the kind that people make: a comparison with its neighbour or its opposite, `and` for `or`, a `not` left out, a
condition turned round, another constant, another answer returned, a refusal or a call left out, `min` for `max`, a
line of a condition in SQL left out.
"""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass

_COMPARED: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,),
    ast.Lt: (ast.LtE, ast.GtE), ast.LtE: (ast.Lt, ast.Gt), ast.Gt: (ast.GtE, ast.LtE), ast.GtE: (ast.Gt, ast.Lt),
    ast.Is: (ast.IsNot,), ast.IsNot: (ast.Is,), ast.In: (ast.NotIn,), ast.NotIn: (ast.In,),
}  # fmt: skip
_COMPUTED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.BitOr: ast.BitAnd,
}  # fmt: skip
_SWAPPED = {"min": "max", "max": "min", "any": "all", "all": "any"}
_SQL_PART = re.compile(r"^\s*AND .*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change.

    Attributes:
        within: the function or class in which it lies, by its dotted name.
        line, end: its lines in the file, counted from 1.
        before, after: what stands there, and what would.
        nth: which of the same changes within the same function, counted from 1.
        place: which of the places of the module it is.
        replacement: what is put there.
        original: the whole module as it stands.
    """

    within: str
    line: int
    end: int
    before: str
    after: str
    nth: int
    place: int
    replacement: ast.AST
    original: ast.Module

    @property
    def tree(self) -> ast.Module:
        """The whole module with the change, made when it is asked for: most are only named."""
        changed = copy.deepcopy(self.original)
        target, _ = _places(changed)[self.place]
        _put(target, self.replacement)
        return ast.fix_missing_locations(changed)

    @property
    def name(self) -> str:
        """What tells it from all others of its file, whatever line it stands on."""
        return f"{self.within}: {self.before} -> {self.after}" + (f" ({self.nth})" if self.nth > 1 else "")


def mutants(source: str) -> Iterator[Mutant]:
    """Every change of a module, in the order of its lines."""
    tree = ast.parse(source)
    seen: dict[str, int] = {}
    for index, (node, within) in enumerate(_places(tree)):
        for replacement in _changes(node):
            before, after = _said(node), _said(replacement)
            key = f"{within}: {before} -> {after}"
            seen[key] = seen.get(key, 0) + 1
            line, end = getattr(node, "lineno", 1), getattr(node, "end_lineno", None)
            yield Mutant(within, line, end or line, before, after, seen[key], index, replacement, tree)


def _said(node: ast.AST) -> str:
    """In one short line."""
    return " ".join(ast.unparse(node).split())[:100]


def _put(target: ast.AST, replacement: ast.AST) -> None:
    """Turn a node into another one where it stands."""
    position = {
        name: getattr(target, name, None) for name in ("lineno", "col_offset", "end_lineno", "end_col_offset")
    }
    target.__class__ = replacement.__class__
    target.__dict__.clear()
    target.__dict__.update({**position, **copy.deepcopy(replacement).__dict__, **position})


def _places(tree: ast.Module) -> list[tuple[ast.AST, str]]:
    """Everything that runs, with the name of where it stands: no annotation, no docstring, no import, no `__all__`."""
    found: list[tuple[ast.AST, str]] = []

    def walk(node: ast.AST, within: str) -> None:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            within = f"{within}.{node.name}".lstrip(".")
        else:
            found.append((node, within or "module"))
        for name, value in ast.iter_fields(node):
            if name in {"annotation", "returns", "decorator_list", "type_params", "bases"}:
                continue
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST) and not _is_silent(child):
                    walk(child, within)

    walk(tree, "")
    return found


def _is_silent(node: ast.AST) -> bool:
    if isinstance(node, ast.Import | ast.ImportFrom | ast.JoinedStr):
        return True
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    return isinstance(node, ast.Assign) and any(
        isinstance(one, ast.Name) and one.id == "__all__" for one in node.targets
    )


def _changes(node: ast.AST) -> Iterator[ast.AST]:  # noqa: C901, PLR0912 - one arm a node
    match node:
        case ast.Compare():
            yield from _compared(node)
        case ast.BoolOp():
            yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield operand
        case ast.BinOp() if type(node.op) in _COMPUTED:
            yield ast.BinOp(node.left, _COMPUTED[type(node.op)](), node.right)
        case ast.Constant():
            yield from _constants(node)
        case ast.Call(func=ast.Name(id=name)) if name in _SWAPPED:
            yield ast.Call(ast.Name(_SWAPPED[name], ast.Load()), node.args, node.keywords)
        case ast.Return(value=ast.expr() as value) if not isinstance(value, ast.Constant):
            yield ast.Return(ast.Constant(None))
        case ast.Raise() | ast.Expr():
            yield ast.Pass()
        case ast.If(test=test):
            yield from (ast.If(one, node.body, node.orelse) for one in _turned_round(test))
        case ast.IfExp(test=test):
            yield from (ast.IfExp(one, node.body, node.orelse) for one in _turned_round(test))
        case ast.comprehension(ifs=ifs):
            for index in range(len(ifs)):
                left = [*ifs[:index], *ifs[index + 1 :]]
                yield ast.comprehension(node.target, node.iter, left, node.is_async)
        case _:
            return


def _compared(node: ast.Compare) -> Iterator[ast.Compare]:
    for index, operator in enumerate(node.ops):
        for other in _COMPARED[type(operator)]:
            yield ast.Compare(
                node.left, [*node.ops[:index], other(), *node.ops[index + 1 :]], node.comparators
            )


def _turned_round(test: ast.expr) -> Iterator[ast.expr]:
    """Only what no other change turns round."""
    if isinstance(test, ast.Name | ast.Attribute | ast.Call):
        yield ast.UnaryOp(ast.Not(), test)


def _constants(node: ast.Constant) -> Iterator[ast.Constant]:
    value = node.value
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, int | float):
        yield ast.Constant(value + 1)
    elif isinstance(value, str):
        yield from (ast.Constant(value.replace(part, "", 1)) for part in _SQL_PART.findall(value))
        if re.fullmatch(r"[a-z][a-z_.:-]*", value):
            yield ast.Constant(f"not {value}")

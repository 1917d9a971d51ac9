"""Which problems a function can answer with, read from the sources: nobody lists them by hand.

From a function the walk goes on to what it names: functions, the methods of its own class, and
those of classes it makes. What is called within `try` loses what `except` takes. So it may
find more than can happen; that it finds no less is what the tests hold it to.
"""

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from types import ModuleType
from typing import Any

from app.errors import ProblemError

Raised = tuple[type[ProblemError], str]
"""The kind, and its code."""
_Caught = tuple[type[BaseException], ...]
_OURS = ("app.", "agent.")


class Raises:
    """What functions can raise or return; what was found once is remembered."""

    def __init__(self) -> None:
        self._found: dict[Any, set[Raised]] = {}

    def problems_of(self, functions: Iterable[Callable[..., Any]]) -> set[tuple[int, str]]:
        """Status and code of each problem."""
        found = [self._of(function) for function in functions]
        return {(kind.status, code) for kind, code in set().union(*found)}

    def _of(self, function: Callable[..., Any]) -> set[Raised]:
        while isinstance(function, partial):
            function = function.func
        function = getattr(inspect.unwrap(function), "__func__", inspect.unwrap(function))
        if function in self._found:
            return self._found[function]
        found = self._found[function] = set()  # whoever calls himself finds nothing new
        if inspect.isclass(function):
            if issubclass(function, ProblemError):
                found |= {(function, code) for code in _codes(function)}
            for method in vars(function).values():
                if inspect.isfunction(method):
                    found |= self._of(method)
            return found
        if not hasattr(function, "__code__") or function.__code__.co_filename.startswith("<"):
            return found  # made by a library
        body = _Body(function)
        for node, caught in body.named():
            found |= {
                raised for raised in self._named(body, node) if not issubclass(raised[0], caught)
            }
        return found

    def _named(self, body: "_Body", node: ast.expr) -> set[Raised]:
        """What comes of a call, or of a function that is only named (to be called by others)."""
        if isinstance(node, ast.Call):
            target = body.resolve(node.func)
            if inspect.isclass(target) and issubclass(target, ProblemError):
                return {(target, code) for code in _codes(target, node)}
            return self._of(target) if inspect.isclass(target) and _is_ours(target) else set()
        target = body.resolve(node)
        return self._of(target) if inspect.isroutine(target) and _is_ours(target) else set()


class _Body:
    """The source of a function, and what its names stand for."""

    def __init__(self, function: Any) -> None:
        self._tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
        cells = zip(function.__code__.co_freevars, function.__closure__ or (), strict=False)
        self._names = {**function.__globals__, **{name: cell.cell_contents for name, cell in cells}}
        owner = function.__qualname__.rpartition(".")[0]
        self._owner = self._names.get(owner)

    def named(self) -> Iterator[tuple[ast.expr, _Caught]]:
        """Every name and call, with the errors that are caught around it."""
        yield from self._walk(self._tree, ())

    def resolve(self, node: ast.expr) -> Any:
        """What an expression stands for, where that is known without running it."""
        if isinstance(node, ast.Name):
            return self._owner if node.id == "self" else self._names.get(node.id)
        if isinstance(node, ast.Attribute):
            base = self.resolve(node.value)
            if isinstance(base, ModuleType) or inspect.isclass(base):
                return getattr(base, node.attr, None)
            if _is_ours(type(base)):
                return getattr(type(base), node.attr, None)
        return None

    def _walk(self, node: ast.AST, caught: _Caught) -> Iterator[tuple[ast.expr, _Caught]]:
        if isinstance(node, ast.Try):
            within = caught + tuple(self._taken(node.handlers))
            for part in node.body:
                yield from self._walk(part, within)
            rest: list[ast.AST] = [*node.handlers, *node.orelse, *node.finalbody]
            for other in rest:
                yield from self._walk(other, caught)
            return
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Name):
            yield ast.Call(node.exc, [], []), caught
        if isinstance(node, ast.Call | ast.Name | ast.Attribute):
            yield node, caught
        for child in ast.iter_child_nodes(node):
            yield from self._walk(child, caught)

    def _taken(self, handlers: list[ast.ExceptHandler]) -> Iterator[type[BaseException]]:
        for handler in handlers:
            again = any(isinstance(p, ast.Raise) and p.exc is None for p in ast.walk(handler))
            if again or handler.name is not None:
                continue  # it looks at the error, and may let it go on
            kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
            for kind in kinds:
                target = self.resolve(kind) if kind is not None else BaseException
                if inspect.isclass(target) and issubclass(target, BaseException):
                    yield target


def _codes(kind: type[ProblemError], call: ast.Call | None = None) -> set[str]:
    """The codes that a call makes an error with: its first argument, or its class's own."""
    constants = _texts(call.args[0]) if call is not None and call.args else set()
    if "__init__" not in vars(kind):
        return constants
    tree = ast.parse(textwrap.dedent(inspect.getsource(kind.__init__)))
    supers = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args]
    return {code for node in supers for code in _texts(node.args[0])} or constants


def _texts(node: ast.expr) -> set[str]:
    if isinstance(node, ast.IfExp):
        return _texts(node.body) | _texts(node.orelse)
    return {node.value} if isinstance(node, ast.Constant) and isinstance(node.value, str) else set()


def _is_ours(target: Any) -> bool:
    return str(getattr(target, "__module__", "")).startswith(_OURS)

"""Regular expressions of account administrators, matched in a time that grows with the text and never explodes.

The syntax is that of RE2: no back references, no looking around, so that a set of states is all that a match has to
remember. Sets are remembered as they turn up (a lazy automaton); what a match may cost is counted, not timed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from spokedesk.crm.pattern_syntax import (
    Alternatives,
    Assertion,
    Characters,
    Node,
    Repeat,
    Sequence,
    parse_pattern,
)
from spokedesk.crm.pattern_syntax import PatternError as PatternError

MAX_INSTRUCTIONS = 3000
MAX_VISITS = 20_000
MAX_REMEMBERED = 50_000
MAX_PATTERNS = 64
STEPS_PER_REQUEST = 400_000
CHARACTERS_PER_STEP = 8

# what lies before a position, which is all that an assertion needs to know of the past
START, WORD, NEWLINE, OTHER = range(4)


class OutOfEffort(Exception):
    """A match has used up what the whole request may spend on matching."""


@dataclass(slots=True)
class Effort:
    """The steps that are left for matching; one budget for all values of a request."""

    steps: int = STEPS_PER_REQUEST

    def spend(self, steps: int) -> None:
        self.steps -= steps
        if self.steps < 0:
            raise OutOfEffort


@dataclass(frozen=True, slots=True)
class Take:
    """Consume one character of a set, then go on at `then`."""

    characters: Characters
    then: int


@dataclass(frozen=True, slots=True)
class Fork:
    """Go on at several places."""

    targets: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Check:
    """Go on at `then` if the place between two characters is right."""

    assertion: str
    then: int


Instruction = Take | Fork | Check | None
"""None is the end of a match."""


@dataclass(slots=True, eq=False)
class State:
    """A set of places in the program, what lay before, and where each character led from here."""

    places: frozenset[int]
    behind: int
    following: dict[str, State | None] = field(default_factory=dict)
    at_end: bool | None = None


UNKNOWN = State(frozenset(), START)
"""Where nobody has gone yet."""


class Pattern:
    """A compiled expression. Several threads may use one: a state that two of them make is made twice."""

    def __init__(self, program: list[Instruction], start: int) -> None:
        self.program = program
        self.start = start
        self.states: dict[tuple[frozenset[int], int], State] = {}
        self.remembered = 0

    def is_found_in(self, text: str, effort: Effort) -> bool:
        """Whether the expression matches anywhere in a text; raise OutOfEffort."""
        effort.spend(len(text) // CHARACTERS_PER_STEP + 1)
        state = self.state(frozenset((self.start,)), START)
        for character in text:
            following = state.following.get(character, UNKNOWN)
            if following is UNKNOWN:
                following = state.following[character] = self.step(state, character, effort)
                self.remembered += 1
            if following is None:
                return True
            state = following
        if state.at_end is None:
            state.at_end = self.closure(state, None, effort) is None
        return state.at_end

    def state(self, places: frozenset[int], behind: int) -> State:
        """The one state of that kind. When many have come up, they are forgotten and come up anew."""
        known = self.states.get((places, behind))
        if known is None:
            if self.remembered > MAX_REMEMBERED:
                self.states, self.remembered = {}, 0
            self.remembered += len(places)
            known = self.states[places, behind] = State(places, behind)
        return known

    def step(self, state: State, character: str, effort: Effort) -> State | None:
        """The state behind one more character; None when the match was complete before it."""
        takes = self.closure(state, character, effort)
        if takes is None:
            return None
        # a repeated set is one object in many instructions
        sets = {id(take.characters): take.characters for take in takes}
        effort.spend(sum(item.cost for item in sets.values()))
        holding = {key for key, item in sets.items() if item.holds(character)}
        places = {take.then for take in takes if id(take.characters) in holding}
        places.add(self.start)
        return self.state(frozenset(places), kind_of(character))

    def closure(self, state: State, ahead: str | None, effort: Effort) -> list[Take] | None:
        """What can be consumed from a state when `ahead` comes next (None: the end); None when it has matched."""
        waiting, seen, takes = list(state.places), set(state.places), []
        while waiting:
            instruction = self.program[waiting.pop()]
            if instruction is None:
                return None
            if isinstance(instruction, Take):
                takes.append(instruction)
                continue
            targets: Iterable[int] = ()
            if isinstance(instruction, Fork):
                targets = instruction.targets
            elif ASSERTIONS[instruction.assertion](state.behind, ahead):
                targets = (instruction.then,)
            fresh = [target for target in targets if target not in seen]
            seen.update(fresh)
            waiting += fresh
        effort.spend(len(seen))
        return takes


def kind_of(character: str) -> int:
    if character == "\n":
        return NEWLINE
    return WORD if is_word(character) else OTHER


def is_word(character: str | None) -> bool:
    return character is not None and character.isascii() and (character.isalnum() or character == "_")


ASSERTIONS: dict[str, Callable[[int, str | None], bool]] = {
    "start": lambda behind, ahead: behind == START,
    "end": lambda behind, ahead: ahead is None,
    "line start": lambda behind, ahead: behind in (START, NEWLINE),
    "line end": lambda behind, ahead: ahead is None or ahead == "\n",
    "word edge": lambda behind, ahead: (behind == WORD) != is_word(ahead),
    "no word edge": lambda behind, ahead: (behind == WORD) == is_word(ahead),
}


class Compiler:
    """Writes a program from its end to its beginning, so that every instruction knows where to go on."""

    def __init__(self) -> None:
        self.program: list[Instruction] = [None]
        self.visits = 0

    def add(self, instruction: Instruction) -> int:
        if len(self.program) >= MAX_INSTRUCTIONS:
            raise PatternError("the expression is too large")
        self.program.append(instruction)
        return len(self.program) - 1

    def compile(self, node: Node, then: int) -> int:
        """The place where a node begins that goes on at `then`."""
        self.visits += 1
        if self.visits > MAX_VISITS:
            raise PatternError("the expression is too large")
        if isinstance(node, Characters):
            return self.add(Take(node, then))
        if isinstance(node, Assertion):
            return self.add(Check(node.kind, then))
        if isinstance(node, Sequence):
            for item in reversed(node.items):
                then = self.compile(item, then)
            return then
        if isinstance(node, Alternatives):
            return self.add(Fork(tuple(self.compile(item, then) for item in node.items)))
        return self.repeat(node, then)

    def repeat(self, node: Repeat, then: int) -> int:
        if node.most is None:
            loop = self.add(Fork(()))
            self.program[loop] = Fork((self.compile(node.item, loop), then))
            then = loop
        else:
            after = then
            for _ in range(node.most - node.least):
                then = self.add(Fork((self.compile(node.item, then), after)))
        for _ in range(node.least):
            then = self.compile(node.item, then)
        return then


@lru_cache(maxsize=MAX_PATTERNS)
def compile_pattern(text: str) -> Pattern:
    """The pattern of an expression; raise PatternError with what is wrong with it."""
    compiler = Compiler()
    start = compiler.compile(parse_pattern(text), 0)
    return Pattern(compiler.program, start)

"""hot_loops: what do the innermost loops of the kernels do that is not work?

    cmake --build build/release && python3 bench/hot_loops.py             the marked kernels, on every instruction set
    python3 bench/hot_loops.py --target AVX2 --function 'Strip|Blocks' --all

Why: a kernel is written once and compiled for every instruction set, but tuned on one machine. Sums that fit into 32
registers are spilled where there are 16, and a mask that is one instruction here is a dozen there; no test shows it,
nor a benchmark on this machine. So this program reads the machine code of all of them: every function in a namespace
sparsio::N_TARGET, and in it the loops that hold no other loop.

A row is a function on one instruction set, with its worst loop: the one with the most faults, among equals with the
most multiplications, then instructions. A sum would hide one bad loop among a dozen remainders.

    loops, bad    innermost loops of the function, and how many of them are marked
    at            where the worst one begins: objdump -d -C --start-address=AT PROGRAM
    all           its instructions, without padding
    load, mul     its loads from memory; its multiplications of floats, fused with an addition or not
    spill         stores to a place on the stack that is the same every time
    reload        loads from there; a fault beside a spill or above a quarter of the loads, else constants and bounds
    string        rep movs, rep stos: dozens of cycles before the first byte
    gather, scatter   one access a lane
    masked        stores of some lanes of a vector, compressing ones too: microcoded on many cores
    call, div     calls of what was not inlined; divisions and square roots

The last eight are faults; what marks a loop has a star. A loop that calls another kernel, by name or from a table on
the stack, is that kernel's outer loop, and left out.

The limits: it counts instructions, not time, nor how often a loop runs; the branches of a loop count all, rare ones
too. What an instruction set lacks is done by others, which are only instructions here: compare `all` between targets.
A register points to the stack if the last instruction above the loop that sets it says so; an array there that is
walked through, with an index or by moving the pointer, is memory like any other. Only x86-64.
"""

import argparse
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "analysis"))

from command_line import BadInput, Parser

FAULTS = ["spill", "reload", "string", "gather", "scatter", "masked", "call", "div"]
COUNTS = ["all", "load", "mul", *FAULTS]

NESTED = re.compile(r"<[^<>()]*>|\([^<>()]*\)")
KERNEL = re.compile(r"\bsparsio::(?:\w*::)*?N_(\w+)::")
PREFIX = re.compile(r"((cs|ds|es|data16|bnd|notrack|lock|repz(?= ret)) )+")
PADDING = re.compile(r"nop|data16|xchg %ax,%ax$")
MEMORY = re.compile(r"\((%\w+)?(,%\w+)?(,\d)?\)(\{%k\d\})?")
READS_ONLY = re.compile(r"cmp|v?p?test|bt[lqw]?$|v?u?comis|call|jmp|push|i?mul|i?div")
PARTIAL = re.compile(r"v?p?maskmov|vp?compress")
NO_RETURN = re.compile(r"<(std::__throw|std::terminate|abort@|_Unwind_Resume|__stack_chk_fail|__cxa_(re)?throw)")
BY_NAME = {
    "mul": re.compile(r"v?mul[ps][sdh]$|vfn?m(add|sub)"),
    "string": re.compile(r"rep"),
    "gather": re.compile(r"vp?gather"),
    "scatter": re.compile(r"vp?scatter"),
    "call": re.compile(r"call"),
    "div": re.compile(r"i?div[bwlq]?$|v?(div|sqrt)[ps][sdh]$"),
}


class Instruction(NamedTuple):
    """A line of the disassembly; the operands of a jump or call are `address <function+offset>`, or *operand."""

    address: int
    name: str
    operands: str


def disassemble(program):
    """(symbol, instructions) of every kernel of the program."""
    if not shutil.which("objdump"):
        raise BadInput("objdump", "no such command", "install binutils")
    if not Path(program).is_file():
        raise BadInput(program, "no such program", "build it (cmake --build build/release) or give --program")
    command = ["objdump", "-d", "-C", "--no-show-raw-insn", str(program)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as run:
        line, symbol, instructions = "", None, []
        for line in run.stdout:
            if symbol and line.startswith(" "):
                address, _, text = line.partition(":\t")
                name, _, operands = PREFIX.sub("", text.split("#")[0].strip()).partition(" ")
                instructions.append(Instruction(int(address, 16), name, operands.strip()))
            elif line.endswith(">:\n"):
                if symbol:
                    yield symbol, instructions
                symbol, instructions = line[line.index("<") + 1:-3], []
                symbol = symbol if target_of(symbol) else None
            elif "file format elf" in line and "elf64-x86-64" not in line:
                run.kill()
                raise BadInput(program, "not for x86-64", "only those instructions are known here")
        if symbol:
            yield symbol, instructions
    if run.returncode:
        raise BadInput(program, line.strip() or "objdump failed", "give a program")


def target_of(symbol):
    """The instruction set a function is compiled for, if it is a kernel; that it handles types of one is not enough."""
    if "::N_" not in symbol:
        return None
    while (shorter := NESTED.sub("", symbol)) != symbol:
        symbol = shorter
    match = KERNEL.search(symbol)
    return match and match[1]


def short_name(symbol):
    """`Strip<4>(BlockedLayer)`: without namespaces, and of the arguments only a first one that is a class of ours."""
    text = re.sub(r"sparsio::(N_\w+::)?|(?<=\d)ul\b", "", symbol[KERNEL.search(symbol).end():]).replace("> >", ">>")
    depth = 0
    for end, letter in enumerate(text):
        if letter == "(" and depth == 0:
            first = re.match(r"\(([A-Z]\w*)( const)?&?[,)]", text[end:])
            return text[:end] + (f"({first[1]})" if first and first[1] not in text[:end] else "")
        depth += (letter in "<(") - (letter in ">)")
    return text


def predecessors_of(instructions):
    """For each instruction the places of those that it may follow, within the function."""
    place = {one.address: i for i, one in enumerate(instructions)}
    predecessors = [[] for _ in instructions]
    for i, one in enumerate(instructions):
        if one.name.startswith("j") and not one.operands.startswith("*"):
            target = int(one.operands.split()[0], 16)
            if target in place:
                predecessors[place[target]].append(i)
        ends = one.name in ("jmp", "ret", "ud2", "hlt") or one.name == "call" and NO_RETURN.search(one.operands)
        if not ends and i + 1 < len(instructions):
            predecessors[i + 1].append(i)
    return predecessors


def innermost(instructions):
    """The innermost loops, each as its instructions. An edge to a place that must be passed before it closes a loop: of
    all that reaches it from there. So a loop is found in whatever order the compiler laid it out."""
    predecessors = predecessors_of(instructions)
    bodies = {}
    for head, tails in enumerate(predecessors):
        for tail in tails if len(tails) > 1 or head == 0 else []:
            body, waiting = set(), [tail]
            while waiting and (head == 0 or 0 not in body):
                node = waiting.pop()
                if node not in body:
                    body.add(node)
                    waiting += predecessors[node] if node != head else []
            if head in body and (head == 0 or 0 not in body):
                bodies.setdefault(head, set()).update(body)
    for head, body in bodies.items():
        if not any(other in body for other in bodies if other != head):
            loop = [instructions[node] for node in sorted(body)]
            yield [one for one in loop if not PADDING.match(f"{one.name} {one.operands}")]


def stack_registers(instructions, loop):
    """The registers that stand for one place on the stack while the loop runs."""
    registers = {"%rsp"}
    for one in [one for one in instructions if one.address < loop[0].address] + loop:
        if one.name.startswith(("cmp", "test", "push", "pop")):
            continue
        source, _, target = one.operands.rpartition(",")
        target = re.sub(r"^%e|^(%r\d+)d$", lambda match: match[1] or "%r", target)
        match = re.fullmatch(r"mov (%r\w+)|lea [-\w]*\((%r\w+)\)", f"{one.name} {source}")
        if match and (match[1] or match[2]) in registers:
            registers.add(target)
        elif target != "%rsp":
            registers.discard(target)
    return registers


def calls_kernel(one, stack):
    """Is it a call of a kernel, by name or from a table on the stack?"""
    table = MEMORY.search(one.operands)
    return one.name == "call" and (target_of(one.operands.partition("<")[2][:-1]) or table and table[1] in stack)


def count(loop, stack):
    """What the instructions of a loop do, by the words of COUNTS; `stack`: the registers that stand for it."""
    counts = {**dict.fromkeys(COUNTS, 0), "all": len(loop)}
    for one in loop:
        for word, pattern in BY_NAME.items():
            counts[word] += bool(pattern.match(one.name))
        if one.name.startswith(("lea", "prefetch")) or re.match(r"[0-9a-f]+ <", one.operands):
            continue
        for memory in MEMORY.finditer(one.operands):
            stores = memory.end() == len(one.operands) and not READS_ONLY.match(one.name)
            counts["load"] += not stores
            counts["spill" if stores else "reload"] += memory[1] in stack and not memory[2]
            if stores and (memory[4] or PARTIAL.match(one.name)) and not BY_NAME["scatter"].match(one.name):
                counts["masked"] += 1
    return counts


def faults_of(counts):
    """The words of FAULTS that mark a loop."""
    is_constant = not counts["spill"] and counts["reload"] * 4 <= counts["load"]
    return [word for word in FAULTS if counts[word] and not (word == "reload" and is_constant)]


def loops_of(instructions):
    """The innermost loops of a function with their counts, the worst first."""
    loops = []
    for loop in innermost(instructions):
        stack = stack_registers(instructions, loop)
        if not any(calls_kernel(one, stack) for one in loop):
            counts = count(loop, stack)
            loops.append({"at": hex(loop[0].address), **counts, "faults": faults_of(counts)})
    return sorted(loops, key=lambda loop: [-sum(loop[word] for word in loop["faults"]), -loop["mul"], -loop["all"]])


def select(program, target, function):
    """The functions with innermost loops, of one instruction set or all, the worst first."""
    kernels = [(target_of(symbol), symbol, instructions) for symbol, instructions in disassemble(program)]
    targets = sorted({one[0] for one in kernels})
    if not kernels:
        raise BadInput(program, "no function in a namespace sparsio::N_...", "give a program that is not stripped")
    if target and target not in targets:
        raise BadInput(f"--target {target}", "not in this program", f"have: {' '.join(targets)}")
    functions = [{"function": short_name(symbol), "target": compiled_for, "loops": loops_of(instructions)}
                 for compiled_for, symbol, instructions in kernels
                 if target in (None, compiled_for) and re.search(function, short_name(symbol))]
    if not functions:
        raise BadInput(f"--function {function}", "no kernel's name has it", "see the names with --all")
    functions = [one for one in functions if one["loops"]]
    return sorted(functions, key=lambda one: [one["target"],
                                              -sum(one["loops"][0][word] for word in one["loops"][0]["faults"])])


def table(functions):
    """A line a function, aligned."""
    rows = [["function", "target", "loops", "bad", "at", *(word + " " for word in COUNTS)]]
    for one in functions:
        worst = one["loops"][0]
        bad = sum(bool(loop["faults"]) for loop in one["loops"])
        rows.append([one["function"], one["target"], str(len(one["loops"])), str(bad or "-"), worst["at"],
                     *(f"{worst[word] or '-'}{'*' if word in worst['faults'] else ' '}" for word in COUNTS)])
    widths = [max(map(len, column)) for column in zip(*rows)]
    return ["  ".join(cell.ljust(width) if column < 2 else cell.rjust(width)
                      for column, (cell, width) in enumerate(zip(row, widths))).rstrip() for row in rows]


def main():
    parser = Parser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default=ROOT / "build/release/sparsio", help="default: %(default)s")
    parser.add_argument("--target", help="only this instruction set: AVX2, AVX3, SSE4 ...; default: all")
    parser.add_argument("--function", default="", metavar="REGEX", help="only functions whose name in the table has it")
    parser.add_argument("--all", action="store_true", help="also functions without a fault")
    parser.add_argument("--json", action="store_true", help="print all loops of the functions, as JSON")
    options = parser.parse_args()
    try:
        functions = select(options.program, options.target, options.function)
    except re.error as error:
        parser.error(f"--function {options.function}: {error}")
    except BadInput as error:
        parser.exit(1, f"{parser.prog}: {error}\n")
    marked = [one for one in functions if one["loops"][0]["faults"]]
    shown = functions if options.all else marked
    if options.json:
        print(json.dumps(shown, indent=1))
    else:
        print(*table(shown), f"{len(marked)} of {len(functions)} functions with loops are marked", sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

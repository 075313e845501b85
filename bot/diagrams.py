"""Draws the flows from their own tables, as Mermaid: `python -m bot.diagrams docs/flows [--check]`."""

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from conversations.flows import FLOWS
from conversations.machine import ANY, BACK, END, START, STAY, Flow, Row

HEAD = "<!-- Drawn from the tables in conversations/flows by `make diagrams`; do not edit. -->\n"


def pages(flows: Mapping[str, Flow] = FLOWS) -> dict[str, str]:
    """Every page by its file name."""
    drawn = {f"{flow.name}.md": page(flow) for flow in flows.values()}
    return {**drawn, "README.md": index(flows.values())}


def page(flow: Flow) -> str:
    """One flow: what it is, what it hears, how it moves, row by row."""
    parts = [HEAD, f"# {flow.name}\n", f"{purpose(flow)}\n", f"{proof(flow)}\n"]
    if flow.keywords:
        parts.append("Keywords, the first of each being the one we teach:\n")
        parts += [f"- **{k.trigger}**: {', '.join(k.en[:4])} … / {', '.join(k.es[:4])} …" for k in flow.keywords]
        parts.append("")
    parts += ["```mermaid", "stateDiagram-v2", *arrows(flow), "```\n"]
    parts += ["| # | in | on | when | does | then |", "|---|---|---|---|---|---|"]
    parts += [row_of_table(number, row) for number, row in enumerate(flow.rows)]
    return "\n".join(parts) + "\n"


def index(flows: Iterable[Flow]) -> str:
    """What there is, on one page."""
    listed = sorted(flows, key=lambda flow: flow.name)
    lines = [f"- [{flow.name}]({flow.name}.md): {purpose(flow)}" for flow in listed]
    return "\n".join([HEAD, "# Flows\n", *lines]) + "\n"


def purpose(flow: Flow) -> str:
    """The first line of the flow's own file."""
    module = sys.modules[f"conversations.flows.{flow.name}"]
    return " ".join((module.__doc__ or "").split("\n\n")[0].split())


def proof(flow: Flow) -> str:
    """Who is let in."""
    if flow.public:
        return "Asks for no proof: it tells nothing about anybody that has not been proved."
    return f"Private: asks for proof first (level {flow.needs.name.lower()}; on a shared phone always the person)."


def arrows(flow: Flow) -> Iterator[str]:
    """One arrow for each way between two states, labelled with what takes it."""
    ways: dict[tuple[str, str], list[str]] = {}
    for row in flow.rows:
        for source in (row.source,) if isinstance(row.source, str) else row.source:
            dest = source if row.dest == STAY else row.dest
            triggers = ways.setdefault((place(source), place(dest)), [])
            if row.trigger not in triggers:
                triggers.append(row.trigger)
    for (source, dest), triggers in ways.items():
        yield f"    {source} --> {dest}: {', '.join(triggers)}"


def place(state: str) -> str:
    """A state as Mermaid may name it."""
    return {START: "[*]", END: "[*]", ANY: "anywhere", BACK: "as_before"}.get(state, str(state))


def row_of_table(number: int, row: Row) -> str:
    """A row in words: guards read after "when", steps are verbs."""
    source = place(row.source) if isinstance(row.source, str) else ", ".join(place(s) for s in row.source)
    dest = {STAY: "stay", END: "rest", BACK: "as before"}.get(row.dest, str(row.dest))
    when = ", ".join(name(guard) for guard in row.when)
    does = ", ".join(name(step) for step in row.do)
    return f"| {number} | {'any' if row.source == ANY else source} | {row.trigger} | {when} | {does} | {dest} |"


def name(function: object) -> str:
    """What the function calls itself: one made by another is named after its maker, and what it was made for."""
    full = str(getattr(function, "__qualname__", type(function).__name__))
    cells = [cell.cell_contents for cell in getattr(function, "__closure__", None) or ()]
    made_for = [
        str(each) for cell in cells for each in (cell if isinstance(cell, tuple) else (cell,)) if isinstance(each, str)
    ]
    return " ".join([full.partition(".")[0], *made_for]).replace("_", " ").strip()


def main(arguments: Sequence[str]) -> int:
    """Write the pages, or with --check say which ones are stale."""
    folders = [argument for argument in arguments if not argument.startswith("--")]
    folder = Path(folders[0] if folders else "docs/flows")
    drawn = pages()
    kept = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.md")}
    if "--check" in arguments:
        stale = sorted(file for file in {*drawn, *kept} if drawn.get(file) != kept.get(file))
        if stale:
            sys.stderr.write(f"Stale in {folder}: {', '.join(stale)}. Run: make diagrams\n")
        return 1 if stale else 0
    folder.mkdir(parents=True, exist_ok=True)
    for file in kept.keys() - drawn.keys():
        (folder / file).unlink()
    for file, text in drawn.items():
        (folder / file).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

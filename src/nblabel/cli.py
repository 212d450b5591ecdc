"""The command line: ``nblabel check``, ``export``, ``push``, ``pull``, ``doctor`` and others."""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Callable, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any, get_args

from nblabel.base.errors import ArgumentError, ConfigError, NblabelError, StoreError, near
from nblabel.base.jsontext import strict
from nblabel.config import parse, templates
from nblabel.connect import LabelStudio
from nblabel.project import Project, SentMedia, format_names, opened
from nblabel.store import examine
from nblabel.tags import TAGS, drawn


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except ConfigError as error:
        for problem in error.problems:
            print(f"{problem.severity}: {problem}", file=sys.stderr)
    except (NblabelError, ArgumentError) as error:
        print(f"error: {error}", file=sys.stderr)
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="nblabel", description="Label data in a notebook cell.")
    parser.add_argument("--version", action="version", version=f"nblabel {_version()}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    check = commands.add_parser(
        "check",
        help="tell what is wrong with a config, and with results",
        description="Tell what is wrong with a labeling config, and with the results in a data "
        "file. Warnings and errors are printed, one a line; the exit status is 1 where there is "
        "an error.",
    )
    check.add_argument("config", help="labeling config: a file, or the name of a template")
    check.add_argument("data", nargs="?", help="a data file; its results are checked too")
    check.add_argument("--root", help="the folder that local media must lie in")
    check.set_defaults(run=_check)

    export = commands.add_parser(
        "export",
        help="write what a store has to a file",
        description="Write the annotations of a store to a file, and print the file's path.",
    )
    export.add_argument("store", help="a path or an SQLAlchemy URL")
    export.add_argument("out", help="the file to write, or for some formats the folder")
    export.add_argument(
        "--format",
        help=f"one of {', '.join(format_names())}; by default the file's suffix says it: "
        ".json is JSON that a Label Studio server imports, .csv is CSV",
    )
    export.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a setting of the format, as --set origin=0; may be given several times",
    )
    export.add_argument("--name", help="the project, where the store has several")
    export.add_argument("--drafts", action="store_true", help="write unsubmitted work too")
    export.set_defaults(run=_export)

    for name, (run, words) in _SYNCING.items():
        _add_server(
            commands.add_parser(name, help=words, description=f"{words.capitalize()}.{_CODES}")
        )
        commands.choices[name].set_defaults(run=run)

    doctor = commands.add_parser(
        "doctor",
        help="look a store over",
        description="Look a store over without changing it: whether the database is whole, and "
        "whether every annotation is what its log led to. Prints one fault a line; the exit "
        "status is 1 where there is one.",
    )
    doctor.add_argument("store", help="a path or an SQLAlchemy URL")
    doctor.set_defaults(run=_doctor)

    shown = commands.add_parser(
        "templates",
        help="list the configs that come with nblabel, or print one",
        description="List the labeling configs that come with nblabel. With a name, print that "
        "one, to begin a config of one's own with.",
    )
    shown.add_argument("name", nargs="?", help="the template to print")
    shown.set_defaults(run=_templates)
    return parser


def _add_server(command: argparse.ArgumentParser) -> None:
    command.add_argument("store", help="a path or an SQLAlchemy URL")
    command.add_argument(
        "data",
        nargs="?",
        help="the data file; without one only the tasks that the store has are known",
    )
    command.add_argument("--config", help="labeling config: by default that in the store")
    command.add_argument("--key", help="the column that tells tasks apart")
    command.add_argument("--name", help="the project in the store, where there are several")
    command.add_argument("--root", help="the folder that local media must lie in")
    command.add_argument("--url", help="the server's address; by default that in LABEL_STUDIO_URL")
    command.add_argument("--title", help="the title of the server's project")
    command.add_argument("--project-id", type=int, help="its number, in place of a title")
    command.add_argument(
        "--media",
        choices=get_args(SentMedia),
        default="upload",
        help="what becomes of images that are no web addresses (default: upload)",
    )


def _version() -> str:
    try:
        return metadata.version("nblabel")
    except metadata.PackageNotFoundError:
        return "(not installed)"


def _check(options: argparse.Namespace) -> int:
    config = parse(options.config, TAGS)
    for problem in config.problems:
        print(f"{problem.severity}: {problem}")
    known = {element.tag for element in config.root.walk()} & set(TAGS)
    if waiting := ", ".join(f"<{tag}>" for tag in sorted(known - drawn())):
        print(f"note: not drawn yet, and their results kept as they are: {waiting}")
    if options.data is None:
        return 0
    project = Project(options.data, options.config, store=":memory:", root=options.root)
    told = {str(problem) for problem in config.problems}
    found = [row for row in project.check_rows() if row["problem"] not in told]
    for row in found:
        where = ", ".join(f"{name} {row[name]}" for name in ("key", "id") if row[name])
        print(f"error: {where}: {row['problem']}" if where else f"error: {row['problem']}")
    project.close()
    return 1 if found else 0


def _templates(options: argparse.Namespace) -> int:
    known = templates()
    if options.name is None:
        print("\n".join(known))
        return 0
    if options.name not in known:
        names = ", ".join(known)
        hint = near(options.name, known)
        print(f'error: no template "{options.name}", only {names}{hint}', file=sys.stderr)
        return 1
    print(known[options.name], end="")
    return 0


def _doctor(options: argparse.Namespace) -> int:
    found = examine(options.store)
    for fact in found.facts:
        print(fact)
    for fault in found.faults:
        print(f"fault: {fault}")
    if not found.faults:
        print("no fault found")
    return 1 if found.faults else 0


def _opened(options: argparse.Namespace, server: LabelStudio) -> Project[Any]:
    """Open the project that is meant: of data, of the store, or of the server's project."""
    if options.data is not None:
        return Project(
            options.data,
            options.config,
            store=options.store,
            name=options.name,
            key=options.key,
            root=options.root,
        )
    if options.project_id is not None and options.run is not _push:
        return opened(server, options.project_id, options.store, options.name)
    if "://" not in options.store and not Path(options.store).is_file():
        raise StoreError(f'there is no store "{options.store}"')
    return Project(store=options.store, name=options.name)


def _told(options: argparse.Namespace, do: Callable[[Project[Any], LabelStudio], Any]) -> int:
    """Do something with a server; print what was done."""
    server = LabelStudio(options.url)
    project = _opened(options, server)
    try:
        done = do(project, server)
    finally:
        project.close()
    print(done)
    return 0 if done.is_whole else 2


def _push(options: argparse.Namespace) -> int:
    which = (options.title, options.project_id)
    return _told(options, lambda p, server: p.push(server, *which, media=options.media))


def _pull(options: argparse.Namespace) -> int:
    return _told(options, lambda p, server: p.pull(server, options.title, options.project_id))


def _sync(options: argparse.Namespace) -> int:
    which = (options.title, options.project_id)
    return _told(options, lambda p, server: p.sync(server, *which, media=options.media))


def _status(options: argparse.Namespace) -> int:
    which = (options.title, options.project_id)
    return _told(options, lambda p, server: p.server_status(server, *which))


_CODES = (
    " The token is read from LABEL_STUDIO_API_KEY. The exit status is 0 where all went, 1 where "
    "nothing could be done, and 2 where something did not go, was changed on both sides or waits."
)

_SYNCING: dict[str, tuple[Callable[[argparse.Namespace], int], str]] = {
    "push": (_push, "send what a store has to a Label Studio server"),
    "pull": (_pull, "take in what was done on a Label Studio server"),
    "sync": (_sync, "pull, then push"),
    "status": (_status, "count what a push would send and a pull would take in"),
}


def _export(options: argparse.Namespace) -> int:
    if "://" not in options.store and not Path(options.store).is_file():
        print(f'error: there is no store "{options.store}"', file=sys.stderr)
        return 1
    settings = dict(_setting(given) for given in options.set)
    project = Project(store=options.store, name=options.name)
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always", UserWarning)
        print(project.export(options.out, options.format, drafts=options.drafts, **settings))
    for warning in told:
        print(f"warning: {warning.message}", file=sys.stderr)
    project.close()
    return 0


def _setting(given: str) -> tuple[str, Any]:
    """Read a setting: a value of JSON, else a text."""
    name, _, text = given.partition("=")
    try:
        return name, strict(text)
    except ValueError:
        return name, text

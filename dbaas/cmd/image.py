"""`dbaas-image`: makes the image that guests boot."""

import argparse
import os
import shlex
import sys
from pathlib import Path

from dbaas.guestimage import database_images, distribution, isolation
from dbaas.guestimage.build import build
from dbaas.guestimage.errors import BuildError

_DEFAULT_SIZE = 4


def main() -> None:
    arguments = _parser().parse_args()
    try:
        arguments.run(arguments)
    except (BuildError, OSError) as error:
        sys.exit(f"dbaas-image: {error}")


def _build(arguments: argparse.Namespace) -> None:
    if os.geteuid() != 0:
        raise BuildError("only root may make the file systems of an image; use sudo")
    if missing := distribution.missing_tools():
        raise BuildError(f"packages are missing: apt-get install {' '.join(missing)}")
    images = arguments.database_image
    repository = database_images.repository(images) if images else arguments.datastore
    isolation.enter()
    output = arguments.output.absolute()
    build(output, arguments.size, images)
    print(_how_to_use(output, arguments.size, arguments.datastore, repository))


def _how_to_use(output: Path, size: int, datastore: str, repository: str) -> str:
    words = [
        *("openstack", "image", "create", f"dbaas-guest-{datastore}"),
        *("--disk-format", "qcow2", "--container-format", "bare", "--public"),
        *("--tag", "trove", "--tag", datastore, "--min-disk", str(size)),
        *("--property", f"dbaas_repository={repository}", "--property", "os_type=linux"),
        *("--file", str(output)),
    ]
    return f"Its databases are the tags of {repository}. To give it to the cloud:\n\n    " + (
        shlex.join(words)
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="dbaas-image", description=__doc__)
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    make = verbs.add_parser("build", help="make a qcow2 on Debian or Ubuntu, as root")
    make.add_argument("--output", type=Path, required=True, help="the file to write")
    make.add_argument(
        "--size", type=int, default=_DEFAULT_SIZE, help="GiB of its disk (default: %(default)s)"
    )
    make.add_argument("--datastore", default="mysql", help="what it is for (default: mysql)")
    databases = make.add_mutually_exclusive_group(required=True)
    databases.add_argument(
        "--database-image",
        action="append",
        default=[],
        metavar="REPOSITORY:TAG",
        help="an image of this machine's Docker to put inside; may be repeated",
    )
    databases.add_argument(
        "--pull-at-first-start",
        action="store_true",
        help="no database inside: each guest pulls the one that it is to run",
    )
    make.set_defaults(run=_build)
    return parser


if __name__ == "__main__":
    main()

"""Runs the stories in `gabbits/`, each against an API of its own.

There are the catalogue of the harness and one instance of alpha's, `ready`, to begin with.
"""

import unittest
import uuid
from pathlib import Path

import pytest
from gabbi import handlers, suitemaker, utils

from tests.api.harness import Api

FOLDER = Path(__file__).parent / "gabbits"
STORIES = sorted(FOLDER.glob("*.yaml"))


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.stem)
def test_story(api: Api, story: Path) -> None:
    api.create_active("alpha", name="ready")
    suite = suitemaker.test_suite_from_dict(
        loader=unittest.TestLoader(),
        test_base_name=story.stem,
        suite_dict=utils.load_yaml(yaml_file=str(story)),
        test_directory=str(FOLDER),
        host=str(uuid.uuid4()),  # intercepted, so never looked up
        port=80,
        fixture_module=None,
        intercept=lambda: api.app,
        handlers=[handler() for handler in handlers.RESPONSE_HANDLERS],
    )
    result = unittest.TestResult()
    suite.run(result)
    failed = [f"{test}: {text.splitlines()[-1]}" for test, text in result.failures + result.errors]
    assert not failed, "\n".join(failed)
    assert result.testsRun > 0

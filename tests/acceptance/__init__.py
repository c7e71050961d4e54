"""The whole app, over real TCP, against the simulated GitHub."""

import pytest

# What these hold against the promises shall say what it saw, as the tests themselves do.
pytest.register_assert_rewrite("tests.acceptance.burst", "tests.acceptance.process")

"""Settings: read once from the environment, each with a sentence; what makes no sense is refused."""

from dataclasses import fields

import pytest

from app.settings import Settings, SettingsError


def test_an_empty_environment_gives_the_defaults() -> None:
    assert Settings.read({}) == Settings()


@pytest.mark.parametrize(
    ("variable", "text", "name", "value"),
    [
        ("FALLLINE_MAX_STEPS", "5000", "max_steps", 5000),
        ("FALLLINE_ENGINE_SECONDS", "0.5", "engine_seconds", 0.5),
        ("FALLLINE_RELOAD", "true", "reload", True),
        ("FALLLINE_DEFAULT_OPTIMIZERS", "gd, adam", "default_optimizers", ("gd", "adam")),
        (
            "FALLLINE_FRAME_ANCESTORS",
            "https://moodle.example 'self'",
            "frame_ancestors",
            "https://moodle.example 'self'",
        ),
    ],
)
def test_a_variable_sets_the_setting_of_its_name(variable: str, text: str, name: str, value: object) -> None:
    assert getattr(Settings.read({variable: text}), name) == value


@pytest.mark.parametrize(
    ("variable", "text"),
    [
        ("FALLLINE_MAX_STEPS", "many"),
        ("FALLLINE_MAX_STEPS", "0"),
        ("FALLLINE_MAX_STEPS", "1e99"),
        ("FALLLINE_ENGINE_SECONDS", "nan"),
        ("FALLLINE_ENGINE_SECONDS", "inf"),
        ("FALLLINE_RELOAD", "perhaps"),
        ("FALLLINE_FRAME_ANCESTORS", "*; script-src *"),
        ("FALLLINE_FRAME_ANCESTORS", "a\nb"),
    ],
)
def test_a_text_that_makes_no_sense_is_refused_by_the_variable_s_name(variable: str, text: str) -> None:
    with pytest.raises(SettingsError, match=variable):
        Settings.read({variable: text})


def test_every_setting_has_a_sentence() -> None:
    for setting in fields(Settings):
        assert setting.metadata["help"].endswith("."), setting.name

"""Every call of the API has an example, and each example is what the call takes or gives."""

from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import APIRoute
from pydantic import TypeAdapter

from payouts.api.app import create_app
from payouts.core.settings import Settings


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder: Path = tmp_path_factory.mktemp("examples")
    return create_app(Settings(data_dir=folder))


def test_every_json_body_answer_and_parameter_has_an_example_that_fits(app: Any) -> None:
    document = app.openapi()
    wrong: list[str] = []
    routes = [
        route
        for each in app.routes
        if (door := getattr(each, "original_router", None))
        for route in door.routes
    ]
    assert len(routes) > 90
    for route in routes:
        if not isinstance(route, APIRoute) or not route.include_in_schema:
            continue
        call = document["paths"][route.path][next(iter(route.methods)).lower()]
        wrong += [
            f"{route.path}: {each['name']}" for each in call.get("parameters", ()) if "example" not in each
        ]
        bodies = [(call.get("requestBody"), route.body_field and route.body_field.field_info.annotation)]
        answers = [
            (each, route.response_model) for status, each in call["responses"].items() if status[0] == "2"
        ]
        for holder, shape in [*bodies, *answers]:
            content = (holder or {}).get("content", {}).get("application/json")
            if content is None:
                continue
            try:
                if shape is not None:
                    TypeAdapter(shape).validate_python(content["example"])
            except (KeyError, ValueError) as error:
                wrong.append(f"{route.path}: {str(error)[:300]}")
    assert not wrong, "\n".join(wrong)

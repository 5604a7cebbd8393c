"""The import contracts are proved by breaking them, in a house of empty rooms built for the purpose."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent
ROOMS = (
    "quantity",
    "facts",
    "rules",
    "protocol",
    "care",
    "science",
    "dosing",
    "fhir",
    "clinic",
    "cli",
    "site",
)
APPS = (
    "registry",
    "library",
    "front_desk",
    "follow_up",
    "bedside",
    "consulting_room",
    "questionnaires",
    "laboratory",
    "work",
    "chart",
    "people",
    "audit",
)
PARTS = ("services", "models", "views", "tasks")


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """Every room and app, empty, under the contracts of the real one."""
    (tmp_path / "pyproject.toml").write_bytes((REPOSITORY / "pyproject.toml").read_bytes())
    for room in (Path(), *map(Path, ROOMS), *(Path("clinic", app) for app in APPS)):
        folder = tmp_path / "unloop" / room
        folder.mkdir(parents=True)
        (folder / "__init__.py").touch()
    for app in APPS:
        for part in PARTS:
            (tmp_path / "unloop" / "clinic" / app / f"{part}.py").touch()
    (tmp_path / "unloop" / "clinic" / "audit" / "clock.py").touch()
    for part in ("liability", "curves"):
        (tmp_path / "unloop" / "science" / part).mkdir()
        (tmp_path / "unloop" / "science" / part / "__init__.py").touch()
        (tmp_path / "unloop" / "science" / part / "model.py").touch()
    return tmp_path


def write(house: Path, module: str, line: str) -> None:
    path = house / "unloop" / module
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{line}\n")


def lint(house: Path) -> tuple[int, str]:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-logo", "--no-cache"]
    environment = {**os.environ, "PYTHONPATH": str(house), "COLUMNS": "200"}
    run = subprocess.run(command, cwd=house, env=environment, capture_output=True, text=True, check=False)
    return run.returncode, run.stdout + run.stderr


def test_what_the_house_allows_breaks_no_contract(house: Path) -> None:
    write(
        house, "clinic/bedside/views.py", "import unloop.clinic.bedside.models, unloop.clinic.chart.services"
    )
    write(house, "clinic/chart/services.py", "import unloop.fhir, unloop.clinic.audit.clock")
    write(house, "clinic/laboratory/services.py", "import unloop.dosing, unloop.science.curves.model")
    write(house, "clinic/laboratory/tasks.py", "import scipy, numba")
    write(house, "science/curves/model.py", "import numpy, unloop.quantity")
    write(house, "cli/heredity.py", "import unloop.science.liability.model, unloop.clinic.people.services")
    write(house, "site/urls.py", "import unloop.clinic.people.views")
    status, said = lint(house)
    assert status == 0, said


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("quantity/pressure.py", "import unloop.facts", "Rooms stack"),
        ("care/gate.py", "import unloop.science", "Rooms stack"),
        ("helpers/__init__.py", "", "Rooms stack"),
        ("clinic/chart/services.py", "import unloop.clinic.bedside.services", "The clinic's apps stack"),
        ("clinic/common/__init__.py", "", "The clinic's apps stack"),
        ("care/gate.py", "import django", "The core knows no framework"),
        ("rules/evaluate.py", "def now():\n    import time", "The core knows no framework"),
        ("science/curves/model.py", "import random", "The core knows no framework"),
        ("care/gate.py", "import numpy", "Care and the rules need no scientific stack"),
        ("science/curves/model.py", "import unloop.protocol", "Science knows arrays and quantities"),
        ("fhir/bundle.py", "import unloop.science.curves", "FHIR is a mapping"),
        ("dosing/curve.py", "import unloop.science.liability.model", "A risk number gates and doses nothing"),
        ("virtual_trials/arms.py", "import unloop.fhir", "Virtual trials know no records"),
        ("dosing/curve.py", "import dask", "Dask serves virtual trials alone"),
        ("site/urls.py", "import unloop.facts", "The site assembles the clinic"),
        ("clinic/bedside/services.py", "import unloop.dosing", "The clinic reaches science"),
        (
            "clinic/bedside/views.py",
            "import unloop.clinic.chart.models",
            "An app is asked through its services",
        ),
        ("cli/serve.py", "import unloop.clinic.people.models", "An app is asked through its services"),
        ("clinic/laboratory/services.py", "import scipy", "The web process loads no SciPy"),
        ("clinic/bedside/views.py", "import numba", "The web process loads no SciPy"),
    ],
)
def test_what_the_house_forbids_breaks_a_contract_by_name(
    house: Path, module: str, line: str, contract: str
) -> None:
    if module.startswith("virtual_trials"):
        write(house, "virtual_trials/__init__.py", "")
    write(house, module, line)
    status, said = lint(house)
    assert status == 1
    broken = [heading for heading in said.splitlines() if heading.endswith("BROKEN") or " BROKEN" in heading]
    assert any(contract in heading for heading in broken), said

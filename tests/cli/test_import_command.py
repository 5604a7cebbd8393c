"""`unloop import`: a record becomes a person, twice adds nothing, and a wrong file exits 2."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from unloop.fhir import example_bundle


def run(home: Path, *arguments: object, stdin: bytes = b"") -> tuple[int, str, str]:
    """The command in a process of its own: exit status, standard output and standard error."""
    done = subprocess.run(
        [sys.executable, "-c", "from unloop.cli import main; main()", *map(str, arguments)],
        input=stdin,
        capture_output=True,
        env=os.environ | {"UNLOOP_HOME": str(home)},
        check=False,
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


@pytest.fixture(scope="module")
def used_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which the command ran once, from nothing, and refused: its tables are there, and nobody in them."""
    home = tmp_path_factory.mktemp("used") / "home"
    assert run(home, "import", "-", stdin=b"")[0] == 2
    return home


@pytest.fixture
def unloop(used_home: Path, tmp_path: Path):
    """Runs the command in a home of the test's own."""
    home = shutil.copytree(used_home, tmp_path / "home")

    def unloop(*arguments: object, stdin: bytes = b"") -> tuple[int, str, str]:
        return run(home, *arguments, stdin=stdin)

    return unloop


def test_a_home_is_made_by_the_first_record(tmp_path: Path) -> None:
    code, out, said = run(tmp_path / "home", "import", "-", "--json", stdin=example_bundle())
    assert code == 0, said
    assert json.loads(out)["added"] > 20


def test_a_record_becomes_a_person_and_again_adds_nothing(unloop) -> None:
    code, out, _ = unloop("import", "-", "--json", stdin=example_bundle())
    first = json.loads(out)
    assert code == 0
    assert set(first) == {"person", "added", "unchanged", "not_understood"}
    assert first["added"] > 20
    assert all({"path", "why"} <= set(one) for one in first["not_understood"])
    again = json.loads(unloop("import", "-", "--json", stdin=example_bundle())[1])
    assert (again["person"], again["added"], again["unchanged"]) == (first["person"], 0, first["added"])


def test_a_likely_duplicate_exits_1_and_is_named_by_its_id_alone(unloop) -> None:
    person = json.loads(unloop("import", "-", "--json", stdin=example_bundle())[1])["person"]
    record = json.loads(example_bundle())
    patient = next(one["resource"] for one in record["entry"] if one["resource"]["resourceType"] == "Patient")
    patient["identifier"] = [{"system": "https://elsewhere.example", "value": "77"}]
    twin = json.dumps(record).encode()
    code, out, err = unloop("import", "-", "--json", stdin=twin)
    assert (code, json.loads(out)["likely_duplicates"]) == (1, [person])
    assert patient["name"][0]["family"] not in err
    into = json.loads(unloop("import", "-", "--into", person, "--json", stdin=twin)[1])
    assert into["person"] == person


@pytest.mark.parametrize("data", [b"", b"{}", b"Dear colleague", example_bundle()[:3000]])
def test_a_file_that_is_no_record_exits_2(unloop, data: bytes) -> None:
    code, out, err = unloop("import", "-", "--json", stdin=data)
    assert code == 2
    assert set(json.loads(out)["error"]) == {"where", "given", "allowed", "mend"}
    assert "mend:" in err


def test_a_person_who_is_none_exits_2(unloop) -> None:
    code, _, err = unloop("import", "-", "--into", "nobody", stdin=example_bundle())
    assert code == 2
    assert "--into" in err

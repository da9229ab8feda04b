"""What is in the images, and what is not."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.container

FUNCTIONS = ["tracemark-plotting", "tracemark-prelabel", "tracemark-postlabel"]
IMAGES = [*FUNCTIONS, "tracemark-service"]


def shell(engine: Any, image: str, command: str) -> str:
    output = engine.containers.run(
        f"{image}:latest", ["-c", command], entrypoint="/bin/sh", remove=True, network_mode="none", read_only=True
    )
    return str(output.decode())


@pytest.mark.parametrize("image", FUNCTIONS)
def test_the_entry_point_is_lambdas_runtime_interface_client(engine: Any, image: str) -> None:
    config = engine.images.get(f"{image}:latest").attrs["Config"]

    assert config["Entrypoint"] == ["/opt/tracemark/bin/python", "-m", "awslambdaric"]
    assert config["Cmd"] == [f"{image.replace('-', '_')}.handler.handle"]


@pytest.mark.parametrize("image", FUNCTIONS)
def test_the_user_is_lambdas(engine: Any, image: str) -> None:
    assert shell(engine, image, "id -u; id -g").split() == ["993", "990"]


@pytest.mark.parametrize("image", IMAGES)
def test_there_is_nothing_to_build_or_install_with(engine: Any, image: str) -> None:
    tools = "gcc cc make npm node pip pip3 uv git"

    found = shell(engine, image, f"for tool in {tools}; do command -v $tool || true; done; ls /opt/tracemark/bin")

    assert not {line.rpartition("/")[2] for line in found.split()} & set(tools.split())


@pytest.mark.parametrize("image", IMAGES)
def test_there_are_no_package_lists_caches_or_tests(engine: Any, image: str) -> None:
    left = shell(
        engine,
        image,
        "ls /var/lib/apt/lists /var/cache/apt; find / -xdev -name .cache -o -xdev -path '*/site-packages/*/tests' "
        "-not -path '/proc/*' 2>/dev/null; true",
    )

    assert left.split() == ["/var/cache/apt:", "/var/lib/apt/lists:"]


@pytest.mark.parametrize("image", IMAGES)
def test_no_image_carries_the_emulator(engine: Any, image: str) -> None:
    assert shell(engine, image, "find / -xdev -name '*lambda-rie*' 2>/dev/null; true") == ""


@pytest.mark.parametrize("image", IMAGES)
def test_every_module_of_ours_is_compiled(engine: Any, image: str) -> None:
    count = "find /opt/*/lib /opt/prelabel -path '*/tracemark*/*' -name '{}' 2>/dev/null | grep -c /tracemark_ || true"

    sources, compiled = (int(shell(engine, image, count.format(name))) for name in ("*.py", "*.pyc"))

    assert 0 < sources == compiled


def test_the_image_of_the_service_has_no_browser(engine: Any) -> None:
    assert "No such file" in shell(engine, "tracemark-service", "ls /usr/lib/chromium /usr/bin/chromium 2>&1; true")


def test_the_post_image_has_no_browser_and_no_data_frames(engine: Any) -> None:
    found = shell(
        engine, "tracemark-postlabel", "ls /opt/tracemark/lib/python3*/site-packages; ls /usr/lib/chromium 2>&1; true"
    )

    assert not {"pandas", "plotly", "kaleido"} & set(found.split())
    assert "No such file" in found


def test_the_prelabel_image_shares_the_layers_of_the_plotting_image(engine: Any) -> None:
    plotting, prelabel = (
        engine.images.get(f"{name}:latest").attrs["RootFS"]["Layers"]
        for name in ("tracemark-plotting", "tracemark-prelabel")
    )

    assert prelabel[: len(plotting)] == plotting


@pytest.mark.parametrize("image", IMAGES)
def test_the_images_run_pythons_313(engine: Any, image: str) -> None:
    assert shell(engine, image, "/opt/tracemark/bin/python --version").startswith("Python 3.13.")


def test_the_plotting_image_has_plotly_js_and_nothing_else_of_plotly(engine: Any) -> None:
    found = shell(engine, "tracemark-plotting", "ls /opt/plotly.js /opt/tracemark/lib/python3*/site-packages")

    assert "plotly-basic.min.js" in found.split()
    assert not {"plotly", "_plotly_utils", "narwhals"} & set(found.split())


@pytest.mark.parametrize("image", ["tracemark-plotting", "tracemark-prelabel"])
def test_every_service_that_a_function_calls_is_known_to_botocore(engine: Any, image: str) -> None:
    clients = "import boto3; [boto3.client(name, region_name='eu-central-1') for name in ('s3', 'lambda', 'sts')]"

    assert shell(engine, image, f'/opt/tracemark/bin/python -c "{clients}" && echo known').split() == ["known"]

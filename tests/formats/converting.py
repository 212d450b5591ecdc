"""Run by the Python that has label-studio-sdk: what it makes of tasks, and of keyframes."""

import json
import logging
import sys
import tempfile
import warnings
from pathlib import Path

TEXTS = {".json", ".txt", ".xml"}


def converted(config, tasks, form, folder):
    from label_studio_sdk.converter import Converter

    (folder / "tasks.json").write_text(json.dumps(tasks))
    out = folder / form
    out.mkdir()
    converter = Converter(config, project_dir=".", download_resources=False)
    converter.convert(str(folder / "tasks.json"), str(out), form, is_dir=False)
    files = (file for file in sorted(out.rglob("*")) if file.suffix in TEXTS)
    return {file.relative_to(out).as_posix(): file.read_text("utf-8") for file in files}


def frames(results):
    from label_studio_sdk._extensions.label_studio_tools.postprocessing import video

    return video.extract_key_frames(results)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    given = json.load(sys.stdin)
    if isinstance(given, dict):
        print(json.dumps(frames(given["results"])))
    else:
        config, tasks, forms = given
        made = {}
        for form in forms:
            with tempfile.TemporaryDirectory() as folder:
                made[form] = converted(config, tasks, form, Path(folder))
        print(json.dumps(made))

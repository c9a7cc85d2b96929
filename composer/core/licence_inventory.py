"""What Ricercar is made of and under which terms: its own parts, and the packages it stands on with their versions."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from importlib import metadata

from composer import __version__


@dataclass(frozen=True, slots=True)
class Part:
    """Something with a licence. `version` is empty for what has none, or is not installed."""

    name: str
    licence: str
    version: str = ""


# package, as it is installed -> (name to show, licence); all that pyproject.toml asks for must be here
_PACKAGES = {
    "PySide6_Essentials": ("Qt and PySide6", "LGPL 3.0"),
    "torch": ("PyTorch", "BSD 3-Clause"),
    "torchvision": ("torchvision", "BSD 3-Clause"),
    "fastai": ("fastai", "Apache 2.0"),
    "safetensors": ("safetensors", "Apache 2.0"),
    "numpy": ("NumPy", "BSD 3-Clause"),
    "mido": ("mido", "MIT"),
    "music21": ("music21", "BSD 3-Clause"),
    "pretty_midi": ("pretty_midi", "MIT"),
    "pyfluidsynth": ("pyFluidSynth", "LGPL 2.1 or later"),
}


def own() -> list[Part]:
    """What comes with the program."""
    return [
        Part("Ricercar", "MIT", __version__),
        Part("Models and styles", "CC BY-NC-SA 4.0"),
        Part("Piano sound (cut from MuseScore General)", "MIT; piano in the public domain"),
        Part("Inter, the typeface", "SIL Open Font Licence 1.1"),
        Part("Themes", "Public domain, CC0"),
    ]


def packages() -> list[Part]:
    """What it stands on, as it is installed here. Imports none of it."""
    found = [Part("Python", "PSF Licence", platform.python_version())]
    for package, (name, licence) in _PACKAGES.items():
        try:
            version = metadata.version(package)
        except metadata.PackageNotFoundError:
            version = ""
        found.append(Part(name, licence, version))
    return [*found, Part("FluidSynth", "LGPL 2.1 or later")]

"""Writes safetensors from raw buffers, with the library's own serialiser. Knows no torch."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, TensorSpec
from safetensors import serialize as serialize_specs
from safetensors import serialize_file as write_specs

DTYPES = {
    "BF16": "bfloat16",
    "F16": "float16",
    "F32": "float32",
    "F64": "float64",
}  # in a file's header, in the library
Tensors = Mapping[str, Mapping[str, Any]]  # name -> dtype (as in a header), shape, data (bytes or bytes in an array)


def serialize(tensors: Tensors) -> bytes:
    """The bytes of a safetensors file."""
    buffers = _buffers(tensors)
    return bytes(serialize_specs(_specs(tensors, buffers)))


def write(path: Path, tensors: Tensors) -> None:
    """Writes a safetensors file to the disk, without copying the tensors. Raises `OSError`."""
    buffers = _buffers(tensors)
    try:
        write_specs(_specs(tensors, buffers), str(path))
    except SafetensorError as error:
        raise OSError(str(error)) from error
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _buffers(tensors: Tensors) -> dict[str, NDArray[np.uint8]]:
    """Views of the data, which must live as long as their addresses are used."""
    return {name: np.frombuffer(tensor["data"], np.uint8) for name, tensor in tensors.items()}


def _specs(tensors: Tensors, buffers: Mapping[str, NDArray[np.uint8]]) -> dict[str, Any]:
    return {
        name: TensorSpec(
            dtype=DTYPES[tensor["dtype"]],
            shape=tensor["shape"],
            data_ptr=buffers[name].ctypes.data,
            data_len=buffers[name].nbytes,
        )
        for name, tensor in tensors.items()
    }

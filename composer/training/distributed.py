"""Data-parallel training in several processes (torchrun, accelerate launch), by fastai, on any device."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from fastai.basics import Learner, rank_distrib
from torch import distributed as group
from torch import nn


def rank() -> int:
    """The rank of this process; 0 where it is alone."""
    return int(rank_distrib())


def processes() -> int:
    """The world size: how many processes train together."""
    return int(os.environ.get("WORLD_SIZE", "1"))


def unwrap(network: nn.Module) -> nn.Module:
    """The network inside the DistributedDataParallel wrapper, whose weights have their usual names."""
    inner = getattr(network, "module", network)
    assert isinstance(inner, nn.Module)
    return inner


def broadcast_first(value: float) -> float:
    """The value of rank 0, on all ranks: times differ, and all must stop at the same step."""
    if processes() == 1 or not group.is_initialized():
        return value
    told = [value]
    group.broadcast_object_list(told, src=0)
    return told[0]


def run_first_then_others(first: Any) -> Any:
    """Calls `first` on rank 0, then on the others: they find what it has written."""
    if processes() == 1:
        return first()
    join()
    made = first() if rank() == 0 else None
    group.barrier()
    return first() if rank() else made


def join() -> None:
    """Joins the process group."""
    if processes() > 1 and not group.is_initialized():
        group.init_process_group("nccl" if torch.cuda.is_available() else "gloo")


@contextmanager
def distribute(learn: Learner) -> Iterator[None]:
    """Data-parallel training while it lasts: each step is shared with the other processes; alone, nothing changes."""
    if processes() == 1:
        yield
        return
    from fastai.distributed import DistributedDL, DistributedTrainer

    class Loader(DistributedDL):  # type: ignore[misc]
        def _broadcast(self, t: Any, rank: int) -> Any:  # fastai's own needs CUDA
            told = [list(t)]
            group.broadcast_object_list(told, src=rank)
            return told[0]

    class Trainer(DistributedTrainer):  # type: ignore[misc]
        def _wrap_dl(self, dl: Any) -> Any:
            return dl if isinstance(dl, DistributedDL) else Loader(dl, device=self.learn.dls.device)

    join()
    learn.add_cb(Trainer(sync_bn=False, cpu=not torch.cuda.is_available()))
    try:
        yield
    finally:
        learn.remove_cb(Trainer)
        group.barrier()

"""Layers of a piece: the track that is edited and the tracks that are hidden, as the document's view keeps them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from app.document.document import Document
from composer.music.score import Note

ACTIVE, HIDDEN = "layer", "hidden"  # their places in `Document.view`


def active_track(document: Document) -> int | None:
    """The one track that is edited; None for all."""
    track = document.view.get(ACTIVE)
    return track if isinstance(track, int) and 0 <= track < len(document.score.tracks) else None


def hidden_tracks(document: Document) -> frozenset[int]:
    """Tracks that are not shown, the active one never among them."""
    tracks = document.view.get(HIDDEN)
    given = tracks if isinstance(tracks, (list, tuple)) else ()
    return frozenset(t for t in given if isinstance(t, int)) - {active_track(document)}


def editable_notes(document: Document) -> Sequence[Note]:
    """The notes that can be selected and edited, in order."""
    notes, track, away = document.score.notes, active_track(document), hidden_tracks(document)
    if track is not None:
        return tuple(n for n in notes if n.track == track)
    return tuple(n for n in notes if n.track not in away) if away else notes


def activate(document: Document, track: int | None) -> None:
    """Activates one track, or all, and shows it if it was hidden; what is selected elsewhere is let go."""
    document.set_view(ACTIVE, track)
    _hide(document, hidden_tracks(document))
    _trim_selection(document)


def show_track(document: Document, track: int, on: bool) -> None:
    """Shows or hides a track."""
    _hide(document, hidden_tracks(document) - {track} if on else hidden_tracks(document) | {track})
    _trim_selection(document)


def _hide(document: Document, tracks: frozenset[int]) -> None:
    document.set_view(HIDDEN, sorted(tracks - {active_track(document)}) or None)


def _trim_selection(document: Document) -> None:
    track, away = active_track(document), hidden_tracks(document)
    reach = {n for n in document.selection if (n.track == track if track is not None else n.track not in away)}
    document.select(reach)


def muted_tracks(document: Document) -> frozenset[int]:
    """Tracks of which every note is muted."""
    sounding, there = set(), set()
    for note in document.score.notes:
        there.add(note.track)
        if not note.muted:
            sounding.add(note.track)
    return frozenset(there - sounding)


def mute_track(document: Document, track: int, on: bool, text: str) -> None:
    """Mutes all notes of a track, or none, as one undo step."""
    old = [n for n in document.score.notes if n.track == track and n.muted != on]
    new = [replace(n, muted=on) for n in old]
    chosen = {replace(n, muted=on) if n.track == track else n for n in document.selection}
    document.change(text, document.score.change(old, new), chosen)

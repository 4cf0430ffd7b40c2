"""What is asked of all lists at once, answered from columns, is what going through the articles would give."""

from __future__ import annotations

import hashlib
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from backissue.runs import D, Runs, commonest, in_columns, pieces
from backissue.terms import NOBODY, End, Terms

# A volume is a list of articles, an article the lists that it stands in, each with the name by which it calls it.
_article = st.dictionaries(
    st.sampled_from(["tags:a", "tags:b", "authors:a", "tags:ü"]), st.sampled_from("xyz"), max_size=3
)
_volumes = st.lists(st.lists(_article, max_size=4), max_size=4)


def link(volume: int, position: int) -> bytes:
    return f"link {volume} {position}".encode().ljust(D)


def number(volume: int, position: int) -> int:
    return volume * 100 + position


def end(volume: int, position: int) -> End:
    return number(volume, position), link(volume, position)


def card(volume: int, position: int) -> bytes:
    return f"card {volume} {position}".encode().ljust(D)


def day(volume: int, position: int) -> str:
    return f"20{volume:02}-01-{position + 1:02}" if volume % 2 else ""


def runs_of(volume: int, articles: list[dict[str, str]]) -> Runs:
    positions: dict[str, list[int]] = {}
    names: dict[str, Counter[str]] = {}
    for position, lists in enumerate(articles):
        for key, name in lists.items():
            positions.setdefault(key, []).append(position)
            names.setdefault(key, Counter())[name] += 1
    places = range(len(articles))
    return in_columns(
        positions,
        {key: commonest(of_list) for key, of_list in names.items()},
        {key: of_list for key, of_list in names.items() if len(of_list) > 1},
        [number(volume, at) for at in places],
        [link(volume, at) for at in places],
        [card(volume, at) for at in places],
        [day(volume, at) for at in places],
    )


@given(_volumes, st.integers(0, 1))
def test_terms(volumes: list[list[dict[str, str]]], undated: int) -> None:
    first_dated = min(undated, len(volumes))
    runs = [runs_of(index, articles) for index, articles in enumerate(volumes)]
    terms = Terms(runs, {}, first_dated)
    spots: dict[str, list[tuple[int, int, str]]] = {}
    for index, articles in enumerate(volumes):
        for position, lists in enumerate(articles):
            for key, name in lists.items():
                spots.setdefault(key, []).append((index, position, name))
    assert list(terms.by_key) == sorted(spots)
    periods = terms.periods([f"p{index // 2}" for index in range(len(volumes))])
    around = {
        (index, key): ends
        for index, keys in enumerate(terms.keys)
        for key, *ends in zip(keys, *terms.around(index), strict=True)
    }
    days = [[day(index, position) for position in range(len(articles))] for index, articles in enumerate(volumes)]
    changed = terms.changed([max(of_volume, default="") for of_volume in days])
    for key, found in spots.items():
        term = terms.by_key[key]
        assert term.count == len(found)
        times = Counter(name for _index, _position, name in found)
        assert term.ref.name == min(times, key=lambda name: (-times[name], name))
        assert term.volumes == sorted({index for index, _position, _name in found})
        of_volume = {index: [p for i, p, _name in found if i == index] for index in term.volumes}
        assert {index: list(run) for index, run in term.runs} == of_volume
        assert list(term.newest_runs()) == list(reversed(term.runs))
        for index in term.volumes:
            cards = [card(index, position) for position in of_volume[index]]
            place = terms.keys[index].index(key)
            of_cards = hashlib.blake2b(b"".join(cards), digest_size=D).digest() if len(cards) > 1 else cards[0]
            assert pieces(runs[index].digests)[place] == of_cards
            before = [at for at in term.volumes if first_dated <= at < index]
            after = [at for at in term.volumes if first_dated <= index < at]
            assert around[index, key] == [
                end(before[-1], of_volume[before[-1]][-1]) if before else NOBODY,
                end(after[0], of_volume[after[0]][0]) if after else NOBODY,
            ]
        assert terms.per_period(term, periods) == Counter(f"p{index // 2}" for index, _position, _name in found)
        assert changed[key] == max(day(index, position) for index, position, _name in found)


@given(_volumes, st.data())
def test_edges_and_standings_tell_of_every_change(volumes: list[list[dict[str, str]]], data: st.DataObject) -> None:
    """An article that goes changes the standing of just its lists, and the edges of just the volumes that show it."""
    runs = [runs_of(index, articles) for index, articles in enumerate(volumes)]
    places = [(index, position) for index, articles in enumerate(volumes) for position in range(len(articles))]
    if not places:
        return
    index, position = data.draw(st.sampled_from(places))
    lists = volumes[index][position]
    # An article without lists stands where it stood, so that the others keep their positions.
    changed = [*runs]
    changed[index] = runs_of(index, [{} if at == position else found for at, found in enumerate(volumes[index])])
    before, after = Terms(runs, {}), Terms(changed, {})
    periods = [str(number).encode() for number in range(len(volumes))]
    old, new = before.standings(periods), after.standings(periods)
    assert {key for key in old if old[key] != new.get(key)} == set(lists)
    references = dict.fromkeys(before.by_key, b"r")
    edges, later = before.edges(references), after.edges(references)
    shown = set()
    for key in lists:
        stood = [at for at in before.by_key[key].volumes if at < index]
        stands = [at for at in before.by_key[key].volumes if at > index]
        of_volume = [at for at, found in enumerate(volumes[index]) if key in found]
        gone = len(of_volume) == 1
        if gone:
            shown.add(index)
        if stood and (gone or of_volume[0] == position):
            shown.add(stood[-1])
        if stands and (gone or of_volume[-1] == position):
            shown.add(stands[0])
    assert {at for at in range(len(volumes)) if edges[at] != later[at]} == shown

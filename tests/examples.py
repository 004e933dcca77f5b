"""How many random examples a property is tried on."""

from hypothesis import settings


def examples(count, **more):
    """`count` examples, without a limit on time; a tenth of them in a quick run, whose profile has 10 for hypothesis' 100."""
    return settings(max_examples=max(1, count * settings().max_examples // 100), deadline=None, **more)

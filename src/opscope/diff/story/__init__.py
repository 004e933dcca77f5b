"""The story of a difference: what a person would say, from coarse to fine, and how many edits each of it stands for.

The edits are those of Chawathe et al. (1996): insert, delete, update, move. What follows from another one costs nothing: the new names of
the ops in a renamed group, the inputs that had to change since their producer is gone, the shapes behind a changed one.
"""

from .story import conversion_story, story_of, with_causes

__all__ = ["conversion_story", "story_of", "with_causes"]

"""Tasks in words, for every page that lists them."""

from __future__ import annotations

from django import template

from unloop.clinic.work.models import Task
from unloop.clinic.work.wording import in_words, kind_in_words

register = template.Library()


@register.filter
def task_words(task: Task) -> str:
    """What is to be done, in one line."""
    return in_words(task)


@register.filter
def task_kind(task: Task) -> str:
    """What kind of task it is, without what it is about."""
    return kind_in_words(task)

"""A person's own cycle: what is asked, and the page that is made of the answers. Nothing of it is kept."""

from __future__ import annotations

from django import forms

from unloop.care.education import words

STEPS = ("obsession", "distress", "compulsion", "relief")
BESIDE = ("cost", "wish")
LONGEST = 300


class CycleForm(forms.Form):
    """Six questions, all of which may stay empty."""

    def __init__(self, data: object = None, *, language: str) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        said = words(language)
        for name in (*STEPS, *BESIDE):
            self.fields[name] = forms.CharField(
                label=said[f"ask-{name}"],
                required=False,
                max_length=LONGEST,
                help_text="",
                error_messages={"max_length": said["too-long"]},
                widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off", "data-step": name}),
            )

    def written(self) -> list[tuple[str, str, str]]:
        """Each question with its short name and what was written; for a form that is valid."""
        return [(name, str(self.fields[name].label), self.cleaned_data[name]) for name in self.fields]

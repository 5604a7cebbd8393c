"""Laboratory: the clinic's one door to science, dosing and virtual trials."""

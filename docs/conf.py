"""
How the documentation is built: every example is run, and a warning fails the build.
"""

project = "aftermove"
author = "The aftermove maintainers"
copyright = "2026, the aftermove maintainers"  # noqa: A001  # Sphinx' own name
extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = "aftermove"

nb_execution_mode = "force"
nb_execution_raise_on_error = True
nb_execution_timeout = 120
# So that tables made by an example are tables.
nb_render_markdown_format = "myst"
myst_enable_extensions = ["deflist"]
myst_heading_anchors = 3

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_default_options = {"members": True, "show-inheritance": True}
napoleon_google_docstring = True
napoleon_custom_sections = ["Source"]

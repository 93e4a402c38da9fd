"""Everything that a user can come to see, as scenes: pages, dialogs, menus, empty and failed states.

`tests/browser/test_accessibility.py` opens each of them once and looks at it in every appearance and language.
"""

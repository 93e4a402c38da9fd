"""`python -m spokedesk` is the `spokedesk` command."""

from spokedesk.cli import main

if __name__ == "__main__":
    main()

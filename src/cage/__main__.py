"""`python -m cage`."""

from cage.cli.main import main

main()
